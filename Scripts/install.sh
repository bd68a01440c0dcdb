#!/bin/sh
# Installs the C libraries that the build needs and this machine lacks, and the packages named. Debian 12; asks nothing.
set -eu

missing="${*:+ $*}"
need() { # need PACKAGE HEADER
  [ -e "/usr/include/$2" ] || [ -e "/usr/include/$(uname -m)-linux-gnu/$2" ] || missing="$missing $1"
}
need libsqlite3-dev sqlite3.h
need libzstd-dev zstd.h
need libexpat1-dev expat.h
need zlib1g-dev zlib.h
need libssl-dev openssl/evp.h
command -v pkg-config >/dev/null || missing="$missing pkg-config"

if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null; then
    echo "install.sh: please install:$missing 请安装这些软件包" >&2
    exit 1
  fi
  root=""
  [ "$(id -u)" = 0 ] || root="sudo"
  echo "install.sh: installing$missing 正在安装" >&2
  $root apt-get update -q
  # shellcheck disable=SC2086 — the names are words
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
fi

if ! command -v swift >/dev/null; then
  echo "install.sh: Swift 6.3 is needed, see https://www.swift.org/install/linux/ 需要 Swift 6.3" >&2
  exit 1
fi

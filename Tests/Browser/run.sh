#!/usr/bin/env bash
# Tests the pages in a real Chromium against the built program with a seeded district.
# KANGQU names another program; arguments choose tests, such as `run.sh test_record`.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
[ -d /usr/share/fonts/opentype/noto ] || missing+=(fonts-noto-cjk)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  root=""
  [ "$(id -u)" = 0 ] || root=sudo
  $root apt-get update -qq
  $root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ -z "${KANGQU:-}" ]; then
  # The newer of the two builds is the one just made.
  KANGQU=$(ls -t .build/release/kangqu .build/debug/kangqu 2>/dev/null | head -1 || true)
  if [ -z "$KANGQU" ]; then
    swift build --product kangqu
    KANGQU=.build/debug/kangqu
  fi
fi
export KANGQU

venv=.build/browser
[ -x $venv/bin/python ] || python3 -m venv $venv
$venv/bin/python -c 'import playwright, axe_playwright_python' 2>/dev/null ||
  $venv/bin/pip install --quiet --disable-pip-version-check \
    'playwright>=1.49,<2' 'axe-playwright-python==0.1.8'
exec $venv/bin/python -B Tests/Browser/main.py "$@"

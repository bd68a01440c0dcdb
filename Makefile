#康衢 Kangqu. `make run` shows a living district; `make test` says whether everything holds.

SWIFT ?= swift
# Where `make run` keeps its district, and where it listens.
DATA ?=
LISTEN ?= 127.0.0.1:8080

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint bench build tables install

help:
	@echo "make run       installs what is missing, builds, shows a living district 演示"
	@echo "make test      builds and runs the tests 测试"
	@echo "make test-all  lint, tests and the tests in a browser 全部测试"
	@echo "make lint      checks the form of the source 检查格式"
	@echo "make bench     measures against floors 性能对比"
	@echo "make build     builds the program for use 构建"

install:
	@Scripts/install.sh

# The tables of Data/ are taken into the program when embedded.c is compiled, so a newer table makes it newer.
tables: Sources/Embedded/embedded.c
Sources/Embedded/embedded.c: $(shell find Data -type f)
	@touch $@

build: install tables
	$(SWIFT) build -c release --product kangqu

run: build
	@.build/release/kangqu demo --listen $(LISTEN) $(if $(DATA),--data $(DATA))

test: install tables
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip 'LimitTests|SiteTests'
	$(SWIFT) test --skip-build --filter 'LimitTests|SiteTests'  # measures time: runs by itself
	@if [ -x Tests/Browser/run.sh ]; then Tests/Browser/run.sh; fi

test-all: export KANGQU_NIGHTLY = 1
test-all: lint test

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

bench: build
	@command -v wrk >/dev/null || Scripts/install.sh wrk
	$(SWIFT) build -c release --package-path Benchmarks
	python3 Benchmarks/run.py

# Everything runs through these words: setup, quickstart, test, install.
# PACKAGES are Debian's and Ubuntu's names; `make setup` says what to do on other systems.
PACKAGES := libopenblas-dev libutf8proc-dev zlib1g-dev libzstd-dev libxxhash-dev
SWIFTLET := .build/release/swiftlet
QUICKSTART := checkpoints/quickstart
STORIES := corpora/quickstart
PREFIX ?= /usr/local
SECONDS ?= 10
SEED ?= 1

.PHONY: help setup build quickstart story test install lint fuzz sanitize examples docs clean

help:
	@echo "make setup       install the system packages that are missing (Debian, Ubuntu)"
	@echo "make build       build $(SWIFTLET)"
	@echo "make quickstart  build, then train a small story-teller and let it write"
	@echo "make story       build, then pretrain, fine-tune and compare: a quarter of an hour, one table"
	@echo "make test        set up, build and run all tests"
	@echo "make install     build, then install below PREFIX=$(PREFIX), with man pages and completions"
	@echo "make fuzz        damaged inputs for each parser, for SECONDS=$(SECONDS) each, from SEED=$(SEED)"
	@echo "make sanitize    the tests under Clang's sanitizers, half an hour for each of two builds"
	@echo "make examples    build and run Examples/, which uses the libraries from outside"
	@echo "make docs        build the documentation of all libraries into .build/docs"
	@echo "make lint        check the formatting of all Swift files"
	@echo "make clean       remove the build and what the quick start made"

setup:
	@PACKAGES="$(PACKAGES)" .ci/setup

build: setup
	swift build -c release --product swiftlet

quickstart: build
	@SWIFTLET="$(SWIFTLET)" .ci/quickstart "$(QUICKSTART)" "$(STORIES)"

story: build
	@SWIFTLET="$(SWIFTLET)" .ci/story checkpoints/story

test: setup
	swift test -c release

fuzz: setup
	FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=$(SEED) swift test -c release --filter FuzzTests

sanitize: setup
	.ci/sanitize

examples: setup
	cd Examples && swift build -c release && .build/release/tokenize-file ../README.md && .build/release/train-tiny

docs: build
	@.ci/docs .build/docs

install: build
	@.ci/install "$(SWIFTLET)" "$(DESTDIR)$(PREFIX)"

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Examples

clean:
	rm -rf .build "$(QUICKSTART)" "$(STORIES)"

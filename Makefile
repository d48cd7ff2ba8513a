# The same words for people and for .ci/run. Each target does its own set-up.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?=
BIN := .venv/bin

.PHONY: help serve test test-trainers test-contract test-deploy test-ray test-image test-page demo check format bench bench-sandbox bench-throughput bench-operation mutants openapi settings lock image clean

help:
	@echo "make serve             serve on 127.0.0.1:8000 (PORT=..., HOST=...)"
	@echo "make test              run the tests"
	@echo "make test-trainers     run trainers' own code against the service (2 GB of packages)"
	@echo "make test-contract     requests made from the OpenAPI document, and broken bodies, for ten minutes (SECONDS=...)"
	@echo "make test-deploy       deploy/ by the real nginx, Prometheus and Kubernetes schemas (Debian: nginx-light, prometheus)"
	@echo "make test-page         use the page at / in Chromium (Debian's chromium is installed for it)"
	@echo "make test-ray          two replicas under Ray Serve, one killed under load (1 GB of packages)"
	@echo "make test-image        build, start, ask, attack and stop the image on the Docker engine that is there"
	@echo "make demo              train a tiny model with GRPO, rewards over HTTP; draws docs/r1-zero-mini.png"
	@echo "make check             lint, types, import direction, the checked-in OpenAPI document"
	@echo "make format            format the code"
	@echo "make bench DATA=dir    post every labelled row of a folder of JSONL files and compare with math-verify"
	@echo "make bench-throughput  samples a second, side by side with a bare route that only parses"
	@echo "make bench-operation   overload, ten minutes at capacity, two replicas against one, what a request costs"
	@echo "make bench-sandbox     programs judged a second, beside bwrap and others; steadiness; what is left behind"
	@echo "make mutants           switch off each guard in turn: a line of the corpora must turn red"
	@echo "make openapi           write docs/openapi.json"
	@echo "make settings          write docs/settings.md"
	@echo "make lock              pin versions anew"
	@echo "make image             build the container image"

# A fresh Debian has python3 without venv, and a slim one lacks libseccomp.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed"; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; }
	@$(PYTHON) -c 'import ctypes; ctypes.CDLL("libseccomp.so.2")' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq libseccomp2; }
	@touch $@

.venv/.serve: .venv/.made requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: .venv/.made requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

serve: .venv/.serve
	@TRUEGOLD_HOST=$(HOST) TRUEGOLD_PORT=$(PORT) exec $(BIN)/python -m app serve

test: .venv/.dev
	$(BIN)/python -m pytest

# What the trainers need does not go with what the service needs. torch comes first, by itself: a build for this machine.
.venv-trainers/.made: requirements-trainers.lock | .venv/.made
	@test -d .venv-trainers || $(PYTHON) -m venv .venv-trainers
	@.venv-trainers/bin/pip install --quiet --disable-pip-version-check torch==2.13.0
	@.venv-trainers/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements-trainers.lock
	@touch $@

# Their warnings are not ours: only here they are no errors.
test-trainers: .venv/.serve .venv-trainers/.made
	.venv-trainers/bin/python -m pytest -W default -p no:cacheprovider tests/trainers

# `make test` makes a few, the same each time; here they are new each time.
SECONDS ?= 600
test-contract: .venv/.dev
	$(BIN)/python -m pytest tests/contract --contract-seconds $(SECONDS)
	$(BIN)/python -m bench.fuzz_bodies --seconds $(SECONDS)

.venv-deploy/.made: requirements-deploy.lock
	@test -d .venv-deploy || $(PYTHON) -m venv .venv-deploy
	@.venv-deploy/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements-deploy.lock
	@touch $@

test-deploy: .venv/.serve .venv-deploy/.made
	@for program in nginx prometheus promtool; do \
	    command -v $$program >/dev/null || { echo "$$program is missing: apt-get install nginx-light prometheus"; exit 1; }; done
	.venv-deploy/bin/python -m pytest -p no:cacheprovider tests/deploy

.venv-page/.made: requirements-page.lock | .venv/.made
	@test -d .venv-page || $(PYTHON) -m venv .venv-page
	@.venv-page/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-page.lock
	@test -x /usr/bin/chromium || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu; }
	@touch $@

test-page: .venv/.serve .venv-page/.made
	.venv-page/bin/python -m pytest -p no:cacheprovider tests/page

.venv-ray/.made: requirements.lock requirements-ray.lock
	@test -d .venv-ray || $(PYTHON) -m venv .venv-ray
	@.venv-ray/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv-ray/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements-ray.lock
	@touch $@

# Ray's warnings are not ours: only here they are no errors.
test-ray: .venv-ray/.made
	.venv-ray/bin/python -m pytest -W default -p no:cacheprovider tests/ray

test-image:
	tests/image/run.sh

demo: .venv/.serve .venv-trainers/.made
	PYTHONPATH=.:client/src .venv-trainers/bin/python -m examples.r1_zero_mini $(ARGS)

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file client/pyproject.toml client/src
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/python -m app openapi | cmp - docs/openapi.json || { echo "docs/openapi.json is not what the code says: make openapi"; exit 1; }
	$(BIN)/python -m app settings | cmp - docs/settings.md || { echo "docs/settings.md is not what the code says: make settings"; exit 1; }

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.dev
	$(BIN)/python -m bench $(DATA) $(ARGS)

mutants: .venv/.dev
	$(BIN)/python -m bench.mutants
	$(BIN)/pytest -q tests/verifiers/rules/program/test_guards.py

bench-sandbox: .venv/.dev
	$(BIN)/python -m bench.sandbox $(ARGS)

bench-throughput: .venv/.dev
	$(BIN)/python -m bench.throughput $(ARGS)

bench-operation: .venv/.dev
	$(BIN)/python -m bench.operation $(ARGS)

openapi: .venv/.serve
	$(BIN)/python -m app openapi > docs/openapi.json

settings: .venv/.serve
	$(BIN)/python -m app settings > docs/settings.md

COMPILE := .venv-lock/bin/uv pip compile --generate-hashes --no-header --no-emit-index-url --no-annotate --universal --python-version 3.11 --quiet

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --constraint requirements.lock --extra otel pyproject.toml -o requirements-otel.lock
	$(COMPILE) --constraint requirements.lock --extra dev pyproject.toml -o requirements-dev.lock
	echo pytest playwright axe-playwright-python | tr ' ' '\n' | $(COMPILE) - -o requirements-page.lock
	rm -rf .venv-lock

image:
	docker build -t truegold .

clean:
	rm -rf .venv .venv-page .venv-trainers .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

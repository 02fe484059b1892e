# Everything a fresh machine needs is Python 3.11+, make and a C compiler; each target sets itself up.
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := .venv/.installed
AGENT := bots/agent/node_modules/.installed
SIZE ?= 640x360

.PHONY: help setup up demo test chaos soak check lint types format lock clean

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(PACKAGES) $(AGENT)  ## virtual environment, Python packages, Node, npm packages

$(PACKAGES): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(AGENT): bots/agent/package-lock.json $(PACKAGES)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix bots/agent ci --no-progress --loglevel=error
	@touch $@

demo: setup  ## one episode of each first type, 2 players, 640x360, into out/demo
	rm -rf out/demo
	$(BIN)/collector collect --episodes orbit=1,straightLineWalk=1,placeAndMine=1 --players 2 --seed 7 \
		--world hills --size $(SIZE) --out out/demo
	$(BIN)/collector verify out/demo
	$(BIN)/collector view out/demo --out out/demo

up: setup  ## the whole service on this machine: http://127.0.0.1:8080
	$(BIN)/collector up

test: setup  ## the whole test suite
	$(BIN)/pytest --numprocesses auto --dist loadscope --no-loadscope-reorder --durations 25

KILLS ?= 200
chaos: setup  ## kill every part of a running service at random moments, KILLS=200 times, while one call in ten of its store fails
	CHAOS_KILLS=$(KILLS) CHAOS_FAULTS=0.1 $(BIN)/pytest -s tests/service/test_chaos.py

HOURS ?= 8
soak: setup  ## the service under load for HOURS=8: memory, processes, sockets and files must not grow
	$(BIN)/python -m tests.service.soak --hours $(HOURS)

check: lint types  ## what CI checks before the tests

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup
	$(BIN)/mypy

format: setup  ## put the code in its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: setup  ## pin the Python packages anew from pyproject.toml
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --extra dev --extra judge --extra metrics \
		--no-emit-index-url --no-emit-find-links --allow-unsafe --output-file requirements.lock pyproject.toml

clean:  ## remove what was installed and made
	rm -rf .venv bots/agent/node_modules out

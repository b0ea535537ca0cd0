# Two commands do everything: `make run` and `make test`. Each sets up what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash

TESTED := 3.13 3.12 3.11
VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(VENV)/bin/flask --app tracker
LINT := $(VENV)/bin/ruff check . && $(VENV)/bin/mypy

unexport PYTHONDONTWRITEBYTECODE # each process of a test run would compile every file anew

.PHONY: help setup run test lint bench

help: ## What each command does
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/ready ## Make the environment and compile the grouping kernel

run: $(VENV)/ready ## Demo city at http://127.0.0.1:8311 (TRACKER_PORT); Ctrl-C ends it
	@exec $(FLASK) start

# While one core lints, the other compiles the tests, once for all the processes that will run them.
test: $(VENV)/dev-ready ## Lint, then every test on SQLite and on PostgreSQL
	@$(VENV)/bin/pytest -q --collect-only >/dev/null 2>&1 & $(LINT) && wait && scripts/run-tests

lint: $(VENV)/dev-ready ## ruff and mypy
	@$(LINT)

bench: $(VENV)/dev-ready ## Measure kernel, import, map page and staff pages beside their targets
	@$(PY) -m bench

$(VENV)/ready: requirements.txt
	@scripts/make-environment "$(VENV)" $(TESTED)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(VENV)/bin/pybabel compile --directory translations >/dev/null 2>&1
	@echo "Compiling the grouping kernel (about 20 seconds, once) ..."
	@$(PY) -c "from tracker.cases.grouping import compile_kernel; compile_kernel()"
	@touch $@

$(VENV)/dev-ready: $(VENV)/ready requirements-dev.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@scripts/install-browser
	@touch $@

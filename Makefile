# `make demo` and `make test` are all that a fresh machine needs: Python 3.11 or newer, and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The made-up memories stay there for the next run.
BENCH_FOLDER ?= $(VENV)/bench

.PHONY: demo test lint docs bench clean

demo: $(VENV)/installed
	$(BIN)/kinkeeper demo

test: $(VENV)/installed-test
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/installed-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --platform linux
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/lint-imports

docs: $(VENV)/installed-test
	$(BIN)/python -m tests.printed

bench: $(VENV)/installed-test
	$(BIN)/python -m tests.benchmarks.startup
	$(BIN)/python -m tests.benchmarks.demo_quality
	$(BIN)/python -m tests.benchmarks.index_speed
	$(BIN)/python -m tests.benchmarks.vector_recall
	$(BIN)/python -m tests.benchmarks.search_latency $(BENCH_FOLDER) 10000
	$(BIN)/python -m tests.benchmarks.peers tests/data/bursty_chats

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Kinkeeper needs Python 3.11 or newer; try: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache

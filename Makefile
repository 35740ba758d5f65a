# `make demo` and `make test` are all that a fresh machine needs: Python 3.11 or newer, and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
# The made-up memories stay there for the next run.
BENCH_FOLDER ?= $(VENV)/bench
# Models that were compiled with an environment's libraries stay with it.
PYTEST := pytest -n auto --dist worksteal -o cache_dir=$(VENV)/pytest

.PHONY: demo test coverage lowest lint docs bench clean another-python

demo: $(VENV)/installed
	$(BIN)/kinkeeper demo

test: $(VENV)/installed-test
	$(BIN)/python -m $(PYTEST)

# What is missing is printed; less than pyproject.toml asks for fails.
coverage: $(VENV)/installed-test
	$(BIN)/coverage erase
	$(BIN)/coverage run -m $(PYTEST)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# The tests with the lowest versions that pyproject.toml promises, in an environment of their own.
lowest:
	$(MAKE) test VENV=.venv-lowest CONSTRAINTS=constraints-lowest.txt

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

# A Python that is asked for by name (make test PYTHON=python3.13) and is not the environment's
# makes it anew.
ifneq ($(origin PYTHON),file)
ifneq ($(shell $(PYTHON) -V 2>&1),$(shell cat $(VENV)/python 2>/dev/null))
$(VENV)/python: another-python
endif
endif

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Kinkeeper needs Python 3.11 or newer; try: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PYTHON) -V > $@

$(VENV)/installed: $(VENV)/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .venv-lowest build dist .pytest_cache .mypy_cache .ruff_cache

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
QUICK := $(addprefix tests/kerasdeep/,units energies layers models/test_golden.py)

.PHONY: demo test test-fast bench results format

# The first minute, on built-in digits: learn, draw on request, compare, save, load, one page.
demo: $(INSTALLED)
	$(BIN)/kerasdeep demo

test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n 2 --dist worksteal

# The mathematics against brute force, saved files and the rules of the house: a minute.
test-fast: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -n 2 --dist worksteal $(QUICK)

# One table: ours beside the matrix products alone and beside peers; on an idle machine.
bench: $(INSTALLED)
	$(BIN)/python benchmarks/speed.py

# The tables of the pages, made of zoo/results.
results: $(INSTALLED)
	$(BIN)/python -m kerasdeep.recipes.results --pages README.md zoo/README.md benchmarks/README.md

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

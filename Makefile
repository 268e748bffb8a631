PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: demo test bench format

# The main job on the built-in digits: pretrain, fine-tune, compare, picture, save, load again.
demo: $(INSTALLED)
	$(BIN)/kerasdeep train dbn-dnn --pretrain-epochs 10 --epochs 12

test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n 2 --dist loadfile

# One table: ours beside the matrix products alone and beside peers; on an idle machine.
bench: $(INSTALLED)
	$(BIN)/python benchmarks/speed.py

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

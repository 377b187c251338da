# Needs only Python (3.10 or later), make and git. Everything is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint bench schemas docs wild wild-check man wheel clean

demo: .venv/installed  ## check, preview and build good connectors, then show what a faulty one gives
	$(BIN)/manifest-lint check fixtures/sunmeter
	$(BIN)/manifest-lint build fixtures/sunmeter --out demo
	@echo; $(BIN)/manifest-lint preview fixtures/facebook
	@echo; echo "And now a faulty one (exit code 1 is what it should give):"; echo
	$(BIN)/manifest-lint check fixtures/faulty --statistics; test $$? -eq 1

# It starts Python hundreds of times, so let it keep bytecode; a file's fixtures are made once.
test: .venv/installed  ## the whole suite
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses logical --dist loadfile

lint: .venv/installed  ## what a change must satisfy besides
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: .venv/installed  ## speed, side by side with others, in one run
	$(PIP) install --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks

schemas: .venv/installed  ## compile schemas/ again after a change
	$(BIN)/python -m tests.compile_schemas

wild: .venv/installed  ## measure the rules on ../shared: docs/rules-in-the-wild.md
	$(BIN)/python -m tests.wild

wild-check: .venv/installed  ## whether that page, and what was read by eye, is out of date
	$(BIN)/python -m tests.wild --check
	$(BIN)/python -m tests.replay --check

docs: .venv/installed  ## write docs/rules/ again from the docstrings, then the site into site/
	$(BIN)/python -m tests.rule_pages
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

man: .venv/installed  ## write the man pages into man/
	$(BIN)/python -m tests.man_pages man

wheel: .venv/installed  ## build the wheel into dist/
	rm -f dist/*.whl
	$(PIP) wheel --no-deps --wheel-dir dist .

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv dist demo man site artifacts .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Needs only Python (3.10 or later), make and git. Installs everything into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test test-lowest test-lowest-quickly lint bench platforms schemas docs wild wild-check man wheel
.PHONY: lowest-versions clean

demo: .venv/installed  ## check, preview and build good connectors, then check a faulty one
	$(BIN)/manifest-lint check fixtures/sunmeter
	$(BIN)/manifest-lint build fixtures/sunmeter --out demo
	@echo; $(BIN)/manifest-lint preview fixtures/facebook
	@echo; echo "And now a faulty one (expected exit code: 1):"; echo
	$(BIN)/manifest-lint check fixtures/faulty --statistics; test $$? -eq 1

# The suite starts Python hundreds of times, so keep bytecode; loadfile builds a file's fixtures once.
test: .venv/installed  ## run the whole test suite
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses logical --dist loadfile

# What uses each dependency, and the command line: click (cli), jsonschema and tomli (config),
# tree-sitter, markdown-it-py, regress and packaging (rules), ahocorasick-rs and pathspec (bundle,
# suppress), jinja2, markupsafe and squarify (reports), urllib3 (network), pygls (editor).
USES_EACH := tests/cli/test_cli.py tests/cli/test_terminal.py tests/config/test_refusals.py \
  tests/content tests/rules/test_locale_markdown.py tests/rules/test_manifest_shapes.py \
  tests/rules/test_manifest_template.py tests/rules/test_account_type_endpoints.py tests/bundle/test_packaging.py tests/text/test_substrings.py \
  tests/engine/test_suppress.py tests/reports/test_formats.py tests/network/test_online.py \
  tests/editor/test_lsp.py

test-lowest-quickly: .lowest/installed  ## test what uses each dependency at its lowest version
	.lowest/bin/python -m pytest --numprocesses logical --dist loadfile $(USES_EACH)

test-lowest: .lowest/installed  ## run the whole test suite with each dependency at its lowest version
	.lowest/bin/python -m pytest --numprocesses logical --dist loadfile

lint: .venv/installed  ## run ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: .venv/installed  ## compare the speed with other tools
	$(PIP) install --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks

platforms: .venv/installed  ## print where all has a wheel: needs the network
	$(PIP) install --constraint constraints.txt --editable '.[lock]'
	$(BIN)/python -m tests.platforms

lowest-versions: .venv/installed  ## write constraints-lowest.txt from pyproject.toml, with uv
	$(PIP) install --constraint constraints.txt --editable '.[lock]'
	echo '# The lowest versions that pyproject.toml declares: `make $@` writes them.' \
	  >constraints-lowest.txt
	$(BIN)/python -m uv pip compile --quiet --no-header --no-annotate --no-emit-index-url \
	  --resolution lowest-direct --universal --python-version 3.10 --extra test pyproject.toml \
	  >>constraints-lowest.txt

schemas: .venv/installed  ## compile schemas/ after a change
	$(BIN)/python -m tests.compile_schemas

wild: .venv/installed  ## measure the rules on ../shared: docs/rules-in-the-wild.md
	$(BIN)/python -m tests.wild

wild-check: .venv/installed  ## check that this page and the readings are up to date
	$(BIN)/python -m tests.wild --check
	$(BIN)/python -m tests.replay --check

docs: .venv/installed  ## write docs/rules/ from the docstrings, then the site into site/
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

.lowest/installed: pyproject.toml constraints-lowest.txt
	$(PYTHON) -m venv .lowest
	.lowest/bin/python -m pip --disable-pip-version-check --quiet install \
	  --constraint constraints-lowest.txt --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv .lowest dist demo man site artifacts .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Needs only Python (3.10 or later), make and git. Installs everything into .venv.
PYTHON ?= python3
VENV := .venv
WORKERS := logical
RUNS := 50000
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test test-lowest test-lowest-quickly test-python fuzz mutants lint bench platforms schemas docs
.PHONY: wild wild-check share
.PHONY: wheel release try-wheel wheelhouse release-check image constraints lowest-versions clean

demo: $(VENV)/installed  ## check, preview and build good connectors, then check a faulty one
	$(BIN)/manifest-lint check fixtures/sunmeter
	$(BIN)/manifest-lint build fixtures/sunmeter --out demo
	@echo; $(BIN)/manifest-lint preview fixtures/facebook
	@echo; echo "And now a faulty one (expected exit code: 1):"; echo
	$(BIN)/manifest-lint check fixtures/faulty --statistics; test $$? -eq 1

# The suite starts Python hundreds of times, so keep bytecode. loadfile builds a file's fixtures
# once, and the slow files come first (tests/conftest.py), so that no worker waits for one at the end.
BY_FILE := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

test: $(VENV)/installed  ## run the whole test suite
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest $(BY_FILE)

# What uses each dependency, and the command line: click (cli), jsonschema and tomli (config),
# tree-sitter, markdown-it-py, regress and packaging (rules), ahocorasick-rs and pathspec (bundle,
# suppress), idna (cozy), jinja2, markupsafe and squarify (reports), urllib3 (network), pygls (editor).
USES_EACH := tests/cli/test_cli.py tests/cli/test_terminal.py tests/config/test_refusals.py \
  tests/content tests/rules/test_locale_markdown.py tests/rules/test_manifest_shapes.py \
  tests/rules/test_manifest_template.py tests/rules/test_account_type_endpoints.py tests/bundle/test_packaging.py tests/text/test_substrings.py \
  tests/engine/test_suppress.py tests/reports/test_formats.py tests/network/test_online.py \
  tests/cozy/test_browser_url.py \
  $(addprefix tests/editor/test_lsp.py::test_,typed_mistakes_are_reported_until_they_are_fixed \
  a_hover_explains_a_finding_a_key_and_the_scope quick_fixes_fix_the_finding_they_name \
  completion_offers_values_in_unfinished_json a_change_on_disk_is_checked)

# How time grows does not depend on a version.
test-lowest-quickly: .lowest/installed  ## test what uses each dependency at its lowest version
	.lowest/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile \
	  -k "not quickly and not grows and not linear" $(USES_EACH)

test-lowest: .lowest/installed  ## run the whole test suite with each dependency at its lowest version
	.lowest/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile

test-python:  ## run the whole test suite with another Python: make test-python PYTHON=python3.10
	$(MAKE) test VENV=.venv-$(notdir $(PYTHON))

mutants: .venv/mutants/installed  ## change the code in 360 places, and see whether tests notice
	.venv/mutants/bin/python -m tests.mutants --each 60 --seed 24 --workers 2

lint: $(VENV)/installed  ## run ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/installed  ## compare the speed with other tools
	$(PIP) install --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks

# atheris has no wheel for each Python and system: without it, inputs are changed without a guide.
fuzz: $(VENV)/installed  ## try RUNS changed inputs of each reader of files, see tests/fuzz
	$(PIP) install --requirement tests/fuzz/requirements.txt || echo "without atheris"
	$(BIN)/python -m tests.fuzz --runs $(RUNS)

platforms: $(VENV)/installed  ## print where all has a wheel: needs the network
	$(PIP) install --constraint constraints.txt --editable '.[lock]'
	$(BIN)/python -m tests.platforms

# uv keeps the versions that the file has: to have newer ones, remove their lines first.
constraints: $(VENV)/installed  ## write constraints.txt anew if packages came or went, with uv
	$(PIP) install --constraint constraints.txt --editable '.[lock]'
	$(BIN)/python -m uv pip compile --quiet --no-header --no-annotate --no-emit-index-url --universal \
	  --python-version 3.10 --extra dev --extra bench --output-file constraints.txt pyproject.toml
	{ echo '# The versions that are tested together, on each Python: `make $@` writes them.'; \
	  cat constraints.txt; } >constraints.new && mv constraints.new constraints.txt

lowest-versions: $(VENV)/installed  ## write constraints-lowest.txt from pyproject.toml, with uv
	$(PIP) install --constraint constraints.txt --editable '.[lock]'
	echo '# The lowest versions that pyproject.toml declares: `make $@` writes them.' \
	  >constraints-lowest.txt
	$(BIN)/python -m uv pip compile --quiet --no-header --no-annotate --no-emit-index-url \
	  --resolution lowest-direct --universal --python-version 3.10 --extra test pyproject.toml \
	  >>constraints-lowest.txt

schemas: $(VENV)/installed  ## compile schemas/ after a change
	$(BIN)/python -m tests.compile_schemas

wild: $(VENV)/installed  ## measure the rules on ../shared: docs/rules-in-the-wild.md
	$(BIN)/python -m tests.wild

wild-check: $(VENV)/installed  ## check that this page and the readings are up to date
	$(BIN)/python -m tests.wild --check
	$(BIN)/python -m tests.replay --check

docs: $(VENV)/installed  ## write docs/rules/ from the docstrings, then the site into site/
	$(BIN)/python -m tests.rule_pages
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

share: $(VENV)/installed  ## write the man pages and completions of share/ after a change of options
	$(BIN)/python -m tests.share

wheel: $(VENV)/installed  ## build the wheel into dist/
	rm -f dist/*.whl
	$(BIN)/python -m hatchling build --target wheel --directory dist

release: $(VENV)/installed .venv/release/installed  ## build the wheel and the sources into dist/, and check both
	rm -f dist/*.whl dist/*.tar.gz
	$(BIN)/python -m hatchling build --directory dist
	.venv/release/bin/twine check --strict dist/*.whl dist/*.tar.gz
	.venv/release/bin/check-wheel-contents dist/*.whl

# For Alpine: make wheelhouse PLATFORM=musllinux_1_2_x86_64
try-wheel: release  ## install the wheel as a user does: in an empty environment, outside the checkout
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && cp -r fixtures "$$scratch" \
	  && $(PYTHON) -m venv "$$scratch/venv" \
	  && "$$scratch/venv/bin/python" -m pip --disable-pip-version-check --quiet install \
	    --constraint constraints.txt dist/manifest_lint-*.whl \
	  && cd "$$scratch" && PATH="$$PWD/venv/bin:$$PATH" \
	  && manifest-lint --version && manifest-lint build fixtures/sunmeter \
	  && { manifest-lint check fixtures/faulty -q; test $$? -eq 1; } \
	  && echo '{"fields": null}' | manifest-lint check - -q --fail-on never | grep "M002 .fields."

wheelhouse: release  ## pack the wheel and all that it needs for a machine without a network
	$(BIN)/python -m tests.wheelhouse dist/*.whl dist $(PLATFORM:%=--platform %)

# Tests that need git's history skip there; those that need ../shared get its place.
release-check: wheelhouse  ## check all that a release has; run the whole suite from the unpacked sources
	test -z "$$(git status --porcelain)" # commit first: the release would have what git does not
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && chmod 755 "$$scratch" \
	  && tar -xzf dist/*.tar.gz -C "$$scratch" --strip-components 1 \
	  && MANIFEST_LINT_TESTS_SHARED="$${MANIFEST_LINT_TESTS_SHARED:-$$PWD/../shared}" \
	  $(MAKE) -C "$$scratch" lint test

# With buildah and debootstrap, for a machine that can have no base image: as root.
image: $(VENV)/installed  ## build Containerfile on Debian's own Python, and check two connectors in it
	$(BIN)/python -m tests.image $(MIRROR)

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

# Tools of a release have an environment of their own: twine brings 30 packages, such as cryptography.
.venv/release/installed: tests/release-tools.txt $(VENV)/installed
	$(PYTHON) -m venv .venv/release
	.venv/release/bin/python -m pip --disable-pip-version-check --quiet install \
	  --requirement tests/release-tools.txt
	@touch $@

# cosmic-ray brings 25 packages, and tests must find all of ours too.
.venv/mutants/installed: tests/mutants/requirements.txt $(VENV)/installed
	$(PYTHON) -m venv .venv/mutants
	.venv/mutants/bin/python -m pip --disable-pip-version-check --quiet install \
	  --constraint constraints.txt --requirement tests/mutants/requirements.txt --editable '.[dev]'
	@touch $@

.lowest/installed: pyproject.toml constraints-lowest.txt
	$(PYTHON) -m venv .lowest
	.lowest/bin/python -m pip --disable-pip-version-check --quiet install \
	  --constraint constraints-lowest.txt --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv .venv-* .lowest dist demo site artifacts .mypy_cache .pytest_cache .ruff_cache .hypothesis

"""No written file names a package that is not ours, and all say the same source as published.py."""

from __future__ import annotations

import re

import pytest

from manifest_lint.scaffold import published
from tests import tree
from tests.command import ROOT
from tests.install_pages import FILES, written

READ = re.compile(r"(?:docs|manifest_lint|integrations|\.ci)/|.*\.(?:md|yml|json)$")

NAMES_ONE = re.compile(
    r"(?:pip3?|pipx|uv tool|uv) (?:install|run|add)\b(?![^`\n]*--no-index)"
    r"[^`\n#]*?[\s'\"]manifest[-_]lint\b(?!(?:\[[\w,]+\])? *@)"
    r"|manifest[-_]lint *(?:\[\w+\] *)?[=~]=\d"
    r"|npm (?:install|i|add)\b[^`\n]*\smanifest-lint-webpack-plugin"
    r"|(?:uvx|npx) manifest-lint"
)
"""What would install whatever is registered under our names."""


@pytest.mark.parametrize("name", FILES)
def test_a_page_says_where_the_tool_comes_from_today(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert written(text) == text, "run python -m tests.install_pages"


def names_one(text: str) -> list[str]:
    return [found[0] for found in NAMES_ONE.finditer(text)]


@pytest.mark.parametrize(
    "line",
    [
        "pip install manifest-lint",
        "pip3 install --user 'manifest-lint[watch]'",
        '- pip install --quiet "manifest-lint==0.1.0"',
        "pipx install manifest-lint",
        "uv tool install manifest-lint",
        'additional_dependencies: ["manifest-lint==0.1.0"]',
        "uvx manifest-lint check",
        "npm install --save-dev manifest-lint-webpack-plugin",
    ],
)
def test_a_line_that_names_a_package_is_found(line: str) -> None:
    assert names_one(line)


def test_no_file_names_a_package_that_is_not_ours() -> None:
    found = {}
    for name in filter(READ.match, tree.files()):
        data = (ROOT / name).read_bytes()
        if b"\0" not in data and name != "CHANGELOG.md":
            found[name] = names_one(data.decode("utf-8"))
    assert not published.ON_INDEX
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("name", FILES)
def test_on_the_day_of_publication_one_line_changes_every_page(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it can be taken back."""
    text = (ROOT / name).read_text("utf-8")
    monkeypatch.setattr(published, "REPOSITORY", "https://github.com/cozy/manifest-lint.git")
    with_address = written(text)
    assert "git+ADDRESS" not in with_address
    assert "repo: ADDRESS" not in with_address
    assert "uses: OWNER/" not in with_address
    monkeypatch.setattr(published, "ON_INDEX", True)
    on_index = written(text)
    if "webpack" not in name:
        assert "@ git+" not in "\n".join(re.findall(r"pip.*install.*", on_index))
    assert names_one(on_index)
    monkeypatch.undo()
    assert written(on_index) == text


def test_pages_say_why_there_is_an_address() -> None:
    page = (ROOT / "docs/integrations.md").read_text("utf-8")
    assert ("The tool is in no package index yet" in page) == (not published.ON_INDEX)

"""The layout: no module imports one above it, and only the top talks to the outside world."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.layout import NOT_COUNTED, ORDER, Layout, cycles, figures

PACKAGE = ROOT / "manifest_lint"
OF_THE_WHOLE = {
    *("canary", "conformance", "fuzz", "injected", "mutants", "replay"),
    *("servers", "unhide", "wild"),
}
"""Folders of `tests/` that do not belong to a package."""

TALKS = {"print", "input", "exit", "os.environ", "os.getenv", "sys.argv", "sys.exit"} | {
    *(f"sys.{stream}" for stream in ("stdin", "stdout", "stderr")),
    *("date.today", "datetime.now", "datetime.today", "datetime.utcnow"),
}
CLOCK_AND_NETWORK = {"time", "socket", "ssl", "urllib.request", "http", "urllib3"}


@pytest.fixture(scope="module")
def layout() -> Layout:
    return Layout(ROOT)


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path, *, types: bool = True) -> Iterator[str]:
    """Yield every module that a file imports, anywhere in it; without `types`, at run time."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    blocks = [n for n in nodes if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    skipped = [] if types else [node for block in blocks for node in ast.walk(block)]
    for node in nodes:
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "manifest_lint":
            yield from (f"manifest_lint.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def names(path: Path) -> set[str]:
    """Return every name that a file uses, and every attribute of a name as `name.attribute`."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        f"{node.value.id}.{node.attr}"
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def test_the_layout_does_not_grow(layout: Layout) -> None:
    found = figures(layout)
    assert found["packages and modules at the top"] <= 21
    assert found["layers"] <= 13
    assert cycles(layout.modules) == []
    assert layout.upward() == []
    assert set(layout.units) == set(ORDER)
    size, name = layout.largest()[0]
    assert size <= 400, name


def test_no_module_of_rules_imports_another(layout: Layout) -> None:
    shared = {"rules.base", "rules.registry", "rules.plugins"}
    for name, imported in layout.modules.items():
        if name.startswith("rules.") and name not in shared:
            assert {other for other in imported if other.startswith("rules.")} <= {"rules.base"}


def test_only_functions_called_by_keyword_have_many_parameters(layout: Layout) -> None:
    names = {one.partition(" ")[0] for one in layout.many_parameters()}
    assert {name for name in names if not name.startswith("api.")} == {
        "rules.base.rule",
        "engine.report.__init__",
        "reports.outcome.__init__",
        # Their fields.
        "finding.__init__",
        "rules.base.__init__",
    }


COMMANDS_IMPORT = ("_version", "api", "cli", "errors", "finding", "reports", "text")
"""What a command may import: what it calls, and what it shows of that. `lsp` has its own below."""


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "cli" / "commands").glob("*.py")), ids=lambda path: path.stem
)
def test_commands_call_the_api_and_nothing_below(path: Path) -> None:
    allowed = {*COMMANDS_IMPORT, "editor"} if path.stem == "lsp" else set(COMMANDS_IMPORT)
    used = {name for name in imported(path, types=False) if name.startswith("manifest_lint.")}
    assert {name.split(".")[1] for name in used} <= allowed


def test_tests_mirror_the_package() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/__init__.py")}
    assert folders == packages | OF_THE_WHOLE


def test_the_contributors_guide_names_every_part_in_order() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M)
    parts = [part for row in rows for part in re.findall(r"`(\w+)(?:\.py|/)`", row)]
    assert parts == [unit for unit in ORDER if unit not in NOT_COUNTED]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.glob("*/**/__init__.py")), ids=lambda path: path.parent.name
)
def test_every_package_has_a_docstring_of_one_line(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_top_talks_to_the_outside_world(path: Path) -> None:
    if part(path) in ("cli", "__main__"):
        return
    # A started program gets our environment without variables that would mislead it.
    passed_on = {"os.environ"} if path.name == "run_git.py" else set()
    assert not (names(path) & TALKS) - passed_on
    if part(path) != "network":  # which gets the variables as arguments
        parts = {name.split(".")[0] for name in imported(path)} | set(imported(path))
        assert not parts & CLOCK_AND_NETWORK

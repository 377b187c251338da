"""Data moves one way: no module imports one above it, and only the top talks to the world."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "manifest_lint"

FLOORS = (
    {
        "_version",
        "errors",
        "git",
        "search_path",
        "installed",
        "finding",
        "go_json",
        "wording",
        "vocabulary",
        "addresses",
        "never_packed",
        "_accept",
    },
    {"files", "settings", "spans", "cause", "diagnose_strings", "diagnose", "go_struct", "go_url"},
    {
        "document",
        "encoding",
        "mend",
        "schema",
        "stack",
        "registry",
        "account_types",
        "svg",
        "javascript",
    },
    {"archive", "streams"},
    {"tarball"},
    {"oauth", "flow", "config", "insertion", "misspelling", "permission"},
    {"connector"},
    {"report"},
    {"fleet", "discovery", "readme", "previews", "provisioning"},
    {"provider", "providers"},
    {"sources", "rules"},
    {"judge", "fix", "baseline", "catalogue", "scaffold", "scaffold_oauth"},
    {"suppress", "reports"},
    {"bundle"},
    {"api"},
    {"network"},
    {"editor"},
    {"commands"},
    {"cli"},
    {"__main__"},
)
"""The modules from the lowest to the highest; those of one floor may know each other."""

FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
TALKS = {"print", "input", "exit", "os.environ", "os.getenv", "sys.argv", "sys.exit"} | {
    *(f"sys.{stream}" for stream in ("stdin", "stdout", "stderr")),
    *("date.today", "datetime.now", "datetime.today", "datetime.utcnow"),
}
CLOCK_AND_NETWORK = {"time", "socket", "ssl", "urllib.request", "http", "urllib3"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Give every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "manifest_lint":
            yield from (f"manifest_lint.{name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def names(path: Path) -> set[str]:
    """Give every name that a file uses, and every attribute of a name as `name.attribute`."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        f"{node.value.id}.{node.attr}"
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_none_above_it(path: Path) -> None:
    for name in imported(path):
        if name.startswith("manifest_lint."):
            below = name.split(".")[1]
            assert FLOOR[below] <= FLOOR[part(path)], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_top_talks_to_the_world(path: Path) -> None:
    if part(path) in ("commands", "cli", "__main__"):
        return
    # A program that is started gets an environment: ours, without what would mislead it.
    passed_on = {"os.environ"} if part(path) == "git" else set()
    assert not (names(path) & TALKS) - passed_on
    if part(path) != "network":  # which is given what the environment says
        parts = {name.split(".")[0] for name in imported(path)} | set(imported(path))
        assert not parts & CLOCK_AND_NETWORK

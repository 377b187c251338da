"""Which test files are run for a mutant: those that name most of what it is in, then others."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

MOST_FILES = 8
"""A mutant is tried with the best test file, then with the others of at most this many."""

MORE_FILES = 24
"""If these do not notice it, it is tried with the others of about this many, and of its folder."""

SLOW = (
    "quickly or grows or grow_with or linear or cheap or hostile or stopped"
    " or recorded_runs or real or in_time or random_moments or thirty_thousand"
)
"""Words in the names of tests, or of their files, that start programs, or take long."""


@cache
def _files(folder: Path, pattern: str) -> list[Path]:
    """Return the files in the folders of a folder; tests at the top are of programs, and slow."""
    every = sorted(folder.glob(f"*/**/{pattern}"))
    return [path for path in every if path.parent.name != "mutants"]


@cache
def _words(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", path.read_text("utf-8")))


@cache
def _imported(path: Path) -> frozenset[str]:
    """Return the modules of the package that a file imports, such as `engine.pool`.

    A test file imports too what the modules next to it import that it uses.
    """
    text = path.read_text("utf-8")
    helpers = re.findall(rf"from tests\.{path.parent.name}\.(\w+) import", text)
    every = [path, *(path.with_name(f"{one}.py") for one in helpers)]
    imports = r"from manifest_lint\.([\w.]+) import \(?([^()\n]*)"
    lines = [line for one in every for line in re.findall(imports, one.read_text("utf-8"))]
    of_packages = {f"{one}.{name}" for one, names in lines for name in re.findall(r"\w+", names)}
    return frozenset({one for one, _ in lines} | of_packages)


@cache
def _has(module: Path) -> frozenset[str]:
    """Return the codes of the rules of a module, and the names of its functions and classes."""
    text = module.read_text("utf-8")
    codes = re.findall(r'@rule\(\s*"([A-Z]\d{3})"', text)
    return frozenset(codes + re.findall(r"^(?:def|class) ([A-Za-z]\w{4,})", text, re.M))


@cache
def defined_at(module: Path, line: int) -> str:
    """Return the name of the function, class or constant that a line of a module is in, or ""."""
    for node in ast.parse(module.read_text("utf-8")).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        if first <= line <= (node.end_lineno or line):
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            return str(getattr(node, "name", getattr(targets[0], "id", "")))
    return ""


def rounds(module: Path, name: str, tests: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """Return the test files for what a module of the package defines: the best, more, others."""
    best = _ranked(module, name, tests, MOST_FILES)[:MOST_FILES]
    others = [path for path in _ranked(module, name, tests, MORE_FILES) if path not in best]
    return best[:1], best[1:], others


@cache
def _ranked(module: Path, name: str, tests: Path, most: int) -> list[Path]:
    """Return the test files for what a module defines, about as many as `most`, the best first.

    They are those that name what the module has, and what those have that use it, then those that
    name what the modules have that import these, and so on; last the others of its folder.
    """
    every = _files(tests, "test_*.py")
    near = [path for path in every if path.parent.name == module.parent.name]
    chosen: list[Path] = []
    level = [module, *(one for one in _importers([module]) if name in _words(one))]
    seen = set(level)
    while level and len(chosen) < most:
        scores = {path: max(_score(path, one, name) for one in level) for path in every}
        best = [path for path in every if any(scores[path]) and path not in chosen]
        chosen += sorted(best, key=lambda path: [-int(one) for one in scores[path]])
        level = [path for path in _importers(level) if path not in seen]
        seen.update(level)
    return [*chosen[:most], *(path for path in near if path not in chosen[:most])]


def _score(path: Path, module: Path, name: str) -> tuple[bool, bool, bool, int]:
    """Return whether a test file has a name, a module's name, is in its folder, how much it names.

    A file of another folder has to import from the module, or to name a rule of it.
    """
    is_near = path.parent.name == module.parent.name
    imports = f"{module.parent.name}.{module.stem}" in _imported(path)
    words = _words(path)
    named = _has(module) & words
    if not is_near and not imports:
        named = frozenset(one for one in named if re.fullmatch(r"[A-Z]\d{3}", one))
    count = len(named) + imports
    has_name = is_near and module.stem.removesuffix("s") in path.stem
    return imports and name in words, has_name, is_near and count > 0, count


def _importers(modules: list[Path]) -> list[Path]:
    """Return the modules of the package that import one of these."""
    names = {f"{one.parent.name}.{one.stem}" for one in modules}
    return [path for path in _files(modules[0].parents[1], "*.py") if names & _imported(path)]

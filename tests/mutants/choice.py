"""Which test files are run for a mutant: those that name most of what it has, then others."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

MOST_FILES = 8
"""A mutant is tried with at most this many test files first, the best of them before others."""

MORE_FILES = 32
"""If these do not notice it, it is tried with the others of about this many, and of its folder."""

SLOW = (
    "quickly or grows or linear or cheap or hostile or stopped or recorded_runs or real"
    " or in_time or random_moments or thirty_thousand"
)
"""Words in the names of tests, or of their files, that start programs, or take long."""


@cache
def _files(folder: Path, pattern: str) -> list[Path]:
    return [path for path in sorted(folder.rglob(pattern)) if path.parent.name != "mutants"]


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


def files_for(module: Path, tests: Path) -> list[Path]:
    """Return the test files for a module of the package that are tried first, the best before."""
    return _ranked(module, tests, MOST_FILES)[:MOST_FILES]


def others_for(module: Path, tests: Path) -> list[Path]:
    """Return the other test files of a module, for what the first do not notice."""
    best = files_for(module, tests)
    return [path for path in _ranked(module, tests, MORE_FILES) if path not in best]


def _ranked(module: Path, tests: Path, most: int) -> list[Path]:
    """Return the test files for a module, about as many as `most`, the best first.

    They are those that name what it has, then those that name what the modules have that import
    it, and so on; last the others of its folder.
    """
    every = _files(tests, "test_*.py")
    near = [path for path in every if path.parent.name == module.parent.name]
    chosen: list[Path] = []
    seen, level = {module}, [module]
    while level and len(chosen) < most:
        scores = {path: max(_score(path, one, path in near) for one in level) for path in every}
        best = [path for path in every if any(scores[path]) and path not in chosen]
        chosen += sorted(best, key=lambda path: [-int(one) for one in scores[path]])
        level = [path for path in _importers(level) if path not in seen]
        seen.update(level)
    return [*chosen[:most], *(path for path in near if path not in chosen[:most])]


def _score(path: Path, module: Path, is_near: bool) -> tuple[bool, bool, int]:
    """Return whether a test file has a module's name, is in its folder, and how much it names.

    A file of another folder has to import from the module, or to name a rule of it.
    """
    imports = f"{module.parent.name}.{module.stem}" in _imported(path)
    named = _has(module) & _words(path)
    if not is_near and not imports:
        named = frozenset(one for one in named if re.fullmatch(r"[A-Z]\d{3}", one))
    count = len(named) + imports
    return is_near and module.stem.removesuffix("s") in path.stem, is_near and count > 0, count


def _importers(modules: list[Path]) -> list[Path]:
    """Return the modules of the package that import one of these."""
    names = {f"{one.parent.name}.{one.stem}" for one in modules}
    return [path for path in _files(modules[0].parents[1], "*.py") if names & _imported(path)]

"""Which test files are run for a mutant: those that name most of what its module has."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

MOST_FILES = 8
"""A mutant is tried with at most this many test files, the best first."""

SLOW = "quickly or grows or linear or hostile or stopped or recorded_runs or real"
"""Words in the names of tests that start programs, or take long."""


@cache
def _texts(tests: Path) -> dict[Path, str]:
    every = (path for path in sorted(tests.rglob("test_*.py")) if path.parent.name != "mutants")
    return {path: path.read_text("utf-8") for path in every}


def files_for(module: Path, tests: Path) -> list[Path]:
    """Return the test files for a module of the package, the best first."""
    text = module.read_text("utf-8")
    codes = set(re.findall(r'@rule\(\s*"([A-Z]\d{3})"', text))
    names = set(re.findall(r"^(?:def|class) ([A-Za-z]\w{4,})", text, re.M))
    words = codes | names | {f"{module.parent.name}.{module.stem}"}
    named = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, words)))})\b")

    def names_it(path: Path) -> tuple[bool, bool, int]:
        is_own = module.stem.removesuffix("s") in path.stem
        is_near = path.parent.name == module.parent.name
        return is_own and is_near, is_near, len(set(named.findall(_texts(tests)[path])))

    near = [path for path in _texts(tests) if names_it(path)[0] or names_it(path)[2]]
    near.sort(key=lambda path: (*(-int(one) for one in names_it(path)), path))
    every = [path for path in _texts(tests) if path.parent.name == module.parent.name]
    return (near + [path for path in every if path not in near])[:MOST_FILES]

"""What earlier runs found: which output showed a secret without a hiding, to be tried first."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.command import ROOT
from tests.unhide.rows import ROWS, Row, defined
from tests.unhide.sites import Site


class Known:
    """A file with what is known of hidings, named by module and line, as numbers change.

    Which of them make a difference in an output is known until anything changes that the output is
    made of: a digest of all that is kept with it.
    """

    def __init__(self, file: Path, found: list[Site]):
        self._file = file
        self._names = _names(found)
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._digest = _digest()

    def shown(self, site: Site) -> tuple[Row, frozenset[int]] | None:
        """Return the output that showed a secret without a hiding and others; None if none did."""
        row, others = self._read()["shown"].get(self._names[site.number]) or (None, [])
        if row is None or Row(*row) not in ROWS or not self._numbers.keys() >= set(others):
            return None
        return Row(*row), frozenset(self._numbers[one] for one in others)

    def add_shown(self, site: Site, row: Row | None, others: tuple[Site, ...]) -> None:
        """Remember which output showed a secret without a hiding and others."""
        found = [row, [self._names[one.number] for one in others]] if row else None
        self._add("shown", self._names[site.number], found)

    def rows(self) -> Counter[Row]:
        """Return without how many hidings each output showed a secret."""
        return Counter(Row(*found[0]) for found in self._read()["shown"].values() if found)

    def differing(self, row: Row) -> set[int] | None:
        """Return the hidings that make a difference in an output; None if that is not known."""
        digest, names = self._read()["differing"].get(str(row)) or ("", [])
        is_known = digest == self._digest + defined(row)
        return {self._numbers[name] for name in names} if is_known else None

    def add_differing(self, row: Row, numbers: set[int]) -> None:
        """Remember which hidings make a difference in an output."""
        names = [self._names[number] for number in sorted(numbers)]
        self._add("differing", str(row), [self._digest + defined(row), names])

    def _read(self) -> dict[str, dict[str, Any]]:
        if not self._file.exists():
            return {"shown": {}, "differing": {}}
        read: dict[str, dict[str, Any]] = json.loads(self._file.read_text())
        return read

    def _add(self, part: str, name: str, value: Any) -> None:
        read = self._read()  # another run may have written it
        read[part][name] = value
        self._file.parent.mkdir(exist_ok=True)
        self._file.write_text(json.dumps(read, indent=1))


def _names(found: list[Site]) -> list[str]:
    seen = Counter[str]()
    names = []
    for site in found:
        name = f"{site.module}: {site.what}"
        seen[name] += 1
        names.append(f"{name} #{seen[name]}" if seen[name] > 1 else name)
    return names


_FOLDERS = ("manifest_lint", "fixtures", "tests/canary", "tests/servers", "tests/unhide")
"""Where the files are that an output is made of, besides modules at the top of `tests/`."""

_APART = frozenset(
    (
        *("tests/canary/builds.py", "tests/canary/commands.py", "tests/unhide/reasons.py"),
        *("tests/unhide/known.py", "tests/unhide/tries.py", "tests/unhide/test_unhide.py"),
    )
)
"""What changes no output: a command changes only its own, see `defined`."""


def _digest() -> str:
    """Return a digest of the package, as it is changed, and of all that its outputs are made of."""
    files = {file for folder in _FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()}
    files |= {file for file in (ROOT / "tests").glob("*.py") if not file.name.startswith("test_")}
    digest = hashlib.sha256()
    for file in sorted(files):
        name = file.relative_to(ROOT).as_posix()
        if name not in _APART and not re.search("__pycache__|node_modules", name):
            digest.update(f"{name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]

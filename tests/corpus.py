"""Read the corpus of real manifests, and compare what is found in them.

Used by `tests.replay` and `tests.wild`. The corpus itself stays outside of this project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from manifest_lint import Finding
from manifest_lint.config.toml import decode
from tests.conformance import SHARED

CORPUS = SHARED / "corpus"

Identity = tuple[str, tuple[str, ...], str]
"""What identifies a finding: rule, pointer and message, on any line."""

_INDEX = re.compile(r"\[\d+\]")


class Unusable(Exception):
    """A file that cannot be used: one line that says which, where and why."""


class Manifest(NamedTuple):
    """One manifest of the history of a repository."""

    id: str
    text: str
    repo: str = ""
    commit: str = ""
    date: str = ""


def manifests(file: Path) -> dict[str, Manifest]:
    """Read manifests, one per line, by their ids. Raises Unusable."""
    read = {}
    for number, line in lines(file):
        manifest = Manifest(
            *(texts(file, number, line, ("id", "text"), ("repo", "commit", "date")))
        )
        read[manifest.id] = manifest
    return read


def lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line number and object of a file with one object per line. Raises Unusable."""
    try:
        text = file.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise Unusable(f"{file}: cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise Unusable(f"{file}:{number}: not JSON: {error}") from error
        if not isinstance(value, dict):
            raise Unusable(f"{file}:{number}: not an object")
        yield number, value


def texts(
    file: Path, number: int, line: dict[str, Any], wanted: tuple[str, ...], known: tuple[str, ...]
) -> list[str]:
    """Return the strings that a line must have, then those it may have. Raises Unusable."""
    for key in wanted:
        if not isinstance(line.get(key), str):
            raise Unusable(f'{file}:{number}: no string under "{key}"')
    return [str(line.get(key) or "") for key in (*wanted, *known)]


def toml(file: Path) -> dict[str, Any]:
    """Read a TOML file. Raises Unusable."""
    try:
        return decode(file.read_text("utf-8"))
    except (OSError, ValueError) as error:  # a TOMLDecodeError is a ValueError
        raise Unusable(f"{file}: cannot be read: {error}") from error


def encoded(text: str) -> bytes:
    """Return the bytes of a string, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def identity(finding: Finding) -> Identity:
    """Return what identifies a finding wherever it is: the index in a list does not count."""
    pointer = tuple("*" if isinstance(step, int) else step for step in finding.pointer)
    return finding.code, pointer, _INDEX.sub("[*]", finding.message)

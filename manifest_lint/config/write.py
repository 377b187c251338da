"""Adds an entry to `per-file-ignores` of a configuration, whose other text stays as it is."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from manifest_lint.config.positions import Places, Pointer
from manifest_lint.config.toml import decode
from manifest_lint.config.toml_file import PYPROJECT, TABLE

KEY = "per-file-ignores"

_REST_OF_LINE = re.compile(r"[ \t]*(?:,[ \t]*)?(#[^\n]*)?\r?(?=\n|\Z)")

_REST_OF_TABLE = re.compile(
    r"[^\n]*(?:\n[ \t]*#[^\n]*)*(?=\n[ \t\r]*(?:\n|\Z)|\Z)|[^\n]*",
)
"""Matches a line and the comments below it, unless these are directly above something else."""


class Insertion(NamedTuple):
    """Text to insert at an offset in code points."""

    at: int
    text: str


def insertions(text: str, path: Path, entry: dict[str, str | date]) -> tuple[Insertion, ...] | None:
    """Return what to insert into the text of a configuration, so that it has one more entry.

    It is a table of its own, after the last one; in a list of inline tables it is another of these.
    `path` decides which table is ours. None if our table is written in a form that cannot be added
    to: the text is decoded again to see that it has this entry more and is the same otherwise.
    """
    above: Pointer = TABLE if path.name == PYPROJECT else ()
    wanted = copy.deepcopy(decode(text))
    table: Any = wanted
    for name in above:
        table = table.setdefault(name, {})
    known = table.setdefault(KEY, [])
    known.append(entry)
    for made in _ways(text, (*above, KEY), len(known) - 1, entry):
        try:
            if decode(with_insertions(text, made)) == wanted:
                return made
        except ValueError:
            continue
    return None


def with_insertions(text: str, made: tuple[Insertion, ...]) -> str:
    """Return the text with what is inserted; `made` is in the order of the text."""
    pieces, end = [], 0
    for at, inserted in made:
        pieces += [text[end:at], inserted]
        end = at
    return "".join([*pieces, text[end:]])


def _ways(
    text: str, key: Pointer, number: int, entry: dict[str, str | date]
) -> Iterator[tuple[Insertion, ...]]:
    """Yield ways to add an entry; at most one of them is right."""
    places, newline = Places(text), "\r\n" if "\r\n" in text else "\n"
    if number:
        yield from _in_list(text, places.end((*key, number - 1)), entry, newline)
    elif (start := places.end(key)) is not None:
        yield (Insertion(start - 1, _inline(entry)),)
    header = f"[[{'.'.join(map(str, key))}]]"
    lines = [header, *(f"{name} = {_toml(value)}" for name, value in entry.items())]
    block = newline.join(lines)
    after = [key, key[:-1]] if len(key) > 1 else [key]
    for end in (places.end(one) or places.start(one) for one in after if one):
        if end is not None:
            found = _REST_OF_TABLE.match(text, end)
            at = found.end() if found else len(text)
            at -= text[at - 1 : at] == "\r"
            yield (Insertion(at, f"{newline}{newline}{block}"),)
    blank = newline if text.strip() else ""
    gap = blank if text.endswith("\n") or not text else blank * 2
    yield (Insertion(len(text), f"{gap}{block}{newline}"),)


def _in_list(
    text: str, end: int | None, entry: dict[str, str | date], newline: str
) -> Iterator[tuple[Insertion, ...]]:
    """Yield ways to add an inline table after the last one, which ends at `end`."""
    if end is None:
        return
    line = text[text.rfind("\n", 0, end) + 1 : end]
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    inline = _inline(entry)
    if (rest := _REST_OF_LINE.match(text, end)) and "{" in line[len(indent) :][:1]:
        comma = () if "," in rest[0].partition("#")[0] else (Insertion(end, ","),)
        at = rest.end() - rest[0].endswith("\r")
        yield (*comma, Insertion(at, f"{newline}{indent}{inline},"))
    yield (Insertion(end, f", {inline}"),)


def _inline(entry: dict[str, str | date]) -> str:
    return f"{{ {', '.join(f'{name} = {_toml(value)}' for name, value in entry.items())} }}"


def _toml(value: str | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")

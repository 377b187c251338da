"""The values of secret names in a file that is never packed without a reason, and now is.

Such a file holds secrets by its name. In any other, a name like `token` means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from manifest_lint.archive.archive import Archive, Leak, Suspect
from manifest_lint.archive.never_packed import HARMLESS, first_never_packed
from manifest_lint.document.secret import Secret, is_a_secret, is_a_secret_among_words
from manifest_lint.document.secret_names import (
    pairs_in,
    perhaps_names_a_secret,
    surely_names_a_secret,
)
from manifest_lint.text.wording import short

LARGEST = 1 << 20
"""Bytes of a file that are searched: such files are written by hand, or by a login."""

MOST_REPORTED = 20
"""Values that are reported in one file."""

_LINE = (
    r"(?m)^(?:[^\s=#;]{0,200}[:/]|[ \t]{0,99}(?:export |set |- )?)[\"']?([\w.-]{1,80})[\"']?"
    r"[ \t]{0,9}(?:=|:[ \t]|[ \t])[ \t]{0,9}[\"'`]?([^\s\"'`]{1,2000})[\"'`]?[ \t,;]{0,9}\r?$"
)
"""`NAME=value`, `name: value`, `name value`, and `//host/:_name=value` of npm."""

_LONGEST_LINE = 4000
_OF_NPM = ("_auth", "_authtoken", "npmauthident")
"""Names that say nothing elsewhere [docs.npmjs.com, npmrc; yarnpkg.com, yarnrc]."""


class NamedValues:
    """Looks for values of secret names in files, block by block; see tarball.Watcher."""

    def __init__(self) -> None:
        self._path = ""
        self._data: bytes | None = None
        self._suspects: list[Suspect] = []

    def start(self, path: str) -> None:
        """Start a file: its bytes follow."""
        self.finish()
        pattern, _ = first_never_packed(path)
        self._path, self._data = path, b"" if pattern and pattern not in HARMLESS else None

    def feed(self, block: bytes) -> None:
        """Keep the next bytes of a file that is to be searched."""
        if self._data is not None and len(self._data) < LARGEST:
            self._data = (self._data + block)[:LARGEST]

    def finish(self) -> None:
        """Search the last file."""
        if self._data:
            self._suspects += named_values(self._path, self._data)
        self._data = None

    def added_to(self, archive: Archive) -> Archive:
        """Return an archive with what was found, if no other search has found it there."""
        seen: dict[str, list[str]] = {}
        others: tuple[Leak | Suspect, ...] = (*archive.leaks, *archive.suspects)
        for one in others:
            seen.setdefault(one.path, []).append(one.value.reveal())
        new = [
            one
            for one in self._suspects
            if not any(_is_same(one.value.reveal(), other) for other in seen.get(one.path, ()))
        ]
        order = {path: number for number, path in enumerate(archive.list())} if new else {}
        both = sorted((*archive.suspects, *new), key=lambda one: order.get(one.path, 0))
        return archive._replace(suspects=tuple(both))


def _is_same(value: str, other: str) -> bool:
    return bool(other) and (value in other or other in value)


def named_values(path: str, data: bytes) -> Iterator[Suspect]:
    """Yield the first values of secret names in a file, in order."""
    text = data.decode("utf-8", "surrogateescape")
    found: dict[int, tuple[str, str]] = {}
    for start, end, key, value in _pairs(text):
        if _is_one(key, value):
            at = start + text[start:end].find(value)
            found.setdefault(max(at, start), (key, value))
    for start in sorted(found)[:MOST_REPORTED]:
        key, value = found[start]
        offset = len(text[:start].encode("utf-8", "surrogateescape"))
        yield Suspect(path, offset, f"the value of `{short(key)}`", Secret(value))


def _pairs(text: str) -> Iterable[tuple[int, int, str, str]]:
    yield from pairs_in(text, _names)
    if len(max(text.split("\n"), key=len)) > _LONGEST_LINE:
        return
    for found in re.finditer(_LINE, text, re.ASCII):
        if _names(found[1]):
            yield *found.span(2), found[1], found[2]


def _names(key: str) -> bool:
    return surely_names_a_secret(key) or perhaps_names_a_secret(key) or key.lower() in _OF_NPM


def _is_one(key: str, value: str) -> bool:
    from manifest_lint.document.public_values import is_public  # only for such a file

    if surely_names_a_secret(key):
        return is_a_secret(value) and not is_public(key, value)
    return is_a_secret_among_words(value) or (key.lower() in _OF_NPM and is_a_secret(value))

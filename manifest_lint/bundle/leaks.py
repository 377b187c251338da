"""Looks for known secrets in every byte that is packed, however they were written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property

from manifest_lint.archive.archive import Leak
from manifest_lint.bundle.forms import NUMBERS, forms, in_parts
from manifest_lint.bundle.known import SHORTEST, Known
from manifest_lint.bundle.reading import readings
from manifest_lint.bundle.squeeze import squeezed, squeezed_forms
from manifest_lint.config.settings import Exemption
from manifest_lint.document.masking import Hider
from manifest_lint.engine.hide import hidden
from manifest_lint.engine.report import Exempted, Report
from manifest_lint.finding import Finding
from manifest_lint.text.substrings import Finder, finder

_WIDTH = 4
"""Bytes that a piece of the longest form may take in a file, with what is around it."""

_LEAST_OVERLAP = 2048
"""Bytes for what is around a piece: a comment, the indent of a line."""

_LONGEST_ESCAPE = 5
"""Bytes of a secret that a backslash before it may make an escape of: `\\u0041`."""

_LEAST_LEFT = 6

_MOST_LOOKED_FOR = 100
"""Bytes of a squeezed form that the first look searches for: a table of more is slow to make."""

_MOST_IN_TABLE = 20_000
"""Bytes of all squeezed forms up to which the quicker search is worth its memory."""

_LEAST_SQUEEZED = 4
"""A squeezed form with fewer bytes is everywhere: then each block is read as code reads it."""


def written(known: Iterable[Known], leaks: Iterable[Leak]) -> list[str]:
    """Return what no report may show: known secrets, and every form of those that leaked.

    A form may be in the name of a file, or where another rule quotes it. Most secrets are in no
    file: to look for all their forms in each text would take long.
    """
    leaked = {leak.value.reveal() for leak in leaks}
    found = (form for secret in leaked for form in forms(secret, SHORTEST))
    return [
        *(one.secret.reveal() for one in known),
        *(form.decode("utf-8", "surrogateescape") for form in found),
    ]


def without_known(report: Report, hide: Hider) -> Report:
    """Return a report with known secrets masked, and without the files that have one.

    A secret may be in the manifest by mistake, where other rules find it too, or in a path.
    """

    def named(path: str) -> str:
        return hide(path) if hide.finds(path) else path

    def shown(finding: Finding) -> Finding:
        return hidden(finding, hide)._replace(path=named(finding.path))

    documents = {
        named(name): document.withheld() if hide.finds(document.text) else document
        for name, document in report.documents.items()
    }
    return report._replace(
        findings=tuple(map(shown, report.findings)),
        exempted=tuple(
            Exempted(shown(one.finding), _hidden_entry(one.exemption, hide))
            for one in report.exempted
        ),
        baselined=tuple(map(shown, report.baselined)),
        expired=tuple(_hidden_entry(one, hide) for one in report.expired),
        needless=tuple(_hidden_entry(one, hide) for one in report.needless),
        documents=documents,
        settings={named(name): settings for name, settings in report.settings.items()},
    )


def _hidden_entry(entry: Exemption, hide: Hider) -> Exemption:
    pointer = None if entry.pointer is None else hide(entry.pointer)
    path, reason, file = hide(entry.path), hide(entry.reason), hide(entry.file)
    return entry._replace(path=path, pointer=pointer, reason=reason, file=file)


class Search:
    """Searches files for known secrets, block by block; see tarball.Watcher.

    A first look at a block is quick and has chance hits: see `squeezed`. Only a block with a new
    hit is read as code reads it.
    """

    def __init__(self, known: Iterable[Known]):
        self._known: list[Known] = []
        self._forms: list[tuple[bytes, int, str]] = []
        secrets: set[str] = set()
        for number, one in enumerate(known):
            self._known.append(one)
            if (secret := one.secret.reveal()) not in secrets:
                secrets.add(secret)
                every = forms(secret, SHORTEST).items()
                self._forms += [(form, number, how) for form, how in every]
        self._is_printable = all(one.isascii() and one.isprintable() for one in secrets)
        # Pieces of a string may have one character each, and a joint after it.
        longest = max((len(form) for form, *_ in self._forms), default=1)
        self._overlap = longest * _WIDTH + _LEAST_OVERLAP
        self._path = ""
        self._tail = b""
        self._offset = 0
        self._found: dict[tuple[str, int], Leak] = {}

    @cached_property
    def _matches(self) -> Finder:
        # Few blocks and the names of files are searched: what matters is how soon it is ready.
        return finder([form for form, *_ in self._forms], "all", table=False)

    @cached_property
    def _squeezed(self) -> dict[bytes, set[int]]:
        """The squeezed forms, and the secrets of each."""
        owners: dict[bytes, set[int]] = {}
        for number, needle in self._needles():
            for one in squeezed_forms(needle, printable=self._is_printable):
                owners.setdefault(_looked_for(one), set()).add(number)
        return {form: of for form, of in owners.items() if len(form) >= _LEAST_SQUEEZED}

    @cached_property
    def _any_squeezed(self) -> Finder:
        """What finds whether there are squeezed forms, ten times as quickly as which."""
        # Without it, more than a hundred forms are searched for in the slower way.
        is_small = sum(map(len, self._squeezed)) <= _MOST_IN_TABLE
        return finder(self._squeezed, "first", table=True if is_small else None)

    @cached_property
    def _all_squeezed(self) -> Finder:
        return finder(self._squeezed, "all")

    def _needles(self) -> Iterator[tuple[int, bytes]]:
        """Yield what the first look searches for, and the number of the secret."""
        for form, number, how in self._forms:
            yield from ((number, part) for part in in_parts(form, how))

    @cached_property
    def _everywhere(self) -> set[int]:
        """The secrets that the first look cannot find."""
        return {
            number
            for form, number, _ in self._forms
            for text in squeezed(form, printable=self._is_printable)
            if len(text) < _LEAST_SQUEEZED
        }

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """What was found, each secret once for each file, in the order of files."""
        return tuple(self._found.values())

    def start(self, path: str) -> None:
        """Start a file: its bytes follow."""
        self._path, self._tail, self._offset = path, b"", 0
        if self._forms:
            for form, *_ in self._matches(os.fsencode(path)):
                self._keep(form, 0, "in its name")

    def feed(self, block: bytes) -> None:
        """Search the next bytes of the file, and the strings that code joins there."""
        if not self._forms:
            return
        data, start = self._tail + block, self._offset - len(self._tail)
        if self._may_have_more(data):
            self._read(data, start)
        self._offset += len(block)
        self._tail = data[-self._overlap :]

    def _may_have_more(self, data: bytes) -> bool:
        """Return whether data may have a secret that was not found in this file."""
        left = {n for n in range(len(self._known)) if (self._path, n) not in self._found}
        if self._everywhere & left:
            return True
        owners = list(self._squeezed.values())
        return any(
            owners[form] & left
            for text in squeezed(data, printable=self._is_printable)
            if self._any_squeezed(text)
            for form, *_ in self._all_squeezed(text)
        )

    def _read(self, data: bytes, start: int) -> None:
        """Find the forms of secrets in data, then in what code makes of it."""
        for form, at in self._matching(data):
            self._keep(form, start + at)
        for reading, how in readings(data):
            for form, at in self._matching(reading.data):
                self._keep(form, start + reading.origin(at), how)

    def _matching(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield the forms in data, and where; numbers of characters are whole numbers."""
        for form, start, end in self._matches(data):
            around = data[start - 1 : start], data[end : end + 1]
            if self._forms[form][2] != NUMBERS or not any(map(bytes.isalnum, around)):
                yield form, start

    def _keep(self, form: int, offset: int, written: str = "") -> None:
        _, number, how = self._forms[form]
        key = (self._path, number)
        if key not in self._found or offset < self._found[key].offset:
            one = self._known[number]
            self._found[key] = Leak(self._path, offset, one.name, written or how, one.secret)


def _looked_for(form: bytes) -> bytes:
    """Return the part of a squeezed form that the first look searches for."""
    start = max(min(_LONGEST_ESCAPE, len(form) - _LEAST_LEFT), 0)
    return form[start : start + _MOST_LOOKED_FOR]

"""What looks like a secret in a file: the known forms of secrets, in megabytes on one line.

One search finds the starts of all forms, and each form is tried where its start is, on a limited
length, so no input keeps the expressions busy. The forms are in `document/secret_table.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.archive.archive import Suspect
from manifest_lint.document.secret import Secret
from manifest_lint.document.secret_forms import BEFORE, LENGTH, at, may_be_at
from manifest_lint.document.secret_table import FORMS, Form
from manifest_lint.text.substrings import Finder, finder

MOST_TRIED = 50_000
"""Places of an archive that are tried; the bundles of large connectors have at most a tenth."""

MOST_SEEN = 1_000_000
"""Starts in an archive: most of those in the middle of a word are not tried."""

MOST_REPORTED = 20
"""Suspects that are reported in one file."""

TOO_MANY = f"more than {MOST_TRIED:,} places look like the start of one; the rest is not searched"


class Detectors:
    """Looks for possible secrets in files, block by block; see tarball.Watcher."""

    def __init__(self) -> None:
        self._finder: Finder | None = None
        self._forms: list[tuple[Form, str]] = []  # of each start, with its not_after
        self._path = ""
        self._data = b""
        self._offset = 0  # of the first byte of _data in the file
        self._looked_at = 0  # in _data: where the next look starts
        self._seen = self._tried = 0
        self._last = 0
        self._reported = 0
        self.suspects: list[Suspect] = []

    def start(self, path: str) -> None:
        """Start a file: its bytes follow."""
        self.finish()
        self._path, self._offset, self._last, self._reported = path, 0, 0, 0

    def feed(self, block: bytes) -> None:
        """Search the next bytes of the file, but not the end, which may go on."""
        self._data += block
        self._look(len(self._data) - LENGTH)

    def finish(self) -> None:
        """Search the rest of the last file."""
        self._look(len(self._data))
        self._data, self._looked_at = b"", 0

    def _look(self, end: int) -> None:
        """Try every start before `end`, and keep the bytes after it."""
        if end <= self._looked_at:
            return
        too_many = self._tried > MOST_TRIED or self._seen > MOST_SEEN
        if not too_many:
            self._try_starts(end)
        cut = max(end - BEFORE, 0)
        self._data, self._looked_at = self._data[cut:], end - cut
        self._offset += cut

    def _try_starts(self, end: int) -> None:
        text = None
        for number, start, _ in self._starts()(self._data):
            if not self._looked_at <= start < end:
                continue
            if self._reported >= MOST_REPORTED:
                return
            text = text or self._data.decode("latin-1")
            form, not_after = self._forms[number]
            self._seen += 1
            if not not_after or may_be_at(form, text, start):
                self._tried += 1
                found = at(form, text, start) if self._offset + start >= self._last else None
            else:
                found = None
            if self._tried > MOST_TRIED or self._seen > MOST_SEEN:
                self._report(start, TOO_MANY, TOO_MANY)
                return
            if found:
                self._report(found[0], form.kind, _whole(text, *found, form.kind))
                self._last = self._offset + found[1]

    def _report(self, start: int, kind: str, secret: str) -> None:
        self._reported += 1
        self.suspects.append(Suspect(self._path, self._offset + start, kind, Secret(secret)))

    def _starts(self) -> Finder:
        if self._finder is None:
            self._forms = [(form, form.not_after) for form in FORMS for _ in form.starts]
            starts = [start.encode() for form in FORMS for start in form.starts]
            self._finder = finder(starts, "all")
        return self._finder


_ENDS = {"Private Key": "END", "JSON Web Key": "}"}
"""What comes after a secret whose form is only its start."""


def _whole(text: str, start: int, end: int, kind: str) -> str:
    """Return a secret whose form is known from a start to an end: all of it, as far as is read."""
    limit = start + LENGTH
    last = text.find(_ENDS[kind], end, limit) if kind in _ENDS else end
    return text[start : last if last >= 0 else limit]


def suspects(data: bytes, path: str = "") -> Iterator[Suspect]:
    """Yield what looks like a secret in one file, in order."""
    detectors = Detectors()
    detectors.start(path)
    detectors.feed(data)
    detectors.finish()
    yield from detectors.suspects

"""Hold a report back until it is complete: if its format fails, nothing of it is written."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile

from manifest_lint.reports.pieces import text_of

_IN_MEMORY = 20
"""Pieces; more are in a temporary file without a name, which no other user may read."""


@contextmanager
def held(lines: Iterable[str]) -> Iterator[Iterator[str]]:
    """Make all lines of a report, and give their text in pieces."""
    pieces = text_of(lines)
    first = list(islice(pieces, _IN_MEMORY))
    if len(first) < _IN_MEMORY:
        yield iter(first)
        return
    with TemporaryFile() as file:
        number = 0
        for number, piece in enumerate(pieces, 1):  # noqa: B007
            pickle.dump(piece, file)
        file.seek(0)
        rest = (pickle.load(file) for _ in range(number))  # we have written it
        yield (piece for part in (first, rest) for piece in part)

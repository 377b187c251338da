"""Hold a report back until it is complete: if its format fails, nothing of it is written."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from manifest_lint.reports.pieces import text_of

_IN_MEMORY = 20
"""Pieces; more are in a temporary file."""


@contextmanager
def held(lines: Iterable[str]) -> Iterator[Iterator[str]]:
    """Make all lines of a report, and give their text in pieces. Raises UserError as `Store`."""
    pieces = text_of(lines)
    first = list(islice(pieces, _IN_MEMORY))
    if len(first) < _IN_MEMORY:
        yield iter(first)
        return
    from manifest_lint.engine.found import Store  # only for a long report

    store = Store()
    places = [store.add(pickle.dumps(piece)) for piece in pieces]
    yield (piece for part in (first, map(store.load, places)) for piece in part)

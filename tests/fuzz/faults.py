"""Faults that were fixed, to put back: fuzzing must find each again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

from manifest_lint.document import go_json
from manifest_lint.finding import Finding
from manifest_lint.reports.outcome import Outcome
from tests.fuzz.targets import TARGETS


class Fault(NamedTuple):
    """A fault: the target that finds it, what is said of it, and what puts it back for a while."""

    target: str
    said: str
    put_back: Callable[[], AbstractContextManager[Any]]


def _only_by_identity(self: Outcome, finding: Finding) -> str:
    """Know only the very findings that a report was made with; those in a file are made anew."""
    of_file = self.report.on(finding.path)
    return dict(zip(map(id, of_file), self._fingerprints(of_file), strict=True))[id(finding)]


FAULTS = {
    # SARIF of connectors that were checked in parts (1061c07c).
    "fingerprints": Fault(
        "manifest",
        "KeyError",
        partial(mock.patch.object, Outcome, "fingerprint", _only_by_identity),
    ),
    # A value with half of a surrogate pair: no report with it could be written (13222c85).
    "surrogates": Fault(
        "manifest",
        "surrogates not allowed",
        partial(mock.patch.object, go_json, "without_lone_surrogates", str),
    ),
}
"""By name. Each has the commit that fixed it."""


def found(name: str, number: int) -> int | None:
    """Put a fault back, and return the number of the input that finds it; None if none does."""
    fault, target = FAULTS[name], TARGETS[FAULTS[name].target]
    with fault.put_back():
        for count, data in enumerate(target.inputs(number), 1):
            try:
                target.check(data, False)
            except Exception as error:
                if fault.said in f"{type(error).__name__}: {error}":
                    return count
                raise
    return None

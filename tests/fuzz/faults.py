"""Faults that were fixed, to put back: fuzzing must find each again."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from unittest import mock

from manifest_lint.document import go_json
from manifest_lint.finding import Finding
from manifest_lint.reports.outcome import Outcome


class Fault(NamedTuple):
    """A fault: the target that finds it, what is said of it, and what puts it back."""

    target: str
    said: str
    put_back: Callable[[], object]


def _only_by_identity(self: Outcome, finding: Finding) -> str:
    """Know only the very findings that a report was made with; those in a file are made anew."""
    of_file = self.report.on(finding.path)
    return dict(zip(map(id, of_file), self._fingerprints(of_file), strict=True))[id(finding)]


def _patch(target: object, name: str, new: object) -> object:
    return mock.patch.object(target, name, new).start()


FAULTS = {
    # SARIF of connectors that were checked in parts (1061c07c).
    "fingerprints": Fault(
        "manifest",
        "KeyError",
        lambda: _patch(Outcome, "fingerprint", _only_by_identity),
    ),
    # A value with half of a surrogate pair: no report with it could be written (13222c85).
    "surrogates": Fault(
        "manifest",
        "surrogates not allowed",
        lambda: _patch(go_json, "without_lone_surrogates", lambda text: text),
    ),
}
"""By name. Each names the commit that fixed it."""

"""Why a request has no response."""

from __future__ import annotations

from typing import Literal

Kind = Literal["unreachable", "certificate", "broken"]
"""`unreachable`: the host could not be reached from here. `certificate`: it was, and could not show
that it is the right one. `broken`: it was, and does not speak HTTP."""


class Failure(Exception):
    """A request without a response: `why` says so, and holds nothing secret.

    `may_pass` is whether the same request may succeed a moment later.
    """

    def __init__(self, why: str, kind: Kind = "unreachable", *, may_pass: bool = False):
        super().__init__(why)
        self.why = why
        self.kind = kind
        self.may_pass = may_pass

    def words(self) -> str:
        """Return what to say of the host: a clause that follows its name."""
        if self.kind == "unreachable":
            return f"could not be reached from here: {self.why}"
        return self.why

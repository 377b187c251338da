"""Why a request has no response."""

from __future__ import annotations

from typing import Literal

Kind = Literal["unreachable", "certificate", "broken"]
"""`unreachable`: the host could not be reached from here. `certificate`: it could, but its
certificate is not valid for it. `broken`: it could, but does not speak HTTP."""


class Failure(Exception):
    """A request without a response: `why` is the reason, without secrets.

    `may_pass` is whether the same request may succeed a moment later.
    """

    def __init__(self, why: str, kind: Kind = "unreachable", *, may_pass: bool = False):
        super().__init__(why)
        self.why = why
        self.kind = kind
        self.may_pass = may_pass

    def words(self) -> str:
        """Return a clause that follows the host's name in a message."""
        if self.kind == "unreachable":
            return f"could not be reached from here: {self.why}"
        return self.why

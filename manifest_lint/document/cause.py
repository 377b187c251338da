"""One reason why text is not JSON."""

from __future__ import annotations

from typing import NamedTuple


class Cause(NamedTuple):
    """One reason why text is not JSON.

    `start` and `end` are offsets in the text, in code points. `template` is the message, with `{}`
    in place of `quoted`, the excerpt that it shows. `edits` fix it: each is (start, end, new text).
    `fix` describes the fix for a person; it is empty where only the author can know it. `safe` is
    True if the fix cannot be wrong.
    """

    start: int
    end: int
    template: str
    edits: tuple[tuple[int, int, str], ...] = ()
    fix: str = ""
    safe: bool = False
    quoted: str = ""

    @property
    def message(self) -> str:
        """The message, with the excerpt filled in."""
        return self.template.replace("{}", self.quoted)

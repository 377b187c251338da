"""One reason why a text is not JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a text is not JSON.

    `start` and `end` are offsets in the text, in code points. `template` is the message, with `{}`
    for the piece of the text that it quotes, `quoted`. `edits` fix it: each replaces a stretch of
    the text. `fix` names the fix for a person and is empty where only the author can know it;
    `safe` says that it leaves no doubt.
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
        """The message, with what it quotes."""
        return self.template.replace("{}", self.quoted)

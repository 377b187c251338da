"""How a report was made: what a reader has to know to make it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from manifest_lint.finding import Record


class Made(Record):
    """How a report was made; what is not known is empty.

    `date` is the day and time, `commit` returns the one that is checked out. `command` is as it was
    typed, without secrets; `configurations` are the files with settings. `folder` is what paths are
    relative to: the one that holds all that was checked. `address` is the public one of this
    program's repository, `documentation` that of its pages.
    """

    date: str = ""
    commit: Callable[[], str] = str
    command: str = ""
    configurations: tuple[str, ...] = ()
    folder: Path | None = None
    address: str = ""
    documentation: str = ""

    def page_of(self, code: str) -> str:
        """Return the address of a rule's page: of all pages, if it has none of its own."""
        return f"{self.documentation}rules/{code}/" if self.documentation else self.address

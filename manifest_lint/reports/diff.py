"""What fixes would change, as a unified diff that `git apply` takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manifest_lint.document.document import Document
from manifest_lint.engine.report import Rewrite


def render(rewrites: Iterable[Rewrite]) -> Iterator[str]:
    """Give the lines of a diff of each document, each with its own line end.

    Secrets are masked, so the diff of a file of account types is for reading only.
    """
    import difflib  # only for a diff

    for rewrite in rewrites:
        name = rewrite.document.name
        after = Document(name, rewrite.after, rewrite.document.kind)
        before, new = _lines(rewrite.document), _lines(after)
        for line in difflib.unified_diff(before, new, name, name):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(document: Document) -> list[str]:
    """Give the lines with their ends; a carriage return alone ends none."""
    text = document.masked
    if text is None:
        return ["(hidden: it may hold secrets)\n"]
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], lines[-1][:-1]] if lines[-1] != "\n" else lines[:-1]

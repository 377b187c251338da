"""What fixes would change, as a unified diff for `git apply`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manifest_lint.document.document import Document
from manifest_lint.document.masking import shown_text
from manifest_lint.engine.report import Rewrite


def render(rewrites: Iterable[Rewrite]) -> Iterator[str]:
    """Yield the lines of a diff of each document, as `changes` does."""
    for rewrite in rewrites:
        yield from changes(rewrite.document, rewrite.after)


def changes(document: Document, after: bytes) -> Iterator[str]:
    """Yield the lines of a diff between a document and its new content, with their line ends.

    Secrets are masked, so the diff of an account types file cannot be applied.
    """
    from manifest_lint.text.line_diff import unified  # only for a diff

    name = shown_text(document.name)
    fixed = Document(document.name, after, document.kind)
    fixed.others = document.others
    old, new = _lines(document), _lines(fixed)
    for line in unified(old, new, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(document: Document) -> list[str]:
    """Return the lines with their ends; a carriage return alone does not end a line."""
    text = document.masked
    if text is None:
        return ["(hidden: it may hold secrets)\n"]
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], lines[-1][:-1]] if lines[-1] != "\n" else lines[:-1]

"""L007: descriptions as the store shows them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from manifest_lint.cozy.vocabulary import ENDLESS_ELEMENTS
from manifest_lint.finding import Severity
from manifest_lint.project.connector import Connector
from manifest_lint.project.locales import languages
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text, quoted, short

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from manifest_lint.document.spans import Pointer

_Line: TypeAlias = "list[Token]"
_Mistake = tuple[Severity, str, str]
"""The severity, what is wrong with a text, and the title of the fix."""

_MOST_READ = 100_000
"""At most this many characters of a manifest are read as Markdown, which is slow."""

_SUSPICIOUS = (
    r"\)\["  # a link the wrong way round
    r"|(?:[.!?\u2026][\"'\u2019\u201d\u00bb)]{0,3}|\*\*|__) ?\n[^\n]"  # a title or a sentence ends
    r"|<(?!br ?/?>[^\n])/?[A-Za-z]"  # HTML, except the usual line break
)
_IN_SUSPICIOUS = (")[", "\n", "<")
"""Each text that it matches has one of these; most texts have none."""

_REVERSED_LINK = r"\([^()\[\]\n]+\)\[[^\[\]\s]+\]"
_UNPAIRED = (
    r"(?<!\*)\*{2,3}(?!\*)",
    r"(?<!\w)_{2,3}(?!_)|(?<!_)_{2,3}(?!\w)",  # not within a word
)
_MARKDOWN = r"\[[^\[\]\n]+\]\([^()\s]+\)|(\*\*|__)\w[^*_\n]*\1"
_SENTENCE_END = r"[.!?\u2026][\"'\u2019\u201d\u00bb)]{0,3}\Z"
_TAG = r"<(/?)([A-Za-z][A-Za-z0-9-]*)"


@rule("L007", "text-shown-as-written", severity=WARNING)
def text_shown_as_written(connector: Connector) -> Iterator[Finding]:
    """A description has broken Markdown or HTML.

    In long descriptions, changes and partnerships, users see broken Markdown as written, and an
    HTML element that is not closed is lost or goes on to the end of the text. The store shows a
    single line break as a space, which is a note where a paragraph or a title seems to end.

    Bad: {"locales": {"en": {"long_description": "See (our site)[https://sunmeter.example]"}}}
    Good: {"locales": {"en": {"long_description": "See [our site](https://sunmeter.example)"}}}
    Source: cozy-store src/ducks/components/ReactMarkdownWrapper.jsx; react-markdown 3.6 and 4.3;
    CommonMark 0.31
    """
    left = _MOST_READ
    for pointer, text in _shown_as_markdown(connector):
        if len(text) <= left and _is_suspicious(text):
            left -= len(text)
            for severity, what, fix in _mistakes(text):
                message = f"`{pointer_text(pointer)}` {what}"
                yield Finding(message, pointer, severity=severity, fix=Fix(fix))


def _shown_as_markdown(connector: Connector) -> Iterator[tuple[Pointer, str]]:
    """Return each text that the store reads as Markdown, of a language or at the top."""
    around: list[tuple[Pointer, dict[str, Any]]] = [((), connector.value)]
    around += [(("locales", language), locale) for language, locale in languages(connector)]
    for pointer, texts in around:
        partnership = texts.get("partnership")
        of_partner = partnership.get("description") if isinstance(partnership, dict) else None
        for path, text in (
            (("long_description",), texts.get("long_description")),
            (("changes",), texts.get("changes")),
            (("partnership", "description"), of_partner),
        ):
            if isinstance(text, str):
                yield (*pointer, *path), text


@lru_cache(512)
def _is_suspicious(text: str) -> bool:
    """Return whether a text may have a mistake: a quick check."""
    if any(one in text for one in _IN_SUSPICIOUS) and re.search(_SUSPICIOUS, text):
        return True
    markers = [marker for marker in ("**", "__") if marker in text]
    return any(line.count(m) % 2 for m in markers for line in text.split("\n"))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # slow to load: only for a suspicious text

    # Without `text_join` an escaped mark is not part of the text, so it does not count as a mark.
    return MarkdownIt("commonmark").disable("text_join")


@lru_cache(512)  # connectors of one service have the same texts
def _mistakes(text: str) -> tuple[_Mistake, ...]:
    return tuple(_found(text))


def _found(text: str) -> Iterator[_Mistake]:
    tokens = _markdown().parse(text)
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    texts = [_plain(children) for children in inlines]
    blocks = [token.content for token in _html(tokens)]
    within = [child.content for children in inlines for child in _html(children)]

    if links := [found[0] for text in texts for found in re.finditer(_REVERSED_LINK, text)]:
        what = f"has a Markdown link the wrong way round: {_first(links)}"
        yield WARNING, what, "write a link as `[text](address)`"
    if unpaired := [mark for text in texts for mark in _unpaired(text)]:
        what = f"does not close the marks of {_first(unpaired)}, so users see them as written"
        yield WARNING, what, "put the same marks after the bold words"
    if marked := [found[0] for block in blocks for found in re.finditer(_MARKDOWN, block)]:
        what = f"has {_first(marked)} in an HTML block, so users see it as written"
        yield WARNING, what, "put an empty line before it, or write it in HTML"
    if unclosed := _unclosed([*blocks, *within]):
        yield WARNING, f"does not close {_first(unclosed)}", "close it, or write it in Markdown"
    if lost := [start for children in inlines for start in _lost_breaks(children)]:
        what = f"loses the line break before {_first(lost)}: the store shows a space"
        yield NOTE, what, "use an empty line instead"


def _first(found: list[str]) -> str:
    """Return the first of what was found, and the number of others."""
    return quoted(found[0]) + (f" and {len(found) - 1:,} more" if len(found) > 1 else "")


def _plain(children: _Line) -> str:
    """Return the text of a paragraph, with only those Markdown marks that had no effect."""
    return "".join(child.content if child.type == "text" else " " for child in children)


def _unpaired(text: str) -> Iterator[str]:
    """Return where a paragraph has marks that are not in pairs."""
    words = " ".join(word for word in text.split() if "://" not in word)
    for pattern in _UNPAIRED:
        marks = list(re.finditer(pattern, words))
        # The store's parser pairs some that CommonMark does not: `** so **`.
        if len(marks) % 2:
            yield short(words[marks[-1].start() :], 30)


def _html(tokens: list[Token]) -> Iterator[Token]:
    """Return the pieces of HTML, without comments."""
    for token in tokens:
        if token.type.startswith("html_") and not token.content.lstrip().startswith("<!"):
            yield token


def _unclosed(html: list[str]) -> list[str]:
    """Return the elements that are opened more often than closed."""
    tags = [(end, name.lower()) for piece in html for end, name in re.findall(_TAG, piece)]
    opened = Counter(name for end, name in tags if not end and name not in ENDLESS_ELEMENTS)
    opened.subtract(name for end, name in tags if end)
    return [f"<{name}>" for name, number in opened.items() if number > 0]


def _lost_breaks(children: _Line) -> Iterator[str]:
    """Return the first words of each line that was meant to start a paragraph."""
    lines: list[_Line] = [[]]
    for child in children:
        lines[-1].append(child)
        if child.type in ("softbreak", "hardbreak"):
            lines.append([])
    for line, after in pairwise(lines):
        start = _visible(after).lstrip()
        if line[-1].type == "softbreak" and start[:1].isupper() and _is_whole(line[:-1]):
            yield short(start, 30)


def _is_whole(line: _Line) -> bool:
    """Return whether a line is a bold title, or ends with a sentence."""
    types = [child.type for child in line if child.type != "text" or child.content.strip()]
    if types[:1] == ["strong_open"] and types[-1] == "strong_close":
        return types.count("strong_open") == 1
    return re.search(_SENTENCE_END, _visible(line).rstrip()) is not None


def _visible(line: _Line) -> str:
    return "".join(child.content for child in line)

"""What is wrong inside a string, or with its quotes, where the JSON decoder failed.

Each function takes the text and the decoder's error, and yields at most one cause: its own kind of
mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice

from manifest_lint.document.cause import Cause
from manifest_lint.document.go_json import BRACKETS, NotJson
from manifest_lint.document.string_end import end_of, is_key, opening_of
from manifest_lint.text.wording import short

_QUOTED = {
    "'": re.compile(r"'([^'\\\n]*(?:\\.[^'\\\n]*)*)'"),
    "`": re.compile(r"`([^`\\]*(?:\\.[^`\\]*)*)`"),
    "\u201c": re.compile("\u201c([^\u201d\n]*)[\u201d\u201c]"),
    "\u201d": re.compile("\u201d([^\u201d\n]*)\u201d"),
}
_RAW = re.compile(r'\\.|\r\n|["\x00-\x1f]', re.DOTALL)
"""In a string: an escape, a quote, a line break, another control character."""
_BARE = re.compile(r"(?!(?:true|false|null)\b)[^\W\d]")
_KEY_AND_COLON = re.compile(r'"([^"\\\n:,{}\[\]]+):[ \t]*(?=["{\[\r\n\d-]|(?:true|false|null)\b)')
_NOT_OPENED_KEY = re.compile(r'[\w$][^"\\\n:,{}\[\]]*"(?=[ \t]*:)')
_NOT_OPENED_VALUE = re.compile(r'\w[^"\\\n]*(?:\\.[^"\\\n]*)*"(?=[ \t]*(?:[,}\]\r\n]|\Z))')
_CLOSED_INLINE = re.compile(r'"([^"\\\n\[{\]}]*)([\]}][ \t\]}]*(?:,[ \t]*)?)(?=\r?\n)')
_BRACKETS = re.compile(BRACKETS)
_MOST_ESCAPES = 10_000
_TO_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|\r\n|.)|\r\n|["\x00-\x1f]', re.DOTALL)


def raw_control(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a newline, tab or other control character inside a string."""
    at = error.offset
    if not error.reason.startswith("Invalid control character"):
        return
    if text[at] in "\r\n":
        opening = opening_of(text, at)
        end = end_of(text, opening, at)
        if inline := _closed_inline(text, opening):
            yield inline
        elif not end or not text[at : end.at].strip(" \t\r\n,]}"):
            yield _unclosed_on_line(text, at)
        elif not end.is_closed:
            yield _unclosed_on_lines(text, opening, at, end.at)
        elif '"' in text[at : end.at].replace('\\"', ""):
            yield _with_quotes(text, at, at, end.at)
        else:
            edits = _escapes(text, at, end.at)
            message = "line break inside a string"
            yield Cause(at, at + 1, message, edits, "write the line break as \\n", bool(edits))
        return
    name = "tab" if text[at] == "\t" else f"control character U+{ord(text[at]):04X}"
    escape = json.dumps(text[at])[1:-1]
    edit = (at, at + 1, escape)
    message = f"raw {name} inside a string"
    yield Cause(at, at + 1, message, (edit,), f"write it as {escape}", True)


def unclosed_key(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a key without its closing quote: `"fields: {` or `"type: "text"`."""
    at = error.offset
    over_line = error.reason.startswith("Invalid control") and text[at] in "\r\n"
    if not over_line and not error.reason.startswith("Expecting ':'"):
        return
    opening = opening_of(text, at)
    found = _KEY_AND_COLON.match(text, opening)
    if found and (text[found.end()] == '"') != over_line and is_key(text, opening):
        end = opening + len(found[1].rstrip()) + 1
        edit = (end, end, '"')
        yield Cause(opening, end, "the key is not closed", (edit,), "add the quote after it")


def not_opened(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a key or a string without its opening quote, by its closing one: `type": "text"`."""
    start = error.offset
    while start and re.match(r"[\w.]", text[start - 1]):
        start -= 1
    in_key = error.reason.startswith("Expecting property name")
    before = text[:start].rstrip()[-1:]
    if not in_key and (before not in (":", "[", ",") or "Expecting ':'" in error.reason):
        return
    if found := (_NOT_OPENED_KEY if in_key else _NOT_OPENED_VALUE).match(text, start):
        message = f"the {'key' if in_key else 'string'} `{{}}` needs double quotes"
        fix, edit, end = "add the quote before it", (start, start, '"'), found.end() - 1
        yield Cause(start, end, message, (edit,), fix, in_key, short(text[start:end]))


def _with_quotes(text: str, at: int, start: int, end: int) -> Cause:
    """Return the cause for line breaks and quotes from `start` to the end of a string."""
    message = "line breaks and quotes inside a string need escapes"
    edits = _escapes(text, start, end)
    return Cause(at, at + 1, message, edits, 'write them as \\n and \\"')


def _escapes(text: str, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
    """Return edits that escape every quote and control character in a part of a string.

    There are none if that would be very many.
    """
    edits = (
        (*found.span(), "\\n" if found[0] == "\r\n" else json.dumps(found[0])[1:-1])
        for found in _RAW.finditer(text, start, end)
        if found[0][0] != "\\"
    )
    some = tuple(islice(edits, _MOST_ESCAPES + 1))
    return some if len(some) <= _MOST_ESCAPES else ()


def _unclosed_on_lines(text: str, opening: int, at: int, end: int) -> Cause:
    """Return the cause for a string over several lines without a closing quote."""
    stop = at + len(text[at:end].rstrip().rstrip(","))
    comma = "" if text[end:].lstrip()[0] in "]}" else ","
    edits = (*_escapes(text, at, stop), (stop, end, '"' + comma))
    return Cause(opening, at, "the string is never closed", edits)


def _closed_inline(text: str, opening: int) -> Cause | None:
    """Return the cause for `["GET]` or `{"type": "text},`: brackets that the line has opened."""
    found = _CLOSED_INLINE.match(text, opening)
    if not found:
        return None
    wanted = ""
    for token in _BRACKETS.finditer(text, text.rfind("\n", 0, opening) + 1, opening):
        if token[0] in "[{":
            wanted = "]}"["[{".index(token[0])] + wanted
        elif token[0] in "]}":
            wanted = wanted[1:]
    if not wanted.startswith("".join(re.findall(r"[\]}]", found[2]))):
        return None
    end = opening + len(found[1].rstrip()) + 1
    edit = (end, end, '"')
    return Cause(opening, end, "the string is not closed", (edit,), "add the quote")


def _unclosed_on_line(text: str, line_end: int) -> Cause:
    """Return the cause for a string without a closing quote; the edit closes it on its line."""
    line_start = text.rfind("\n", 0, line_end) + 1
    quote = line_start
    for token in re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|$)').finditer(text[line_start:line_end]):
        quote = line_start + token.start()
    body = text[quote:line_end].rstrip()
    stripped = body.rstrip("',")
    follows = text[line_end:].lstrip()[:1]
    comma = "," if follows not in ("]", "}", "") else ""
    edit = (quote + len(stripped), quote + len(body), '"' + comma)
    return Cause(quote, quote + len(body), "the string is not closed on its line", (edit,))


def bad_escape(text: str, error: NotJson) -> Iterator[Cause]:
    """Find an escape that JSON does not allow."""
    if not error.reason.startswith("Invalid \\"):
        return
    at = text.rfind("\\", 0, error.offset + 1)
    letter = text[at + 1 : at + 2]
    written = f"\\{short(letter)}"
    message = f"`{written}` is not a valid JSON escape"
    if letter in ("", "\n", "\r"):
        message = "backslash at the end of a line"
    if letter == "'":
        yield Cause(at, at + 2, message, ((at, at + 1, ""),), "write ' without a backslash", True)
    elif letter in ("", "\n", "\r"):
        end = at + 3 if text[at + 1 : at + 3] == "\r\n" else at + 2
        yield Cause(at, at + 1, message, ((at, end, "\\n"),))
    elif letter in ("u", "x", "U") or letter.isdigit():
        message = "`\\u` needs four hexadecimal digits" if letter == "u" else message
        yield Cause(at, at + 2, message, ((at, at + 1, "\\\\"),))
    else:
        edit = (at, at + 1, "\\\\")
        yield Cause(at, at + 2, message, (edit,), f"double the backslash: \\{written}", True)


def unterminated(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a string that runs to the end of the text."""
    if error.reason.startswith("Unterminated string"):
        backslashes = len(text) - len(text.rstrip("\\"))
        edit = (len(text) - backslashes % 2, len(text), '"')
        yield Cause(error.offset, len(text), "the string is never closed", (edit,))


def other_quotes(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a string in other quotes than double ones."""
    pattern = _QUOTED.get(text[error.offset])
    if pattern and (found := pattern.match(text, error.offset)):
        (start, end), (inner, outer) = found.span(), found.span(1)
        inside = (
            (*piece.span(), _escaped(piece[0])) for piece in _TO_ESCAPE.finditer(text, inner, outer)
        )
        changed = (edit for edit in inside if edit[2] != text[edit[0] : edit[1]])
        edits = ((start, inner, '"'), *changed, (outer, end, '"'))
        yield Cause(start, end, "JSON strings need double quotes", edits, 'use "..."', True)


def _escaped(piece: str) -> str:
    """Return a piece of a string in other quotes as it is written in double quotes."""
    if piece == "\r\n":
        return "\\n"
    if not piece.startswith("\\"):
        return json.dumps(piece)[1:-1]
    if piece == "\\'":
        return "'"
    after = piece[1:]
    if after in ("\r", "\r\n"):
        return ""  # in JavaScript the string goes on in the next line
    if after in tuple('"\\/bfnrt') or len(after) > 1:
        return piece
    return "\\\\" + json.dumps(after, ensure_ascii=False)[1:-1]


def unescaped_quote(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a double quote inside a string, without its backslash."""
    at = error.offset
    quote = len(text[:at].rstrip(" \t")) - 1
    follows = text[at]
    if not error.reason.startswith("Expecting ','") or text[quote] != '"' or follows in '"]}':
        return
    if quote < at - 1 and not _BARE.match(text, at):
        return
    end = end_of(text, opening_of(text, quote), quote)
    if not end or not end.is_closed or end.at <= at:
        return
    if "\n" in text[quote : end.at]:
        yield _with_quotes(text, quote, quote, end.at)
        return
    edits = _escapes(text, quote, end.at)
    message = 'a `"` inside a string needs a backslash before it'
    yield Cause(quote, quote + 1, message, edits, 'write it as \\"')

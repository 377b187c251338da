"""What is wrong where the JSON decoder failed: one function per mistake, tried in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from manifest_lint.document.cause import Cause
from manifest_lint.document.diagnose_strings import (
    bad_escape,
    not_opened,
    other_quotes,
    raw_control,
    unclosed_key,
    unescaped_quote,
    unterminated,
)
from manifest_lint.document.go_json import BRACKETS, MAX_DEPTH, NotJson, OutOfRange, TooDeep
from manifest_lint.document.string_end import opening_of
from manifest_lint.text.wording import short

_MARKER = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|$)", re.MULTILINE)
_BRACKETS = re.compile(BRACKETS)
_LAYOUT = re.compile(BRACKETS + r"|\n[ \t]*")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?(?:\*/|\Z)|#[^\r\n]*", re.DOTALL)
_WORD = re.compile(r"[-+]?[\w.$][\w.+$-]*|[-+]")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_KEY = re.compile(r"""['`\u201c]|[\w$]+\s*:""")
_GOES_ON = re.compile(r'[\]}]\s*,(?=\s*")')
_ODD_SPACE = re.compile(
    r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|//[^\n]*|/\*.*?(?:\*/|\Z)'
    "|([\u00a0\u2000-\u200d\u2028-\u202f\u2060\u3000\ufeff]+)",
    re.DOTALL,
)
"""A string or a comment, or else spaces that JSON does not know."""
_NEXT_KEY = re.compile(r'\s*"[^"\\\n]*"\s*:')
_BARE_TEXT = re.compile(r'[^\s,"\[\]{}]+')
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_MOST_SPACES = 10_000
_LITERALS = {"true": "true", "false": "false", "null": "null", "none": "null"}


def diagnose(text: str, error: NotJson) -> Cause:
    """Return the cause of the decoder's failure, with edits that let it go on, if there are any.

    `error` is what the decoder raised for `text`; the offsets are those of `text`.
    """
    if not text.strip(" \t\r\n\ufeff"):
        return Cause(0, 0, "the file is empty")
    if isinstance(error, TooDeep):
        return Cause(error.offset, error.offset + 1, f"nested deeper than {MAX_DEPTH:,} levels")
    if isinstance(error, OutOfRange):
        end = error.offset + len(error.literal)
        message = "the number {} does not fit in a 64-bit float"
        edit = (error.offset, end, "0")
        return Cause(error.offset, end, message, (edit,), quoted=short(error.literal, 20))
    for diagnosis in _DIAGNOSES:
        for cause in diagnosis(text, error):
            return cause
    raise AssertionError("the last diagnosis always returns a cause")


def _conflict(text: str, _: NotJson) -> Iterator[Cause]:
    """Find a merge conflict: `<<<<<<<`, ours, `=======`, theirs, `>>>>>>>`; ours is kept."""
    sides: list[int] = []
    for marker in _MARKER.finditer(text):
        line_end = text.find("\n", marker.start()) + 1 or len(text)
        if marker[0][0] == "<":
            sides = [marker.start(), line_end]
        elif marker[0][0] in "|=" and len(sides) == 2:
            sides.append(marker.start())
        elif marker[0][0] == ">" and len(sides) == 3:
            start, ours, theirs = sides
            message = "unresolved merge conflict"
            yield Cause(start, start + 7, message, ((start, line_end, text[ours:theirs]),))


def _unclosed_bracket(text: str, error: NotJson) -> Iterator[Cause]:
    if text[error.offset :].strip() and error.reason != "unclosed":
        return
    opened = _still_open(text, len(text))
    before = len(text.rstrip())
    if not opened:
        yield Cause(before, before, "the file ends where a value is expected")
        return
    at = opened[-1]
    blamed = _closed_too_far_out(text, at)
    tail = "".join("}" if text[place] == "{" else "]" for place in reversed(opened))
    last = text[before - 1]
    if last in ":,":
        tail = ("null" if last == ":" else "") + tail
        before -= last == ","
    message = f"this `{text[blamed]}` is never closed"
    yield Cause(blamed, blamed + 1, message, ((before, len(text), tail),))


def _unclosed_before_key(text: str, error: NotJson) -> Iterator[Cause]:
    """Find what is not closed before the next key: `"langs": ["fr", "fields": {,`."""
    at = error.offset
    opened = _still_open(text, at) if text[at] in ":," else []
    if not opened:
        return
    bracket = text[opened[-1]]
    # The comma before the key, which is where the bracket is missing.
    comma = len(text[: opening_of(text, at)].rstrip()) - 1 if text[at] == ":" else at
    if comma == opened[-1]:
        if bracket == "[":
            yield _list_with_keys(text, comma)
        return
    if text[at] == ",":
        is_empty = not text[opened[-1] + 1 : at].strip() and _NEXT_KEY.match(text, at + 1)
        missing = is_empty and (bracket == "[" or _still_open(text, len(text)))
    else:
        missing = text[comma] == "," and bracket == "["
    if missing:
        end = len(text[:comma].rstrip())
        edit = (end, end, "]" if bracket == "[" else "}")
        yield Cause(opened[-1], opened[-1] + 1, f"this `{bracket}` is never closed", (edit,))


def _list_with_keys(text: str, start: int) -> Cause:
    """Return the cause for `["a": 1]`, an object in the brackets of a list."""
    depth, edits = 0, [(start, start + 1, "{")]
    for token in _BRACKETS.finditer(text, start):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if not depth:
            edits += [(token.start(), token.end(), "}")]
            break
    message = "a list has no keys: an object needs `{` and `}`"
    return Cause(start, start + 1, message, tuple(edits), "write { and }")


def _odd_space(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a space that JSON does not know, such as one copied from a web page; and all others."""
    found = [one for one in _ODD_SPACE.finditer(text, error.offset) if one[1]]
    if found and found[0].start() == error.offset:
        message = f"JSON does not allow the space U+{ord(text[error.offset]):04X}"
        # As wide as before; none for what has no width, nor at the end of a line.
        edits = tuple(
            (*one.span(), "" if _LINE_END.match(text, one.end()) else " " * _width(one[1]))
            for one in found[:_MOST_SPACES]
        )
        end = found[0].end()
        yield Cause(error.offset, end, message, edits, "write plain spaces", True)


def _width(spaces: str) -> int:
    return sum(map(str.isspace, spaces))


def _still_open(text: str, end: int) -> list[int]:
    """Return the offsets of the brackets that are open at `end`."""
    opened: list[int] = []
    for token in _BRACKETS.finditer(text, 0, end):
        if token[0] in "[{":
            opened.append(token.start())
        elif token[0] in "]}" and opened:
            opened.pop()
    return opened


def _closed_too_far_out(text: str, otherwise: int) -> int:
    """Return the offset of the bracket that is not closed, going by the indentation.

    It is the first one whose closing bracket starts a line that is indented less than the line of
    the opening bracket. `otherwise` is returned if there is no such bracket.
    """
    opened: list[tuple[int, int]] = []
    line_start = indent = 0
    for token in _LAYOUT.finditer(text):
        if token[0][0] == "\n":
            line_start, indent = token.end(), len(token[0]) - 1
        elif token[0] in "[{":
            opened.append((token.start(), indent))
        elif token[0] in "]}" and opened:
            at, wanted = opened.pop()
            if token.start() == line_start and indent < wanted:
                return at
    return otherwise


def _comment(text: str, error: NotJson) -> Iterator[Cause]:
    found = _COMMENT.match(text, error.offset)
    if found and found[0].startswith("/*") and not found[0].endswith("*/"):
        yield Cause(found.start(), found.start() + 2, "this comment is never closed")
    elif found:
        blank = re.sub(r"[^\r\n]", " ", found[0])
        edit = (*found.span(), blank)
        first = found.start() + len(found[0].split("\n", 1)[0])
        message = "JSON has no comments"
        yield Cause(found.start(), first, message, (edit,), "remove the comment", True)


def _superfluous_comma(text: str, error: NotJson) -> Iterator[Cause]:
    at = error.offset
    before = len(text[:at].rstrip()) - 1
    if text[at] == "," and before >= 0 and text[before] == ":":
        yield Cause(at, at + 1, "a value is missing before this comma", ((at, at, "null"),))
        return
    if text[at] in "]}" and before >= 0 and text[before] == ",":
        if (goes_on := _GOES_ON.match(text, at)) and len(_still_open(text, at)) == 1:
            message = f"one bracket too many: this `{text[at]}` ends the document"
            yield Cause(at, at + 1, message, ((at, goes_on.end(), ""),))
            return
        at = before
    elif text[at] != ",":
        return
    last = text[at + 1 :].lstrip()[:1] in ("]", "}")
    message = "trailing comma" if last else "extra comma"
    yield Cause(at, at + 1, message, ((at, at + 1, " "),), "remove the comma", True)


def _word(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a number, a literal or a bare word that JSON does not allow."""
    start = error.offset
    while re.match(r"[\w.+$-]", text[error.offset]) and re.match(
        r"[\w.+$-]", text[start - 1 : start]
    ):
        start -= 1
    found = _WORD.match(text, start)
    if not found or _JSON_NUMBER.fullmatch(found[0]):
        return
    word, span = found[0], found.span()
    if word == "." and error.reason.startswith("Expecting ','"):
        return  # in place of a comma
    literal = _LITERALS.get(word.lower())
    if error.reason.startswith("Expecting property name") and not re.match(r"[-+.\d]", word):
        is_closed = _after_quote(text, span[1], ":") > span[1]
        edits = ((start, start, '"'), *(() if is_closed else ((span[1], span[1], '"'),)))
        message = "the key `{}` needs double quotes"
        yield Cause(*span, message, edits, "add double quotes", True, short(word))
    elif literal and literal != word:
        fix = f"write {literal}"
        yield Cause(*span, "`{}` is not JSON", ((*span, literal),), fix, True, word)
    elif re.match(r"[-+.]*(?:\d|inf|nan|$)", word, re.IGNORECASE):
        message = "`{}` is not a valid JSON number"
        yield Cause(*span, message, ((*span, "0"),), quoted=short(word, 20))
    elif error.reason.startswith("Expecting value") and (bare := _BARE_TEXT.match(text, start)):
        message = "the string `{}` needs double quotes"
        end = _after_quote(text, bare.end(), ",]}")
        edit = (start, end, json.dumps(bare[0], ensure_ascii=False))
        yield Cause(*bare.span(), message, (edit,), quoted=short(bare[0]))


def _after_quote(text: str, end: int, followed_by: str) -> int:
    """Return the end of a word that ends at `end`: after its closing quote, if it has only that."""
    closed = text.startswith('"', end) and text[end + 1 :].lstrip()[:1] in tuple(followed_by)
    return end + closed


def _wrong_bracket(text: str, error: NotJson) -> Iterator[Cause]:
    at = error.offset
    if text[at] not in "]}" or not error.reason.startswith("Expecting ','"):
        return
    if opened := _still_open(text, at):
        message = f"`{text[at]}` cannot close `{text[opened[-1]]}`: a bracket is missing or wrong"
        right = "]" if text[opened[-1]] == "[" else "}"
        # Either this bracket is wrong, or the right one is missing before it.
        is_missing = len(opened) > 1 and text[opened[-2]] != text[opened[-1]]
        after = len(text[:at].rstrip())  # an insertion here does not change how a line starts
        edit = (after, after, right) if is_missing else (at, at + 1, right)
        yield Cause(at, at + 1, message, (edit,))


def _missing_comma(text: str, error: NotJson) -> Iterator[Cause]:
    at = error.offset
    after = len(text[:at].rstrip())
    ends_line = "\n" in text[after:at]
    starts_entry = text[at] in '"[{-0123456789tfn' or (ends_line and _KEY.match(text, at))
    if error.reason.startswith("Expecting ','") and starts_entry:
        edit = (after, after, ",")
        yield Cause(after, after, "missing comma", (edit,), "add the comma", ends_line)


def _missing_colon(text: str, error: NotJson) -> Iterator[Cause]:
    if error.reason.startswith("Expecting ':'"):
        after = len(text[: error.offset].rstrip())
        follows = text[error.offset]
        edits = ((after, after, ":"),) if follows in '"[{-0123456789tfn' else ()
        yield Cause(after, after, "missing colon after this key", edits)


def _unexpected(text: str, error: NotJson) -> Iterator[Cause]:
    at = min(error.offset, len(text) - 1)
    wanted = {
        "Expecting property name": "a key in double quotes",
        "Expecting ','": "a comma or a closing bracket",
        "Expecting value": "a value",
        "Expecting ':'": "a colon",
    }
    expected = next((say for start, say in wanted.items() if error.reason.startswith(start)), "")
    shown = f"`{text[at]}`" if text[at].isprintable() else f"character U+{ord(text[at]):04X}"
    message = f"unexpected {shown}" + (f" where {expected} is expected" if expected else "")
    yield Cause(at, at + 1, message)


_DIAGNOSES = (
    _conflict,
    unclosed_key,
    raw_control,
    bad_escape,
    unterminated,
    _unclosed_bracket,
    _comment,
    _odd_space,
    other_quotes,
    not_opened,
    _unclosed_before_key,
    _superfluous_comma,
    unescaped_quote,
    _missing_colon,
    _wrong_bracket,
    _word,
    _missing_comma,
    _unexpected,
)

"""What browsers do not draw when an SVG is used as a picture.

In a picture they run no script and load no other file [SVG 2, section 2.7.1]. An SVG that clearly
has only shapes is just parsed; in any other, each element is looked at. What expat would repeat for
each element, far beyond the size of the file, ends it: the first entity that is declared, a long
namespace, and many or long attributes that the document type declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.finding import Severity
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from pyexpat import XMLParserType

Mistake = tuple[str, Severity, str]
"""What is wrong with an SVG (words that follow its name), the severity, and how to fix it."""

_NAMESPACE = "http://www.w3.org/2000/svg"
_XMLNS = tuple(f"xmlns={quote}{_NAMESPACE}{quote}".encode() for quote in "\"'")
_PERHAPS_MORE = (b"<!d", b"<![", b"<?xml-", b"&", b"script", b"import", b"src")
_HANDLERS = (b" on", b"\ton", b"\non", b"\ron")
_TARGETS = r"url\(\s*[\"']?([^\"')]*)|@import\s+[\"']([^\"']*)"

_LONGEST = 1_000
"""Characters of a namespace. Those in use have less than a hundred."""

_MOST_DECLARED = 1_000
_EACH = 50
"""A document type may declare attributes of at most 1,000 characters in all, where each counts 50
more. The XLink namespace, which old programs declare there, takes a tenth."""

_WARNING = Severity.WARNING
_PLAIN = "save it as a plain SVG"
_ENCODING = ("is in an encoding that browsers may not support", _WARNING, "save it as UTF-8")


def mistakes(data: bytes) -> Iterator[Mistake]:
    """Yield what browsers do not draw in an SVG, or why they do not draw it at all."""
    if _starts_plainly(data) and _holds_only_shapes(data):
        yield from _parsed(data, None)
    else:
        yield from _parsed(data, _Seen())


def _starts_plainly(data: bytes) -> bool:
    """Return whether the first element is clearly an SVG's."""
    head, _, rest = data.partition(b"<svg")
    known = head.count(b"<?xml ") + head.count(b"<!--")
    opening = rest.partition(b">")[0]
    return (
        head.count(b"<") == known
        and head.count(b"<!--") == head.count(b"-->")
        and any(_declares(opening, xmlns) for xmlns in _XMLNS)
    )


def _declares(opening: bytes, xmlns: bytes) -> bool:
    """Return whether what follows `<svg` clearly has this attribute, and not in another's value."""
    before, found, _ = opening.partition(xmlns)
    quotes = before.count(b'"'), before.count(b"'")
    is_outside = 0 in quotes and sum(quotes) % 2 == 0
    return bool(found) and is_outside and before[:1].isspace() and before[-1:].isspace()


def _holds_only_shapes(data: bytes) -> bool:
    """Return whether nothing could be a script, a reference to another file or a declaration."""
    text = data.lower()
    return (
        not any(word in text for word in (*_PERHAPS_MORE, *_HANDLERS))
        and text.count(b"href") == text.count(b'href="#')
        and text.count(b"url") == text.count(b"url(#")
    )


def _parsed(data: bytes, seen: _Seen | None) -> Iterator[Mistake]:
    """Yield why `data` is not XML, else what was seen in it.

    Without a `_Seen`, it must not declare entities: expat alone would expand them.
    """
    from pyexpat import ExpatError, ParserCreate  # only for an icon that is an SVG

    parser = ParserCreate(namespace_separator="}")
    parser.StartNamespaceDeclHandler = _namespace
    if seen:
        seen.watch(parser)
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        yield _broken(error.code, error.lineno)
    except _Unchecked as stopped:
        yield stopped.mistake
    except (LookupError, ValueError):
        yield _ENCODING
    else:
        if seen:
            yield from seen.mistakes()


class _Unchecked(Exception):
    """Stops the parser before it expands or repeats what is declared."""

    def __init__(self, mistake: Mistake):
        self.mistake = mistake


def _broken(code: int, line: int) -> Mistake:
    from pyexpat import ErrorString

    what = f"is not XML, so no browser draws it: {ErrorString(code)} in line {line}"
    return what, _WARNING, ""


class _Seen:
    """Keeps what browsers would have to run or load. A name is `namespace}name` in it."""

    def __init__(self) -> None:
        self._root = ""
        self._scripts: list[str] = []
        self._targets: list[str] = []
        self._style: list[str] = []
        self._in_style = False
        self._left = _MOST_DECLARED

    def watch(self, parser: XMLParserType) -> None:
        """Look at all that this parser finds."""
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.ProcessingInstructionHandler = self._instruction
        parser.EntityDeclHandler = _declared
        parser.AttlistDeclHandler = self._attribute_declared
        parser.specified_attributes = True  # the others are looked at once, there
        parser.SkippedEntityHandler = lambda _name, _is_parameter: _undefined(parser)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._root = self._root or tag
        name = tag.rpartition("}")[2]
        self._in_style = name == "style"
        if name == "script":
            self._scripts.append("<script>")
        for attribute, value in attributes.items():
            self._attribute(name, attribute, value)

    def _attribute(self, element: str, attribute: str, value: str) -> None:
        name = attribute.rpartition("}")[2]
        if name == attribute and name.startswith("on"):
            self._scripts.append(attribute)
        elif value.lstrip().lower().startswith("javascript:"):
            self._scripts.append("javascript:")
        elif name in ("href", "src"):
            if element != "a":  # a link is not loaded
                self._targets.append(value)
        elif "(" in value:
            self._targets += _targets(value)

    def _attribute_declared(
        self, element: str, name: str, _type: str, value: str | None, _is_required: int
    ) -> None:
        self._left -= _EACH + len(name) + len(value or "")
        if self._left < 0:
            raise _Unchecked(_not_checked("declares many or long attributes"))
        if value:
            self._attribute(element.rpartition(":")[2], name.replace(":", "}"), value)

    def _data(self, text: str) -> None:
        if self._in_style:
            self._style.append(text)

    def _end(self, _tag: str) -> None:
        self._in_style = False

    def _instruction(self, target: str, data: str) -> None:
        if target == "xml-stylesheet":
            self._targets += re.findall(r"href\s*=\s*[\"']([^\"']*)", data)

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what was found, each kind once."""
        if self._root == "svg":
            what = f'has no xmlns="{_NAMESPACE}", so no browser draws it'
            yield what, _WARNING, "add it to <svg>"
        elif self._root != f"{_NAMESPACE}}}svg":
            root = f"{{{self._root}" if "}" in self._root else self._root
            yield f"is not an SVG: it starts with {quoted(root)}", _WARNING, ""
        if self._scripts:
            what = f"has a script (`{self._scripts[0]}`): browsers run no script in a picture"
            yield what, _WARNING, _PLAIN
        targets = [*self._targets, *_targets("".join(self._style))]
        if outside := [text for text in targets if _is_outside(text)]:
            yield _refers_to(outside)


def _declared(*declaration: Any) -> None:
    """Raise for an entity that is declared, as expat calls a handler."""
    system_id = declaration[4]
    if system_id:
        raise _Unchecked(_refers_to([system_id]))
    raise _Unchecked(_not_checked("declares entities"))


def _namespace(_prefix: str | None, uri: str | None) -> None:
    """Raise for a long namespace, which would be in the name of each of its elements."""
    if uri and len(uri) > _LONGEST:
        raise _Unchecked(_not_checked(f"has a namespace of {len(uri):,} characters"))


def _not_checked(why: str) -> Mistake:
    return f"{why}, so it is not checked", Severity.NOTE, _PLAIN


def _undefined(parser: XMLParserType) -> None:
    """Raise an _Unchecked for an entity that only another file could declare."""
    from pyexpat.errors import XML_ERROR_UNDEFINED_ENTITY, codes

    code = codes[XML_ERROR_UNDEFINED_ENTITY]
    raise _Unchecked(_broken(code, parser.CurrentLineNumber))


def _refers_to(targets: list[str]) -> Mistake:
    more = f" and {len(targets) - 1:,} more" if len(targets) > 1 else ""
    what = f"refers to {quoted(targets[0])}{more}: browsers load no other file for a picture"
    return what, _WARNING, "draw it in the file itself"


def _targets(css: str) -> Iterator[str]:
    return (one or other for one, other in re.findall(_TARGETS, css, re.IGNORECASE))


def _is_outside(target: str) -> bool:
    return not target.strip().lower().startswith(("#", "data:")) and bool(target.strip())

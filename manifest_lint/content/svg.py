"""What in an SVG does not show where browsers draw it as a picture.

There they run no script and load nothing from elsewhere [SVG 2, section 2.7.1]. An SVG that is
seen at once to hold nothing but shapes is only read through; defusedxml, slower to import than
all that such a one needs, looks into the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifest_lint.finding import Severity
from manifest_lint.text.wording import quoted

Flaw = tuple[str, Severity, str]
"""What is wrong with an SVG, in words that follow its name, how bad it is, and what to do."""

_NAMESPACE = "http://www.w3.org/2000/svg"
_XMLNS = tuple(f"xmlns={quote}{_NAMESPACE}{quote}".encode() for quote in "\"'")
_PERHAPS_MORE = (b"<!d", b"<![", b"<?xml-", b"&", b"script", b"import", b"src")
_HANDLERS = (b" on", b"\ton", b"\non", b"\ron")
_TARGETS = r"url\(\s*[\"']?([^\"')]*)|@import\s+[\"']([^\"']*)"

_WARNING = Severity.WARNING
_PLAIN = "save it as a plain SVG"
_ENCODING = ("is in an encoding that browsers need not know", _WARNING, "save it as UTF-8")


def flaws(data: bytes) -> Iterator[Flaw]:
    """Tell what in an SVG does not show, or stops it from showing."""
    if _begins_plainly(data) and _holds_only_shapes(data):
        yield from _not_xml(data)
    else:
        yield from _looked_through(data)


def _begins_plainly(data: bytes) -> bool:
    """Tell whether the first element is seen at once to be an SVG's."""
    head, _, rest = data.partition(b"<svg")
    known = head.count(b"<?xml ") + head.count(b"<!--")
    opening = rest.partition(b">")[0]
    return (
        head.count(b"<") == known
        and head.count(b"<!--") == head.count(b"-->")
        and any(xmlns in opening for xmlns in _XMLNS)
    )


def _holds_only_shapes(data: bytes) -> bool:
    """Tell whether there is nothing that could be a script, a reference out or a declaration."""
    text = data.lower()
    return (
        not any(word in text for word in (*_PERHAPS_MORE, *_HANDLERS))
        and text.count(b"href") == text.count(b'href="#')
        and text.count(b"url") == text.count(b"url(#")
    )


def _not_xml(data: bytes) -> Iterator[Flaw]:
    """Tell why a text is not XML. It must declare nothing: expat alone would expand entities."""
    from pyexpat import ExpatError, ParserCreate  # only for an icon that is an SVG

    try:
        ParserCreate(namespace_separator="}").Parse(data, True)
    except ExpatError as error:
        yield _broken(error.code, error.lineno)
    except (LookupError, ValueError):
        yield _ENCODING


def _looked_through(data: bytes) -> Iterator[Flaw]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import EntitiesForbidden  # type: ignore[import-untyped]  # has no types
    from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

    seen = _Seen()
    parser = DefusedXMLParser(target=seen)
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        yield _broken(error.code, error.position[0])
        return
    except EntitiesForbidden as entity:
        if entity.sysid:
            yield _refers_to([entity.sysid])
        else:
            yield "declares entities, and is not looked into", Severity.NOTE, _PLAIN
        return
    except (LookupError, ValueError):
        yield _ENCODING
        return
    yield from seen.flaws()


def _broken(code: int, line: int) -> Flaw:
    from pyexpat import ErrorString

    what = f"is not XML, so no browser draws it: {ErrorString(code)} in line {line}"
    return what, _WARNING, ""


class _Seen:
    """Takes what a parser meets in an SVG, and keeps what browsers would have to run or load."""

    def __init__(self) -> None:
        self._root = ""
        self._scripts: list[str] = []
        self._targets: list[str] = []
        self._style: list[str] = []
        self._in_style = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._root = self._root or tag
        name = tag.rpartition("}")[2]
        self._in_style = name == "style"
        if name == "script":
            self._scripts.append("<script>")
        for attribute, value in attributes.items():
            self._attribute(name, attribute, value)

    def _attribute(self, element: str, attribute: str, value: str) -> None:
        name = attribute.rpartition("}")[2]
        if attribute.startswith("on"):
            self._scripts.append(attribute)
        elif value.lstrip().lower().startswith("javascript:"):
            self._scripts.append("javascript:")
        elif name in ("href", "src"):
            if element != "a":  # a link is not loaded
                self._targets.append(value)
        elif "(" in value:
            self._targets += _targets(value)

    def data(self, text: str) -> None:
        if self._in_style:
            self._style.append(text)

    def end(self, _tag: str) -> None:
        self._in_style = False

    def pi(self, target: str, data: str) -> None:
        if target == "xml-stylesheet":
            self._targets += re.findall(r"href\s*=\s*[\"']([^\"']*)", data)

    def close(self) -> None:
        """End, as the parser asks of what it is given."""

    def flaws(self) -> Iterator[Flaw]:
        """Tell what was met, each kind of it once."""
        if self._root == "svg":
            what = f'has no xmlns="{_NAMESPACE}", so no browser draws it'
            yield what, _WARNING, "add it to <svg>"
        elif self._root != f"{{{_NAMESPACE}}}svg":
            yield f"is not an SVG: it begins with {quoted(self._root)}", _WARNING, ""
        if self._scripts:
            what = f"holds a script (`{self._scripts[0]}`): in a picture none runs"
            yield what, _WARNING, _PLAIN
        targets = [*self._targets, *_targets("".join(self._style))]
        if outside := [text for text in targets if _is_outside(text)]:
            yield _refers_to(outside)


def _refers_to(targets: list[str]) -> Flaw:
    more = f" and {len(targets) - 1:,} more" if len(targets) > 1 else ""
    what = f"refers to {quoted(targets[0])}{more}: a picture loads nothing from elsewhere"
    return what, _WARNING, "draw it in the file itself"


def _targets(css: str) -> Iterator[str]:
    return (one or other for one, other in re.findall(_TARGETS, css, re.IGNORECASE))


def _is_outside(target: str) -> bool:
    return not target.strip().lower().startswith(("#", "data:")) and bool(target.strip())

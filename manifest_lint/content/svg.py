"""What browsers do not draw when an SVG is used as a picture.

In a picture they run no script and load no other file [SVG 2, section 2.7.1]. An SVG that clearly
has only shapes is just parsed with expat; any other is checked with defusedxml, which takes longer
to import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifest_lint.finding import Severity
from manifest_lint.text.wording import quoted

Mistake = tuple[str, Severity, str]
"""What is wrong with an SVG (words that follow its name), the severity, and how to fix it."""

_NAMESPACE = "http://www.w3.org/2000/svg"
_XMLNS = tuple(f"xmlns={quote}{_NAMESPACE}{quote}".encode() for quote in "\"'")
_PERHAPS_MORE = (b"<!d", b"<![", b"<?xml-", b"&", b"script", b"import", b"src")
_HANDLERS = (b" on", b"\ton", b"\non", b"\ron")
_TARGETS = r"url\(\s*[\"']?([^\"')]*)|@import\s+[\"']([^\"']*)"

_WARNING = Severity.WARNING
_PLAIN = "save it as a plain SVG"
_ENCODING = ("is in an encoding that browsers may not support", _WARNING, "save it as UTF-8")


def mistakes(data: bytes) -> Iterator[Mistake]:
    """Yield what browsers do not draw in an SVG, or why they do not draw it at all."""
    if _starts_plainly(data) and _holds_only_shapes(data):
        yield from _not_xml(data)
    else:
        yield from _parsed(data)


def _starts_plainly(data: bytes) -> bool:
    """Return whether the first element is clearly an SVG's."""
    head, _, rest = data.partition(b"<svg")
    known = head.count(b"<?xml ") + head.count(b"<!--")
    opening = rest.partition(b">")[0]
    return (
        head.count(b"<") == known
        and head.count(b"<!--") == head.count(b"-->")
        and any(xmlns in opening for xmlns in _XMLNS)
    )


def _holds_only_shapes(data: bytes) -> bool:
    """Return whether nothing could be a script, a reference to another file or a declaration."""
    text = data.lower()
    return (
        not any(word in text for word in (*_PERHAPS_MORE, *_HANDLERS))
        and text.count(b"href") == text.count(b'href="#')
        and text.count(b"url") == text.count(b"url(#")
    )


def _not_xml(data: bytes) -> Iterator[Mistake]:
    """Yield why `data` is not XML. It must not declare entities: expat alone would expand them."""
    from pyexpat import ExpatError, ParserCreate  # only for an icon that is an SVG

    try:
        ParserCreate(namespace_separator="}").Parse(data, True)
    except ExpatError as error:
        yield _broken(error.code, error.lineno)
    except (LookupError, ValueError):
        yield _ENCODING


def _parsed(data: bytes) -> Iterator[Mistake]:
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
            yield "declares entities, so it is not checked", Severity.NOTE, _PLAIN
        return
    except (LookupError, ValueError):
        yield _ENCODING
        return
    yield from seen.mistakes()


def _broken(code: int, line: int) -> Mistake:
    from pyexpat import ErrorString

    what = f"is not XML, so no browser draws it: {ErrorString(code)} in line {line}"
    return what, _WARNING, ""


class _Seen:
    """A target for an XML parser that keeps what browsers would have to run or load."""

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
        """Do nothing; the parser calls this at the end."""

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what was found, each kind once."""
        if self._root == "svg":
            what = f'has no xmlns="{_NAMESPACE}", so no browser draws it'
            yield what, _WARNING, "add it to <svg>"
        elif self._root != f"{{{_NAMESPACE}}}svg":
            yield f"is not an SVG: it starts with {quoted(self._root)}", _WARNING, ""
        if self._scripts:
            what = f"has a script (`{self._scripts[0]}`): browsers run no script in a picture"
            yield what, _WARNING, _PLAIN
        targets = [*self._targets, *_targets("".join(self._style))]
        if outside := [text for text in targets if _is_outside(text)]:
            yield _refers_to(outside)


def _refers_to(targets: list[str]) -> Mistake:
    more = f" and {len(targets) - 1:,} more" if len(targets) > 1 else ""
    what = f"refers to {quoted(targets[0])}{more}: browsers load no other file for a picture"
    return what, _WARNING, "draw it in the file itself"


def _targets(css: str) -> Iterator[str]:
    return (one or other for one, other in re.findall(_TARGETS, css, re.IGNORECASE))


def _is_outside(target: str) -> bool:
    return not target.strip().lower().startswith(("#", "data:")) and bool(target.strip())

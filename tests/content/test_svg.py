"""Parts of an SVG that browsers do not draw in a picture."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.content import svg
from manifest_lint.finding import Severity
from tests.command import ROOT
from tests.growth import grows_with_its_input

XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def whole(inside: str, before: str = "") -> bytes:
    return f"{before}<svg {XMLNS} {XLINK}>{inside}</svg>".encode()


def messages(data: bytes) -> list[str]:
    return [what for what, _, _ in svg.mistakes(data)]


SHAPES = [
    "",
    '<path d="M0 0h1v1z"/>',
    "<!-- a comment --><g><title>x</title></g>",
    '<linearGradient id="a"/><rect fill="url(#a)"/>',
    "<linearGradient id='a'/><rect style='fill: url( \"#a\" )'/>",
    '<use xlink:href="#a"/><use href = "#a"/>',
    "<style>.a{fill:red}</style>",
    '<image href="data:image/png;base64,AA=="/>',
    "<style>@font-face{src:url(data:font/woff2;base64,AA==)}</style>",
    '<a href="https://example.org"><path/></a>',
    "<text>&lt;script&gt; url(https://example.org) onclick=</text>",
    '<text font-family="f">a ( b</text>',
]


@pytest.mark.parametrize("inside", SHAPES)
@pytest.mark.parametrize(
    "before",
    [
        "",
        "\ufeff",
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        "<?xml version='1.0'?><!-- Generator: an editor -->\n",
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/1/svg11.dtd">',
    ],
)
def test_a_picture_of_shapes_has_no_findings(inside: str, before: str) -> None:
    assert messages(whole(inside, before)) == []


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_declared_encoding_is_used(encoding: str) -> None:
    before = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert messages(whole("<title>é</title>", before).decode().encode(encoding)) == []


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<script>alert(1)</script>", "has a script (`<script>`)"),
        ("<script><![CDATA[alert(1)]]></script>", "has a script (`<script>`)"),
        ('<path onclick="f()"/>', "has a script (`onclick`)"),
        ('<path\nonload = "f()"/>', "has a script (`onload`)"),
        ('<a href=" JavaScript:f()"/>', "has a script (`javascript:`)"),
        ('<a xlink:href="&#106;avascript:f()"/>', "has a script (`javascript:`)"),
        ('<image href="https://example.org/a.png"/>', 'refers to "https://example.org/a.png"'),
        ('<image xlink:href="a.png"/>', 'refers to "a.png"'),
        ('<use href="sprite.svg#a"/>', 'refers to "sprite.svg#a"'),
        ('<path fill="url(other.svg#a)"/>', 'refers to "other.svg#a"'),
        ("<path style=\"fill:u&#114;l('a.svg#a')\"/>", 'refers to "a.svg#a"'),
        ("<style>@import 'a.css';</style>", 'refers to "a.css"'),
        ("<style><![CDATA[a{fill:url(a.png)}]]></style>", 'refers to "a.png"'),
        ('<foreignObject><img src="a.png"/></foreignObject>', 'refers to "a.png"'),
        ('<image href="a.png"/><image href="b.png"/>', 'refers to "a.png" and 1 more'),
    ],
)
def test_scripts_and_external_resources_are_reported(inside: str, message: str) -> None:
    [found] = messages(whole(inside))
    assert found.startswith(message)


def test_an_external_style_sheet_is_reported() -> None:
    before = '<?xml-stylesheet type="text/css" href="a.css"?>'
    assert messages(whole("", before))[0].startswith('refers to "a.css"')


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<svg/>", 'has no xmlns="http://www.w3.org/2000/svg"'),
        (
            f"<svgs {XMLNS}/>".encode(),
            'is not an SVG: it starts with "{http://www.w3.org/2000/svg}s',
        ),
        (f"<svg a='{XMLNS}'/>".encode(), "has no xmlns"),
        (b"<svg a='\"' b=\" xmlns='http://www.w3.org/2000/svg' \"/>", "has no xmlns"),
        (b"<html><body/></html>", 'is not an SVG: it starts with "html"'),
        (whole("<g>"), "is not XML, so no browser draws it: mismatched tag in line 1"),
        (whole("\n<g a=1/>"), "is not XML, so no browser draws it: not well-formed"),
        (whole("&nbsp;"), "is not XML, so no browser draws it: undefined entity in line 1"),
        (whole("&a;", '<!DOCTYPE svg SYSTEM "a.dtd">'), "is not XML, so no browser draws it: und"),
        (b'<a xmlns="urn:b"/>', 'is not an SVG: it starts with "{urn:b}a"'),
        (f"<svg {XMLNS}><use xlink:href='#a'/></svg>".encode(), "is not XML, so no browser"),
        (whole("\xff").replace("\xff".encode(), b"\xff"), "is not XML, so no browser draws it"),
        (bytes(range(256)), "is not XML, so no browser draws it"),
        (whole("", '<?xml version="1.0" encoding="shift_jis"?>'), "is in an encoding"),
        (whole("", '<?xml version="1.0" encoding="x"?><!DOCTYPE svg>'), "is in an encoding"),
    ],
)
def test_files_that_browsers_do_not_draw_are_reported(data: bytes, message: str) -> None:
    [found] = messages(data)
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("declaration", "severity", "message"),
    [
        ('<!ENTITY a "b">', Severity.NOTE, "declares entities"),
        ('<!ENTITY % a "b">', Severity.NOTE, "declares entities"),
        ('<!ENTITY a SYSTEM "a.txt">', Severity.WARNING, 'refers to "a.txt"'),
        ('<!ENTITY % a SYSTEM "a.txt"> %a;', Severity.WARNING, 'refers to "a.txt"'),
        ('<!ENTITY a SYSTEM "a.txt" NDATA n>', Severity.WARNING, 'refers to "a.txt"'),
    ],
)
def test_entities_are_reported_and_not_expanded(
    declaration: str, severity: Severity, message: str
) -> None:
    [(what, found, _)] = svg.mistakes(whole("&a;", f"<!DOCTYPE svg [{declaration}]>"))
    assert found is severity
    assert what.startswith(message)


def in_namespace(length: int, inside: str) -> bytes:
    return whole(f'<g xmlns:a="{"x" * length}">{inside}</g>')


def declaring(attributes: str, inside: str) -> bytes:
    return whole(inside, f"<!DOCTYPE svg [<!ATTLIST b {attributes}>]>")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (in_namespace(1_000, '<a:b a:c=""/>'), ""),
        (in_namespace(1_001, '<a:b a:c=""/>'), "has a namespace of 1,001 characters, so it is not"),
        (declaring('c CDATA "x"', "<b/>"), ""),
        (declaring('c CDATA "x" ' * 20, "<b/>"), "declares many or long attributes, so it is not"),
        (declaring(f'c CDATA "{"x" * 1000}"', "<b/>"), "declares many or long attributes"),
    ],
)
def test_what_the_parser_would_repeat_for_each_element_is_not_read(
    data: bytes, message: str
) -> None:
    found = [(what, severity) for what, severity, _ in svg.mistakes(data)]
    assert [severity for _, severity in found] == [Severity.NOTE] * bool(message)
    assert all(what.startswith(message) for what, _ in found)


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        ('xlink:href CDATA "a.png"', 'refers to "a.png"'),
        ("onload CDATA 'f()'", "has a script (`onload`)"),
        ('xlink:href CDATA "#a"', ""),
        ("onload CDATA #IMPLIED", ""),
    ],
)
def test_a_declared_value_of_an_attribute_is_checked(attribute: str, message: str) -> None:
    found = messages(declaring(attribute, "<b/>" * 3))
    assert len(found) == bool(message)
    assert all(what.startswith(message) for what in found)


def test_the_document_type_may_declare_the_namespaces() -> None:
    xmlns = f"{XMLNS} {XLINK}".replace("=", " CDATA #FIXED ")
    doctype = f"<!DOCTYPE svg [<!ATTLIST svg {xmlns}>]>"
    assert messages(f"{doctype}<svg><use xlink:href='#a'/></svg>".encode()) == []


def bomb(levels: int) -> bytes:
    entities = (f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(levels))
    return whole(f"&a{levels};", f'<!DOCTYPE svg [<!ENTITY a0 "lol">{"".join(entities)}]>')


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (bomb, 8),
        (lambda n: b"<svg" * n, 250_000),
        (lambda n: whole("<g>" * n + "</g>" * n), 150_000),
        (lambda n: whole("<path/>" * n + '<path onclick=""/>'), 140_000),
        (lambda n: b"<!--" * n, 250_000),
        (lambda n: b" " * n + b"<", 1_000_000),
        (lambda n: b"<svg " + b" xmlns" * n, 150_000),
        (lambda n: whole(" onx" * n), 250_000),
        (lambda n: whole("<style>" + "url(" * n + "</style>"), 200_000),
        (lambda n: in_namespace(n, "<!-- import -->" + "<a:b/>" * n), 20_000),
        (lambda n: in_namespace(n, '<b a:b=""/>' * n), 20_000),
        (lambda n: declaring(f'c CDATA "{"x" * n}"', "<b/>" * n), 60_000),
        (lambda n: declaring("".join(f"c{i} CDATA '' " for i in range(n)), "<b/>" * n), 1_500),
    ],
    ids=[
        *("bomb", "open", "deep", "wide", "comments", "space", "attributes", "words", "urls"),
        *("elements in a namespace", "attributes in a namespace", "long default", "defaults"),
    ],
)
def test_a_hostile_file_is_read_in_linear_time(make: Callable[[int], bytes], size: int) -> None:
    assert grows_with_its_input(make, messages, size)


@given(st.binary() | st.text("<svg/> ='\"!-[]&;#?oncxlhref:url()", max_size=60).map(whole))
def test_any_bytes_can_be_read(data: bytes) -> None:
    list(svg.mistakes(data))


@given(st.sampled_from([*SHAPES, "<g>", "&", "<path a=1/>"]))
def test_the_quick_way_and_the_careful_one_agree(inside: str) -> None:
    data = whole(inside)
    assert list(svg.mistakes(data)) == list(svg._parsed(data, svg._Seen()))


def test_a_picture_of_shapes_costs_no_import() -> None:
    script = (
        "import sys; from manifest_lint.content import svg\n"
        f"assert not list(svg.mistakes({whole(SHAPES[3])!r}))\n"
        "assert 'xml' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)

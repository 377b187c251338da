"""The string literals that a JavaScript source uses, and what it calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.content.uses import calls, uses
from tests.growth import grows_with_its_input

PATTERN = r"io\.cozy\.[a-z.]+"


def found(source: str) -> list[str]:
    return [literal.text for literal in uses(source.encode(), PATTERN)]


@pytest.mark.parametrize(
    "source",
    [
        "f('io.cozy.a')",
        "f(`io.cozy.a`)",
        "`b ${'io.cozy.a'} c`",
        "<Files type='io.cozy.a' />",
        "<Files type={'io.cozy.a'}>text</Files>",
        "class A implements B<C> { private readonly d: string = 'io.cozy.a' }",
        "await this.get<Bill[]>('io.cozy.a' as Doctype)!",
        "enum Doctype { A = 'io.cozy.a' }",
        "const x = ) ] } f('io.cozy.a'); function ( {",
        "import x from 'y'\n\nmodule.exports = 'io.cozy.a' // 'io.cozy.b'",
        "const é = 'ä', b = f('io.cozy.a')",
    ],
)
def test_a_literal_is_found(source: str) -> None:
    assert found(source) == ["io.cozy.a"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "// f('io.cozy.a')",
        "/* 'io.cozy.a' */",
        "/**\n * addData(x, 'io.cozy.a')\n */\nf()",
        "f(`io.cozy.${name}`)",
        "f(`${prefix}io.cozy.a`)",
        "log('saved as \"io.cozy.a\" at last')",
        "log('io.cozy.a is saved')",
        "const pattern = /'io.cozy.a'/",
        "<p>'io.cozy.a'</p>",
        "f('io.cozy.a\")",
        "'io.cozy.A'",
    ],
)
def test_other_text_is_not_a_literal(source: str) -> None:
    assert found(source) == []


def test_the_line_is_returned() -> None:
    source = "// 'io.cozy.a'\r\n\r\nf('io.cozy.a'); g(`\n`, 'io.cozy.b')"
    lines = [(literal.text, literal.line) for literal in uses(source.encode(), PATTERN)]
    assert lines == [("io.cozy.a", 3), ("io.cozy.b", 4)]


@given(st.binary(max_size=30), st.binary(max_size=30), st.sampled_from((b"'", b'"', b"`")))
def test_any_bytes_can_be_read(before: bytes, after: bytes, quote: bytes) -> None:
    source = before + quote + b"io.cozy.a" + quote + after
    assert {literal.text for literal in uses(source, PATTERN)} <= {"io.cozy.a"}


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: b"f('io.cozy.a');\n" * n, 20_000),
        (lambda n: b"'io.cozy.a'+" * n, 20_000),
        (lambda n: b"[" * 20 * n + b"'io.cozy.a'," * n, 5_000),
        (lambda n: b"x={" + b"id:1,type:'io.cozy.a'," * n + b"}", 10_000),
        (lambda n: b"{id:1,type:'io.cozy.a',b:" * n, 10_000),
        (lambda n: b"`${" * n + b"'io.cozy.a'", 50_000),
        (lambda n: b"const a='io.cozy.a';f(a);" * n, 5_000),
        (lambda n: b"const a='io.cozy.a';" + b"a===1;" * n, 20_000),
        (lambda n: b"f" + b"('io.cozy.a').f" * n, 5_000),
        (lambda n: b"f(" * n + b"'io.cozy.a'", 20_000),
    ],
    ids=[
        *("many", "a sum", "deep", "a wide object", "deep objects", "deep templates"),
        *("constants", "a constant", "a chain", "deep calls"),
    ],
)
def test_a_source_of_any_shape_is_read_quickly(make: Callable[[int], bytes], size: int) -> None:
    assert grows_with_its_input(make, lambda source: list(uses(source, PATTERN)), size)


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: b"this.saveBills();" * n, 10_000),
        (lambda n: b"const x=[" + b"saveBills," * n + b"]", 10_000),
        (lambda n: b"[" * 20 * n + b"saveBills()," * n, 3_000),
        (lambda n: b"x" + b".saveBills()" * n, 5_000),
        (lambda n: b"saveBills(" * n, 10_000),
        (lambda n: b"".join(b"f({saveBills: s%d} = x);" % i for i in range(n)), 5_000),
    ],
    ids=["many", "a list", "deep", "a chain", "deep calls", "aliases"],
)
def test_calls_in_a_source_of_any_shape_are_found_quickly(
    make: Callable[[int], bytes], size: int
) -> None:
    assert grows_with_its_input(make, lambda source: list(calls(source, ["saveBills"])), size)

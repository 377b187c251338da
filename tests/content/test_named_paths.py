"""Which files a JavaScript source names, and how each path is resolved."""

from __future__ import annotations

import pytest

from manifest_lint.content.javascript import outside_code
from manifest_lint.content.named_paths import named_paths
from tests.growth import grows_with_its_input


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('require("./a.json")', [("./a.json", "module")]),
        ("require.resolve ( './a' )", [("./a", "module")]),
        ('import a from "./a"', [("./a", "module")]),
        ('import{a as b}from"./a";export*from"./b"', [("./a", "module"), ("./b", "module")]),
        ('import "./a"', [("./a", "module")]),
        ('await import(/* webpackMode: "eager" */ `./a.js`)', [("./a.js", "module")]),
        ('require("canvas")', [("canvas", "module")]),
        ('fs.readFileSync("certs/ca.pem", "utf8")', [("certs/ca.pem", "working folder")]),
        ('(0,r.readFile)("a.pem",f)', [("a.pem", "working folder")]),
        ('fs.readFileSync(path.join(__dirname, "ca.pem"), "utf8")', [("ca.pem", "folder")]),
        ('n(17).join(__dirname,"certs","ca.pem")', [("certs/ca.pem", "folder")]),
        ('fs.readFile(__dirname + "/ca.pem", "utf8", f)', [("/ca.pem", "folder")]),
        ('resolve(import.meta.dirname, "ca.pem")', [("ca.pem", "folder")]),
        ("`${__dirname}/ca.pem`", [("/ca.pem", "folder")]),
        ('new URL("./ca.pem", import.meta.url)', [("./ca.pem", "url")]),
        ('e.exports=n.p+"3f2a.pem"', [("3f2a.pem", "output")]),
        ('module.exports = __webpack_require__.p + "ca.pem";', [("ca.pem", "output")]),
        # Escapes, and templates without substitution.
        ('require("./c\\u0061.p\\x65m")', [("./ca.pem", "module")]),
        (r"require('./\143a\.pem')", [("./ca.pem", "module")]),
        (r'require("./\u{63}\xe9.pem")', [("./c\u00e9.pem", "module")]),
        ("readFileSync(`certs/$ca.pem`)", [("certs/$ca.pem", "working folder")]),
        ("path.join(__dirname, `certs`, `ca.pem`)", [("certs/ca.pem", "folder")]),
        ("`${__dirname}/c\\x61.pem`", [("/ca.pem", "folder")]),
        # More ways to name a folder.
        ('path.join(process.cwd(), "certs", "ca.pem")', [("certs/ca.pem", "working folder")]),
        ('join(path.dirname(__filename), "ca.pem")', [("ca.pem", "folder")]),
        ('join(dirname(fileURLToPath(import.meta.url)), "ca.pem")', [("ca.pem", "folder")]),
        # Other names of `require`.
        ('createRequire(import.meta.url)("./a.json")', [("./a.json", "module")]),
        ('const r = createRequire(__filename); r("./a")', [("./a", "module")]),
        ('r=(0,m.createRequire)(u);r.resolve("./b");x.r("./c");r("./a")', [("./a", "module")]),
        ('__non_webpack_require__("./a.json")', [("./a.json", "module")]),
        # A variable with one value.
        ('const a = "./a.json"; require(a)', [("./a.json", "module")]),
        ("var a='a.pem',b=1; f(readFileSync(a, 'utf8'))", [("a.pem", "working folder")]),
        ('let a = "a.pem"\nf(join(__dirname, a), join(__dirname, a))', [("a.pem", "folder")] * 2),
        ('const a = "a.pem"; function f(a) { require(a) }', []),
        ('let a = "a.pem"; a = b; require(a)', []),
        ('const a = "./a" + b; require(a)', []),
        ('const a = "./a".trim(); require(a)', []),
        ('const a = "./a"\n  + b\nrequire(a)', []),
        ('const a = "./a"; require(a + b)', []),
        ('const ca = "./ca.pem", b = 1; require(ca, b)', [("./ca.pem", "module")]),
        ('const a = "./a"; log(a); require(a)', []),
        ('require("./" + name)', [("./", "module")]),
        ("require(`./${name}`)", []),
        ("require(name)", []),
        ("import.meta.url", []),
        ('required("./a")', []),
        ('require("./a\nb")', []),
        ('require("' + "a" * 500 + '")', []),
        ('x = "ca.pem"', []),
    ],
)
def test_literal_paths_are_found(source: str, expected: list[tuple[str, str]]) -> None:
    found = [(one.text, one.resolved) for one in named_paths(source.encode())]
    assert found == expected


@pytest.mark.parametrize(
    ("source", "is_code"),
    [
        ("require('./a')", True),
        ("x = `${require('./a')}`", True),
        ("const a = { b: [() => require('./a')] }", True),
        ("// require('./a')", False),
        ("/* \n * require('./a') */ f()", False),
        ("f(\"see require('./a')\")", False),
        ("x = `see require('./a')`", False),
        ("#!/usr/bin/node require('./a')", False),
        ("x = 'http://x'; require('./a')", True),
        ("function ( { require('./a')", True),
    ],
)
def test_comments_and_strings_are_not_code(source: str, is_code: bool) -> None:
    [named] = named_paths(source.encode())
    assert (outside_code(source.encode(), [named.offset]) == set()) is is_code


@pytest.mark.parametrize(
    "part",
    [
        *("require(", "__dirname,'a'", ",'a'", "import/*", "x.p+", " ", "from '", "new URL(`"),
        *("createRequire(", "r=createRequire(r(", "require(a)", "const a='a';require(a);"),
        *("require('\\u0061", "dirname(", "const a =", "r="),
    ],
)
def test_the_search_takes_linear_time(part: str) -> None:
    def search(source: bytes) -> int:
        return sum(1 for _ in named_paths(source))

    assert grows_with_its_input(lambda size: part.encode() * size, search, 40_000)

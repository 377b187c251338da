"""Targets that are other files: configuration, baseline and icon."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from manifest_lint import Report
from manifest_lint.config.find import KEYS, Config, InForce
from manifest_lint.content import svg
from manifest_lint.engine import baseline
from manifest_lint.engine.select import code_of
from manifest_lint.errors import UserError
from manifest_lint.rules import files_icon
from tests.connectors import MANIFEST, with_changes
from tests.fuzz.change import TOKENS, of_json, of_tokens
from tests.fuzz.documents import check_document, of_one_line
from tests.fuzz.scratch import scratch
from tests.fuzz.target import Target, one_in


def configured(data: bytes) -> InForce | UserError:
    """Return the settings of a configuration with these bytes, or why there are none."""
    file = scratch() / "manifest-lint.toml"
    file.write_bytes(data)
    try:
        return Config(code_of=code_of).in_force(scratch() / "manifest.konnector")
    except UserError as error:
        return error


def hold_on_configuration(data: bytes, is_whole: bool) -> None:
    """A configuration has settings with a place each, or an error with a place, in its text."""
    found = configured(data)
    lines = data.decode("utf-8-sig", "replace").split("\n")
    if isinstance(found, UserError):
        of_one_line(found)
        assert "manifest-lint.toml" in str(found)
        if place := re.search(r"manifest-lint\.toml:(\d+):(\d+): ", str(found)):
            line, column = map(int, place.groups())
            assert 1 <= line <= len(lines), str(found)
            assert 1 <= column <= len(lines[line - 1]) + 1, str(found)
    else:
        for key, origins in found.origins.items():
            assert key in KEYS or key == "per-file-ignores"
            for origin in origins:
                assert 1 <= int(origin.rpartition(":")[2]) <= len(lines), origin
    if (is_whole or one_in(4, data, "comment")) and not data.startswith(b"\xef\xbb\xbf"):
        _are_the_same(found, configured(b"# a comment\n" + data))


def _are_the_same(one: InForce | UserError, other: InForce | UserError) -> None:
    """A comment at the top changes nothing but the line."""
    if isinstance(one, UserError) or isinstance(other, UserError):
        said = [re.sub(r"toml:\d+:", "toml:", str(each)) for each in (one, other)]
        assert said[0] == said[1]
    else:
        without = [each.settings._replace(per_file_ignores=()) for each in (one, other)]
        assert without[0] == without[1]
        assert len(one.settings.per_file_ignores) == len(other.settings.per_file_ignores)


IN_TOML = (
    *(key.rpartition(".")[2].encode() for key in KEYS),
    *(
        b" = ",
        b'""',
        b'"S001"',
        b"[",
        b"]",
        b"[[per-file-ignores]]\n",
        b"[severity]\n",
        b"[build]\n",
    ),
    *(b'code = "S002"', b'path = "*.konnector"', b'reason = "x"', b"until = 2030-12-31", b"'''"),
    *(b'"""', b"\\u00e9", b"\\U00110000", b"= true", b"= 1", b"= nan", b"= 0x1", b"{", b"}", b"."),
    *(
        b"07:00:00",
        b"# x\n",
        b'["A", "M0", "K"]',
        b'"error"',
        b'"off"',
        b'"note"',
        b"\x7f",
        b"=1e9",
    ),
)


@cache
def faulty() -> Report:
    """Return a report with findings of many kinds."""
    value = with_changes(MANIFEST, categories=["other"], type="x", version="1", slug="A b", x=1)
    return check_document(json.dumps(value, indent=2).encode(), None, {})


def hold_on_baseline(data: bytes, is_whole: bool) -> None:
    """A baseline is refused in one line, or is the same once it was written and read again."""
    file = scratch() / "baseline.json"
    file.write_bytes(data)
    try:
        entries = baseline.read(file)
    except UserError as error:
        of_one_line(error)
        return
    report = faulty()
    new, left = baseline.without_known(report.findings, report.documents, entries, Path())
    known = len(report.findings) - len(new)
    assert known == entries.total() - left.total()
    assert all(count > 0 for count in left.values())
    if is_whole or one_in(4, data, "again"):
        baseline.write(file, entries)
        once = file.read_bytes()
        assert baseline.read(file) == entries
        baseline.write(file, Counter(dict(reversed(entries.items()))))
        assert file.read_bytes() == once


def in_baseline(value: Any, random: Random) -> Any:
    """Put an entry into a baseline: one that matches, or a part of one."""
    report = faulty()
    finding = random.choice(report.findings)
    known = baseline.entry(finding, report.documents[finding.path], Path())
    one: dict[str, Any] = {name: getattr(known, name) for name in known._fields}
    if random.random() < 0.4:
        one["count"] = random.choice((1, 2, 0, -1, 1.0, True, 10**20, "1", None))
    if not isinstance(value, dict) or not isinstance(value.get("findings"), list):
        return {"format": random.choice((1, 1, 1, 2, 0, 1.0, "1", True)), "findings": [one]}
    value["findings"].insert(random.randrange(len(value["findings"]) + 1), one)
    return value


def hold_on_icon(data: bytes, is_whole: bool) -> None:
    """What is said of an icon is one line, and does not depend on the way in which it is read."""
    for name in ("icon.svg", "icon.png") if is_whole else ("icon.svg",):
        for what, _, title in files_icon._checked(name, data):
            assert not set(what + title) & set("\n\r\0\x1b"), what
            assert len(what) <= 200, what
            what.encode()
    said = list(svg.mistakes(data))
    looked = list(svg._parsed(data, svg._Seen()))
    assert said == looked, (said, looked)
    after = list(svg.mistakes(data + b"\n"))
    if not any("is not XML" in what for what, _, _ in (*said, *after)):
        assert said == after


IN_SVG = (
    *(b" a='", b' b="', b'xmlns="http://www.w3.org/2000/svg"', b"xmlns:", b"<svg", b"<svg "),
    *(b'<svg xmlns="http://www.w3.org/2000/svg">', b"</svg>", b"<path d=''/>", b"<g>", b"</g>"),
    *(b"<?xml version='1.0'?>", b" encoding='utf-16'", b" encoding='x'", b"<!DOCTYPE svg [", b"]>"),
    *(
        b"<!ENTITY a 'b'>",
        b"<!ENTITY a SYSTEM 'b'>",
        b"<!ENTITY % a 'b'>",
        b"&a;",
        b"&lt;",
        b"&#0;",
    ),
    *(b"<script>", b"</script>", b" onload='x'", b" href='x.png'", b" xlink:href='#a'", b"<style>"),
    *(b"</style>", b"@import 'x';", b"url(x)", b"url(#a)", b"url( 'data:x')", b"<!--", b"-->"),
    *(
        b"<![CDATA[",
        b"]]>",
        b"<?xml-stylesheet href='x'?>",
        b" xmlns:x='y'",
        b"<a href='x'>",
        b"</a>",
    ),
    *(
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"RIFF",
        b"\0\0\1\0",
        b"\xff\xfe",
        b"<image ",
    ),
    *(b"javascript:", b"HREF=", b" src='x'", b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>"),
)

TARGETS = (
    Target("configuration", hold_on_configuration, of_tokens((*TOKENS, *IN_TOML)), ("config",)),
    Target(
        "baseline", hold_on_baseline, of_json(in_baseline), ("engine/baseline.py", "files"), 2048
    ),
    Target(
        "icon",
        hold_on_icon,
        of_tokens((*TOKENS, *IN_SVG)),
        ("content/svg.py", "rules/files_icon.py"),
        2048,
    ),
)

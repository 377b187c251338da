"""What holds for every report: on its places, texts, formats and fixes, and on the same values."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from random import Random
from types import CodeType
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import fastjsonschema
from jinja2 import Environment
from junitparser import JUnitXml

import manifest_lint.document.schema
from manifest_lint import Finding, Report, Severity
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import apply_fixes
from manifest_lint.errors import UserError
from manifest_lint.finding import Place
from manifest_lint.reports.formats import find
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from tests.conformance import SHARED
from tests.every_fix import Case, try_each
from tests.fuzz.change import written

Check = Callable[[Mapping[str, bytes]], Report]
"""Checks an input, with some bytes in place of those of documents."""


def of_report(report: Report) -> None:
    """Every place is in its text, and every text can be shown in one line."""
    for finding in report.findings:
        document = report.documents[finding.path]
        if document.kind == "archive":
            continue
        places = [finding.place, *(e.place for e in finding.fix.edits)] if finding.fix else []
        for place in places or [finding.place]:
            _is_inside(place, document, finding)
    for text in _texts(report):
        assert not set(text) & set("\n\r\0\x1b"), f"not one line: {text!r}"
        text.encode()  # raises for half of a surrogate pair


def _is_inside(place: Place, document: Document, finding: Finding) -> None:
    text = document.text
    assert 0 <= place.start <= place.end <= len(text), (finding.code, place, len(text))
    for offset, line, column in (
        (place.start, place.line, place.column),
        (place.end, place.end_line, place.end_column),
    ):
        assert line == text.count("\n", 0, offset) + 1, (finding.code, place)
        assert column == offset - (text.rfind("\n", 0, offset) + 1) + 1, (finding.code, place)


def _texts(report: Report) -> list[str]:
    texts = [str(one) for one in report.refused]
    for finding in report.findings:
        texts += [finding.message, finding.why, finding.fix.title if finding.fix else ""]
    return texts


def of_formats(report: Report) -> None:
    """Every format can be written, is one that its readers accept, and has every finding."""
    number = len(report.findings)
    with mock.patch.object(Environment, "compile", _compile):
        written = {name: formatted(report, name) for name in FORMATS}
    log = json.loads(written["sarif"])
    _sarif()(log)
    [run] = log["runs"]
    assert len(run["results"]) == number + report.suppressed
    _report_schema()(json.loads(written["json"]))
    assert len([json.loads(line) for line in written["jsonl"].splitlines()]) == number + 1
    entries = json.loads(written["gitlab"])
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == number
    assert len(json.loads(written["rdjson"])["diagnostics"]) >= number
    ElementTree.fromstring(written["junit"].encode())
    suites = JUnitXml.fromstring(written["junit"].encode())
    assert sum(suite.failures for suite in suites) == report.count(Severity.ERROR)
    assert written["html"].count('<article class="finding') == number
    assert written["html"].count("<script") <= 1


def formatted(report: Report, name: str) -> str:
    """Return a report in a format; it can be encoded, and no line has a line end."""
    lines = list(find(name)(Outcome(report, root=Path("/fuzzed"))))
    if name in ("concise", "jsonl", "github"):
        assert not any("\n" in line or "\r" in line for line in lines), name
    text = "".join(f"{line}\n" for line in lines)
    text.encode()
    return text


_compile_anew, _compiled = Environment.compile, dict[str, CodeType]()


def _compile(page: Environment, source: str, name: str, filename: str) -> CodeType:
    """Compile a template of the HTML page once, as that takes longer than all formats do."""
    if name not in _compiled:
        _compiled[name] = _compile_anew(page, source, name, filename)
    return _compiled[name]


@cache
def _sarif() -> Callable[[Any], Any]:
    file = SHARED / "formats" / "sarif-2.1.0.schema.json"
    if not file.exists():
        return lambda _: None
    compiled: Callable[[Any], Any] = fastjsonschema.compile(json.loads(file.read_text("utf-8")))
    return compiled


@cache
def _report_schema() -> Callable[[Any], Any]:
    schema = manifest_lint.document.schema.load("report")
    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema)
    return compiled


def of_fixes(check: Check) -> None:
    """A fix removes its finding, keeps JSON valid, and leaves nothing to a second run."""
    try:
        _are_right(check)
    except UserError:
        return  # text that can be read at last may be refused as a whole


def _are_right(check: Check) -> None:
    wrong: list[str] = []
    try_each(Case("input", check), wrong)
    assert not wrong, "; ".join(wrong)
    for unsafe in (False, True):
        report = apply_fixes(check, unsafe=unsafe)
        for rewrite in report.rewrites:
            name = rewrite.document.name
            after = Document(name, rewrite.after, rewrite.document.kind)
            assert not after.error, "a fixed document is not JSON"
        fixed = {rewrite.document.name: rewrite.after for rewrite in report.rewrites}
        again = apply_fixes(partial(_with, check, fixed), unsafe=unsafe)
        assert not again.rewrites, "a second run changes it"


def _with(check: Check, fixed: Mapping[str, bytes], instead: Mapping[str, bytes]) -> Report:
    return check({**fixed, **instead})


def of_the_same_value(check: Callable[[bytes], Report], data: bytes) -> None:
    """How a value is written changes no finding: white space, escapes, the order of keys."""
    try:
        value = json.loads(data, object_pairs_hook=_without_repeats)
        text = data.decode()
    except (ValueError, RecursionError):
        return
    # A lone surrogate is U+FFFD for Go, and each number has its own way to be written.
    if "\\ud" in text.lower() or "\ue000" in text or "\ue001" in text:
        return
    again = json.dumps(value, ensure_ascii=False)
    before = check(again.encode())
    if any(document.error for document in before.documents.values()):
        return
    after = check(written(value, Random(len(data))).removeprefix(b"\xef\xbb\xbf"))
    assert _found(before) == _found(after)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key is there twice")
    return value


def _found(report: Report) -> Counter[tuple[Any, ...]]:
    return Counter(
        (one.code, one.severity, one.pointer, one.message)
        for one in report.findings
        if not one.code.startswith("J")
    )

"""rdjson: accepted by reviewdog's own description of it, with fixes as suggestions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from manifest_lint import Finding, check
from manifest_lint.document.document import Document
from manifest_lint.finding import Edit
from manifest_lint.reports import rdjson
from manifest_lint.reports.made import Made
from manifest_lint.reports.outcome import Outcome
from tests.connectors import ACCOUNT_TYPE, FIXTURES, MANIFEST, with_changes

POSITION = {
    "type": "object",
    "required": ["line", "column"],
    "properties": {name: {"type": "integer", "minimum": 1} for name in ("line", "column")},
    "additionalProperties": False,
}
RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "properties": {"start": POSITION, "end": POSITION},
    "additionalProperties": False,
}
TEXT = {"type": "string"}
SCHEMA = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "properties": {
        "source": {
            "type": "object",
            "properties": {"name": TEXT, "url": TEXT},
            "additionalProperties": False,
        },
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity", "code"],
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "location": {
                        "type": "object",
                        "required": ["path"],
                        "properties": {
                            "path": {"type": "string", "pattern": r"^[^\\]+$"},
                            "range": RANGE,
                        },
                        "additionalProperties": False,
                    },
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "required": ["value"],
                        "properties": {"value": TEXT, "url": TEXT},
                        "additionalProperties": False,
                    },
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "properties": {"range": RANGE, "text": TEXT},
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""The messages and fields of proto/rdf/reviewdog.proto that we write, and no others."""

WIDE = "\u00e9\U0001f600"


def diagnostics(outcome: Outcome) -> list[dict[str, Any]]:
    [line] = rdjson.lines(outcome)
    value = json.loads(line)
    Draft7Validator(SCHEMA).validate(value)
    return list(value["diagnostics"])


def slice_of(data: bytes, place: dict[str, Any]) -> tuple[int, int]:
    """Return the offsets in bytes of a range, as reviewdog reads it."""
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    start, end = (
        starts[at["line"] - 1] + at["column"] - 1 for at in (place["start"], place["end"])
    )
    return start, end


def edited(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda one: -one.place.start):
        text = text[: edit.place.start] + edit.text + text[edit.place.end :]
    return text


def odd(folder: Path) -> Path:
    """Write documents with wide characters before what is wrong, in one line and in several."""
    changes = {
        "redirect_uri": ...,
        "redirect_url": f"https://{WIDE}",
        "grant_mode": "authorisation",
    }
    types = [{WIDE: WIDE, **with_changes(ACCOUNT_TYPE, _id=id, **changes)} for id in "xy"]
    (folder / "account-types-def.json").write_text(json.dumps(types, ensure_ascii=False))
    manifest = with_changes(
        MANIFEST, categories=[WIDE, "other", "other"], type="node", vendorlink=WIDE
    )
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (folder / "manifest.konnector").write_text(text)
    return folder


def test_ranges_and_suggestions_count_bytes_and_do_what_the_fix_does(tmp_path: Path) -> None:
    suggested = 0
    for folder in (odd(tmp_path), FIXTURES / "faulty", FIXTURES / "broken-json"):
        report = check([folder])
        found = diagnostics(Outcome(report, root=folder))
        for finding, one in zip(report.findings, found, strict=True):
            document = report.documents[finding.path]
            start, end = slice_of(document.data, one["location"]["range"])
            place = finding.place
            assert document.data[start:end].decode() == document.text[place.start : place.end]
            for suggestion in one.get("suggestions", ()):
                assert finding.fix
                start, end = slice_of(document.data, suggestion["range"])
                new = document.data[:start] + suggestion["text"].encode() + document.data[end:]
                assert new.decode() == edited(document.text, finding.fix.edits)
                suggested += 1
    assert suggested > 10


def test_several_edits_become_one_suggestion_unless_a_secret_is_between() -> None:
    text = '{"a": 1, "client_secret": "S3CRETS3CRET", "b": 2}'
    document = Document("x", text.encode(), "account types")
    a, b = (document.at((key,)) for key in "ab")
    end = document.place(len(text), len(text))
    assert rdjson.joined((Edit(b, "3"), Edit(a, "4")), document) is None
    whole = rdjson.joined((Edit(end, "\n"), Edit(b, "3")), document)
    assert whole is not None
    assert (whole.place.start, whole.place.end, whole.text) == (b.start, end.end, "3}\n")


def test_the_rule_has_its_address_if_there_is_one() -> None:
    report = check([FIXTURES / "faulty"], select=["S002"])
    site = Made(documentation="https://lint.example/")
    [one] = diagnostics(Outcome(report, made=lambda: site))
    assert one["code"] == {
        "value": "S002 scope-array-joined-with-plus",
        "url": "https://lint.example/rules/S002/",
    }
    [one] = diagnostics(Outcome(report))
    assert "url" not in one["code"]


def test_what_could_not_be_checked_is_a_diagnostic() -> None:
    report = check([FIXTURES / "sunmeter"])._replace(refused=("a/b: cannot be read",))
    [one] = diagnostics(Outcome(report))
    assert one["location"]["path"].endswith("a/b")
    assert (one["severity"], one["message"]) == ("ERROR", "Not checked: a/b: cannot be read")


@pytest.mark.parametrize("finding", check([FIXTURES / "faulty"]).findings, ids=lambda one: one.code)
def test_every_severity_has_a_word(finding: Finding) -> None:
    words = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}
    report = check([FIXTURES / "faulty"], select=[finding.code])
    assert words[finding.severity.label] in [
        one["severity"] for one in diagnostics(Outcome(report))
    ]

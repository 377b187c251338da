"""M008 to M010: values that are not on the platform's lists."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from manifest_lint import Finding
from manifest_lint.config.settings import Settings
from manifest_lint.cozy.list_sources import SOURCES
from manifest_lint.cozy.manifest import LISTED_VALUES
from manifest_lint.cozy.vocabulary import MEANT_DATA_TYPES
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import RULES
from manifest_lint.rules.manifest_listed import category, data_type
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes

SETTINGS = Settings(
    extra_categories=frozenset(("gardening",)), extra_data_types=frozenset(("harvest",))
)


def fixed(text: str, findings: list[Finding]) -> Any:
    """Apply the fixes of the findings."""
    return json.loads(applied(Document("m", text.encode()), findings)[0])


@pytest.mark.parametrize(
    ("key", "value", "code", "fix", "safe"),
    [
        ("categories", ["other"], "M008", 'write "others"', True),
        ("categories", ["energy", "other"], "M008", 'write "others"', False),
        ("categories", ["bankin"], "M008", 'write "banking"', False),
        ("data_types", ["documents"], "M009", 'write "document"', False),
        ("features", ["CARBONCOPY"], "M010", 'write "CARBON_COPY"', False),
        ("qualification_labels", ["pay_sheets"], "M010", 'write "pay_sheet"', False),
        ("frequency", "week", "M010", 'write "weekly"', False),
    ],
)
def test_a_fix_writes_the_nearest_value(
    key: str, value: Any, code: str, fix: str, safe: bool
) -> None:
    text = json.dumps(with_changes(MANIFEST, **{key: value}))
    finding = only(of_manifest(text), code)
    assert finding.severity.label == ("note" if key == "features" else "warning")
    assert finding.fix is not None
    assert (finding.fix.title, finding.fix.safe) == (fix, safe)
    assert finding.message.endswith(f": did you mean {fix.removeprefix('write ')}?")
    assert codes(of_manifest(json.dumps(fixed(text, [finding])))) == []


@pytest.mark.parametrize(
    ("key", "value", "code", "fix"),
    [
        ("categories", ["zzz"], "M008", None),
        ("frequency", "yearly", "M010", 'write "monthly", "weekly", "daily" or "hourly"'),
    ],
)
def test_without_a_near_value_there_is_no_fix(
    key: str, value: Any, code: str, fix: str | None
) -> None:
    finding = only(of_manifest(**{key: value}), code)
    assert (finding.fix.title if finding.fix else None) == fix
    assert not (finding.fix and finding.fix.edits)


@pytest.mark.parametrize(
    ("key", "value", "severity", "message", "reason"),
    [
        (
            "data_types",
            "photo",
            "warning",
            '"photo" is not a known data type: did you mean "document"?',
            "Known are activity, appointment, bankAccounts, ",
        ),
        (
            "data_types",
            "zzz",
            "warning",
            '"zzz" is not a known data type',
            "Known are activity, appointment, bankAccounts, ",
        ),
        (
            "categories",
            "zzz",
            "warning",
            '"zzz" is not a category of the store',
            "Known are banking, clouds, ",
        ),
        (
            "features",
            "ZZZ",
            "note",
            '"ZZZ" is not a known feature',
            "Known as of 2026-06-29 are 2FA, BILLS, ",
        ),
        (
            "qualification_labels",
            "zzz",
            "note",
            '"zzz" is not a known qualification label',
            "Known as of 2026-02-23 are the 100 that `manifest-lint explain M010` lists.",
        ),
    ],
)
def test_without_a_near_value_the_known_ones_are_listed(
    key: str, value: str, severity: str, message: str, reason: str
) -> None:
    [finding] = of_manifest(**{key: [value]})
    assert (finding.severity.label, finding.message) == (severity, message)
    assert reason in finding.why
    assert not (finding.fix and finding.fix.edits)


@pytest.mark.parametrize(
    "label",
    [
        "fine",
        "expense_claim",
        "tax_certificate",
        "condition_report",
        "person_insurance",
        "real_estate_insurance",
    ],
)
def test_the_newer_labels_are_known(label: str) -> None:
    assert codes(of_manifest(qualification_labels=[label])) == []


def test_every_list_of_a_key_has_a_source_and_every_meant_word_is_listed() -> None:
    assert set(LISTED_VALUES) <= set(SOURCES)
    assert set(MEANT_DATA_TYPES.values()) <= set(LISTED_VALUES["data_types"])
    assert set(MEANT_DATA_TYPES).isdisjoint(LISTED_VALUES["data_types"])


def test_a_fix_does_not_write_a_value_twice() -> None:
    text = json.dumps(with_changes(MANIFEST, categories=["others", "other", "Energy", "enrgy"]))
    findings = [f for f in of_manifest(text) if f.code == "M008"]
    assert [f.fix.title for f in findings if f.fix] == [
        'remove it: "others" is already in the list',
        'write "energy"',
        'remove it: "energy" is already in the list',
    ]
    assert fixed(text, findings)["categories"] == ["others", "energy"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("categories", "bankin"), ("categories", [1]), ("data_types", {}), ("frequency", ["week"])],
)
def test_another_rule_reports_a_wrong_type(key: str, value: Any) -> None:
    assert not {"M008", "M009", "M010"} & set(codes(of_manifest(**{key: value})))


def test_the_configuration_may_add_values() -> None:
    value = {"categories": ["gardening", "gardenin"], "data_types": ["harvest", "harvests", "x"]}
    manifest = Document("m", json.dumps(value).encode())
    connector = Connector(manifest, settings=SETTINGS)
    reported = [
        (finding.pointer, finding.fix and finding.fix.title)
        for rule in (category, data_type)
        for finding in rule(connector)
    ]
    assert reported == [
        (("categories", 1), 'remove it: "gardening" is already in the list'),
        (("data_types", 1), 'remove it: "harvest" is already in the list'),
        (("data_types", 2), None),
    ]


def test_at_most_a_hundred_entries_of_a_list_are_reported() -> None:
    findings = of_manifest(categories=[f"banking {number}" for number in range(5000)])
    assert codes(findings).count("M008") == 100


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("M008", "categories"),
        ("M009", "data_types"),
        ("M010", "features"),
        ("M010", "qualification_labels"),
    ],
)
def test_the_page_lists_all_values(code: str, key: str) -> None:
    words = set(re.findall(r"\w+", RULES[code].why))
    assert not set(LISTED_VALUES[key]) - words

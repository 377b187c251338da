"""P: permissions that the stack refuses, and dangerous ones that it accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding
from manifest_lint.cozy.vocabulary import DOCUMENTED_DOCTYPES, FORBIDDEN_DOCTYPES
from manifest_lint.document.document import Document
from manifest_lint.engine.fix import applied
from manifest_lint.project.connector import Connector
from manifest_lint.rules.permission_asked import verb
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes
from tests.growth import grows_with_its_input


def of_permissions(**entries: Any) -> tuple[Finding, ...]:
    """Check permissions, each with an explanation; P013 misses the one for the account."""
    texts = {name: {"description": "x"} for name in entries}
    locales = {"en": {"short_description": "x", "long_description": "x", "permissions": texts}}
    findings = of_manifest(permissions=entries, locales=locales, data_types=[], langs=["en"])
    assert {finding.code[0] for finding in findings} <= {"P"}
    return tuple(finding for finding in findings if finding.code != "P013")


def of_permission(entry: Any) -> tuple[Finding, ...]:
    return of_permissions(p=entry)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"type": "io.cozy.files"}, []),
        ({"type": "io.cozy.bank.*"}, []),
        ({"type": "é.cozy.x"}, []),
        ({"type": "io.cozy.files", "verbs": ["GET", "POST"]}, []),
        ({"type": "io.cozy.files", "verbs": ["ALL"]}, []),
        ({"type": "io.cozy.files", "verbs": None, "values": None, "selector": None}, []),
        ({"type": ""}, ["P001"]),
        ({}, ["P001"]),
        (None, ["P001"]),
        ({"type": "io.cozy.certified.carbonCopy"}, ["P001"]),
        ({"type": "io-cozy"}, ["P001"]),
        ({"type": "io.cozy.files", "verbs": ["get"]}, ["P002"]),
        ({"type": "io.cozy.files", "verbs": ["GET", "HEAD"]}, ["P002"]),
        ({"type": "io.cozy.files", "verbs": "GET"}, ["P003"]),
        ({"type": "io.cozy.files", "values": [1]}, ["P003"]),
        ({"type": "io.cozy.files", "selector": 1}, ["P003"]),
        ({"type": 1}, ["P003"]),
        ("io.cozy.files", ["P003"]),
        ({"type": "io.cozy.*"}, ["P005"]),
        ({"type": "*"}, ["P005"]),
    ],
)
def test_the_rules_for_a_permission(entry: Any, expected: list[str]) -> None:
    findings = of_permission(entry)
    assert codes(findings) == expected
    assert all(finding.refused_by == ("install",) for finding in findings)


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "io.cozy.Bank_operations", "verb": ["GET"]},
        {"type": "io.cozy.bank_operations", "verbs": "GET"},
        {"type": "io.cozy.accounts", "verbs": ["GET"], "values": [1]},
        {"type": "io.cozy.files", "selector": "class", "verbs": ["get"]},
        {"type": "io.cozy.sessions", "values": "x"},
        {"type": "io.cozy.*", "verb": ["GET"]},
    ],
)
def test_a_refused_permission_has_no_other_finding(entry: Any) -> None:
    assert len(of_permission(entry)) == 1


@pytest.mark.parametrize(
    ("entry", "fix", "safe"),
    [
        ({"type": "io.cozy.files", "verbs": ["get"]}, 'write "GET"', True),
        (
            {"type": "io.cozy.certified.carbonCopy"},
            'write "io.cozy.certified.carbon_copy"',
            False,
        ),
        ({"type": "io.cozy.bankOperations"}, 'write "io.cozy.bank.operations"', False),
        ({"type": "io.cozy.bank-operations"}, 'write "io.cozy.bank.operations"', False),
        ({"type": "fr.maif.userHome"}, 'write "fr.maif.user_home"', False),
        ({"type": "io-cozy-bank-operations"}, 'write "io.cozy.bank.operations"', False),
        ({"type": " io.cozy.files "}, 'write "io.cozy.files"', False),
        ({"type": "IO.COZY.FILES"}, 'write "io.cozy.files"', False),
        ({"type": "io.cozy.Sessions"}, 'write "io.cozy.sessions"', False),
    ],
)
def test_a_fix_is_offered(entry: Any, fix: str, safe: bool) -> None:
    [finding] = of_permission(entry)
    assert finding.fix is not None
    assert (finding.fix.title, finding.fix.safe) == (fix, safe)


def test_permissions_must_be_an_object() -> None:
    finding = only(of_manifest(permissions=[]), "P003")
    assert finding.message == "`permissions` must be an object, not a list"


@pytest.mark.parametrize(
    ("doctype", "expected"),
    [
        ("io.cozy.sessions", ["P004"]),
        ("instances", ["P004"]),
        ("io.cozy.account_types", ["P004"]),
        ("io.cozy.sessions.logins", []),
        ("io.cozy.certified.carbon_copy", []),
        ("io.cozy.certified.electronic_safe", []),
        ("io.cozy.accounts.soft_deleted", ["P004"]),
        *((f"io.cozy.files.{one}", ["P004"]) for one in ("archives", "sizes")),
        *((f"io.cozy.sharings.{one}", ["P004"]) for one in ("answer", "moved")),
        *((f"io.cozy.{one}.url", ["P004"]) for one in ("notes", "office")),
        ("io.cozy.konnectors.maintenance", ["P004"]),
        ("io.cozy.oauth.access_codes", ["P004"]),
        ("io.cozy.remote.secrets", ["P004"]),
        ("io.cozy.triggers.state", ["P004"]),
        *((f"io.cozy.{one}", ["P004"]) for one in ("apps.open", "intents", "shared")),
        # These open the routes of sharings and others.
        *((f"io.cozy.{one}", []) for one in ("sharings", "permissions", "support")),
        *((one, []) for one in ("io.cozy.oauth.clients", "com.bitwarden.profiles")),
        # These open events.
        *((f"io.cozy.{one}.events", []) for one in ("jobs", "notes")),
        *((f"io.cozy.{one}", []) for one in ("apps.logs", "auth.confirmations")),
        *((f"io.cozy.{one}", []) for one in ("files.thumbnails", "notes.telepointers")),
        ("io.cozy.sharings.initial_sync", []),
    ],
)
def test_a_doctype_that_no_application_may_read_is_reported(
    doctype: str, expected: list[str]
) -> None:
    findings = of_permission({"type": doctype})
    assert codes(findings) == expected
    assert [f.pointer for f in findings] == [("permissions", "p", "type")] * len(expected)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"type": "io.cozy.files"}, ["P006"]),
        ({"type": "io.cozy.files", "verbs": ["PUT", "GET", "POST", "DELETE", "PATCH"]}, ["P006"]),
        ({"type": "io.cozy.files", "verbs": []}, ["P006"]),
        ({"type": "io.cozy.files", "description": "another"}, ["P006"]),
        ({"type": "io.cozy.files", "verbs": ["GET"]}, []),
        ({"type": "io.cozy.files", "values": ["x"]}, []),
        ({"type": "io.cozy.bills"}, []),
    ],
)
def test_two_permissions_for_the_same_doctype_are_reported(other: Any, expected: list[str]) -> None:
    findings = of_permissions(files={"type": "io.cozy.files", "verbs": ["ALL"]}, others=other)
    assert codes(findings) == expected
    for finding in findings:
        assert finding.message == "`permissions.others` is the same as `permissions.files`"
        assert finding.severity.label == "note"


def test_permissions_for_different_doctypes_are_not_the_same() -> None:
    findings = of_permissions(
        files={"type": "io.cozy.files", "verbs": ["GET"]},
        bills={"type": "io.cozy.bills", "verbs": ["GET"]},
        new_files={"type": "io.cozy.files", "verbs": ["POST"]},
        new_bills={"type": "io.cozy.bills", "verbs": ["POST"]},
    )
    assert "P006" not in codes(findings)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"selector": "class"}, ["P007"]),
        ({"selector": "class", "values": []}, ["P007", "P012"]),
        ({"selector": "class", "values": [""]}, ["P007"]),
        ({"selector": "class", "values": ["pdf"]}, []),
        ({"selector": "", "values": None}, []),
        ({"values": ["x"]}, []),
    ],
)
def test_a_selector_needs_values(more: Any, expected: list[str]) -> None:
    assert codes(of_permission({"type": "io.cozy.files", **more})) == expected


@pytest.mark.parametrize(
    ("key", "fix", "has_edits"),
    [
        ("verb", "rename to `verbs`", False),
        ("value", "rename to `values`", False),
        ("descripton", "rename to `description`", True),
        ("scope", None, False),
        ("typ", None, False),  # there is a `type`
    ],
)
def test_an_unknown_key_is_reported_with_the_nearest(
    key: str, fix: str | None, has_edits: bool
) -> None:
    [finding] = of_permission({"type": "io.cozy.files", key: "x"})
    assert (finding.code, finding.severity.label) == ("P009", "warning")
    assert finding.message == f"`permissions.p.{key}` is ignored: unknown key"
    assert (finding.fix.title if finding.fix else None) == fix
    assert bool(finding.fix and finding.fix.edits) == has_edits


def test_a_key_that_go_reads_in_another_case_is_known() -> None:
    assert not of_permission({"Type": "io.cozy.files", "VERBS": ["GET"]})


@pytest.mark.parametrize(
    ("doctype", "meant"),
    [
        ("io.cozy.bank_operations", "io.cozy.bank.operations"),
        ("io.cozy.certified.carboncopy", "io.cozy.certified.carbon_copy"),
        ("io.cozy.identites", "io.cozy.identities"),
        ("io.cozy.bill", "io.cozy.bills"),
        ("io.cozy.fiels", "io.cozy.files"),
        ("io.cozy.bank.operation", "io.cozy.bank.operations"),
        ("io.cozy.contracts", None),  # a data type, so not a misspelling
        ("io.cozy.films", None),
        ("io.cozy.teams", None),
        ("io.cozy.reports", None),
        ("io.cozy.books2", None),
        ("io.cozy.bank_operations.x.*", None),
        ("io.cozy.coachco2.settings", None),
        ("io.cozy.konnectors.result", None),
        ("com.splitwise.expenses", None),
        ("fr.maif.maifuser.contrat", None),
    ],
)
def test_a_misspelt_doctype_is_reported(doctype: str, meant: str | None) -> None:
    findings = of_permission({"type": doctype})
    assert codes(findings) == (["P010"] if meant else [])
    for finding in findings:
        assert finding.fix and not finding.fix.safe
        assert finding.fix.title == f'write "{meant}"'
        assert [edit.text for edit in finding.fix.edits] == [f'"{meant}"']


@pytest.mark.parametrize("doctype", sorted(DOCUMENTED_DOCTYPES - FORBIDDEN_DOCTYPES))
def test_no_documented_doctype_is_misspelt(doctype: str) -> None:
    assert not of_permission({"type": doctype})


ASKED_FOR = (
    "accounts",
    "apps",
    "bank.accounts",
    "bank.accounts.stats",
    "bank.balancehistories",
    "bank.groups",
    "bank.operations",
    "bank.recurrence",
    "bank.settings",
    "bills",
    "calendar.events",
    "certified.carbon_copy",
    "certified.electronic_safe",
    "contacts",
    "contacts.accounts",
    "contacts.groups",
    "files",
    "identities",
    "intents",
    "jobs",
    "konnectors",
    "notifications",
    "oauth.clients",
    "permissions",
    "photos.albums",
    "procedures.administratives",
    "remote.nextcloud.files",
    "remote.requests",
    "settings",
    "shared",
    "sharings",
    "tags",
    "terms",
    "timeseries",
    "timeseries.geojson",
    "timeseries.grades",
    "triggers",
)


def test_what_connectors_ask_for_is_documented() -> None:
    asked = {f"io.cozy.{name}" for name in ASKED_FOR}
    assert asked <= DOCUMENTED_DOCTYPES


def test_a_fix_does_not_write_an_existing_doctype() -> None:
    findings = of_permissions(bills={"type": "io.cozy.bills"}, bill={"type": "io.cozy.bill"})
    assert only(findings, "P010").fix
    assert not any(finding.fix and finding.fix.edits for finding in findings)


@pytest.mark.parametrize(
    "permission",
    [
        {"type": "io.cozy.bank_operations", "verbs": ["GET"]},
        {"type": "io.cozy.files", "descriptoin": "For your bills"},
    ],
)
def test_a_fix_removes_its_finding_and_adds_no_other(permission: dict[str, Any]) -> None:
    texts = {"en": {**MANIFEST["locales"]["en"], "permissions": {"p": {"description": "x"}}}}
    changes = {"permissions": {"p": permission}, "locales": texts, "langs": ["en"]}
    # On the client, it need not read its account.
    good = with_changes(MANIFEST, data_types=[], clientSide=True, oauth=...)
    text = json.dumps(with_changes(good, **changes), indent=2)
    findings = of_manifest(text)
    assert len(findings) == 1
    fixed, _ = applied(Document("x", text.encode()), findings)
    assert fixed != text.encode()
    assert of_manifest(fixed) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
ENTRIES = st.dictionaries(
    st.sampled_from(("type", "Type", "verbs", "verb", "values", "selector", "description", "x")),
    st.sampled_from(("io.cozy.accounts", "io.cozy.bill", "io.cozy.bank.*")) | JSON,
)


@given(st.dictionaries(st.text(max_size=3), ENTRIES | JSON, max_size=4) | JSON)
def test_any_permissions_can_be_checked(permissions: Any) -> None:
    of_manifest(permissions=permissions)


@pytest.mark.parametrize("before", ["", '"permissions": {}, '])
def test_the_last_of_repeated_keys_is_checked(before: str) -> None:
    entry = '{"type": "io.cozy.accounts", "type": "io.cozy.bill", "verbs": ["GET"]}'
    text = json.dumps(with_changes(MANIFEST, permissions=...))[:-1]
    text += f', {before}"permissions": {{"p": {entry}}}}}'
    finding = only(of_manifest(text), "P010")
    assert text[finding.place.start : finding.place.end] == '"io.cozy.bill"'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"values": []}, ["P012"]),
        ({"Values": []}, ["P012"]),
        ({"values": [], "selector": "class"}, ["P007", "P012"]),
        ({"values": None}, []),
        ({"values": [None]}, []),
        ({"values": ["x"]}, []),
        ({"values": [], "verbs": ["get"]}, ["P002"]),
    ],
)
def test_empty_values_hold_every_update(more: dict[str, Any], expected: list[str]) -> None:
    findings = of_permission({"type": "io.cozy.files", **more})
    assert codes(findings) == expected


def test_the_wrong_verbs_of_a_list_grow_with_their_number() -> None:
    def make(size: int) -> Connector:
        permissions = {"bills": {"type": "io.cozy.bills", "verbs": ["get"] * size}}
        return Connector(Document("m", json.dumps({"permissions": permissions}).encode()))

    assert grows_with_its_input(make, lambda one: list(verb(one)), 8000)

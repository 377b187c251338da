"""X002, X003, X004, X006 and R008: findings across several documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Finding, check
from manifest_lint.api import connectors, many
from manifest_lint.document.document import Document
from manifest_lint.finding import Severity
from manifest_lint.project.connector import Connector
from manifest_lint.project.workspace import Workspace
from manifest_lint.rules.cross_workspace import secret_without_connector, slug_of_two
from tests.connectors import (
    ACCOUNT_TYPE,
    MANIFEST,
    account_type,
    codes,
    of_account_type,
    only,
    with_changes,
)
from tests.growth import grows_with_its_input

WORKSPACE = ("X002", "X003", "X004", "X006", "R008")
SECRET = {"grant_mode": "secret", "secret": "S3CRET", "redirect_uri": ...}


def of_workspace(
    folder: Path, slugs: list[str | dict[str, Any]], account_types: list[dict[str, Any]]
) -> tuple[Finding, ...]:
    """Check good connectors with these slugs, or changes, given good account types with changes."""
    for number, changes in enumerate(slugs):
        if isinstance(changes, str):
            changes = {"slug": changes}
        (folder / str(number)).mkdir()
        text = json.dumps(with_changes(MANIFEST, **changes))
        (folder / str(number) / "manifest.konnector").write_text(text)
    documents = [with_changes(ACCOUNT_TYPE, **changes) for changes in account_types]
    (folder / "account-types.json").write_text(json.dumps(documents, indent=2))
    paths = [folder / str(number) for number in range(len(slugs))]
    found = check(paths, account_types=[folder / "account-types.json"]).findings
    assert all(f.path.endswith("account-types.json") for f in found if f.code in WORKSPACE)
    return tuple(finding for finding in found if finding.code in WORKSPACE)


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        (..., []),
        ("x", []),
        ("", []),
        (1, []),
        ("unknown", []),
        ("y", ["X002"]),
    ],
)
def test_the_slug_must_be_that_of_the_connector_that_logs_in(
    tmp_path: Path, slug: Any, expected: list[str]
) -> None:
    findings = of_workspace(tmp_path, ["x", "y"], [{"slug": slug}, {"_id": "y"}])
    assert codes(findings) == expected


def test_one_account_type_may_serve_several_connectors(tmp_path: Path) -> None:
    second = {"slug": "y", "oauth": {"scope": None, "account_type": "x"}}
    assert codes(of_workspace(tmp_path, ["x", second], [{"slug": "y"}])) == []


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        (..., ["error"]),
        ("", ["error"]),
        (None, ["error"]),
        (1, []),
        ("$SLUG", []),
        ("x", []),
        ("z", ["warning"]),
    ],
)
def test_a_secret_needs_the_slug_of_its_connector(
    tmp_path: Path, slug: Any, expected: list[str]
) -> None:
    findings = of_workspace(tmp_path, ["x", "y"], [{**SECRET, "slug": slug}])
    assert [f.severity.label for f in findings if f.code == "X003"] == expected


def test_the_nearest_slug_is_named(tmp_path: Path) -> None:
    findings = of_workspace(tmp_path, ["sunmeter", "y"], [{**SECRET, "slug": "sunmetre"}])
    fix = only(findings, "X003").fix
    assert fix is not None
    assert "sunmeter" in fix.title


@pytest.mark.parametrize(
    ("slug", "expected"),
    [("sunmeter", []), ("other", ["warning"]), (..., ["error"]), ("$SLUG", [])],
)
def test_the_account_type_next_to_one_connector_has_its_slug(
    tmp_path: Path, slug: Any, expected: list[str]
) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    document = with_changes(ACCOUNT_TYPE, _id="sunmeter", **SECRET, slug=slug)
    (tmp_path / "account-types-def.json").write_text(json.dumps(document))
    found = check([tmp_path], select=["X003"]).findings
    assert [finding.severity.label for finding in found] == expected
    if slug == "other":
        assert found[0].message == 'the slug is "other", but the connector\'s is "sunmeter"'


def test_an_account_type_alone_is_checked_too() -> None:
    finding = only(of_account_type(**SECRET), "X003")
    assert finding.refused_by == ("run",)
    assert codes(of_account_type(**SECRET, slug="x")) == []


def test_with_one_connector_no_account_type_is_reported_unused(tmp_path: Path) -> None:
    unused: list[dict[str, Any]] = [
        {},
        {"_id": "z", "redirect_uri": "$URI"},
        {**SECRET, "_id": "s", "slug": "s"},
    ]
    assert codes(of_workspace(tmp_path, ["x"], unused)) == []


@pytest.mark.parametrize(
    ("account_types", "expected"),
    [
        ([("x", "secret"), ("y", "secret")], ["y"]),
        ([("x", "authorization_code"), ("y", "bi_webview+secret")], ["y"]),
        ([("x", "authorization_code"), ("y", "token")], []),
        ([("x", "secret"), ("ctx/x", "secret")], []),
        ([("ctx/x", "secret"), ("x", "secret")], []),
        ([("x", "secret"), ("ctx/y", "secret")], ["x"]),
        ([("ctx/x", "secret"), ("other/y", "secret")], []),
        ([("ctx/x", "secret"), ("ctx/y", "secret")], ["ctx/y"]),
        ([("x", "secret"), ("y", "secret"), ("ctx/x", "secret")], ["y"]),
    ],
)
def test_two_secrets_with_one_slug_are_reported(
    tmp_path: Path, account_types: list[tuple[str, str]], expected: list[str]
) -> None:
    changes = [{"_id": name, "grant_mode": mode, "slug": "x"} for name, mode in account_types]
    findings = of_workspace(tmp_path, ["x", "y"], changes)
    reported = [changes[int(f.pointer[0])]["_id"] for f in findings if f.code == "X004"]
    assert reported == expected


def test_a_build_does_not_refuse_what_it_does_not_see(tmp_path: Path) -> None:
    """It has one connector, so a rule on all of them that is made an error names no refusal."""
    (tmp_path / "manifest-lint.toml").write_text('severity = {X004 = "error"}')
    changes = [{"_id": name, "grant_mode": "secret", "slug": "x"} for name in "xy"]
    findings = of_workspace(tmp_path, ["x", "y"], changes)
    finding = only(findings, "X004")
    assert (finding.severity, finding.refused_by) == (Severity.ERROR, ())


@pytest.mark.parametrize(
    ("account_type", "expected"),
    [
        ({"_id": "x"}, []),
        ({"_id": "ctx/x"}, []),
        ({"_id": "z"}, ["X006"]),
        ({**SECRET, "_id": "z", "slug": "x"}, []),
        ({"_id": ...}, []),
        ({"_id": "plain"}, []),
    ],
)
def test_account_types_that_no_connector_uses_are_reported(
    tmp_path: Path, account_type: dict[str, Any], expected: list[str]
) -> None:
    slugs: list[str | dict[str, Any]] = ["x", {"slug": "plain", "oauth": ...}]
    assert codes(of_workspace(tmp_path, slugs, [account_type])) == expected


@pytest.mark.parametrize("jobs", [None, 1, 2])
def test_nothing_is_said_of_connectors_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int | None
) -> None:
    monkeypatch.setattr(connectors, "_FEWEST_IN_PARTS", 2)
    monkeypatch.setattr(many, "MANY", 2)
    for slug in ("x", "y", "z"):
        (tmp_path / slug).mkdir()
        manifest = json.dumps(with_changes(MANIFEST, slug=slug))
        (tmp_path / slug / "manifest.konnector").write_text(manifest)
        own = with_changes(ACCOUNT_TYPE, _id=slug, **SECRET, slug="z")
        (tmp_path / slug / "account-types-def.json").write_text(json.dumps(own))
    shared = tmp_path / "all.json"
    shared.write_text(json.dumps([{**ACCOUNT_TYPE, "_id": one} for one in ("x", "y", "z")]))

    def found() -> list[str]:
        both = check(tmp_path, jobs=jobs), check(tmp_path, account_types=shared)
        return [one.code for report in both for one in report.findings if one.code in WORKSPACE]

    (tmp_path / "z" / "manifest.konnector").write_text('{"slug": "z"')
    assert set(found()) == {"X004"}
    (tmp_path / "z" / "manifest.konnector").write_text('{"slug": "u"}')
    assert {"X003", "X006"} <= set(found())


def test_account_types_next_to_a_connector_are_only_for_it(tmp_path: Path) -> None:
    for slug in ("x", "y"):
        (tmp_path / slug).mkdir()
        text = json.dumps(with_changes(MANIFEST, slug=slug))
        (tmp_path / slug / "manifest.konnector").write_text(text)
        other = json.dumps([ACCOUNT_TYPE, {**ACCOUNT_TYPE, "_id": "z"}])
        (tmp_path / slug / "account_types.json").write_text(other)
    assert "X006" not in codes(check([tmp_path]).findings)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {"_id": "y", "redirect_uri": ACCOUNT_TYPE["redirect_uri"]}, []),  # R001 reports it
        ({"_id": "y"}, {"_id": ...}, []),
        ({}, {"_id": "ctx/x"}, []),
        ({}, {"_id": ...}, ["R008"]),
        ({"_id": ...}, {"_id": ...}, ["R008"]),
        ({"_id": ..., "redirect_uri": "$URI"}, {"_id": ..., "redirect_uri": "$URI"}, []),
        ({"_id": ...}, {**SECRET, "_id": ..., "slug": "x"}, []),
    ],
)
def test_a_redirect_uri_of_two_account_types_is_reported(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], expected: list[str]
) -> None:
    assert codes(of_workspace(tmp_path, ["x", "y"], [first, second])) == expected


def test_odd_manifests_and_account_types_do_not_stop_the_check(tmp_path: Path) -> None:
    odd: tuple[Any, ...] = (1, None, [], {}, "\ud800")
    slugs: list[str | dict[str, Any]] = [
        {"slug": value, "oauth": {"account_type": value}} for value in odd
    ]
    account_types = [{"_id": value, "slug": value} for value in odd]
    secrets = [{"slug": value, "_id": f"s{n}", **SECRET} for n, value in enumerate(odd)]
    of_workspace(tmp_path, slugs, [*account_types, *secrets])


@pytest.mark.parametrize("general", [0, 1])
def test_a_slug_in_many_contexts_grows_with_their_number(general: int) -> None:
    def make(size: int) -> Workspace:
        ids = [f"c{n}/x{n}" for n in range(size)] + [f"x{n}" for n in range(general * size)]
        return Workspace((), tuple(account_type(_id=one, slug="x", **SECRET) for one in ids))

    assert grows_with_its_input(make, lambda one: list(slug_of_two(one)), 2000)


def test_the_nearest_slug_is_searched_for_only_for_the_first_ones() -> None:
    given = [Connector(Document("m", b'{"slug": "%s"}' % slug)) for slug in (b"x", b"sunmeter")]
    types = [account_type(_id=f"x{n}", slug=f"sunmetre{n}", **SECRET) for n in range(101)]
    found = list(secret_without_connector(Workspace(tuple(given), tuple(types))))
    assert [one.fix is not None for one in found] == [True] * 100 + [False]

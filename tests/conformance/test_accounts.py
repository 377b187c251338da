"""What the real code does with accounts, recorded by tests.conformance.recorder, and our rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Finding, check
from manifest_lint.reports import catalogue
from manifest_lint.rules.registry import all_rules
from tests.connectors import MANIFEST

RECORD = Path(__file__).parent / "records/accounts.jsonl"
HEAD, *CASES = map(json.loads, RECORD.read_text("utf-8").splitlines())


CANNOT_FIND = {"error": "CANNOT_FIND_ACCOUNT"}


def cases(*kinds: str) -> pytest.MarkDecorator:
    """Return a parameter for each case of these kinds, with its changes as its name."""
    found = [case for case in CASES if case["do"] in kinds]
    assert found
    return pytest.mark.parametrize("case", found, ids=lambda case: json.dumps(case)[:-1])


def reported(folder: Path, case: dict[str, Any], code: str) -> list[Finding]:
    """Return the findings of a rule in the connector of a case, with its account type."""
    manifest = MANIFEST | HEAD["manifest"] | case.get("manifest", {})
    account_type = HEAD["account_type"] | case.get("account_type", {})
    for name in ("index.js", *case.get("files", ())):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("{}")
    (folder / "manifest.konnector").write_text(json.dumps(manifest))
    (folder / "account-types-def.json").write_text(json.dumps(account_type))
    return list(check(folder, isolated=True, select=(code,)).findings)


@cases("login")
def test_a_login_that_does_not_finish_has_a_wrong_grant_mode(
    tmp_path: Path, case: dict[str, Any]
) -> None:
    finishes = case["answer"].get("handled", False)
    assert bool(reported(tmp_path, case, "A002")) is not finishes


@cases("manage", "reconnect")
def test_an_aggregator_without_a_page_sends_users_in_a_circle(
    tmp_path: Path, case: dict[str, Any]
) -> None:
    visited, name = case["answer"]["visited"], f"`{case['do']}_endpoint`"
    comes_back = len(visited) > 1 and len(set(visited)) == 1
    found = reported(tmp_path, case, "A012")
    assert any(name in finding.message for finding in found) is comes_back
    assert comes_back or not visited[0].startswith("https://alice.cozy.example/")


@cases("run")
def test_a_connector_gets_null_for_a_secret_that_is_not_there(
    tmp_path: Path, case: dict[str, Any]
) -> None:
    is_null = case["answer"]["parameters"] == {"secret": None}
    assert bool(reported(tmp_path, case, "A011")) is is_null


@cases("refresh", "run with libraries")
def test_without_get_on_accounts_no_run_starts_and_no_token_is_renewed(
    tmp_path: Path, case: dict[str, Any]
) -> None:
    answer = case["answer"]
    assert answer in ({"status": 200}, {"status": 403}, {"ran": "index.js"}, CANNOT_FIND)
    found = reported(tmp_path, case, "P013")
    is_refused = answer in ({"status": 403}, CANNOT_FIND)
    assert [finding.refused_by for finding in found] == [("run",)] * is_refused


@cases("delete account")
def test_a_script_that_is_not_in_the_run_cannot_start(tmp_path: Path, case: dict[str, Any]) -> None:
    answer = case["answer"]
    cannot_start = "run" in answer and "ran" not in answer["run"]
    assert bool(reported(tmp_path, case, "F004")) is cannot_start


@pytest.mark.parametrize("on_delete", [True, False])
@cases("login")
def test_accounts_of_a_context_may_have_another_type_than_the_slug(
    tmp_path: Path, case: dict[str, Any], on_delete: bool
) -> None:
    """Where a type is not a slug, no script was run: see the next test."""
    script = {"on_delete_account": "onDelete.js"} if on_delete else {}
    found = reported(tmp_path, {**case, "manifest": script}, "X008")
    has_another = any(kind != "x" for kind in case["answer"].get("accounts", ()))
    assert [finding.severity.label for finding in found] == ["warning"] * (
        has_another and on_delete
    )


@pytest.mark.parametrize("on_delete", [True, False])
@pytest.mark.parametrize("account_type", ["x", "y"])
def test_what_happens_to_accounts_of_another_type_than_the_slug(
    tmp_path: Path, account_type: str, on_delete: bool
) -> None:
    """Each of these was done with and without a connector of the type's name in the registry."""
    same = [
        case
        for case in CASES
        if case["do"] in ("delete account", "delete instance", "fix orphans")
        and len(case.get("files", ())) <= 2
        and case.get("account_type", {}).get("_id", "x") == account_type
        and ("on_delete_account" in case["manifest"]) is on_delete
    ]
    assert len(same) == 5
    deleted = [one["answer"] for one in same if one["do"].startswith("delete")]
    repaired = [one["answer"] for one in same if one["do"] == "fix orphans"]
    never_run = on_delete and all("x" not in one["jobs"] for one in deleted)
    breaks = any("error" in one or not one["accounts"] for one in repaired)
    assert breaks is any("error" in one for one in deleted)
    found = [one for case in same for one in reported(tmp_path, case, "X008")]
    assert {finding.refused_by for finding in found} == (
        {("run",)} if never_run else {()} if breaks else set()
    )


@pytest.mark.parametrize("code", ["A002", "A011", "A012", "F004", "P013", "X008"])
def test_the_examples_of_these_rules_were_run(code: str) -> None:
    page = next(catalogue.page(rule) for rule in all_rules() if rule.code == code)
    changes = [case.get(part) for case in CASES for part in ("manifest", "account_type")]
    assert json.loads(page.bad) in changes
    assert json.loads(page.good) in changes
    assert page.evidence == "run"

"""Recorded cases that confirm what rules on CouchDB, on updates and on logins say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from manifest_lint import Finding, check
from tests.conformance import SHARED, case_data


def recorded(name: str) -> list[dict[str, Any]]:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"needs ../shared/{name}, which is not here")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def refusing(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    """Return code and refusal of each error."""
    return {(finding.code, who) for finding in findings for who in finding.refused_by}


@pytest.mark.parametrize(
    ("bad", "code", "refused_by", "good"),
    [
        ('top _comment:"x"', "M028", "install", 'top //:"x"'),
        ("top _deleted:true", "M028", "install", "top _local_seq:5"),
        ("text value lone low \\udc00", "J003", "publish", "text value pair"),
        ("name latin1", "J003", "publish", "name utf8"),
        ("depth lists 9999", "J005", "publish", "depth lists 9998"),
        (
            "size 1.5 MB of < (escaped to \\u003c by Go)",
            "J005",
            "install",
            "size 1.9 MB of NUL escapes",
        ),
        ('_comment:"x"', "A001", "login", '$schema:"x"'),
        ("_deleted:null", "A001", "login", "_deleted:false"),
        ('id "_x"', "A009", "login", 'id "a.b"'),
        ("secret text latin1", "J003", "login", "secret text pair"),
    ],
)
def test_couchdb_refuses_the_bad_example_and_accepts_the_good_one(
    tmp_path: Path, bad: str, code: str, refused_by: str, good: str
) -> None:
    cases = {case["name"]: case for case in recorded("oracle/couch.jsonl")}
    key = {"install": "install_couch", "publish": "publish_couch", "login": "put_couch"}[refused_by]
    expect = cases[bad]["expect"]
    assert not expect[key] or (key == "install_couch" and expect["install_via_registry"] is False)
    assert cases[good]["expect"][key]
    found = []
    for name in (bad, good):
        file = tmp_path / ("account-types.json" if refused_by == "login" else "x.konnector")
        file.write_bytes(case_data(cases[name]))
        found.append(refusing(check(file).findings))
    assert (code, refused_by) in found[0]
    assert code not in {one for one, _ in found[1]}


def test_an_update_is_held_where_a_rule_says_that_every_update_is() -> None:
    pairs = recorded("oracle/upgrade.jsonl")
    held, said = 0, 0
    for pair in pairs:
        expect = pair["expect"]
        if "new" not in pair or not (expect["old_installable"] and expect["new_installable"]):
            continue
        findings = check(stdin=(None, pair["new"].encode("utf-8", "surrogatepass"))).findings
        if any("every update waits for" in finding.message for finding in findings):
            said += 1
            held += expect["held_for_permissions"]
    assert held == said > 0


def test_an_implicit_grant_asks_the_provider_for_the_token_itself() -> None:
    """RFC 6749 section 4.2.2: it is then in a fragment, which no server gets."""
    asked = 0
    for case in recorded("oracle/login.jsonl"):
        if not (url := case["expect"].get("authorize_url")):
            continue
        sent = parse_qs(urlsplit(url).query).get("response_type", [])
        stdin = ("account-types.json", json.dumps(case["account_type"]).encode())
        findings = check(stdin=stdin, select=("A002",)).findings
        # Where an endpoint has a response type of its own, the stack's comes after it.
        assert ("token" in sent[-1:]) is bool(findings), case
        asked += bool(findings)
    assert asked > 0

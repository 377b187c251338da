"""Rules that defer to others: one mistake has one finding, the better one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import check
from manifest_lint.engine.report import Report
from manifest_lint.rules.registry import all_rules
from tests.connectors import ACCOUNT_TYPE, FIXTURES
from tests.corpus import CORPUS, encoded

OAUTH = {"slug": "x", "oauth": {"scope": ["read"]}}
URI = "https://oauthcallback.cozy.rocks/accounts/x/redirect"
TYPE = {**ACCOUNT_TYPE, "_id": "x", "redirect_uri": URI}
OTHER = {**TYPE, "redirect_uri": "https://a.example/accounts/x/redirect"}
BILL = {"b": {"type": "io.cozy.bill"}}
BILLS = {"data_types": ["bill"]}
POST = {"verbs": ["post"]}
BILLED = {"type": "io.cozy.bills"}
PICTURE = "screenshots/screenshot1.png"
EMPTY = {**OAUTH, "oauth": {"account_type": "", "scope": ["a"]}}
RENAMED = {key: value for key, value in TYPE.items() if key != "redirect_uri"} | {
    "redirect_url": URI
}


def written(folder: Path, manifest: dict[str, Any], *account_types: dict[str, Any]) -> Path:
    (folder / "manifest.konnector").write_text(json.dumps(manifest))
    if account_types:
        (folder / "account-types-def.json").write_text(json.dumps(list(account_types)))
    return folder


@pytest.mark.parametrize(
    ("speaks", "defers", "manifest", "account_types"),
    [
        (
            "S012",
            "X001",
            {**OAUTH, "oauth": {"account_type": "", "scope": ["a"]}},
            [{**TYPE, "_id": "y"}],
        ),
        ("S012", "X001", {**OAUTH, "oauth": {"account_type": None}}, [TYPE]),
        ("K005", "S015", {"oauth": {"scope": ["a"], "client_secret": "9f8e7d6c"}}, []),
        ("S011", "S015", {"oauth": {"scopes": ["a"]}}, []),
        ("M001", "X001", {"oauth": {"scope": ["read"]}}, [TYPE]),
        ("M002", "X001", {"slug": 5, "oauth": {"scope": ["read"]}}, [TYPE]),
        ("A001", "R006", OAUTH, [RENAMED]),
        ("M003", "M001", {"vendorLink": "https://a.example"}, []),
        ("M003", "M001", {"vendor_linc": "https://a.example"}, []),
        ("M001", "M003", {"sulg": "x"}, []),
        ("J006", "M003", {"Icon": "icon.svg"}, []),
        ("M024", "M018", {"developer": {"name": "A", "url": "see our site"}}, []),
        ("M011", "M024", {"developer": {"name": "yourname", "url": "your web site"}}, []),
        ("M016", "M024", {"vendor_link": "a.example/x"}, []),
        ("M002", "M012", {"fields": {"a": 5}}, []),
        ("S008", "S006", {"oauth": {"scope": "a  +b"}}, []),
        ("S003", "S007", {"oauth": {"scope": "a%20b&c"}}, []),
        ("M001", "M002", {"permissions": None}, []),
        ("P003", "M002", {"permissions": {"a": {"type": "io.cozy.files", "verbs": "GET"}}}, []),
        ("S001", "M002", {"oauth": {"scope": 5}}, []),
        ("S001", "M002", {"oauth": {"scope": ["a", {}]}}, []),
        ("S011", "M002", {"oauth": True}, []),
        ("S011", "M002", {"oauth": ["read"]}, []),
        ("S012", "M002", {"oauth": {"account_type": 5, "scope": ["a"]}}, []),
        ("S002", "S005", {"oauth": {"scope": ["a a", "b"]}}, []),
        ("S003", "S005", {"oauth": {"scope": "a&b a&b"}}, []),
        ("S007", "S005", {"oauth": {"scope": "a%2Bb a%2Bb"}}, []),
        ("S002", "S006", {"oauth": {"scope": ["a  b", "c"]}}, []),
        ("S003", "S006", {"oauth": {"scope": ["a  b#c"]}}, []),
        ("S004", "S006", {"oauth": {"scope": [" "]}}, []),
        ("S007", "S006", {"oauth": {"scope": "a%20b  c"}}, []),
        ("S002", "S008", {"oauth": {"scope": ["a+b", "c"]}}, []),
        ("S003", "S008", {"oauth": {"scope": "a+b;c"}}, []),
        ("S007", "S008", {"oauth": {"scope": "a%2Bb+c"}}, []),
        ("L004", "M021", {"messages": ["a"], "locales": {"en": {"messages": {"b": "B"}}}}, []),
        ("L004", "L006", {"fields": {}, "locales": {"en": {"fields": {"a": {"x": "y"}}}}}, []),
        ("L006", "L003", {"locales": {"en": {"short_descripton": "Bills"}}}, []),
        ("M002", "L006", {"locales": {"short_description": "Bills"}}, []),
        ("M001", "M002", {"langs": None}, []),
        (
            "P010",
            "M026",
            {"data_types": ["bill"], "permissions": BILL},
            [],
        ),
        ("R001", "R004", OAUTH, [{**TYPE, "redirect_uri": f"{URI.replace('/x/', '/y/')}/"}]),
        ("F003", "M011", {"screenshots": [PICTURE]}, []),
        ("M001", "L001", {}, []),
        ("M002", "L001", {"locales": []}, []),
        ("M003", "L001", {"locals": {}}, []),
        ("L006", "L001", {"locales": {"fields": {}}}, []),
        ("M001", "L002", {"langs": ["fr"]}, []),
        ("L006", "L002", {"langs": ["fr"], "locales": {"fields": {}}}, []),
        ("M001", "L004", {"permissions": BILL}, []),
        ("L006", "L004", {"permissions": BILL, "locales": {"fields": {}}}, []),
        (
            "M002",
            "L004",
            {"permissions": BILL, "locales": {"en": {"permissions": {"b": "Bills"}}}},
            [],
        ),
        ("M001", "M021", {"messages": ["a"]}, []),
        ("S010", "M012", {**OAUTH, "fields": {"access_token": {}}}, []),
        ("S010", "M012", {**OAUTH, "fields": {"access_token": {"type": "token"}}}, []),
        ("M012", "S010", {**OAUTH, "fields": {"access_token": {"typ": "hidden"}}}, []),
        ("F006", "F001", {"icon": "../icon.svg"}, []),
        ("F006", "F003", {"screenshots": ["https://a.example/a.png"]}, []),
        ("F006", "F004", {"on_delete_account": "/a.js"}, []),
        ("P002", "M026", {**BILLS, "permissions": {"b": {**BILLED, **POST}}}, []),
        ("P003", "M026", {**BILLS, "permissions": {"b": {**BILLED, "values": "x"}}}, []),
        ("P005", "M026", {**BILLS, "permissions": {"b": {"type": "io.cozy.*"}}}, []),
        ("P002", "P004", {"permissions": {"b": {"type": "io.cozy.sessions", **POST}}}, []),
        ("P002", "P007", {"permissions": {"b": {**BILLED, "selector": "a", **POST}}}, []),
        ("P001", "P009", {"permissions": {"b": {"doctype": "io.cozy.bills"}}}, []),
        ("P002", "P010", {"permissions": {"b": {"type": "io.cozy.bill", **POST}}}, []),
        (
            "R002",
            "R007",
            OAUTH,
            [OTHER],
        ),
    ],
)
def test_a_mistake_is_reported_exactly_once(
    tmp_path: Path, speaks: str, defers: str, manifest: dict[str, Any], account_types: list[Any]
) -> None:
    folder = written(tmp_path, manifest, *account_types)
    if defers == "R007":
        (folder / "manifest-lint.toml").write_text('redirect-domains = ["cozy.rocks"]')

    def found(select: str = "", ignore: str = "") -> list[str]:
        report = check(folder, select=select.split(), ignore=ignore.split())
        return [finding.code for finding in report.findings]

    whole, without = found(), found(ignore=speaks)
    assert speaks in whole
    assert without.count(defers) == whole.count(defers) + 1
    assert found(select=defers).count(defers) == without.count(defers)


def test_another_mistake_at_the_same_place_is_no_cause(tmp_path: Path) -> None:
    folder = written(tmp_path, {"oauth": {"scope": 'a+"b"'}})
    found = [finding.code for finding in check(folder, select=["S"]).findings]
    assert {"S003", "S008"} <= set(found)


def test_a_picture_named_twice_is_missing_once(tmp_path: Path) -> None:
    folder = written(tmp_path, {"screenshots": [PICTURE, PICTURE]})
    assert [one.code for one in check(folder, select=["F003", "M011"]).findings] == ["F003"]
    (folder / "screenshots").mkdir()
    (folder / PICTURE).write_bytes(b"\x89PNG")
    assert not check(folder, select=["F003", "M011"]).findings


def test_the_name_of_an_icon_outside_is_reported_where_the_path_is_not() -> None:
    def found(ignore: list[str]) -> list[str]:
        data = b'{"icon": "../icon.png"}'
        report = check(stdin=(None, data), select=["F"], ignore=ignore, isolated=True)
        return [finding.code for finding in report.findings]

    assert found([]) == ["F006"]
    assert found(["F006"]) == ["F002"]


def test_sources_are_compared_where_no_rule_reports_a_refused_permission(tmp_path: Path) -> None:
    folder = written(tmp_path, {"clientSide": True, "permissions": {"b": {**BILLED, **POST}}})
    (folder / "src").mkdir()
    (folder / "src/index.js").write_text("add('io.cozy.contacts', 'io.cozy.bills')")
    assert [one.code for one in check(folder, select=["P"]).findings] == ["P002"]
    [finding] = check(folder, select=["P008"]).findings
    assert "`io.cozy.contacts` without a permission" in finding.message


def texts() -> Iterator[bytes]:
    for file in sorted(FIXTURES.rglob("*.konnector")):
        yield file.read_bytes()
    if (CORPUS / "manifests.jsonl").is_file():
        lines = (CORPUS / "manifests.jsonl").read_text("utf-8").splitlines()
        for line in lines[::10]:
            yield encoded(json.loads(line)["text"])


def keys(report: Report) -> set[tuple[Any, ...]]:
    return {(one.code, one.path, one.pointer, one.message) for one in report.findings}


def test_selecting_or_ignoring_a_rule_loses_no_other_finding() -> None:
    for data in texts():
        whole = keys(check(stdin=(None, data), isolated=True))
        for code in {code for code, *_ in whole}:
            own = {one for one in whole if one[0] == code}
            assert own <= keys(check(stdin=(None, data), isolated=True, select=[code]))
            rest = keys(check(stdin=(None, data), isolated=True, ignore=[code]))
            assert whole - own <= rest


def test_a_rule_that_reports_again_hides_nothing() -> None:
    """P010 defers to P003: with P003 off it reports, and M026 must not defer to it then."""
    misspelt = {"b": {"type": "io.cozy.bill", "values": "x"}}
    data = json.dumps({**BILLS, "clientSide": True, "permissions": misspelt}).encode()
    whole = keys(check(stdin=(None, data), isolated=True, select=["P", "M026"]))
    rest = keys(check(stdin=(None, data), isolated=True, select=["P", "M026"], ignore=["P003"]))
    assert {code for code, *_ in whole} == {"P003", "M026"}
    assert {code for code, *_ in rest} == {"P010", "M026"}


def test_rules_defer_to_existing_rules() -> None:
    known = {rule.code for rule in all_rules()}
    for rule in all_rules():
        assert set(rule.defers_to) <= known - {rule.code}

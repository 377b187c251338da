"""A and R: the account type document, and the redirect URI in it."""

from __future__ import annotations

import json
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import check
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.rules.account_type_keys import unknown_key
from tests.conformance import SHARED
from tests.connectors import ACCOUNT_TYPE, account_type, codes, of_account_type, only, severities
from tests.growth import grows_with_its_input

FACEBOOK = {
    "_id": "facebook",
    "grant_mode": "authorization_code",
    "redirect_uri": "https://oauthcallback.cozy.tools:8080/accounts/facebook/redirect",
    "token_mode": "get",
    "token_endpoint": "https://graph.facebook.com/v2.12/oauth/access_token",
    "auth_endpoint": "https://www.facebook.com/v2.12/dialog/oauth",
    "client_id": "...",
    "client_secret": "...",
}
"""The example of the platform's tutorial."""


def test_the_tutorials_account_type_passes() -> None:
    findings = of_account_type(json.dumps(FACEBOOK))
    assert [(f.code, f.severity.label) for f in findings] == [("A005", "note")]


def test_the_tutorials_redirect_url_is_an_error_at_that_key_with_a_fix() -> None:
    text = json.dumps(FACEBOOK, indent=2).replace("redirect_uri", "redirect_url")
    finding = only(of_account_type(text), "A001")
    assert (finding.severity.label, finding.refused_by) == ("error", ("login",))
    assert text[finding.place.start : finding.place.end] == '"redirect_url"'
    assert finding.fix is not None
    assert finding.fix.safe
    [edit] = finding.fix.edits
    fixed = text[: edit.place.start] + edit.text + text[edit.place.end :]
    assert json.loads(fixed) == FACEBOOK


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"redirect_url": "https://x"}, ["warning"]),
        ({"redirect_url": "https://x", "redirect_uri": ...}, ["error"]),
        ({"redirect_url": "https://x", "redirect_uri": ..., "grant_mode": "secret"}, ["warning"]),
        ({"redirect_url": "", "redirect_uri": ...}, ["warning"]),
        ({"clientid": "ID"}, ["warning"]),
        ({"Client_ID": "ID"}, []),
        ({"_attachments": {}, "_rev": "1-a", "secret": {"a": 1}}, []),
    ],
)
def test_keys_that_the_stack_does_not_read_are_reported(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert severities("A001", **changes) == expected


@pytest.mark.parametrize(
    ("key", "ours"),
    [
        ("authorization_endpoint", "auth_endpoint"),
        ("authorizationUrl", "auth_endpoint"),
        ("auth_uri", "auth_endpoint"),
        ("token_url", "token_endpoint"),
        ("accessTokenUri", "token_endpoint"),
        ("grant_type", "grant_mode"),
        ("response_type", "grant_mode"),
        ("token_endpoint_auth_method", "token_mode"),
        ("redirect_uris", "redirect_uri"),
        ("callback-url", "redirect_uri"),
        ("consumer_key", "client_id"),
        ("app_secret", "client_secret"),
        ("accessUrl", "token_endpoint"),
        ("urlAuthorize", "auth_endpoint"),
        ("tokenPath", "token_endpoint"),
        ("refresh_token_url", "token_endpoint"),
        ("authorization-grant-type", "grant_mode"),
        ("client-authentication-method", "token_mode"),
        ("custom_params", "extras"),
        ("secret_key", "client_secret"),
        ("manage_url", "manage_endpoint"),
    ],
)
def test_the_names_of_standards_are_known(key: str, ours: str) -> None:
    finding = only(of_account_type(**{key: "x"}), "A001")
    assert finding.severity.label == "warning"
    assert finding.message == f"the stack does not read `{key}`: the key is `{ours}`"


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("scope", "the scope is in the manifest, as `oauth.scope`"),
        ("Scopes", "the scope is in the manifest, as `oauth.scope`"),
        ("default_scope", "the scope is in the manifest, as `oauth.scope`"),
        ("defaultScopes", "the scope is in the manifest, as `oauth.scope`"),
        ("oauth_scope", "the scope is in the manifest, as `oauth.scope`"),
        ("access_type", "write it in `extras`, which the login sends"),
        ("approvalPrompt", "write it in `extras`, which the login sends"),
        ("revocation_endpoint", "remove it"),
        ("introspection_endpoint", "remove it"),
        ("userinfo_endpoint", "remove it"),
        ("jwks_uri", "remove it"),
        ("issuer", "remove it"),
        ("clientId", "did you mean `client_id`?"),
        ("token_endpont", "did you mean `token_endpoint`?"),
    ],
)
def test_what_belongs_elsewhere_is_said(key: str, instead: str) -> None:
    finding = only(of_account_type(**{key: "x"}), "A001")
    assert finding.message == f"the stack does not read `{key}`: {instead}"


@pytest.mark.parametrize(
    "parameter",
    [
        *("prompt", "display", "max_age", "ui_locales", "login_hint", "acr_values", "claims"),
        *("response_mode", "resource", "audience", "hd", "include_granted_scopes", "duration"),
        "token_access_type",
    ],
)
def test_a_parameter_of_a_login_belongs_in_extras(parameter: str) -> None:
    finding = only(of_account_type(**{parameter: "x"}), "A001")
    assert finding.message.endswith("write it in `extras`, which the login sends")


@pytest.mark.parametrize("mode", ["token", "token_redirect_url"])
def test_an_implicit_grant_is_an_error(mode: str) -> None:
    finding = only(of_account_type(grant_mode=mode), "A002")
    assert (finding.severity.label, finding.refused_by) == ("error", ("login",))
    assert f'"{mode}" never finishes' in finding.message
    assert finding.fix is not None
    assert finding.fix.edits == ()


def test_no_implicit_grant_is_proposed() -> None:
    finding = only(of_account_type(grant_mode="tokens"), "A002")
    assert "use authorization_code or another" in finding.message


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "", "redirect_url": "https://x"},
        {"redirect_uri": None, "redirect_url": "https://x"},
        {"redirect_uri": ..., "redirect_url": "https://x", "Redirect_URL": "https://y"},
        {"redirect_uri": ..., "redirect_url": 1},
    ],
)
def test_a_key_is_not_renamed_to_an_existing_key_or_a_wrong_type(
    changes: dict[str, Any],
) -> None:
    for finding in of_account_type(**changes):
        if finding.code == "A001":
            assert finding.severity.label == "error"
            assert finding.fix is not None
            assert finding.fix.edits == ()


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("authorization_code", []),
        ("$GRANT_MODE", []),
        ("bi_webview+secret", []),
        ("secret", []),
        ("refresh_token", ["error"]),
        ("AUTHORIZATION_CODE", ["error"]),
        ("", ["error"]),
        (..., ["error"]),
    ],
)
def test_grant_modes(mode: Any, expected: list[str]) -> None:
    assert severities("A002", grant_mode=mode) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_id": ...}, ["error"]),
        ({"auth_endpoint": ""}, ["error"]),
        ({"client_secret": ...}, ["error"]),
        ({"client_secret": ..., "client_id": "$CLIENT_ID"}, ["warning"]),
        *[
            ({"client_secret": ..., key: "<fill in>"}, ["warning"])
            for key in ("_id", "auth_endpoint", "token_endpoint", "redirect_uri")
        ],
        ({"client_id": ..., "client_secret": "$CLIENT_SECRET"}, ["error"]),
        ({"auth_endpoint": ..., "client_id": "$CLIENT_ID"}, ["error"]),
        ({"token_endpoint": ..., "client_id": "$CLIENT_ID"}, ["warning"]),
        ({"client_secret": ..., "client_id": "pa$$word"}, ["error"]),
        ({"client_secret": "", "grant_mode": "authorization_code+secret"}, ["error"]),
        ({"token_endpoint": ...}, ["warning"]),
        ({"grant_mode": "token", "client_secret": ..., "token_endpoint": ...}, []),
        ({"grant_mode": "token_redirect_url", "client_id": ...}, []),
        ({"grant_mode": "secret", "client_id": ..., "auth_endpoint": ...}, []),
    ],
)
def test_keys_that_a_grant_mode_needs_are_required(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert severities("A003", **changes) == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("form", []),
        ("basic", []),
        (..., []),
        ("", []),
        ("<MODE>", []),
        ("get", ["note"]),
        ("post", ["warning"]),
    ],
)
def test_token_modes(mode: Any, expected: list[str]) -> None:
    assert severities("A005", token_mode=mode) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"token_mode": "basic"}, []),
        ({"token_mode": "basic", "client_secret": "a+b"}, ["warning"]),
        ({"token_mode": "basic", "client_secret": "a%b"}, ["warning"]),
        ({"token_mode": "basic", "client_secret": "a:b/="}, []),
        ({"token_mode": "basic", "client_id": "a:b"}, ["warning"]),
        ({"token_mode": "basic", "client_secret": "a+b", "token_endpoint": ...}, []),
        ({"token_mode": "basic", "client_secret": "a+b", "grant_mode": "token"}, []),
        ({"token_mode": "form", "client_secret": "a+b"}, []),
        ({"client_secret": "a+b"}, []),
    ],
)
def test_characters_that_http_basic_loses_are_reported(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert severities("A010", **changes) == expected


def test_a_secret_that_basic_loses_is_not_shown() -> None:
    finding = only(of_account_type(token_mode="basic", client_secret="S3CR+ET"), "A010")
    assert "S3CR" not in finding.message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"grant_mode": "token"}, []),
        ({"token_endpoint": ...}, []),
        ({"grant_mode": "refresh_token"}, ["note"]),
        ({"grant_mode": "bi_webview"}, ["note"]),
    ],
)
def test_a_secret_in_a_url_is_reported_only_if_the_stack_asks_for_tokens(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert severities("A005", token_mode="get", **changes) == expected


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        ({"client_secret": [123456789]}, "`client_secret` must be a string, not a list"),
        ({"client_secret": 123456789}, "`client_secret` must be a string, not a number"),
        ({"client_secret": True}, "`client_secret` must be a string, not `true`"),
        ({"extras": "123456789"}, "`extras` must be an object of strings, not a string"),
        ({"extras": {"a": 1}}, "`extras.a` must be a string, not a number"),
    ],
)
def test_a_wrong_type_of_a_secret_is_reported_without_it(
    changes: dict[str, Any], reported: str
) -> None:
    assert only(of_account_type(**changes), "A008").message == reported


def test_a_wrong_type_next_to_a_repeated_key_is_named_by_its_key(tmp_path: Path) -> None:
    file = tmp_path / "account-types-def.json"
    file.write_text('{"_id": "x", "slug": "a", "redirect_uri": [], "slug": "b"}')
    messages = [one.message for one in check(file, select=["A008"]).findings]
    assert messages == ["`redirect_uri` must be a string, not a list"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", []),
        ("ctx/x", []),
        ("my bank", []),
        ("\u00e9", []),
        ("a+b,c;d'e\"f", []),
        ("a/b/c", ["error"]),
        ("ctx/", ["error"]),
        ("..", ["error"]),
        ("a?b", ["error"]),
        ("a#b", ["error"]),
        ("50%", ["error"]),
        ("a%41", ["error"]),
        ("a\\b", ["error"]),
        ("a\tb", ["error"]),
        ("\ud800", ["error"]),
        ("", ["error"]),
        (1, []),
    ],
)
def test_ids_that_change_in_a_url_path_are_reported(name: Any, expected: list[str]) -> None:
    assert severities("A009", _id=name, redirect_uri="$REDIRECT_URI") == expected


def test_a_secret_without_oauth_may_have_any_id() -> None:
    assert severities("A009", _id="a/b/c", grant_mode="secret") == []


def test_the_recorded_runs_that_could_not_start_a_login_are_errors() -> None:
    file = SHARED / "oracle/login.jsonl"
    if not file.exists():
        pytest.skip("needs ../shared/oracle/login.jsonl, which is not here")
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        expect = case["expect"]
        findings = of_account_type(json.dumps(case["account_type"]))
        reported = {finding.code for finding in findings if "login" in finding.refused_by}
        assert ("A008" in reported) == ("account_type_error" in expect)
        if expect.get("authorize_error") == "Wrong account type":
            assert "A002" in reported or case["account_type"]["grant_mode"] == "secret"


def test_the_good_account_type_has_no_findings() -> None:
    assert codes(of_account_type(json.dumps([ACCOUNT_TYPE, FACEBOOK]))) == ["A005"]


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (
            {"_comment": "x"},
            "A001",
            "CouchDB refuses `_comment`: no key at the top may start with `_`",
        ),
        ({"_type": "x"}, "A001", "CouchDB refuses `_type`: no key at the top may start with `_`"),
        ({"_deleted": None}, "A001", "CouchDB refuses `_deleted`: it must be true or false"),
        (
            {"_attachments": {"a": {"follows": True}}},
            "A001",
            "CouchDB refuses `_attachments`: it does not hold attachments",
        ),
        ({"_rev": "abc"}, "A001", "CouchDB refuses `_rev`: it is not a revision"),
        ({"_id": "_x"}, "A009", 'CouchDB refuses the id "_x": an id must not start with `_`'),
        ({"_id": ""}, "A009", 'CouchDB refuses the id "": an id must not be empty'),
        ({"_id": None}, "A009", 'CouchDB refuses the id "": an id is a string'),
    ],
)
def test_what_couchdb_refuses_stops_the_login(
    changes: dict[str, Any], code: str, message: str
) -> None:
    findings = of_account_type(**changes)
    assert [(f.message, f.refused_by) for f in findings if f.code == code] == [
        (message, ("login",))
    ]


@pytest.mark.parametrize(
    "changes", [{"_deleted": False}, {"_conflicts": []}, {"_local_seq": 5}, {"_attachments": {}}]
)
def test_what_couchdb_accepts_of_its_own_is_no_finding(changes: dict[str, Any]) -> None:
    assert of_account_type(**changes) == ()


def test_a_file_with_a_revision_cannot_be_put_again(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps({**ACCOUNT_TYPE, "_rev": "1-abc"}))
    message = "CouchDB refuses `_rev`: the document is new, or has another revision by now"
    assert [(f.code, f.message) for f in check(file).findings] == [("A001", message)]


def test_a_dump_may_have_the_revisions_of_the_database() -> None:
    kept = {"a.png": {"content_type": "image/png", "revpos": 2, "length": 3, "stub": True}}
    rows = [{"id": "x", "doc": {**ACCOUNT_TYPE, "_rev": "1-abc", "_attachments": kept}}]
    assert of_account_type(json.dumps({"rows": rows})) == ()


@pytest.mark.parametrize("name", ["redirect_url", "authorization_url"])
def test_unknown_keys_grow_with_their_number(name: str) -> None:
    def make(size: int) -> AccountType:
        keys = {f"{name}{n}": 1 for n in range(size)}
        cases = islice(product(*zip(name, name.upper(), strict=True)), size)
        variants = dict.fromkeys(map("".join, cases), "x")
        return account_type(auth_endpoint=..., **variants, **keys)

    assert grows_with_its_input(make, lambda one: list(unknown_key(one)), 4800)

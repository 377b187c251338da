"""One realistic mistake in a good OAuth connector: the right rule finds it, and says little else.

The connector is a manifest, an account type next to it and a developer's configuration. A row is
one mistake and the codes of all findings, notes included. `UNKNOWABLE` are mistakes that only the
service or the author can know.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from manifest_lint import Finding, check
from tests.connectors import MANIFEST, SUNMETER

SERVICE = "https://login.sunmeter.example"
REDIRECT = "https://oauthcallback.cozy.rocks/accounts/sunmeter/redirect"
GOOD: dict[str, dict[str, Any]] = {
    "manifest.konnector": MANIFEST,
    "account-types-def.json": {
        "_id": "sunmeter",
        "grant_mode": "authorization_code",
        "client_id": "8f3kd02ls9",
        "client_secret": "$SUNMETER_CLIENT_SECRET",
        "auth_endpoint": f"{SERVICE}/authorize",
        "token_endpoint": f"{SERVICE}/token",
        "token_mode": "basic",
        "redirect_uri": REDIRECT,
    },
    "konnector-dev-config.json": {"fields": {"access_token": "<ACCESS_TOKEN>"}},
}
MANIFEST_FILE, TYPE_FILE, DEV_FILE = GOOD


class Mistake(NamedTuple):
    """One wrong value: `at` is the way to it in a file, `...` as the value removes it."""

    file: str
    at: str
    value: Any
    codes: str


def m(at: str, value: Any, codes: str) -> Mistake:
    """Return a mistake in the manifest."""
    return Mistake(MANIFEST_FILE, at, value, codes)


def a(at: str, value: Any, codes: str) -> Mistake:
    """Return a mistake in the account type."""
    return Mistake(TYPE_FILE, at, value, codes)


def d(at: str, value: Any, codes: str) -> Mistake:
    """Return a mistake in the developer's configuration."""
    return Mistake(DEV_FILE, at, value, codes)


MISTAKES = [
    # The scope.
    m("oauth scope", ["read", "write"], "S002"),
    m("oauth scope", ["read,write"], "S009"),
    m("oauth scope", "read+write", "S008"),
    m("oauth scope", ["read%20write"], "S007"),
    m("oauth scope", ["read&write"], "S003"),
    m("oauth scope", ["read;write"], "S003"),
    m("oauth scope", ["read\twrite"], "S003"),
    m("oauth scope", ["read\u00a0write"], "S003"),
    m("oauth scope", ['"read write"'], "S003"),
    m("oauth scope", ["'read write'"], "S016"),
    m("oauth scope", ["scope=read"], "S016"),
    m("oauth scope", ["scope1 scope2"], "S016"),
    m("oauth scope", ["<SCOPE>"], "S016"),
    m("oauth scope", "$SUNMETER_SCOPE", "S016"),
    m("oauth scope", ["openid read offline_acces"], "S017"),
    m("oauth scope", ["OpenID read offline_access"], "S017"),
    m("oauth scope", ["read "], "S006"),
    m("oauth scope", ["read  write"], "S006"),
    m("oauth scope", ["read write read"], "S005"),
    m("oauth scope", ["profile offline_access"], "S013"),
    m("oauth scope", [], "S004"),
    m("oauth scope", "", "S004"),
    m("oauth scope", {"read": True}, "S001"),
    m("oauth scope", [["read"]], "S001"),
    m("oauth scope", True, "S001"),
    # The rest of `oauth`.
    m("oauth", {"scopes": ["read"]}, "S011"),
    m("oauth", {"Scope": ["read"]}, "S011"),
    m("oauth", {"permissions": ["read"]}, "S015"),
    m("oauth", ["read"], "S011"),
    m("oauth", True, "S011"),
    m("oauth", "google", "M002"),
    m("oauth", False, "X005"),
    m("oauth", None, "X005"),
    m("oauth", ..., "X005"),
    m("oauth accountType", "sunmeter", "S015"),
    m("oauth clientId", "8f3kd02ls9", "S015"),
    m("oauth grant_type", "authorization_code", "S015"),
    m("oauth redirect_uri", REDIRECT, "S015"),
    m("oauth client_secret", "9f8e7d6c5b4a3210", "K005"),
    m("oauth account_type", None, "S012"),
    m("oauth account_type", "", "S012"),
    m("oauth account_type", "ctx/sunmeter", "S012"),
    m("oauth account_type", "sunmetre", "X001"),
    m("oauth_scope", ["read"], "M003"),
    # What goes with it.
    m("fields", {}, "S010"),
    m("fields", {"accessToken": {"type": "hidden"}}, "S010"),
    m("fields access_token type", "text", "S010"),
    m("fields password", {"type": "password"}, "S018"),
    m("clientSide", True, "M019"),
    m("slug", "windmeter", "X001"),
    m("slug", "Sunmeter", "M004 X001"),
    m("langs", ["EN", "fr"], "L002"),
    m("version", "v1.2.0", "M005"),
    m("icon", "Icon.svg", "F001"),
    m("permissions accounts", "io.cozy.accounts", "P003"),
    m("permissions accounts", {"verbs": ["GET"]}, "P001"),
    m("permissions accounts type", ["io.cozy.accounts"], "P003"),
    m("permissions accounts type", "io-cozy-accounts", "P001"),
    m("permissions accounts type", "io.cozy.accounts ", "P001"),
    m("permissions files type", "files", "P010"),
    m("permissions", {}, "L004 P013"),
    m("permissions accounts", ["io.cozy.accounts"], "P003"),
    m("permissions accounts verbs", ["PUT"], "P013"),
    m("permissions accounts type", "io.cozy.account", "P010 P013"),
    # The account type's keys.
    a("grant_mode", "refresh_token", "A002"),
    a("grant_mode", "authorization-code", "A002"),
    a("grant_mode", "token", "A002"),
    a("grant_mode", ..., "A002"),
    a("grant_mode", "secret", "A011 X003 X005"),
    a("grant_mode", "authorization_code+secret", "A011 X003"),
    a("client_id", ..., "A003"),
    a("client_id", 12345, "A008"),
    a("client_id", "12345 ", "A013"),
    a("client_id", "\u00a012345", "A013"),
    a("client_id", " ", "A013"),
    a("client_secret", "\u200b", "A013"),
    a("client_id", "\ufeff12345", "A013"),
    a("client_id", '"12345"', "A017"),
    a("client_id", "123\u200b45", "A017"),
    a("client_id", "client_id=12345", "A017"),
    a("client_id", "$SUNMETER_CLIENT_SECRET", "A016"),
    a("client_secret", ..., "A003"),
    a("client_secret", "", "A003"),
    a("client_secret", "9f8e7d6c5b4a\n", "A013"),
    a("client_secret", "'9f8e7d6c5b4a'", "A017"),
    a("client_secret", "********", "A017"),
    a("client_secret", "8f3kd02ls9", "A016"),
    a("client_secret", "$SUNMETER_CLIENT_ID", "A016"),
    a("client_secret", "9f8e+7d6c5b4a", "A010"),
    a("token_mode", "post", "A005"),
    a("token_mode", "client_secret_basic", "A005"),
    a("token_mode", "Basic", "A005"),
    a("skip_state_on_token", "true", "A008"),
    a("extras", ["access_type=offline"], "A008"),
    a("extras", {"max_age": 3600}, "A008"),
    a("extras", {"response_type": "code"}, "A007"),
    a("authorization_endpoint", f"{SERVICE}/authorize", "A001"),
    a("token_url", f"{SERVICE}/token", "A001"),
    a("scope", "read", "A001"),
    a("access_type", "offline", "A001"),
    a("_comment", "for tests", "A001"),
    a("redirect_url", REDIRECT, "A001"),
    a("id", "sunmeter", "A001"),
    # Its id.
    a("_id", "sunmetre", "R001 X001"),
    a("_id", "sunmeter ", "R001 X001"),
    a("_id", "", "A009"),
    # Its endpoints.
    a("auth_endpoint", ..., "A003"),
    a("auth_endpoint", "login.sunmeter.example/authorize", "A004"),
    a("auth_endpoint", "http://login.sunmeter.example/authorize", "A004"),
    a("auth_endpoint", f"https://{SERVICE}/authorize", "A004"),
    a("auth_endpoint", f"{SERVICE}/authorize\n", "A004"),
    a("auth_endpoint", f"{SERVICE}/authorize,", "A004"),
    a("auth_endpoint", f'"{SERVICE}/authorize"', "A004"),
    a("auth_endpoint", f"[log in]({SERVICE}/authorize)", "A004"),
    a("auth_endpoint", f"{SERVICE}/authorize#login", "A004"),
    a("auth_endpoint", f"{SERVICE}/authorize?client_id=12345", "A004"),
    a("auth_endpoint", f"{SERVICE}/authorize?a=1&amp;b=2", "A004"),
    a("auth_endpoint", f"{SERVICE}/{{tenant}}/authorize", "A004"),
    a("auth_endpoint", f"{SERVICE}/<tenant>/authorize", "A004"),
    a("auth_endpoint", "https://YOUR_DOMAIN/authorize", "A004"),
    a("auth_endpoint", f"{SERVICE}/token", "A014"),
    a("auth_endpoint", f"{SERVICE}/oauth/access_token", "A014"),
    a("auth_endpoint", f"{SERVICE}/.well-known/openid-configuration", "A014"),
    a("auth_endpoint", f"{SERVICE}/logout", "A014"),
    a("auth_endpoint", "https://accounts.google.com/o/oauth2/v2/auth", "A006 A015"),
    a("token_endpoint", ..., "A003"),
    a("token_endpoint", "/token", "A004"),
    a("token_endpoint", "https://login.moonmeter.example/token", "A006"),
    a("token_endpoint", f"{SERVICE}/authorize", "A014"),
    a("token_endpoint", f"{SERVICE}/oauth2/authorize", "A014"),
    a("token_endpoint", f"{SERVICE}/userinfo", "A014"),
    a("token_endpoint", f"{SERVICE}/oauth2/revoke", "A014"),
    # Its redirect URI.
    a("redirect_uri", ..., "R006"),
    a("redirect_uri", "", "R006"),
    a("redirect_uri", [REDIRECT], "A008"),
    a("redirect_uri", f"{REDIRECT}/", "R004"),
    a("redirect_uri", f"{REDIRECT}#", "R004"),
    a("redirect_uri", f" {REDIRECT}", "R001"),
    a("redirect_uri", f"<{REDIRECT}>", "R009"),
    a("redirect_uri", f"'{REDIRECT}'", "R009"),
    a("redirect_uri", REDIRECT.replace("https", "http"), "R003"),
    a("redirect_uri", REDIRECT.replace("rocks", "rocks:8080"), "R005"),
    a("redirect_uri", REDIRECT.replace("oauthcallback", "oauth-callback"), "R002"),
    a("redirect_uri", REDIRECT.replace("oauthcallback", "alice"), "R002"),
    a("redirect_uri", REDIRECT.replace("cozy.rocks", "cozy,rocks"), "R002"),
    a("redirect_uri", REDIRECT.replace("cozy.rocks", "<domain>"), "R009"),
    a("redirect_uri", REDIRECT.replace("cozy.rocks", "{domain}"), "R009"),
    a("redirect_uri", REDIRECT.replace("cozy.rocks", "DOMAIN"), "R009"),
    a("redirect_uri", REDIRECT.replace("cozy.rocks", "your-domain.com"), "R009"),
    a("redirect_uri", REDIRECT.replace("cozy.rocks", "example.com"), "R009"),
    a("redirect_uri", REDIRECT.replace("sunmeter", "<slug>"), "R009"),
    a("redirect_uri", REDIRECT.replace("sunmeter", ":accountType"), "R009"),
    a("redirect_uri", REDIRECT.replace("sunmeter", "sunmetre"), "R001"),
    a("redirect_uri", REDIRECT.replace("sunmeter", "ctx/sunmeter"), "R001"),
    a("redirect_uri", REDIRECT.replace("accounts", "account"), "R001"),
    a("redirect_uri", REDIRECT.replace("/redirect", "/callback"), "R001"),
    # The developer's configuration.
    d("fields", {}, "S014"),
    d("fields", {"acess_token": "9f8e7d6c"}, "S014"),
    d("fields access_token", "", "S014"),
    d("fields access_token", "Bearer 9f8e7d6c", "S014"),
    d("fields access_token", "9f8e7d6c\n", "S014"),
    d("fields", ..., "S014"),
]

MISSPELT = [
    # The way to a key, what is written in its place, and the code of the one finding.
    (MANIFEST_FILE, "slug", "slgu", "M001"),
    (MANIFEST_FILE, "name", "naem", "M003"),
    (MANIFEST_FILE, "permissions", "permisisons", "P013"),
    (MANIFEST_FILE, "oauth", "oatuh", "M003"),
    (MANIFEST_FILE, "oauth scope", "scpoe", "S011"),
    (MANIFEST_FILE, "fields", "fiedls", "M003"),
    (MANIFEST_FILE, "fields access_token", "accesst_oken", "S010"),
    (MANIFEST_FILE, "fields access_token type", "tyep", "M012"),
    (MANIFEST_FILE, "permissions accounts", "acconuts", "L004"),
    (MANIFEST_FILE, "permissions accounts type", "tyep", "P001"),
    (MANIFEST_FILE, "permissions accounts verbs", "vebrs", "P009"),
    (MANIFEST_FILE, "locales", "loclaes", "M003"),
    (MANIFEST_FILE, "locales en short_description", "short_decsription", "L006"),
    (MANIFEST_FILE, "developer name", "naem", "M018"),
    (TYPE_FILE, "_id", "_di", "A001"),
    (TYPE_FILE, "grant_mode", "grantm_ode", "A001"),
    (TYPE_FILE, "grant_mode", "grant_type", "A001"),
    (TYPE_FILE, "client_id", "clientId", "A001"),
    (TYPE_FILE, "client_secret", "app_secret", "A001"),
    (TYPE_FILE, "auth_endpoint", "authorization_endpoint", "A001"),
    (TYPE_FILE, "token_endpoint", "token_url", "A001"),
    (TYPE_FILE, "token_mode", "tokenmode", "A001"),
    (TYPE_FILE, "redirect_uri", "redirect_url", "A001"),
    (TYPE_FILE, "redirect_uri", "callback_url", "A001"),
    (DEV_FILE, "fields", "fiedls", "S014"),
]

UNKNOWABLE = [
    m("oauth scope", None, ""),  # some services need no scope
    m("oauth scope", ["read|write"], ""),  # RFC 6749 allows `|` in a scope
    m("oauth scope", ["raed write"], ""),  # the scopes of a service are its own
    m("oauth scope", ["openid read"], ""),  # most services renew without offline_access
    a("client_id", "8f3kd02ls8", ""),  # one wrong letter
    a("client_id", "123 45", ""),  # RFC 6749 allows a space within
    a("auth_endpoint", SERVICE, ""),  # users may log in at the root
    a("auth_endpoint", f"{SERVICE}/authorise", ""),  # a few services write it so
    a("token_endpoint", f"{SERVICE}/oauth2/auth", ""),  # `auth` alone may be of both
    a("token_endpoint", f"{SERVICE}/token?grant_type=authorization_code", ""),  # some accept it
    a("token_mode", ..., ""),  # services differ in where they accept the secret
    a("extras", {"acess_type": "offline"}, ""),  # a service's own parameters
    a("redirect_uri", REDIRECT.replace("rocks", "rock"), ""),  # unless `redirect-domains` is set
    a("redirect_uri", REDIRECT.replace("cozy.rocks", "mydomain.fr"), ""),  # may be someone's own
    a("slug", "sunmetre", ""),  # read only for a grant mode with a secret
]


def checked(folder: Path, mistakes: list[Mistake]) -> tuple[Finding, ...]:
    """Check the good connector with some mistakes."""
    files = json.loads(json.dumps(GOOD))
    for file, at, value, _ in mistakes:
        *way, last = at.split()
        parent = files[file]
        for step in way:
            parent = parent[step]
        parent[last] = value
        if value is ...:
            del parent[last]
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, indent=2))
    (folder / "assets").mkdir()
    (folder / "assets/icon.svg").write_bytes((SUNMETER / "assets/icon.svg").read_bytes())
    return check([folder]).findings


@pytest.mark.parametrize(
    "mistake", MISTAKES, ids=lambda one: f"{one.file[0]} {one.at}={one.value!r}"[:70]
)
def test_one_mistake_is_found(tmp_path: Path, mistake: Mistake) -> None:
    assert sorted({f.code for f in checked(tmp_path, [mistake])}) == mistake.codes.split()


@pytest.mark.parametrize(("file", "at", "written", "code"), MISSPELT)
def test_a_misspelt_key_is_one_finding(
    tmp_path: Path, file: str, at: str, written: str, code: str
) -> None:
    value: Any = GOOD[file]
    for step in at.split():
        value = value[step]
    other = Mistake(file, " ".join([*at.split()[:-1], written]), value, "")
    found = checked(tmp_path, [Mistake(file, at, ..., ""), other])
    assert [finding.code for finding in found] == [code]


@pytest.mark.parametrize(
    ("written", "changes", "severity"),
    [
        ("secrets", {"grant_mode": "authorization_code+secret", "slug": "sunmeter"}, "warning"),
        ("slgu", {"grant_mode": "authorization_code+secret", "secret": {"a": "$B"}}, "error"),
        ("manage_endpiont", {"grant_mode": "bi_webview", "reconnect_endpoint": SERVICE}, "warning"),
    ],
)
def test_a_misspelt_key_of_another_grant_mode_is_one_finding(
    tmp_path: Path, written: str, changes: dict[str, Any], severity: str
) -> None:
    mistakes = [a(key, value, "") for key, value in {**changes, written: "sunmeter"}.items()]
    [finding] = checked(tmp_path, mistakes)
    assert (finding.code, finding.severity.label) == ("A001", severity)


@pytest.mark.parametrize(
    "mistake", UNKNOWABLE, ids=lambda one: f"{one.file[0]} {one.at}={one.value!r}"[:70]
)
def test_what_cannot_be_known_is_not_reported(tmp_path: Path, mistake: Mistake) -> None:
    assert checked(tmp_path, [mistake]) == ()


def test_the_connector_without_a_mistake_has_no_finding(tmp_path: Path) -> None:
    assert checked(tmp_path, []) == ()


@pytest.mark.parametrize(
    ("login", "tokens"),
    [("/connect/token", "/connect/authorize"), ("/token", "/auth"), ("/token", "/login.php")],
)
def test_two_endpoints_that_are_swapped_are_found(tmp_path: Path, login: str, tokens: str) -> None:
    swapped = [a("auth_endpoint", SERVICE + login, ""), a("token_endpoint", SERVICE + tokens, "")]
    [finding] = checked(tmp_path, swapped)
    assert (finding.code, finding.severity.label) == ("A014", "error")


def test_no_account_type_is_said(tmp_path: Path) -> None:
    checked(tmp_path, [])
    (tmp_path / TYPE_FILE).unlink()
    [finding] = check([tmp_path]).findings
    assert (finding.code, finding.severity.label) == ("X007", "note")

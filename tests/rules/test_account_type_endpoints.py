"""A004, A006 and A007: the addresses of a service, as Go and the stack read them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import check
from manifest_lint.config.settings import Settings
from manifest_lint.cozy import go_url
from manifest_lint.document.document import Document
from manifest_lint.engine.run import check_sources
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type_file import account_types
from manifest_lint.project.sources import gather
from tests.conformance import SHARED
from tests.connectors import ACCOUNT_TYPE, codes, of_account_type, only, severities, with_changes


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://provider.example/authorize", []),
        ("https://provider.example:8443/a?access_type=offline", []),
        ("HTTPS://Provider.Example/A", []),
        ("https://provider.example/a b", []),
        ("https://${HOST}/authorize", []),
        ("https://{{ host }}/authorize", []),
        ("$AUTH_ENDPOINT", []),
        ("<AUTH_ENDPOINT>", []),
        ("...", []),
        ("https://[2001:db8::1]/authorize", []),
        ("https://yourself.example/authorize", []),
        ('https://provider.example/a?claims={"userinfo":{}}', []),
        ("https://<domain>/authorize", ["error"]),
        ("https://...", ["error"]),
        ("https://provider.example/{tenant}/authorize", ["error"]),
        ("https://{yourOktaDomain}/oauth2/v1/authorize", ["error"]),
        ("https://[subdomain].provider.example/authorize", ["error"]),
        ("https://provider.example/:tenant/authorize", ["error"]),
        ("https://provider.example/__ACCOUNT__/authorize", ["error"]),
        ("https://YOUR_DOMAIN/authorize", ["error"]),
        ("https://provider.example/your-tenant-id/oauth2/authorize", ["error"]),
        ("https://provider.example/TENANT_ID/oauth2/authorize", ["error"]),
        ("https://provider.example/auth/realms/YOUR_REALM/protocol/auth", ["error"]),
        ("https://provider.example/auth/realms/tenant/protocol/auth", []),
        ("https://provider.example/your-account/authorize", []),
        ("https://www123.your-server.de/authorize", []),
        ("https://your-tenant.provider.example/authorize", ["error"]),
        ("https://login.example.com/authorize", ["error"]),
        ("<https://provider.example/authorize>", ["error"]),
        ("https://https://provider.example/authorize", ["error"]),
        ("https://provider.example/authorize,", ["warning"]),
        ("https://provider.example/authorize;", ["warning"]),
        ("https://provider .example/", ["error"]),
        (" https://provider.example/", ["error"]),
        ("https://provider.example/a\n", ["error"]),
        ("https://provider.example/a ", ["error"]),
        ("https://provider.example/a\u00a0", ["error"]),
        ("https://provider.example:port/a", ["error"]),
        ("https://[::1/a", ["error"]),
        ("https://[::1]:x/a", ["error"]),
        ("https://provider.example/%zz", ["error"]),
        ("https://provider.example/#%zz", ["error"]),
        ("https://%41.example/a", ["error"]),
        ("https://u^@provider.example/a", ["error"]),
        ("1http://provider.example", ["error"]),
        ("::bad", ["error"]),
        ("provider.example/authorize", ["error"]),
        ("provider.example:8080/authorize", ["error"]),
        ("//provider.example/authorize", ["warning"]),
        ("https:provider.example", ["error"]),
        ("https:///authorize", ["error"]),
        ("ftp://provider.example/authorize", ["error"]),
        ("http://provider.example/authorize", ["warning"]),
        ("http://bob.cozy.localhost:8080/authorize", ["note"]),
        ("https://provider.example/authorize#f", ["warning"]),
        ("https://provider.example/authorize#", ["warning"]),
        ("https://provider.example/a?scope=read", ["warning"]),
        ("https://provider.example/a?client_id=1&state=2", ["warning", "warning"]),
        ("https://provider.example/a?sc%6fpe=read", ["warning"]),
        ("https://provider.example/a?x=1;y=2", ["warning"]),
        ("https://provider.example/a?x=%zz", ["warning"]),
    ],
)
def test_the_authorization_endpoint(url: str, expected: list[str]) -> None:
    assert severities("A004", auth_endpoint=url, token_endpoint=...) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"token_endpoint": "/token"}, ["error"]),
        ({"token_endpoint": "/token", "grant_mode": "token"}, ["warning"]),
        ({"token_endpoint": "https://provider.example/t?client_id=1"}, []),
        ({"token_endpoint": "https://provider.example/t "}, ["error"]),
        ({"token_endpoint": "https://provider.example/{tenant}/t"}, ["error"]),
        ({"manage_endpoint": "https://<host>/m", "grant_mode": "bi_webview"}, ["warning"]),
        ({"token_endpoint": "https://provider.example/t?x=1", "token_mode": "get"}, ["error"]),
        (
            {
                "token_endpoint": "https://provider.example/t?x=1",
                "token_mode": "get",
                "grant_mode": "token",
            },
            ["warning"],
        ),
        ({"manage_endpoint": "manage", "grant_mode": "bi_webview"}, ["warning"]),
        ({"reconnect_endpoint": "https://provider.example/%zz"}, ["warning"]),
        ({"auth_endpoint": "a", "token_endpoint": "b", "grant_mode": "secret"}, []),
        ({"auth_endpoint": "https://provider.example/?client_id=1"}, ["warning"]),
        (
            {
                "auth_endpoint": "https://provider.example/?client_id=1&redirect_uri=2",
                "grant_mode": "token_redirect_url",
            },
            [],
        ),
        (
            {
                "auth_endpoint": "https://provider.example/?redirect_uri=2",
                "skip_redirect_uri_on_authorize": True,
            },
            [],
        ),
    ],
)
def test_the_severity_depends_on_the_endpoint(changes: dict[str, Any], expected: list[str]) -> None:
    assert severities("A004", **changes) == expected


def test_without_a_scope_the_stack_adds_none() -> None:
    url = "https://provider.example/a?scope=read"
    [finding] = of_account_type(auth_endpoint=url)
    assert "the stack also adds the manifest's, if any" in finding.message
    [finding] = of_account_type(extras={"scope": "read"})
    assert finding.message == "`scope` is sent twice if the manifest has a scope too"


def test_no_part_of_an_endpoint_is_quoted() -> None:
    for url in ("https://u:S3CRET@h^/", "https://h/%S3CRET", "http://h/?scope=S3CRET#S3CRET"):
        findings = of_account_type(auth_endpoint=url, token_endpoint=url, extras={"scope": "a"})
        assert "S3CRET" not in repr(findings)


@pytest.mark.parametrize(
    ("login", "tokens", "reported"),
    [
        ("https://provider.example/a", "https://provider.example/t", False),
        ("https://www.facebook.com/a", "https://graph.facebook.com/t", False),
        ("https://Login.Provider.co.uk/a", "https://api.provider.co.uk:8443/t", False),
        ("https://provider.example/a", "https://api.provider.example/t", False),
        ("https://accounts.google.com/a", "https://oauth2.googleapis.com/t", False),
        ("https://one.co.uk/a", "https://two.co.uk/t", True),
        ("https://one.github.io/a", "https://two.github.io/t", True),
        ("https://provider.example/a", "https://provider.invalid/t", True),
        ("https://www.amazon.fr/ap/oa", "https://api.amazon.com/auth/o2/token", False),
        ("https://app.hubspot.com/a", "https://api.hubapi.com/t", False),
        ("https://flow.polar.com/a", "https://polarremote.com/t", False),
        ("https://www.tiktok.com/a", "https://open.tiktokapis.com/t", False),
        ("https://google.com/a", "https://notgoogleapis.com/t", True),
        ("https://notgoogle.com/a", "https://googleapis.com/t", True),
        ("https://google.com/a", "https://notgoogle.com/t", True),
        ("https://notgoogle.com/a", "https://google.com/t", True),
        ("https://google.com/a", "https://google.com.attacker.example/t", True),
        ("https://provider.example./a", "https://provider.example/t", False),
        ("https://192.0.2.1/a", "https://198.51.2.1/t", True),
        ("https://192.0.2.1/a", "https://192.0.2.1/t", False),
        ("https://<domain>/a", "https://provider.example/t", False),
        ("https://https://provider.example/a", "https://provider.example/t", False),
        ("/a", "https://provider.example/t", False),
        ("https://provider.example/%zz", "https://other.example/t", False),
        ("https://provider.example/a", "", False),
    ],
)
def test_endpoints_of_different_services_are_reported(
    login: str, tokens: str, reported: bool
) -> None:
    findings = of_account_type(auth_endpoint=login, token_endpoint=tokens)
    assert ("A006" in codes(findings)) == reported


@pytest.mark.parametrize(
    ("login", "tokens"),
    [
        ("www.dropbox.com/oauth2/authorize", "api.dropboxapi.com/oauth2/token"),
        *[
            (f"www.amazon.{domain}/ap/oa", "api.amazon.com/auth/o2/token")
            for domain in ("co.uk", "co.jp", "fr", "de", "es", "it", "nl", "com.be")
        ],
        ("twitter.com/i/oauth2/authorize", "api.x.com/2/oauth2/token"),
        ("account.withings.com/oauth2_user/authorize2", "wbsapi.withings.net/v2/oauth2"),
        ("app.hubspot.com/oauth/authorize", "api.hubapi.com/oauth/v1/token"),
        ("flow.polar.com/oauth2/authorization", "polarremote.com/v2/oauth2/token"),
        ("www.tiktok.com/v2/auth/authorize", "open.tiktokapis.com/v2/oauth/token"),
        ("webview.powens.com/connect", "demo.biapi.pro/2.0/auth/token/access"),
        ("webview.budget-insight.com/connect", "demo.biapi.pro/2.0/auth/token/access"),
    ],
)
def test_services_with_two_domains_are_known(login: str, tokens: str) -> None:
    """As each service's manual has them; one of these domains with another's is reported."""
    urls = {"auth_endpoint": f"https://{login}", "token_endpoint": f"https://{tokens}"}
    assert "A006" not in codes(of_account_type(**urls))
    urls["token_endpoint"] = "https://oauth2.googleapis.com/token"
    assert "A006" in codes(of_account_type(**urls))


def test_addresses_are_shown_whole() -> None:
    urls = {"auth_endpoint": "https://10.0.2.1/a", "token_endpoint": "https://192.168.2.1/t"}
    message = only(of_account_type(**urls), "A006").message
    assert message.endswith('different hosts: "10.0.2.1" and "192.168.2.1"')


@pytest.mark.parametrize(
    ("families", "expected"),
    [((), ["A006"]), ((frozenset(("provider.example", "other.example")),), [])],
)
def test_the_configuration_sets_families_of_domains(
    families: tuple[frozenset[str], ...], expected: list[str]
) -> None:
    account_type = with_changes(ACCOUNT_TYPE, token_endpoint="https://t.other.example/t")
    stdin = ("account-types-def.json", json.dumps(account_type).encode())
    settings = Settings(endpoint_families=families)
    assert (
        codes(check_sources(gather([], stdin=stdin, settings_of=lambda _: settings)).findings)
        == expected
    )


@pytest.mark.parametrize("host", ["müller.example", "MÜLLER.example", "xn--mller-kva.example"])
def test_a_family_may_have_letters_beyond_ascii(tmp_path: Path, host: str) -> None:
    (tmp_path / "manifest-lint.toml").write_text(
        'endpoint-families = [["provider.example", "Müller.example"]]', "utf-8"
    )
    account_type = with_changes(ACCOUNT_TYPE, token_endpoint=f"https://t.{host}/t")
    file = tmp_path / "account-types-def.json"
    file.write_text(json.dumps(account_type))
    assert "A006" not in codes(check([file]).findings)
    file.write_text(json.dumps(account_type | {"token_endpoint": f"https://t.{host}s.net/t"}))
    assert "A006" in codes(check([file]).findings)


def test_the_list_of_suffixes_is_loaded_only_for_hosts_that_may_differ() -> None:
    script = (
        "import sys, json; from manifest_lint import check;"
        " check(stdin=('account-types-def.json', sys.stdin.buffer.read()));"
        " sys.exit('publicsuffixlist' in sys.modules)"
    )
    command = [sys.executable, "-c", script]
    for host, loads in (("provider.example", 0), ("provider.invalid", 1)):
        account_type = with_changes(ACCOUNT_TYPE, token_endpoint=f"https://{host}/token")
        done = subprocess.run(command, input=json.dumps(account_type).encode())
        assert done.returncode == loads


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"extras": {"access_type": "offline"}}, []),
        ({"extras": {"response_type": "code"}}, ["warning"]),
        ({"extras": {"state": "a", "client_id": "b"}}, ["warning", "warning"]),
        ({"extras": {"response_type": "code"}, "grant_mode": "bi_webview"}, []),
        ({"extras": {"code": ""}, "grant_mode": "bi_webview+secret"}, ["warning"]),
        (
            {"extras": {"prompt": "consent"}, "auth_endpoint": "https://p.example/?prompt=none"},
            ["warning"],
        ),
        ({"extras": {"state": "a"}, "grant_mode": "secret"}, []),
        ({"extras": ["state"]}, []),
        ({"extras": None}, []),
    ],
)
def test_extras_that_the_stack_sends_anyway_are_reported(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert severities("A007", **changes) == expected


def test_an_extra_is_pointed_at_by_its_key() -> None:
    text = json.dumps(with_changes(ACCOUNT_TYPE, extras={"state": "1"}), indent=2)
    place = only(of_account_type(text), "A007").place
    assert text[place.start : place.end] == '"state"'


@given(st.text(alphabet="ahtps:/?#[]@%25&=;. \n<é\ud800", max_size=30))
def test_any_endpoint_can_be_checked(url: str) -> None:
    of_account_type(auth_endpoint=url, token_endpoint=f"https://{url}", manage_endpoint=url)


def test_the_recorded_runs_send_what_is_reported_here() -> None:
    file = SHARED / "oracle/login.jsonl"
    if not file.exists():
        pytest.skip("needs ../shared/oracle/login.jsonl, which is not here")
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        expect = case["expect"]
        if "account_type_error" in expect:
            continue
        text = json.dumps(case["account_type"])
        [account_type] = account_types(Document("x.json", text.encode()))
        endpoint = account_type.text("auth_endpoint")
        reported = [f for f in of_account_type(text) if f.code in ("A004", "A007")]
        refused = "authorize_error" in expect and expect["authorize_error"].startswith("parse ")
        try:
            url = go_url.parse(endpoint)
        except go_url.RefusedURL:
            assert refused
            assert not account_type.is_oauth or "login" in reported[0].refused_by
            continue
        assert not refused
        if "authorize_url" not in expect:
            continue
        pairs = parse_qsl(urlsplit(expect["authorize_url"]).query, keep_blank_values=True)
        names = [name for name, _ in pairs]
        own = [name for name, _ in go_url.query_pairs(url.query)]
        added = wire.authorize_parameters(account_type)
        added -= set() if expect["stack_scope"] else {"scope"}
        extras = case["account_type"].get("extras", {})
        assert sorted(names) == sorted([*own, *added, *extras])
        for name in {name for name in names if names.count(name) > 1}:
            assert any(f"`{name}`" in finding.message for finding in reported)
        if not urlsplit(expect["authorize_url"]).netloc and endpoint:
            assert any("absolute" in finding.message for finding in reported)


@pytest.mark.parametrize("around", ["<>", '""', "''", "\u201c\u201d", "\u00ab\u00bb", "[)", "()"])
def test_what_is_around_an_endpoint_is_named(around: str) -> None:
    first, last = around[0], around[1]
    found = of_account_type(auth_endpoint=f"{first}https://provider.example/authorize{last}")
    wanted = f"remove what is around the URL in `auth_endpoint`: `{first}` and `{last}`"
    assert wanted in [one.fix.title for one in found if one.fix] + [one.message for one in found]

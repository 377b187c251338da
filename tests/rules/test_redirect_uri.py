"""R: the redirect URI in an account type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import check
from manifest_lint.config.settings import Settings
from manifest_lint.engine.run import check_sources
from manifest_lint.project.sources import gather
from tests.connectors import (
    ACCOUNT_TYPE,
    MANIFEST,
    codes,
    of_account_type,
    only,
    severities,
    with_changes,
)

GOOD = ACCOUNT_TYPE["redirect_uri"]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect", []),
        ("https://oauthcallback.cozy.tools:8080/accounts/x/redirect", []),
        ("http://bob.cozy.localhost:8080/accounts/x/redirect", ["R003"]),
        ("http://localhost:8080/accounts/x/redirect", ["R003"]),
        ("https://oauthcallback.cozy.rocks/accounts/y/redirect", ["R001"]),
        ("https://oauthcallback.cozy.rocks/accounts/y/redirect/", ["R001"]),
        ("https://oauthcallback.cozy.rocks/accounts/ctx/x/redirect", ["R001"]),
        ("https://[::1/accounts/x/redirect", ["R001"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect\n", ["R001"]),
        (" https://oauthcallback.cozy.rocks/accounts/x/redirect", ["R001"]),
        ("/accounts/x/redirect", ["R001"]),
        ("https://https://oauthcallback.cozy.rocks/accounts/x/redirect", ["R001"]),
        ("http://https//oauthcallback.cozy.rocks/accounts/x/redirect", ["R001", "R003"]),
        ("https://alice.cozy.rocks/accounts/x/redirect", ["R002"]),
        ("https://cozy.rocks/accounts/x/redirect", ["R002"]),
        ("https://:443/accounts/x/redirect", ["R002", "R004"]),
        ("http://oauthcallback.cozy.rocks/accounts/x/redirect", ["R003"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect/", ["R004"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect//", ["R004"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect#", ["R004"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect#f", ["R004"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect?", ["R004"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect?a=b", ["R004"]),
        ("https://u:p@oauthcallback.cozy.rocks/accounts/x/redirect", ["R004"]),
        ("https://u:P@oauthcallback.cozy.rocks/accounts/x/redirect", ["R004"]),
        ("https://u:p@OauthCallback.cozy.rocks/accounts/x/redirect", ["R004", "R004"]),
        ("https://OauthCallback.cozy.rocks/accounts/x/redirect", ["R004"]),
        ("HTTPS://oauthcallback.cozy.rocks/accounts/x/redirect", ["R004"]),
        ("https://oauthcallback.cozy.rocks:443/accounts/x/redirect", ["R004"]),
        ("https://oauthcallback.cozy.rocks/accounts/x/redirect/?a#b", ["R004", "R004", "R004"]),
        ("https://oauthcallback.cozy.rocks:8080/accounts/x/redirect", ["R005"]),
        ("https://oauthcallback.cozy.rocks:80/accounts/x/redirect", ["R005"]),
        ("https://oauthcallback.cozy.rocks:99999/accounts/x/redirect", ["R001"]),
        ("https://oauthcallback.cozy.tools:PORT/accounts/x/redirect", ["R001"]),
        ("https://oauthcallback.<domain>/accounts/<slug>/redirect", ["R009"]),
        ("https://oauthcallback.<domain>/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.../accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.{domain}/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.[domain]/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.DOMAIN/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.domain/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.your-domain/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.yourdomain.com/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.your.domain/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.votre-domaine.fr/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.domain.tld/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.XXXX.com/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.xxx/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.maxxxi.fr/accounts/x/redirect", []),
        ("https://oauthcallback.cozy.xxx/accounts/x/redirect", []),
        ("https://oauthcallback.example.com/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.cozy.example.org/accounts/x/redirect", ["R009"]),
        ("https://oauthcallback.cozy.rocks/accounts/{slug}/redirect", ["R009"]),
        ("https://oauthcallback.cozy.rocks/accounts/:accountType/redirect", ["R009"]),
        ("<https://oauthcallback.><domain>/accounts/<slug>/redirect", ["R009"]),
        ("<https://oauthcallback.cozy.rocks/accounts/x/redirect>", ["R009"]),
        ("https://oauthcallback.mydomain.com/accounts/x/redirect", []),
        ("https://oauthcallback.cozy.example/accounts/x/redirect", []),
        ("https://oauthcallback.bücher.fr/accounts/x/redirect", []),
        ("https://oauthcallback.oauthcallback.cozy.rocks/accounts/x/redirect", ["R002"]),
        ("https://oauthcallback.cozy,rocks/accounts/x/redirect", ["R002"]),
        ("https://oauthcallback.cozy..rocks/accounts/x/redirect", ["R002"]),
        ("https://oauthcallback.*.cozy.rocks/accounts/x/redirect", ["R002"]),
        ("https://oauthcallback.192.168.1.4/accounts/x/redirect", ["R002"]),
        ("https://oauthcallback.$DOMAIN/accounts/x/redirect", []),
        ("https://oauthcallback.${DOMAIN}/accounts/x/redirect", []),
        ("https://oauthcallback.{{ domain }}/accounts/x/redirect", []),
        ("https://oauthcallback.${DOMAIN}/accounts/y/redirect", ["R001"]),
        ("https://oauthcallback.{{ domain }}/account/x/redirect", ["R001"]),
        ("https://oauthcallback.${DOMAIN}/accounts/$slug/redirect", []),
        ("https://oauthcallback.${DOMAIN}/${PATH}", []),
        ("<REDIRECT_URI>", []),
        ("...", []),
        ("https://oauthcallback.${DOMAIN}/accounts/x/redirect", []),
        ("$REDIRECT_URI", []),
        ("", ["R006"]),
        (None, ["R006"]),
        (..., ["R006"]),
        (["https://oauthcallback.cozy.rocks/accounts/x/redirect"], ["A008"]),
    ],
)
def test_the_rules_for_a_redirect_uri(uri: Any, expected: list[str]) -> None:
    assert codes(of_account_type(redirect_uri=uri)) == expected


@pytest.mark.parametrize(
    ("uri", "severity"),
    [
        (f"{GOOD}/", "error"),
        (f"{GOOD}#f", "error"),
        (f"{GOOD}?a=b", "warning"),
        (GOOD.replace("https://", "https://u:p@"), "warning"),
        (GOOD.replace("oauth", "OAuth"), "warning"),
        (GOOD.replace(".rocks", ".rocks:443"), "warning"),
    ],
)
def test_a_refused_login_is_an_error_and_a_possible_difference_a_warning(
    uri: str, severity: str
) -> None:
    finding = only(of_account_type(redirect_uri=uri), "R004")
    assert finding.severity.label == severity
    assert finding.refused_by == (("login",) if severity == "error" else ())


@pytest.mark.parametrize(
    "uri",
    [
        f"{GOOD}/",
        f"{GOOD}//",
        f"{GOOD}#f",
        f"{GOOD}#",
        GOOD.replace("oauth", "OAuth"),
        GOOD.replace("https", "HTTPS"),
        GOOD.replace(".rocks", ".rocks:443"),
    ],
)
def test_the_fix_leaves_a_good_redirect_uri(uri: str) -> None:
    finding = only(of_account_type(redirect_uri=uri), "R004")
    assert finding.fix is not None
    assert not finding.fix.safe
    assert [json.loads(edit.text) for edit in finding.fix.edits] == [GOOD]
    assert finding.fix.title == f"write {GOOD}, and register the new URI with the provider"


def test_the_port_that_is_the_default_is_named() -> None:
    finding = only(of_account_type(redirect_uri=GOOD.replace(".rocks", ".rocks:443")), "R004")
    assert finding.message == "port 443 is the default of https: remove it"


@pytest.mark.parametrize("uri", [f"{GOOD}\n", f" {GOOD}", f"\t{GOOD} "])
def test_white_space_around_a_redirect_uri_is_taken_away(uri: str) -> None:
    finding = only(of_account_type(redirect_uri=uri), "R001")
    assert finding.message == "`redirect_uri` starts or ends with white space"
    assert finding.fix is not None
    assert [json.loads(edit.text) for edit in finding.fix.edits] == [GOOD]


@pytest.mark.parametrize("uri", [f"{GOOD}?key=S3CRET", GOOD.replace("//", "//u:S3CRET@")])
def test_a_secret_in_a_redirect_uri_is_never_shown(uri: str) -> None:
    for end in ("", "/", "#f"):
        for finding in of_account_type(redirect_uri=uri + end, _id="y"):
            assert "S3CRET" not in repr(finding)


def test_a_redirect_uri_for_development_may_be_http() -> None:
    uri = "http://bob.cozy.localhost:8080/accounts/x/redirect"
    assert severities("R003", redirect_uri=uri) == ["note"]
    assert severities("R003", redirect_uri=uri.replace("cozy.localhost", "example")) == ["warning"]


def test_an_odd_id_does_not_stop_the_check() -> None:
    assert "R001" in codes(of_account_type(_id="\ud800"))


@pytest.mark.parametrize(
    ("name", "step", "expected"),
    [
        ("my bank", "my%20bank", []),
        ("é", "%c3%a9", []),
        ("a+b", "a%2Bb", []),
        ("x", "x%2Fredirect", ["R001"]),
        ("ctx/x", "ctx%2Fx", ["R001"]),
    ],
)
def test_a_path_is_compared_as_the_stack_decodes_it(
    name: str, step: str, expected: list[str]
) -> None:
    uri = GOOD.replace("/x/", f"/{step}/")
    assert codes(of_account_type(_id=name, redirect_uri=uri)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"redirect_uri": f"{GOOD}/"}, ["warning"]),
        ({"redirect_uri": f"{GOOD}#f"}, ["warning"]),
        ({"_id": "y"}, ["warning"]),
        ({"redirect_uri": "/accounts/x/redirect"}, ["warning"]),
        ({"_id": "ctx/x", "redirect_uri": ...}, ["warning"]),
        ({"grant_mode": "token", "redirect_uri": ...}, []),
        ({"grant_mode": "bi_webview", "token_endpoint": ..., "redirect_uri": ...}, []),
        ({"grant_mode": "token_redirect_url", "_id": "y"}, ["error"]),
        ({"redirect_uri": "https://oauthcallback.<domain>/accounts/x/redirect"}, ["warning"]),
    ],
)
def test_a_redirect_uri_that_the_login_does_not_send_is_not_an_error(
    changes: dict[str, Any], expected: list[str]
) -> None:
    findings = of_account_type(skip_redirect_uri_on_authorize=True, **changes)
    assert [f.severity.label for f in findings if f.code.startswith("R")] == expected


def test_a_context_is_not_part_of_the_redirect_path() -> None:
    assert codes(of_account_type(_id="ctx/x")) == []
    findings = of_account_type(_id="ctx/x", redirect_uri=...)
    found = only(findings, "R006")
    assert found.refused_by == ("login",)
    assert found.fix
    uri = "https://oauthcallback.<domain>/accounts/x/redirect"
    assert found.fix.title == f"register `{uri}` with the provider, and write it here"


@pytest.mark.parametrize(
    ("id", "path"), [("a b", "a%20b"), ("x\0\n", "x%00%0A"), ("\u00e9", "%C3%A9")]
)
def test_the_redirect_uri_to_register_is_encoded_as_the_stack_does(id: str, path: str) -> None:
    found = only(of_account_type(_id=id, redirect_uri=...), "R006")
    assert found.fix
    assert f"/accounts/{path}/redirect`" in found.fix.title


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (f"{GOOD}/", ["R004"]),
        ("/accounts/x/redirect", ["R001"]),
        ("https://oauthcallback.cozy.rocks/accounts/any/redirect", []),
    ],
)
def test_without_an_id_only_the_form_is_checked(uri: str, expected: list[str]) -> None:
    assert codes(of_account_type(_id=..., redirect_uri=uri)) == expected


def test_a_secret_without_oauth_needs_no_redirect_uri() -> None:
    findings = of_account_type(grant_mode="secret", redirect_uri=..., secret="S3CRET", slug="x")
    assert codes(findings) == []


@pytest.mark.parametrize(
    ("uri", "domains", "expected"),
    [
        (GOOD, (), []),
        (GOOD, ("cozy.rocks",), []),
        (GOOD, ("mycozy.cloud", "cozy.rocks"), []),
        (GOOD, ("mycozy.cloud",), ["R007"]),
        (GOOD, ("rocks",), ["R007"]),
        (GOOD.replace("oauthcallback.", "alice."), ("mycozy.cloud",), ["R002"]),
        (GOOD.replace("cozy.rocks", "cozy.tools:8080"), ("cozy.rocks",), ["R007"]),
        (GOOD.replace("cozy.rocks", "cozy.tools:8080"), ("cozy.rocks", "cozy.tools"), []),
        ("https://bob.cozy.localhost/accounts/x/redirect", ("cozy.rocks",), ["R007"]),
        ("https://bob.cozy.localhost/accounts/x/redirect", ("cozy.localhost",), []),
        (GOOD, ("Cozy.Rocks",), []),
        (GOOD, ("HTTPS://cozy.rocks:443/",), []),
        (GOOD, ("cozy.rocks.",), []),
        (GOOD.replace("cozy.rocks", "cozy.tools:8080"), ("cozy.tools:8080",), []),
        (GOOD.replace("cozy.rocks", "cozy.tools:8080"), ("https://Cozy.tools",), []),
        (GOOD.replace("cozy.rocks", "bücher.fr"), ("xn--bcher-kva.fr",), []),
        (GOOD.replace("cozy.rocks", "xn--bcher-kva.fr"), ("bücher.fr",), []),
        ("/accounts/x/redirect", ("cozy.rocks",), ["R001"]),
    ],
)
def test_the_configuration_sets_the_redirect_domains(
    uri: str, domains: tuple[str, ...], expected: list[str]
) -> None:
    data = json.dumps(with_changes(ACCOUNT_TYPE, redirect_uri=uri)).encode()
    stdin = ("account-types-def.json", data)
    sources = gather([], stdin=stdin, settings_of=lambda _: Settings(redirect_domains=domains))
    assert codes(check_sources(sources).findings) == expected


def test_the_readers_of_a_readme_fill_in_its_example(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    template = with_changes(
        ACCOUNT_TYPE,
        _id=...,
        auth_endpoint="https://{tenant}.provider.example/authorize",
        redirect_uri="https://oauthcallback.<domain>/accounts/x/redirect",
    )
    url = "localhost:5984/secrets%2Fio-cozy-account_types/x"
    command = f"curl -X PUT {url} -d '{json.dumps(template)}'"
    (tmp_path / "README.md").write_text(f"```sh\n{command}\n```\n")
    assert codes(check([tmp_path], select=["R009", "A004"]).findings) == []
    (tmp_path / "README.md").write_text(
        f"```sh\n{command.replace('redirect_uri', 'redirect_url')}\n```\n"
    )
    assert codes(check([tmp_path], select=["A001"]).findings) == ["A001"]

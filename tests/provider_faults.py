"""Faults in a connector's OAuth parts: our findings, and a real provider's answers.

`python -m tests.provider_faults` tries them all and prints the results as a table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from manifest_lint import Finding, check
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.provider_login import PKCE, PLUS, Kind, Providers, Refused, log_in, providers

GOOD_SCOPE = "read write"


@dataclass(frozen=True)
class Fault:
    """A fault, our findings for it, and the provider's answer to the login.

    `changes` are those to the good account type, and `scope` is the manifest's. `findings` are
    codes with severities: none if only the provider can know of a fault. `kind` is that
    of the provider.
    """

    name: str
    findings: str
    answer: str
    changes: dict[str, Any] = field(default_factory=dict)
    scope: Any = GOOD_SCOPE
    kind: Kind = "usual"


def reported(folder: Path, scope: Any = GOOD_SCOPE, /, **changes: Any) -> tuple[Finding, ...]:
    """Write the connector "x" with changes to a folder, and return our findings."""
    manifest = with_changes(MANIFEST, slug="x", oauth={"scope": scope})
    (folder / "manifest.konnector").write_text(json.dumps(manifest))
    document = with_changes(ACCOUNT_TYPE, **changes)
    (folder / "account-types-def.json").write_text(json.dumps(document))
    (folder / "manifest-lint.toml").write_text('redirect-domains = ["cozy.rocks"]')
    return check(folder, select=("A", "R", "S", "X")).findings


def answered(fault: Fault, running: Providers) -> str:
    """Return the provider's answer to the login of a connector with a fault."""
    try:
        login = log_in(running[fault.kind], fault.scope, **fault.changes)
    except Refused as refusal:
        return str(refusal)
    return f"grants {login.tokens['scope']}"


_UNREGISTERED = (
    "authorize: 400 invalid_redirect_uri:"
    " redirect_uri did not match any of the client's registered redirect_uris"
)


def _redirect(name: str, findings: str, uri: Any, answer: str = _UNREGISTERED) -> Fault:
    return Fault(f"redirect URI: {name}", findings, answer, {"redirect_uri": uri})


def _twice(name: str, status: int = 303) -> tuple[Fault, Fault]:
    answer = f"'{name}' parameter must not be provided twice"
    answer = f"authorize: {status} invalid_request: {answer}"
    endpoint = {"auth_endpoint": f"{_LOGIN}?{name}=x"}
    return (
        Fault(f"`{name}` in `auth_endpoint` too", "A004 warning", answer, endpoint),
        Fault(f"`{name}` in `extras` too", "A007 warning", answer, {"extras": {name: "x"}}),
    )


def _scope(scope: Any, findings: str, answer: str) -> Fault:
    return Fault(f"scope {json.dumps(scope)}", findings, answer, scope=scope)


_LOGIN: str = ACCOUNT_TYPE["auth_endpoint"]
_TOKEN: str = ACCOUNT_TYPE["token_endpoint"]
_KNOWN = "https://provider.example/.well-known/openid-configuration"
_URI: str = ACCOUNT_TYPE["redirect_uri"]
_HOST = "https://oauthcallback.cozy.rocks"
_PATH = "/accounts/x/redirect"
_BASIC = {"token_mode": "basic"}
_OFFLINE = "openid read offline_access"

_ALL = f"grants {GOOD_SCOPE}"
_NONE_LEFT = "authorize: 303 access_denied"
_UNKNOWN_CLIENT = "token: 401 invalid_client: client authentication failed"
_NO_GET = "token: 404 invalid_request: unrecognized route or not allowed method (GET on /token)"
_NO_LOGIN = _NO_GET.replace("token", "authorize", 1)

FAULTS = (
    _redirect("the path of another", "R001 error", f"{_HOST}/accounts/y/redirect"),
    _redirect("capitals in the path", "R001 error", f"{_HOST}/Accounts/x/redirect"),
    # It compares normalised URLs, so it accepts some that others refuse, which compare characters.
    _redirect("a step to itself in the path", "R001 error", f"{_HOST}/accounts/./x/redirect", _ALL),
    _redirect("a space after it", "R001 error", f"{_URI} ", _ALL),
    _redirect("the instance's host", "R002 warning", f"https://alice.cozy.rocks{_PATH}"),
    _redirect("http", "R003 warning", f"http{_URI.removeprefix('https')}"),
    _redirect("a fragment", "R004 error", f"{_URI}#x"),
    _redirect("a slash after it", "R004 error", f"{_URI}/"),
    _redirect("a query", "R004 warning", f"{_URI}?x=1"),
    _redirect("a user name", "R004 warning", _URI.replace("//", "//x@")),
    _redirect("capitals in the host", "R004 warning", _URI.replace("oauth", "OAuth"), _ALL),
    _redirect("the port of https", "R004 warning", f"{_HOST}:443{_PATH}", _ALL),
    _redirect("another port", "R005 warning", f"{_HOST}:8080{_PATH}"),
    _redirect("none", "R006 warning", ...),
    _redirect("another domain", "R007 warning", f"https://oauthcallback.mycozy.cloud{_PATH}"),
    Fault(
        "`redirect_url` for `redirect_uri`",
        "A001 error",
        _UNREGISTERED,
        {"redirect_uri": ..., "redirect_url": _URI},
    ),
    Fault(
        "no `client_id`",
        "A003 error",
        "authorize: 400 invalid_request: missing required parameter 'client_id'",
        {"client_id": ...},
    ),
    Fault("no `client_secret`", "A003 error", _UNKNOWN_CLIENT, {"client_secret": ...}),
    *_twice("client_id", 400),
    *_twice("redirect_uri"),
    *_twice("response_type"),
    *_twice("scope"),
    *_twice("state"),
    Fault(
        "a document for `auth_endpoint`",
        "A014 error",
        "authorize: 200 no login: JSON that starts with authorization_endpoint",
        {"auth_endpoint": _KNOWN},
    ),
    Fault(
        "a document for `token_endpoint`",
        "A014 error",
        "token: 404 invalid_request: unrecognized route or not allowed method"
        " (POST on /.well-known/openid-configuration)",
        {"token_endpoint": _KNOWN},
    ),
    Fault(
        "the endpoints swapped",
        "A014 error",
        _NO_LOGIN,
        {"auth_endpoint": _TOKEN, "token_endpoint": _LOGIN},
    ),
    Fault("the tokens' endpoint twice", "A014 warning", _NO_LOGIN, {"auth_endpoint": _TOKEN}),
    Fault(
        "the login's endpoint twice",
        "A014 warning",
        "token: 303 invalid_request: missing required parameter 'response_type'",
        {"token_endpoint": _LOGIN},
    ),
    Fault("a fragment in `auth_endpoint`", "A004 warning", _ALL, {"auth_endpoint": f"{_LOGIN}#x"}),
    Fault(
        "`token_mode` get, and a query",
        "A004 error, A005 note",
        _NO_GET,
        {"token_mode": "get", "token_endpoint": f"{_TOKEN}?x=1"},
    ),
    Fault("`token_mode` get", "A005 note", _NO_GET, {"token_mode": "get"}),
    Fault("`token_mode` Basic", "A005 warning", _ALL, {"token_mode": "Basic"}),
    Fault(
        "`token_mode` Basic, and the provider takes basic only",
        "A005 warning",
        _UNKNOWN_CLIENT,
        {"token_mode": "Basic"},
        kind="basic only",
    ),
    Fault(
        "`token_mode` basic, and a plus in the secret",
        "A010 warning",
        _UNKNOWN_CLIENT,
        PLUS | _BASIC,
    ),
    # It skips scopes that it does not know, and refuses a login if none remains.
    _scope({"read": True}, "S001 error", _NONE_LEFT),
    _scope(True, "S001 error", _NONE_LEFT),
    _scope([["read write"]], "S001 warning", _ALL),
    _scope(["read", "write"], "S002 error", _NONE_LEFT),
    _scope(["openid read", "write"], "S002 error", "grants openid"),
    _scope("read&write", "S003 error", "grants read"),
    _scope("read#write", "S003 error", "grants read"),
    _scope("read;write", "S003 error", _NONE_LEFT),
    _scope("read%", "S003 error", _NONE_LEFT),
    _scope('"read"', "S003 warning", _NONE_LEFT),
    _scope([], "S004 warning", _NONE_LEFT),
    _scope("read write read", "S005 warning", _ALL),
    _scope("read  write ", "S006 warning", _ALL),
    _scope("read%2Bwrite", "S007 error", _NONE_LEFT),
    _scope("read%20write", "S007 warning", _ALL),
    _scope("read+write", "S008 warning", _ALL),
    _scope("read,write", "S009 note", _NONE_LEFT),
    # Faults without a finding, or only with --online.
    _redirect("percent-encoding in the path", "", f"{_HOST}/accounts/%78/redirect"),
    _scope(None, "", _NONE_LEFT),
    _scope(_OFFLINE, "", "grants openid read"),
    Fault(
        "`grant_mode` token",
        "A002 error",
        "authorize: 303 unsupported_response_type: unsupported response_type requested",
        {"grant_mode": "token"},
    ),
    Fault(
        "the provider requires PKCE",
        "",
        "authorize: 303 invalid_request:"
        " Authorization Server policy requires PKCE to be used for this request",
        PKCE,
    ),
    Fault("the provider accepts basic only", "", _UNKNOWN_CLIENT, kind="basic only"),
)


def _table() -> Iterator[str]:
    yield "| fault | the provider's answer | the finding |"
    yield "|---|---|---|"
    with TemporaryDirectory() as folder, providers(Path(folder)) as running:
        for fault in FAULTS:
            findings = reported(Path(folder), fault.scope, **fault.changes)
            texts = (f"{one.code} {one.severity.label}: {one.message}" for one in findings)
            yield f"| {fault.name} | {answered(fault, running)} | {'<br>'.join(texts)} |"


if __name__ == "__main__":
    for line in _table():
        print(line)

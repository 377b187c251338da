"""What a login shows: results in every format, errors, and the repr of what it is made of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from manifest_lint import UserError
from manifest_lint.api.attempt import Attempt
from manifest_lint.api.tokens import Options, Page, login, renew
from manifest_lint.network.token_endpoint import TokenAnswer
from manifest_lint.oauth.logged_in import LoggedIn
from manifest_lint.oauth.tokens import Tokens
from manifest_lint.project.developer import developer_in
from manifest_lint.reports.login import FORMATS
from tests.canary.places import SECRETS
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.servers.metadata import answering, serving

CLIENT, OTHER = SECRETS["file"], SECRETS["host"]
TOKEN, REFRESH, CODE = SECRETS["token"], SECRETS["again"], SECRETS["state"]
EVERY = " ".join((CLIENT, OTHER, TOKEN, REFRESH, CODE))
_ENVIRONMENT = {"CANARY_CLIENT": CLIENT, "CANARY_OTHER": OTHER}
_TOKENS = {"access_token": TOKEN, "refresh_token": REFRESH}
_ANSWERS = {
    "granted": (200, {**_TOKENS, "scope": f"read {EVERY}"}),
    "granted in part": (200, {**_TOKENS, "scope": "read"}),
    "an error": (400, {**_TOKENS, "error": EVERY, "error_description": EVERY}),
    "a grant that is refused": (400, {"error": "invalid_grant"}),
}


def by_logging_in(*_: object) -> str:
    """Return what logins and renewals show, at a provider that repeats all that it is sent."""
    with TemporaryDirectory() as folder:  # in the connector's, git does not ignore what is written
        return _by_logging_in(Path(folder))


def _by_logging_in(folder: Path) -> str:
    shown: list[object] = []
    for answer in _ANSWERS:
        with serving(_provider(answer)) as (origin, _):
            options = _options(_connector(folder / "login", origin))
            shown += [options, *_calls(options)]
            kept = _options(_connector(folder / "kept", origin, client_secret=CLIENT))
            shown += _reports(renew(kept, 60.0))
    attempt = Attempt(options)
    page = Page(f"https://x.example/{EVERY}", "x", False, None)
    body = json.dumps(_TOKENS).encode()
    shown += [attempt.login, page, TokenAnswer(200, body, None), Tokens(TOKEN, REFRESH)]
    shown.append(developer_in(folder / "login"))
    typed = f"https://me:{quote(SECRETS['typed'], safe='')}@x.example"
    for call in (partial(login, come_back=_back), renew):
        with pytest.raises(UserError) as failed:
            call(Options({}, lambda: 0.0, typed))
        shown.append(failed.value)
    return "\n".join(f"{one!r} {one}" for one in shown)


def _calls(options: Options) -> Iterator[object]:
    """Yield what a login, a check and renewals return, and each of their reports."""
    checked = Options(**{**vars(options), "check_only": True})
    calls: tuple[Callable[[], LoggedIn], ...] = (
        lambda: login(options, _back),
        lambda: login(checked, _back),
        lambda: login(options, lambda page: f"{_back(page)}&error={quote(EVERY)}"),
        lambda: renew(options),
    )
    for call in calls:
        yield from _reports(call())


def _reports(done: LoggedIn) -> Iterator[object]:
    yield done
    for form in FORMATS.values():
        yield "\n".join(form(done))


def _options(folder: Path) -> Options:
    (folder / "konnector-dev-config.json").write_text(
        json.dumps({"fields": {**_TOKENS, "expires_at": "2999-01-01T00:00:00Z"}})
    )
    return Options(_ENVIRONMENT, lambda: 1764423000.0, folder)


def _connector(folder: Path, origin: str, **changes: str) -> Path:
    """Write a connector whose names have the client's secret, which is in the environment."""
    folder.mkdir(exist_ok=True)
    manifest = with_changes(MANIFEST, slug=CLIENT, oauth={"scope": f"read {CLIENT}"})
    (folder / "manifest.konnector").write_text(json.dumps(manifest))
    document = with_changes(
        ACCOUNT_TYPE,
        **{"client_secret": "$CANARY_CLIENT", **changes},
        _id=CLIENT,
        api_key="$CANARY_OTHER",
        auth_endpoint=f"{origin}/authorize",
        token_endpoint=f"{origin}/token",
        redirect_uri=f"https://oauthcallback.{CLIENT}.example/accounts/{CLIENT}/redirect",
    )
    (folder / "account-types-def.json").write_text(json.dumps(document))
    (folder / "manifest-lint.toml").write_text('redirect-domains = ["cozy.rocks"]')
    return folder


def _back(page: Page) -> str:
    query = parse_qs(urlsplit(page.authorize_url).query)
    code = quote(CODE, safe="")
    return f"{page.redirect_uri}?code={code}&state={query['state'][0]}"


def _provider(answer: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def handle(request: BaseHTTPRequestHandler) -> None:
        sent = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        status, body = _ANSWERS[answer]
        if b"refresh_token" in sent:  # a renewal has no code to repeat
            body = {name: text.replace(CODE, "") for name, text in body.items()}
        if request.path.startswith("/.well-known"):
            origin = f"http://{request.headers['Host']}"
            status, body = (
                200,
                {
                    "issuer": origin,
                    "token_endpoint": f"{origin}/token",
                    "revocation_endpoint": f"http://{CLIENT}.invalid/revoke",
                },
            )
        answering(status, json.dumps(body).encode())(request)

    return handle

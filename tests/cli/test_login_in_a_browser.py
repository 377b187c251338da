"""A login that a real browser makes, from the provider's page to a connector's request."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium, patient
from tests.command import PATIENCE, run
from tests.network.certificates import authority
from tests.provider_login import Kind
from tests.real_login import Providers, connector, real_providers, stored
from tests.servers.metadata import serving
from tests.terminal import terminal

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOST = "oauthcallback.cozy.rocks"
SCOPE = "openid read offline_access"
CONSENT = {"extras": {"prompt": "consent"}}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    kinds: tuple[Kind, ...] = ("usual",)
    with real_providers(tmp_path_factory.mktemp("providers"), kinds) as found:
        yield found


def bad_state(request: BaseHTTPRequestHandler) -> None:
    """Answer as the stack does to a state that it does not know [cozy-stack web/errors]."""
    body = b'{"errors":[{"status":"500","title":"Unqualified error","detail":"bad state"}]}'
    request.send_response(500)
    request.send_header("Content-Type", "application/json")
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of a browser that finds a server that answers as the stack at the callback's host."""
    context = authority(tmp_path_factory.mktemp("certificates")).server(HOST)
    with serving(bad_state, context) as (origin, _):
        rule = f"MAP {HOST}:443 127.0.0.1:{origin.rpartition(':')[2]}"
        with chromium(f"--host-resolver-rules={rule}", "--ignore-certificate-errors") as browser:
            yield patient(browser.new_page())


def log_in(page: Page, url: str) -> None:
    """Log in at the provider and consent, as a person does."""
    page.context.clear_cookies()
    page.goto(url)
    page.fill("input[name=login]", "alice")
    page.fill("input[name=password]", "any")
    page.click("button[type=submit]")
    page.click("button[type=submit]")


def is_accepted(origin: str, folder: Path) -> bool:
    """Return whether the provider accepts a connector's request with the stored token."""
    headers = {"Authorization": f"Bearer {stored(folder)['access_token']}"}
    with urllib.request.urlopen(urllib.request.Request(f"{origin}/me", headers=headers)) as answer:
        return bool(answer.status == 200)


@pytest.mark.parametrize("way", ["paste", "loopback", "check"])
def test_a_browser_logs_in_and_the_connector_has_a_token(
    tmp_path: Path, running: Providers, page: Page, way: str
) -> None:
    own = {"client_id": "LOOP"} if way == "loopback" else {}
    folder = connector(tmp_path, running["usual"], SCOPE, **CONSENT, **own)
    ways = {"paste": [], "check": ["--check"], "loopback": [f"--loopback={running.loopback}"]}
    with terminal("login", folder, "--no-browser", *ways[way]) as shell:
        shell.until("Waiting" if way == "loopback" else "Paste the URL")
        found = re.search(r"https?://\S+/authorize\?\S+", shell.shown)
        assert found
        log_in(page, found[0])
        if way == "loopback":
            page.wait_for_selector("text=You can close this page", timeout=PATIENCE * 1000)
        else:
            page.wait_for_selector("text=bad state", timeout=PATIENCE * 1000)
            assert page.url.startswith(f"https://{HOST}/accounts/x/redirect?code=")
            shell.type(f"{page.url}\n")
        assert shell.end() == 0
    assert "Granted scopes: openid read offline_access" in shell.shown
    if way == "check":
        assert "The token of this check: revoked" in shell.shown
        assert not (folder / "konnector-dev-config.json").exists()
        return
    assert is_accepted(running["usual"], folder)
    before = stored(folder)["access_token"]
    assert run("login", folder, "--renew").returncode == 0
    assert stored(folder)["access_token"] != before
    assert is_accepted(running["usual"], folder)
    assert "Not renewed" in run("login", folder, "--renew", "--if-expires-within", "5m").stdout

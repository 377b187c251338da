"""`manifest-lint login` on a terminal: what is typed, shown and left when it is stopped."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import ROOT, complaint, run
from tests.provider_login import Kind
from tests.real_login import Providers, connector, real_providers, stored, walked
from tests.terminal import terminal

PROMPT = r"Paste the URL of that page"
TRANSCRIPT = r"\$ manifest-lint login\n(Log in.*?)```"
SOME = '{\n  // mine\n  "fields": {\n    "login": "x"\n  }\n}\n'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    kinds: tuple[Kind, ...] = ("usual",)
    with real_providers(tmp_path_factory.mktemp("providers"), kinds) as found:
        yield found


def url_in(shown: str) -> str:
    found = re.search(r"https?://\S+/authorize\?\S+", shown)
    assert found, shown
    return found[0]


@pytest.mark.parametrize("longer", [0, 6000])
def test_a_pasted_url_of_any_length_is_read_and_not_shown(
    tmp_path: Path, running: Providers, longer: int
) -> None:
    folder = connector(tmp_path, running["usual"])
    (folder / "konnector-dev-config.json").write_text(SOME)
    with terminal("login", folder, "--no-browser") as run_:
        run_.until(PROMPT)
        back = walked(url_in(run_.shown))
        run_.type(back + (f"&more={'x' * longer}" if longer else "") + "\n")
        assert run_.end() == 0
    fields = stored_with_comments(folder)
    assert fields["login"] == "x"
    [code] = re.findall(r"code=([^&]+)", back)
    for secret in (code, fields["access_token"], "S3CRET"):
        assert secret not in run_.shown
    assert "Wrote access_token, token_type and expires_at to" in run_.shown
    assert "comments, on which standalone mode crashes" in run_.shown


def stored_with_comments(folder: Path) -> dict[str, str]:
    text = (folder / "konnector-dev-config.json").read_text()
    assert text.startswith('{\n  // mine\n  "fields": {\n    "login": "x",\n    "access_token": ')
    fields: dict[str, str] = json.loads(text.replace("// mine", ""))["fields"]
    return fields


def test_a_browser_is_opened_and_the_port_is_free_afterwards(
    tmp_path: Path, running: Providers
) -> None:
    folder = connector(tmp_path, running["usual"], client_id="LOOP")
    opened, environment = browser_in(tmp_path)
    port = running.loopback
    with terminal("login", folder, "--loopback", str(port), environment=environment) as run_:
        run_.until("Waiting for the browser")
        assert "/authorize" not in run_.shown
        assert "noise" not in run_.shown
        assert "browser session" not in run_.shown
        back = walked(opened.read_text().strip())
        assert back.startswith(f"http://127.0.0.1:{port}/callback?code=")
        walked(back)
        assert run_.end() == 0
    assert stored(folder)["access_token"]
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_the_login_of_the_pages_is_as_it_really_is(
    tmp_path: Path, running: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [
        found[1]
        for name in ("README.md", "docs/login.md")
        if (found := re.search(TRANSCRIPT, (ROOT / name).read_text(), re.DOTALL))
    ]
    folder = connector(
        tmp_path,
        running["usual"],
        "openid read offline_access",
        _id="sunmeter",
        client_id="SUNMETER",
        redirect_uri="https://oauthcallback.mycozy.cloud/accounts/sunmeter/redirect",
        extras={"prompt": "consent"},
    )
    opened, environment = browser_in(tmp_path)
    monkeypatch.chdir(folder)
    with terminal("login", environment=environment) as run_:
        run_.until(PROMPT)
        run_.type(f"{walked(opened.read_text().strip())}\n")
        assert run_.end() == 0
    time = r"expires at \S+, in 1 hour"
    shown = "\n".join(line.rstrip() for line in run_.shown.splitlines()) + "\n"
    assert [re.sub(time, "", page) for page in pages] == [re.sub(time, "", shown)] * 2


def browser_in(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return the file where a made-up browser writes a URL, and the environment that names it."""
    opened, browser = folder / "opened", folder / "browser"
    browser.write_text(
        "#!/bin/sh\necho Opening in existing browser session.\necho noise >&2\n"
        f'echo "$1" > {opened}.part && mv {opened}.part {opened}\n'
    )
    browser.chmod(0o755)
    return opened, {"BROWSER": str(browser)}


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path, running: Providers) -> None:
    folder = connector(tmp_path, running["usual"])
    why = "manifest-lint: standard input is not a terminal; use --loopback, or a terminal"
    assert complaint(run("login", folder)) == why


@pytest.mark.parametrize("browser", ["", "/nonexistent"])
def test_without_a_browser_the_url_is_shown(
    tmp_path: Path, running: Providers, browser: str
) -> None:
    folder = connector(tmp_path, running["usual"])
    environment = {"BROWSER": browser, "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    with terminal("login", folder, environment=environment) as run_:
        run_.until(PROMPT)
        run_.type(f"{walked(url_in(run_.shown))}\n")
        assert run_.end() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("way", ["paste", "loopback"])
def test_a_stop_while_it_waits_leaves_everything_as_it_was(
    tmp_path: Path, running: Providers, way: str, number: signal.Signals
) -> None:
    folder = connector(tmp_path, running["usual"])
    (folder / "konnector-dev-config.json").write_text(SOME)
    port = running.loopback
    options = ["--loopback", str(port)] if way == "loopback" else []
    with terminal("login", folder, "--no-browser", *options) as run_:
        run_.until(PROMPT if way == "paste" else "Waiting for the browser")
        run_.stop(number)
        assert run_.end() == 2
    assert run_.shown.splitlines()[-1] == "manifest-lint: interrupted"
    assert (folder / "konnector-dev-config.json").read_text() == SOME
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_nothing_typed_in_time_is_an_error(tmp_path: Path, running: Providers) -> None:
    folder = connector(tmp_path, running["usual"])
    with terminal("login", folder, "--no-browser", "--timeout", "1") as run_:
        assert run_.end() == 2
    assert "no URL was pasted within 1 second," in run_.shown


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--paste", "--loopback=1234"], "--paste cannot be used with --loopback"),
        (["--renew", "--check"], "--renew cannot be used with --check"),
        (["--if-expires-within", "5m"], "--if-expires-within needs --renew"),
        (["--renew", "--if-expires-within", "soon"], "'soon' is not a time"),
        (["--format", "json"], "--format json needs --check"),
        (["--loopback=0"], "0 is not in the range"),
        (["--loopback", "my-connector"], "'my-connector' is not a port; write --loopback=PORT"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: list[str], why: str) -> None:
    assert why in complaint(run("login", "nowhere", *options))

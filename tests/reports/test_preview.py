"""`manifest-lint preview`: a login as a person reads it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from manifest_lint.document.secret import Secret
from manifest_lint.oauth.flow import flow
from manifest_lint.oauth.token_request import Request
from tests.command import complaint, run
from tests.connectors import ACCOUNT_TYPE, FIXTURES, account_type, with_changes, written

CANARY = "c4n&ry/+S3CRET"


def test_a_good_login_is_shown_from_start_to_end() -> None:
    done = run("preview", FIXTURES / "facebook")
    assert (done.returncode, done.stderr) == (0, "")
    shown = done.stdout
    assert shown.splitlines()[0].startswith("Login of facebook on alice.cozy.tools:8080, with ")
    assert [line for line in shown.splitlines() if line[:1].isdigit()] == [
        "1. Harvest opens the start page, in the user's browser",
        "2. The stack sends the user to the provider",
        "3. The provider sends the user back to the stack",
        "4. The stack asks the provider for a token",
        "5. Later, the stack renews the token",
    ]
    assert "     scope  user_photos\n            user_posts\n" in shown
    assert shown.endswith("The login completes.\n")


def test_a_scope_that_changes_on_the_way_is_marked_and_a_stop_is_shown() -> None:
    done = run("preview", FIXTURES / "faulty")
    assert (done.returncode, done.stderr) == (1, "")
    shown = " ".join(done.stdout.split())
    assert (
        '! the manifest says ["photos.read", "albums.read"], but the stack reads'
        ' "photos.read+albums.read"'
    ) in shown
    stop = 'the stack does not start a login in the grant mode "refresh_token"'
    assert f"x the login stops here: {stop}" in shown
    assert "3. " not in done.stdout


def test_what_is_not_sent_as_written_is_marked(tmp_path: Path) -> None:
    shown = run("preview", written(tmp_path, ["a", "b"])).stdout
    assert '! the manifest says ["a", "b"], but the stack reads "a+b"' in shown
    assert "!" not in run("preview", written(tmp_path, ["a b"])).stdout


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"_id": "y"}, "the stack has no account type with this id"),
        ({"client_id": 1}, "the stack cannot decode the account type"),
        ({"auth_endpoint": "https://p .example"}, "Go refuses `auth_endpoint`"),
        ({"auth_endpoint": ...}, "the browser is sent to the start page again and again"),
        ({"auth_endpoint": "/rel"}, "the browser does not reach the login page"),
        ({"client_id": ""}, "the provider refuses the client: `client_id` is empty"),
        ({"redirect_uri": "https://o.example/accounts/y/redirect"}, "refuses it as a bad state"),
        ({"token_endpoint": "https://p.example/%zz"}, "Go refuses `token_endpoint`"),
        ({"token_endpoint": "p.example/token"}, "is not an absolute URL"),
        ({"grant_mode": "token"}, "a token in the query is refused"),
        ({"grant_mode": "token_redirect_url", "redirect_uri": ...}, "Harvest waits for a state"),
    ],
)
def test_no_step_is_shown_after_a_stop(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    done = run("preview", written(tmp_path, **changes))
    assert done.returncode == 1
    stop = done.stdout[done.stdout.rindex(" x ") :]
    assert why in " ".join(stop.split())
    assert "\n\n" not in stop


def test_a_step_without_a_url_has_no_method(tmp_path: Path) -> None:
    done = run("preview", written(tmp_path, auth_endpoint=""))
    assert len(re.findall(r"^   GET\b", done.stdout, re.MULTILINE)) == 1


def requests_of(done: Any) -> list[str]:
    """Return method and address of each request that a preview shows."""
    return re.findall(r"^   ((?:GET|POST) \S+)$", done.stdout, re.MULTILINE)


TOKENS = ACCOUNT_TYPE["token_endpoint"]


@pytest.mark.parametrize("mode", ["authorization_code", "bi_webauth", "bi_webview"])
@pytest.mark.parametrize("secret", ["", "+secret"])
def test_a_login_in_each_grant_mode_is_shown(tmp_path: Path, mode: str, secret: str) -> None:
    done = run("preview", written(tmp_path, grant_mode=f"{mode}{secret}", slug="x"))
    assert done.returncode == 0
    assert requests_of(done)[-2:] == [f"POST {TOKENS}"] * 2
    parameter = {"bi_webauth": "token", "bi_webview": "code"}.get(mode, "response_type")
    assert re.search(rf"^     {parameter}\b", done.stdout.partition("2. ")[2], re.MULTILINE)


@pytest.mark.parametrize("mode", ["token", "token_redirect_url"])
def test_an_implicit_login_stops_on_its_way_back(tmp_path: Path, mode: str) -> None:
    done = run("preview", written(tmp_path, grant_mode=mode))
    assert done.returncode == 1
    assert "access_token  ACCESS_TOKEN" in done.stdout
    assert len(requests_of(done)) == 3


@pytest.mark.parametrize(
    ("mode", "method", "shown", "hidden"),
    [
        ("form", "POST", ["client_secret  ***"], "Authorization:"),
        ("basic", "POST", ["Authorization: Basic ***"], "client_secret"),
        ("get", "GET", ["client_secret  ***"], "Content-Type:"),
    ],
)
def test_the_exchange_and_the_renewal_follow_the_token_mode(
    tmp_path: Path, mode: str, method: str, shown: list[str], hidden: str
) -> None:
    done = run("preview", written(tmp_path, token_mode=mode))
    assert requests_of(done)[-2:] == [f"{method} {TOKENS}"] * 2
    exchange, renewal = done.stdout.partition("4. ")[2].split("5. ")
    assert re.search(r"^     nonce +NONCE$", exchange, re.MULTILINE)
    assert "nonce" not in renewal
    for one in (exchange, renewal):
        assert all(text in one for text in shown)
        assert hidden not in one


def test_harvest_opens_nothing_for_an_id_that_it_cannot_decode(tmp_path: Path) -> None:
    (written(tmp_path) / "manifest.konnector").write_text('{"slug": "%zz", "oauth": {}}')
    done = run("preview", tmp_path)
    assert done.returncode == 1
    assert requests_of(done) == []
    assert "x the login stops here: Harvest throws" in done.stdout
    shown = json.loads(run("preview", tmp_path, "--format", "json").stdout)
    assert (shown["start_url"], shown["mobile_url"]) == (None, None)


def test_a_login_without_a_user_stops_at_the_start(tmp_path: Path) -> None:
    (written(tmp_path) / "manifest.konnector").write_text('{"slug": "x"}')
    done = run("preview", tmp_path)
    assert done.returncode == 1
    assert "the manifest has no `oauth`" in done.stdout


def test_without_account_types_it_says_how_to_name_some(tmp_path: Path) -> None:
    (written(tmp_path) / "account-types-def.json").unlink()
    done = run("preview", tmp_path)
    assert done.returncode == 1
    assert "pass their files with --account-types" in done.stdout


def test_a_context_has_a_document_of_its_own(tmp_path: Path) -> None:
    folder = written(tmp_path)
    dump = tmp_path / "dump.json"
    own = with_changes(ACCOUNT_TYPE, _id="beta/x", client_id="BETA")
    dump.write_text(json.dumps({"docs": [ACCOUNT_TYPE, own]}))

    def client(*arguments: str) -> str:
        done = run("preview", folder, "--account-types", dump, "--format", "json", *arguments)
        steps = json.loads(done.stdout)["steps"]
        return str(
            next(one["value"] for one in steps[1]["parameters"] if one["name"] == "client_id")
        )

    assert client() == "ID"
    assert client("--context", "beta") == "BETA"
    assert client("--context", "gamma") == "ID"
    assert "has a slash" in complaint(run("preview", folder, "--context", "a/b"))


def test_a_domain_may_be_given() -> None:
    done = run("preview", FIXTURES / "sunmeter", "--domain", "bob.cozy.rocks:8080")
    assert "GET https://bob.cozy.rocks:8080/accounts/sunmeter/start" in done.stdout


@pytest.mark.parametrize(
    "domain", ["BOB.Cozy.Rocks", "https://bob.cozy.rocks/", "bob.cozy.rocks:443", "bob.cozy.rocks."]
)
def test_a_domain_is_read_as_people_type_it(domain: str) -> None:
    done = run("preview", FIXTURES / "sunmeter", "--domain", domain)
    assert "GET https://bob.cozy.rocks/accounts/" in done.stdout


@pytest.mark.parametrize("domain", ["https://a.b/c", "a b", "", "a/b", "u@a"])
def test_an_invalid_domain_is_refused(domain: str) -> None:
    line = complaint(run("preview", FIXTURES / "sunmeter", "--domain", domain))
    assert "is not a domain" in line


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("manifest.konnector", "{", "is not JSON"),
        ("manifest.konnector", "[]", "is not a manifest"),
        ("account-types-def.json", "{", "is not JSON"),
    ],
)
def test_an_unreadable_file_is_reported_in_one_line(
    tmp_path: Path, file: str, text: str, why: str
) -> None:
    (written(tmp_path) / file).write_text(text)
    assert f"{file}: {why}" in complaint(run("preview", tmp_path))


def test_a_folder_without_a_manifest_is_reported_in_one_line(tmp_path: Path) -> None:
    for command in ("preview", "login"):
        said = complaint(run(command, cwd=tmp_path))
        assert ".: has no manifest.konnector; name the connector's folder" in said


FORMS = (("text",), ("json",), ("mermaid",))


@pytest.mark.parametrize("form", [*(("--format", *form) for form in FORMS), ("--curl",)])
@pytest.mark.parametrize("mode", ["form", "basic", "get"])
def test_no_form_shows_a_secret(tmp_path: Path, form: tuple[str, ...], mode: str) -> None:
    places: dict[str, Any] = {
        "client_secret": CANARY,
        "secret": {"key": CANARY},
        "fcm_credentials": {"key": CANARY},
        "auth_endpoint": "https://user:c4n%26ry@p.example/authorize",
        "token_endpoint": "https://user:c4n%26ry@p.example/token?key=c4n%26ry%2F",
        "extras": {"key": CANARY},
        "unknown": CANARY,
    }
    done = run("preview", written(tmp_path, **places, token_mode=mode), *form)
    stops = mode == "get"  # the provider finds no client id after the query
    assert (done.returncode, done.stderr) == (int(stops), "")
    assert "c4n" not in done.stdout


URL = "https://p.example/authorize"
PLACES: dict[str, tuple[Any, dict[str, Any]]] = {
    "a state": ("a", {"auth_endpoint": f"{URL}?state=c4n-ry"}),
    "a nonce": ("a", {"auth_endpoint": f"{URL}?nonce=c4n-ry"}),
    "a parameter in a path": (
        "a",
        {"auth_endpoint": f"{URL};k=c4n-ry", "token_endpoint": f"{URL}/k=c4n-ry"},
    ),
    "a scope": (f"https://u:c4n-ry@p.example/{'a' * 60}", {}),
    "a known form in a scope": ("GOCSPX-" + "c4n_ry" * 4 + "1234", {}),
    "a list of scopes": (["a", "https://u:c4n-ry@p.example/a"], {}),
    "user information with a space": (
        "a",
        {"redirect_uri": "https://u:a c4n-ry@x/accounts/x/redirect"},
    ),
    "encoded user information": (
        "a",
        {"redirect_uri": "https://u%3Ac4n-ry%40x/accounts/x/redirect"},
    ),
    "a query of a redirect URI": (
        "a",
        {"redirect_uri": "https://x.example/accounts/x/redirect?k=c4n-ry"},
    ),
    "a client id": ("a", {"client_id": "https://u:c4n-ry@p.example"}),
    "a client id as the secret": ("a", {"client_id": "c4n-ry", "client_secret": "c4n-ry"}),
    "a name of a parameter": ("a", {"extras": {"u:c4n-ry@p": "x"}}),
    "a grant mode": ("a", {"grant_mode": "https://u:c4n-ry@p.example"}),
    "a token mode": ("a", {"token_mode": "u:c4n-ry@p.example"}),
}


@pytest.mark.parametrize("form", [*(("--format", *form) for form in FORMS), ("--curl",)])
@pytest.mark.parametrize("place", PLACES)
def test_no_place_of_a_secret_is_shown(tmp_path: Path, form: tuple[str, ...], place: str) -> None:
    scope, changes = PLACES[place]
    done = run("preview", written(tmp_path, scope, **changes), *form)
    assert "c4n" not in done.stdout + done.stderr


def test_a_diagram_has_the_parties_and_each_request() -> None:
    lines = run("preview", FIXTURES / "facebook", "--format", "mermaid").stdout.splitlines()
    assert lines[0] == "sequenceDiagram"
    arrows = [line.split(":")[0].strip() for line in lines if "->>" in line]
    assert arrows == [
        "Harvest->>stack",
        "stack->>provider",
        "provider->>stack",
        "stack->>provider",
        "stack->>provider",
    ]


class _Recorder(BaseHTTPRequestHandler):
    seen: list[dict[str, str | None]]

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        _Recorder.seen.append(
            {
                "method": self.command,
                "path": self.path,
                "authorization": self.headers.get("Authorization"),
                "type": self.headers.get("Content-Type"),
                "body": self.rfile.read(size).decode(),
            }
        )
        self.send_response(200)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[str]:
    """Run a server that records what it is asked, and yield its origin."""
    _Recorder.seen = []
    server = HTTPServer(("127.0.0.1", 0), _Recorder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _recorded(request: Request | None, origin: str) -> dict[str, str | None]:
    assert request
    headers = request.headers(Secret.reveal)
    return {
        "method": request.method,
        "path": request.url(Secret.reveal).replace("//u:p@", "//").removeprefix(origin),
        "authorization": headers.get("Authorization"),
        "type": headers.get("Content-Type"),
        "body": request.body(Secret.reveal),
    }


CREDENTIALS: dict[str, tuple[str, str, dict[str, str]]] = {
    "in the file": ('it\'s "$HOME" `id` \\', CANARY, {"CLIENT_SECRET": CANARY}),
    "variables": ("$ITS_ID", "${ITS_SECRET}", {"ITS_ID": "an-id", "ITS_SECRET": CANARY}),
    "to be filled in": ("an-id", "<secret>", {"CLIENT_SECRET": CANARY}),
}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize(
    "mode", ["form", "basic", "get", "form, and user information", "basic, and a query"]
)
def test_the_commands_send_what_the_stack_sends(
    tmp_path: Path, provider: str, mode: str, credentials: str
) -> None:
    client_id, secret, variables = CREDENTIALS[credentials]
    changes = {"token_endpoint": f"{provider}/token", "token_mode": mode}
    if "user information" in mode:
        changes["token_endpoint"] = f"{provider}/token".replace("//", "//u:p@")
        variables = {**variables, "USER_INFO": "u:p"}
    if "query" in mode:
        key = "K3y/+ S3CRET"
        changes = {
            "token_endpoint": f"{provider}/token?v=2&api_key={quote_plus(key)}",
            "token_mode": "basic",
        }
        variables = {**variables, "PARAM_v": "2", "PARAM_api_key": quote_plus(key)}
    connector = written(tmp_path, **changes, client_id=client_id, client_secret=secret)
    script = run("preview", connector, "--curl").stdout
    variables = {**variables, "CODE": "CODE", "REFRESH_TOKEN": "REFRESH_TOKEN"}
    named = re.findall(r"\$(\w+)", "".join(re.findall(r"with (.*) set", script)))
    assert sorted(named) == sorted(variables)
    environment = {**os.environ, **variables, "no_proxy": "*"}
    done = subprocess.run(
        ["sh", "-euc", script], env=environment, check=True, capture_output=True, text=True
    )
    manifest = {"slug": "x", "oauth": {"scope": "read"}}
    provisioned = account_type(
        **changes, client_id=variables.get("ITS_ID", client_id), client_secret=CANARY
    )
    found = flow(manifest, provisioned, "alice.cozy.example")
    assert done.stdout.splitlines()[0] == found.authorize_url
    wanted = [_recorded(one, provider) for one in (found.token_request, found.refresh_request)]
    assert [_as_go(seen) for seen in _Recorder.seen] == wanted


def test_the_commands_say_why_a_login_stops() -> None:
    done = run("preview", FIXTURES / "faulty", "--curl")
    assert (done.returncode, done.stderr) == (1, "")
    last = done.stdout.splitlines()[-1]
    assert last.startswith("# The login stops here: the stack does not start a login in the grant")


def test_no_variable_of_the_reader_is_named_by_a_parameter(tmp_path: Path) -> None:
    names = ["aws_secret_access_key", "home", "PATH", "1x", "", "\u00e9", "a%20b", "a_b", "a-b"]
    names += ["A_B", "a_2Db", "%24(id)", "\u0661"]
    query = "&".join(f"{name}=z" for name in names)
    changes = {"auth_endpoint": f"https://evil.example/a?{query}", "client_secret": CANARY}
    script = run("preview", written(tmp_path, **changes), "--curl").stdout
    [echo] = [line for line in script.splitlines() if line.startswith("echo")]
    used = re.findall(r'"\$([^"]*)"', echo)
    assert len(set(used)) == len(names)
    assert all(re.fullmatch(r"PARAM_\w*", name, re.ASCII) for name in used)
    assert "PARAM_aws_secret_access_key" in used


def _as_go(seen: dict[str, str | None]) -> dict[str, str | None]:
    """Write encodings as Go does; curl writes %20 and lower case, which servers read the same."""
    as_go = {key: value and value.replace("%20", "+") for key, value in seen.items()}
    return {
        key: value and re.sub("%..", lambda found: found[0].upper(), value)
        for key, value in as_go.items()
    }


@pytest.mark.parametrize(
    "options", [(), ("--format", "json"), ("--format", "mermaid"), ("--curl",)]
)
@pytest.mark.parametrize(
    "changes",
    [
        {"extras": {"client_secret": CANARY, "Password": CANARY}},
        {"auth_endpoint": "https://p.example/a?access_token=c4n%26ry%2F%2BS3CRET"},
        {"extras": {"secret": "k7"}, "auth_endpoint": "https://p.example/a"},
    ],
)
def test_values_named_as_secrets_are_hidden_wherever_they_are_sent(
    tmp_path: Path, changes: dict[str, Any], options: tuple[str, ...]
) -> None:
    done = run("preview", written(tmp_path, client_secret="$A", **changes), *options)
    assert done.returncode == 0
    assert "S3CRET" not in done.stdout
    page = tmp_path / "report.html"
    run("check", tmp_path, f"--output-file=html={page}")
    assert "S3CRET" not in page.read_text("utf-8")


@pytest.mark.parametrize("uri", ["https://\u2100.example/x", "http://[::1", "//[\u2100]"])
def test_a_redirect_uri_without_a_host_name_breaks_nothing(tmp_path: Path, uri: str) -> None:
    written(tmp_path, redirect_uri=uri)
    for command in (["preview"], ["preview", "--format", "json"], ["check", "--format", "html"]):
        assert "internal error" not in run(command[0], tmp_path, *command[1:]).stderr

"""No output contains a secret: put a canary in every secret place, and search all output.

`python -m tests.test_canary` lists the outputs that are searched.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from manifest_lint import UserError, build, check, preview, provision, verify
from manifest_lint.api.settings import settings_in_force
from manifest_lint.bundle.allowances import fingerprint
from manifest_lint.document.secret import Secret
from manifest_lint.project.sources import Fetched
from manifest_lint.reports.names import FORMATS
from tests.archives import good, tar_gz
from tests.cli.test_terminal import watching
from tests.command import on_a_terminal, run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes
from tests.language_server import Server
from tests.servers import couchdb, free_port
from tests.servers.database import asked

SECRETS = {
    place: f"c4n&ry/{number:02}+é'S"
    for number, place in enumerate(
        (
            "client_secret",
            "text",
            "list",
            "object",
            "fcm",
            "unknown",
            "misspelt",
            "number",
            "user",
            "query",
            "token",
            "strayed",
            "readme",
            "broken",
            "live",
            "filled",
            "password",
            "refused",
            "netrc",
            "camel",
            "api",
            "extra",
            "fragment",
            "command",
            "url",
            "link",
            "typed",
            "state",
            "path",
            "scope",
            "spaced",
            "encoded",
            "cut",
            "piped",
            "header",
            "option",
            "variable",
            "setting",
            "reason",
            "slug",
            "proposed",
            "again",
            "starts",
        )
    )
}
"""A canary for each place that may have a secret."""

SECRETS["key"] = "GOC" + "SPX-c4n4ryInAKey7Zq8Wx5Vb2Nm3Kp1"
SECRETS["short"] = "ç4ñ"


@cache
def forms(secret: str) -> tuple[str, ...]:
    """Return every string that reveals a secret: the secret itself and its encodings."""
    data = secret.encode()
    in_base64 = [
        base64.b64encode(b"\0" * shift + data).decode()[-(-shift * 8 // 6) :][:-4]
        for shift in range(3)
    ]
    escaped = json.dumps(secret)[1:-1]
    found = (
        secret,
        escaped,
        escaped.replace("/", "\\/"),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        data.hex(),
        repr(secret)[1:-1],
        secret.encode("unicode_escape").decode(),
        *in_base64,
    )
    return tuple(form for form in found if len(form) > 5 or form == secret)


def account_type(**changes: Any) -> dict[str, Any]:
    """Return an account type with a secret in every place that may have one."""
    user, query = quote(SECRETS["user"], safe=""), quote(SECRETS["query"], safe="")
    secret = with_changes(
        ACCOUNT_TYPE,
        client_secret=SECRETS["client_secret"],
        secret={"text": SECRETS["text"], "more": [SECRETS["list"], {"slug": SECRETS["object"]}]},
        fcm_credentials=SECRETS["fcm"],
        client_secert=SECRETS["misspelt"],
        extras={"note": SECRETS["extra"]},
        auth_endpoint=f"{ACCOUNT_TYPE['auth_endpoint']};k={quote(SECRETS['path'], safe='')}"
        f"?k={quote(SECRETS['extra'])}&state={quote(SECRETS['state'])}"
        f"#{quote(SECRETS['fragment'])}",
        comment=SECRETS["unknown"],
        token_endpoint=f"https://me:{user}@provider.example/token?key={query}",
    )
    return with_changes(secret, **changes)


def write(folder: Path) -> None:
    """Write a connector, with a secret in each of its files that may have one."""
    manifest = with_changes(MANIFEST, slug="x", oauth={"scope": ["a", "b"]})
    manifest["oauth"]["client_secret"] = SECRETS["strayed"]
    manifest["parameters"] = {"Client-Token": SECRETS["camel"], "apiSecret": [SECRETS["api"]]}
    manifest["version"] = {"api_secret": SECRETS["api"]}
    link = quote(SECRETS["link"], safe="")
    spaced, encoded, cut, scope = (
        quote(SECRETS[place], safe="") for place in ("spaced", "encoded", "cut", "scope")
    )
    manifest["vendor_link"] = [f"https://me:{link}@x.example/", f"couchdb:/me:{link}@x"]
    manifest["categories"] = [
        f"https://me:a {spaced}@x.example/",
        f"https://me%3A{encoded}%40x.example/",
        f"https://me:{cut}{'x' * 60}@x.example/",
    ]
    manifest["oauth"]["scope"] += [f"https://me:{scope}@x.example/{'x' * 60}"]
    manifest["oauth"][SECRETS["key"]] = {SECRETS["key"]: SECRETS["key"]}
    manifest[SECRETS["key"]] = 1
    manifest["oauth"]["password"] = SECRETS["short"]
    manifest["secret"] = [SECRETS["short"]]
    manifest["type"] = f"postgres://me:{link}@x"
    manifest["fields"] = {"password": SECRETS["camel"], "api_token": SECRETS["api"]}
    long = SECRETS["starts"] + "x" * 60
    files = {
        "manifest.konnector": manifest,
        "package.json": {"name": "x", "version": MANIFEST["version"]},
        "account-types-def.json": account_type(
            redirect_uri=..., redirect_url="https://x.example/", grant_mode="a"
        ),
        "good.json": account_type(_id="x"),
        "wrong.json": [
            account_type(_id="u", skip_state_on_token="true"),
            account_type(_id="s", client_secret=SECRETS["short"], secret={"k": SECRETS["short"]}),
            {**account_type(_id="k"), SECRETS["key"]: SECRETS["key"]},
            account_type(_id="g", client_secret=SECRETS["again"], grant_mode=SECRETS["again"]),
            account_type(_id="h", client_secret=long, grant_mode=long),
            account_type(_id="v", client_secret=[SECRETS["list"]], extras=SECRETS["number"]),
            account_type(
                _id="w", client_secret={"slug": SECRETS["object"]}, secret=SECRETS["text"]
            ),
        ],
        "stops.json": account_type(_id="x", grant_mode="unknown"),
        "twice.json": [account_type(), account_type()],
        "filled.json": account_type(
            _id="filled",
            client_secret="$CANARY_SECRET",
            secret="${CANARY_SECRET}",
            redirect_uri="https://oauthcallback.cozy.rocks/accounts/filled/redirect",
        ),
        "konnector-dev-config.json": {"fields": {"access_token": SECRETS["token"]}},
    }
    for name, value in files.items():
        indent = (
            2 if name.startswith("manifest") else None
        )  # one line with all secrets, to be shown
        (folder / name).write_text(json.dumps(value, indent=indent, ensure_ascii=False))
    broken = json.dumps({"client_secret": SECRETS["broken"], "a": 1})
    for name, text in {
        "single": broken.replace('"client_secret"', "'client_secret'"),
        "comma": broken[:-1] + ",}",
        "cut": broken[:-8],
        "raw": f"{broken}x",
    }.items():
        (folder / f"{name}.json").write_text(text)
    shown = json.dumps(account_type(client_secret=SECRETS["readme"]), ensure_ascii=False)
    (folder / "README.md").write_text(f"```json\n{shown}\n```\n```sh\ncurl -d '{shown}'\n```\n")
    shutil.copytree(SUNMETER, folder / "sound")
    for part in ("", "build"):
        shutil.copy(folder / "konnector-dev-config.json", folder / "sound" / part)
    sound = account_type(_id="sunmeter", redirect_uri="$URI")
    (folder / "sound" / "account-types-def.json").write_text(json.dumps(sound))
    shutil.copytree(folder / "sound", folder / "leaky")
    planted = "\n".join(forms(SECRETS["client_secret"]) + forms(SECRETS["filled"]))
    (folder / "leaky" / "build" / "lib.js").write_text(planted)
    (folder / "leaky" / "manifest-lint.toml").write_text(
        'build.secret-variables = ["CANARY_SECRET"]'
    )
    (folder / "commanded").mkdir()
    user, key = quote(SECRETS["url"], safe=""), quote_plus(SECRETS["url"])
    header, variable, option, piped = (
        quote(SECRETS[place], safe="") for place in ("header", "variable", "option", "piped")
    )
    command = (
        f"false --token '{SECRETS['command']}' https://me:{quote(SECRETS['command'])}@x.example"
        f" -H 'Authorization: Bearer {header}' || X_TOKEN={variable}"
        f" false -p {option} https://x.example/?k={option} || echo {piped} | false"
    )
    (folder / "commanded" / "manifest-lint.toml").write_text(
        f'[build]\ncommand = "{command}"\nurl = "https://me:{user}@x.example/x.tgz?key={key}"\n'
    )
    (folder / "commanded" / "package.json").write_text("{}")
    (folder / "new").mkdir()
    (folder / "new" / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (folder / ".misled").mkdir()
    shutil.copy(folder / "manifest.konnector", folder / ".misled")
    (folder / ".misled" / "manifest-lint.toml").write_text(
        f'account-types = ["postgres://me:{quote(SECRETS["link"], safe="")}@h"]\n'
    )
    setting = quote(SECRETS["setting"], safe="")
    for number, line in enumerate(
        (
            f'build.url = "ftp://x.example/?k={setting}"',
            f'build.secret-variables = ["{SECRETS["setting"]}"]',
            f"build.time-limit = \"X_TOKEN='{SECRETS['setting']}' yarn\"",
            f'account-types = ["https://me:a {setting}@x"]',
            f'select = ["https://me%3A{setting}%40x"]',
            f'"https://me:{setting}@x" = 1',
            f"{SECRETS['key']} = 1",
        )
    ):
        (folder / f".refused{number}").write_text(f"{line}\n")
    reason = quote(SECRETS["reason"], safe="")
    (folder / "exempt.toml").write_text(
        f'per-file-ignores = [{{ code = "M001", path = "**", reason = "https://me:{reason}@x" }}]\n'
    )
    slug = f"https://me:{quote(SECRETS['slug'], safe='')}@x"
    facts = json.dumps(with_changes(MANIFEST, slug=slug, version=slug))
    (folder / "facts.tar.gz").write_bytes(tar_gz([("manifest.konnector", facts)]))
    (folder / "leaky.tar.gz").write_bytes(tar_gz([*good(), ("lib.js", planted)]))
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)


ALLOWED = [
    part
    for place in ("client_secret", "filled")
    for part in (
        "--allow-leak",
        f"K001:lib.js:{fingerprint('K001', 'lib.js', Secret(SECRETS[place]))}:a test key",
    )
]

RUNS: dict[str, tuple[int, tuple[str, ...]]] = {
    "check": (1, ("check", "--statistics")),
    "check as JSON": (1, ("check", "--format", "json")),
    "check in brief": (1, ("check", "-q")),
    "check of every file": (
        1,
        ("check", *(f"{n}.json" for n in ("good", "wrong", "filled"))),
    ),
    "check online": (0, ("check", "good.json", "filled.json", "--online", "--allow-private")),
    "check of broken files": (1, ("check", "comma.json", "cut.json", "raw.json")),
    "check of broken files as JSON": (1, ("check", "comma.json", "cut.json", "--format", "json")),
    "difference of fixes": (1, ("check", "--diff", ".", "comma.json")),
    "difference of unsafe fixes": (1, ("check", "--unsafe-fixes", "--diff", ".", "cut.json")),
    "fixes": (1, ("check", "--fix", ".", "comma.json")),
    "unsafe fixes": (1, ("check", "--unsafe-fixes", ".", "comma.json", "wrong.json")),
    "baseline": (0, ("check", "--write-baseline", ".", "wrong.json")),
    "check of two of one id": (2, ("check", "twice.json")),
    "check with all account types": (1, ("check", "--account-types", "wrong.json")),
    "preview": (0, ("preview", "--account-types", "good.json")),
    "preview as JSON": (0, ("preview", "--account-types", "good.json", "--format", "json")),
    "preview as Mermaid": (0, ("preview", "--account-types", "good.json", "--format", "mermaid")),
    "preview as curl": (0, ("preview", "--account-types", "good.json", "--curl")),
    "preview that stops at an endpoint": (1, ("preview", "--account-types", "stops.json")),
    "preview that stops": (1, ("preview", "--account-types", "wrong.json")),
    "preview of a live database": (0, ("preview", "--account-types", "{server}")),
    "build": (0, ("build", "sound", "--out", "dist")),
    "build that is stopped": (1, ("build", "sound", "--account-types", "good.json")),
    "build of a leak": (1, ("build", "leaky")),
    "build of a leak as JSON": (1, ("build", "leaky", "--json")),
    "build of an allowed leak": (
        0,
        ("build", "leaky", *ALLOWED, "--out", "../out"),
    ),
    "build that runs a command": (2, ("build", "leaky", "--run-build")),
    "verify": (1, ("verify", "leaky.tar.gz", "--account-types", "good.json")),
    "verify as JSON": (
        1,
        ("verify", "leaky.tar.gz", "--account-types", "good.json", "--format", "json"),
    ),
    "verify of a folder": (1, ("verify", "leaky/build", "--account-types", "good.json")),
    "check of a live database": (1, ("check", "--account-types", "{server}", "--format", "json")),
    "check with a wrong password": (2, ("check", "--account-types", "{refused}")),
    "check of a database that is down": (2, ("check", "--account-types", "{down}")),
    "provision as a dry run": (1, ("provision", "good.json", "--to", "{server}", "--dry-run")),
    "provision": (0, ("provision", "good.json", "filled.json", "--to", "{server}", "--yes")),
    "provision of a context": (
        0,
        (
            "provision",
            "filled.json",
            "--to",
            "{server}",
            "--context",
            "c",
            "-y",
        ),
    ),
    "provision over existing documents": (
        0,
        ("provision", "filled.json", "--to", "{server}", "--yes"),
    ),
    "provision that deletes": (
        0,
        ("provision", "filled.json", "--to", "{server}", "--prune", "--max-delete", "2", "-y"),
    ),
    "provision of an error": (1, ("provision", "wrong.json", "--to", "{server}", "--yes")),
    "provision of a broken file": (2, ("provision", "cut.json", "--to", "{server}", "--yes")),
    "provision of two of one id": (2, ("provision", "twice.json", "--to", "{server}", "--yes")),
    "provision with a wrong password": (
        2,
        ("provision", "good.json", "--to", "{refused}", "--yes"),
    ),
    "configuration in force": (0, ("config",)),
    "configuration in force as JSON": (0, ("config", "--format", "json")),
    "what init proposes": (
        0,
        ("init", "--oauth", "--auth-endpoint", "https://p.example/a", "--yes"),
    ),
    "configuration with a command": (0, ("config", "commanded")),
    "configuration with a command as JSON": (0, ("config", "commanded", "--format", "json")),
    "configuration with an address": (2, ("config", ".misled")),
    "build command that fails": (2, ("build", "commanded", "--run-build")),
    **{
        f"{' '.join(command[:2])} as {form}": (code, (*command, "--format", form))
        for form in FORMATS
        for code, command in (
            (1, ("check", "--account-types", "good.json")),
            (1, ("check", "comma.json", "cut.json", "single.json", "wrong.json")),
            (1, ("build", "leaky")),
            (1, ("verify", "leaky.tar.gz", "--account-types", "good.json")),
            (1, ("upgrade", "sound", ".")),
            (1, ("upgrade", ".", "sound")),
        )
    },
    **{
        f"configuration that is refused {number}": (2, ("check", "--config", f".refused{number}"))
        for number in range(7)
    },
    "configuration with a reason": (0, ("config", "--config", "exempt.toml")),
    "verify of facts": (1, ("verify", "facts.tar.gz")),
    "verify of facts as JSON": (1, ("verify", "facts.tar.gz", "--format", "json")),
    "verify of facts as HTML": (1, ("verify", "facts.tar.gz", "--format", "html")),
    "what init proposes for an address": (
        2,
        (
            *("init", "new", "--oauth", "--yes", "--domain", "x.example"),
            *("--auth-endpoint", "https://p.example/a"),
            *("--token-endpoint", "https://p.example/t"),
            *("--install", "git+https://{proposed}@x.example/y"),
        ),
    ),
    "init with an address that is refused": (
        2,
        ("init", "new", "--oauth", "--yes", "--auth-endpoint", "https://me:{proposed}@p.example/a"),
    ),
    "check of another address": (2, ("check", "--account-types", "HTTP://me:{typed}@127.0.0.1:1")),
    **{
        f"{option} of another kind of address {number}": (2, (*command, address.format("{typed}")))
        for number, address in enumerate(
            ("postgres://me:{}@h", "couchdb:/me:{}@h", "me:{}@h", "http://{}@h")
        )
        for option, command in {
            "a path": ("check",),
            "--config": ("check", "--config"),
            "--select": ("check", "--select"),
            "--account-types": ("check", "--account-types"),
            "--to": ("provision", "good.json", "--to"),
            "an archive": ("verify",),
            "an old version": ("upgrade", "."),
            "a folder": ("build",),
            "a command": (),
        }.items()
    },
    "explanation of a rule": (0, ("explain", "K003")),
    "list of the rules": (0, ("rules",)),
}
"""Commands that are given secrets or run next to them, with their exit codes."""


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("connector")
    write(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, connector: Path) -> Path:
    return Path(shutil.copytree(connector, tmp_path / "x"))


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run a database; yield its address, one with a wrong password and one without a database."""
    with couchdb(tmp_path_factory.mktemp("couchdb")) as origin:
        refused = f"me:{quote(SECRETS['refused'], safe='')}@"
        yield {
            "server": origin,
            "refused": origin.replace("//", f"//{refused}"),
            "down": f"http://{refused}127.0.0.1:{free_port()}",
        }


def live(origin: str) -> None:
    """Replace the documents in the database with ones with secrets."""
    address = f"{origin}/secrets%2Fio-cozy-account_types"
    with suppress(OSError):  # the first time there are none
        asked("DELETE", address)
    asked("PUT", address)
    old = account_type(
        client_secret=SECRETS["live"], extras={"k": SECRETS["live"]}, redirect_url="a"
    )
    asked("POST", f"{address}/_bulk_docs", {"docs": [old, {**old, "_id": SECRETS["unknown"][:3]}]})


def files(folder: Path) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def leaked(name: str, text: str) -> list[str]:
    """Name the secrets in an output."""
    return [
        f"{name}: {place} as {form!r}"
        for place, secret in SECRETS.items()
        for form in forms(secret)
        if form in text
    ]


ENVIRONMENT = {"CANARY_SECRET": SECRETS["filled"], "MANIFEST_LINT_DEBUG": "1"}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("mode", ["pipe", "terminal"])
def test_no_output_shows_a_secret(
    folder: Path, addresses: dict[str, str], name: str, mode: str
) -> None:
    live(addresses["server"])
    expected, arguments = RUNS[name]
    known = {**addresses, "typed": SECRETS["typed"]}
    known["proposed"] = quote(SECRETS["proposed"], safe="")
    arguments = tuple(argument.format(**known) for argument in arguments)
    before = files(folder)
    if mode == "terminal":
        code, shown = on_a_terminal(
            *arguments, cwd=folder, answers="y\n" * 9, environment=ENVIRONMENT
        )
        outputs = {"terminal": shown}
    else:
        done = run(*arguments, cwd=folder, environment=ENVIRONMENT)
        code, outputs = done.returncode, {"stdout": done.stdout, "stderr": done.stderr}
    assert code == expected, outputs
    for path, data in files(folder).items():
        if path not in before:
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            outputs[path.name] = data.decode("utf-8", "replace")
    assert "Traceback" not in "".join(outputs.values())
    assert [leak for output in outputs.items() for leak in leaked(*output)] == []


@pytest.mark.parametrize("place", ["password", "netrc"])
def test_credentials_of_the_environment_are_not_shown(
    folder: Path, addresses: dict[str, str], place: str
) -> None:
    environment = {"COUCHDB_USER": "me", "COUCHDB_PASSWORD": SECRETS["password"]}
    if place == "netrc":
        netrc = folder / "netrc"
        netrc.write_text(f'machine 127.0.0.1 login me password "{SECRETS["netrc"]}"\n')
        netrc.chmod(0o600)
        environment = {"NETRC": str(netrc)}
    arguments = ("provision", "good.json", "--to", addresses["server"], "--yes")
    done = run(*arguments, cwd=folder, environment={**os.environ, **environment})
    assert "refuses the user" in done.stderr  # they were sent
    assert leaked("stdout", done.stdout) + leaked("stderr", done.stderr) == []


def test_the_language_server_sends_no_secret(folder: Path) -> None:
    server = Server("utf-16")
    try:
        sent = []
        misled = folder / ".misled" / "manifest.konnector"
        for path in (
            misled,
            *sorted(folder.glob("*.konnector")),
            *sorted(folder.glob("*.json")),
        ):
            text, uri = path.read_text("utf-8"), path.as_uri()
            server.open(uri, text)
            last = len(text.splitlines())
            document = {"textDocument": {"uri": uri}}
            for line in range(last):
                position = {"line": line, "character": 12}
                sent.append(server.ask("textDocument/hover", {**document, "position": position}))
            whole = {"start": {"line": 0, "character": 0}, "end": {"line": last, "character": 0}}
            context: dict[str, list[Any]] = {"diagnostics": []}
            actions = {**document, "range": whole, "context": context}
            titles = server.ask("textDocument/codeAction", actions) or ()
            sent.append([action["title"] for action in titles])  # an edit may move a secret
        assert sum(map(len, server.shown.values())) > 10
        [failed] = server.shown[misled.as_uri()]
        assert "not found next to" in failed["message"]
    finally:
        server.stop()
    assert leaked("server", json.dumps([sent, server.shown], ensure_ascii=False)) == []


def test_watching_shows_no_secret(folder: Path) -> None:
    with watching(folder, "--account-types=good.json", ".") as (wait_for, log):
        wait_for("M0")
        manifest = folder / "manifest.konnector"
        manifest.write_text(manifest.read_text("utf-8").replace('"x"', '"y"', 1), "utf-8")
        wait_for("M0")
        assert leaked("watch", log.read_text()) == []


def test_python_shows_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    typed = f"https://me:{quote(SECRETS['typed'], safe='')}@x.example"
    done = build("sound", out="dist")
    shown: list[object] = [
        check(".", account_types=["good.json", "wrong.json"]),
        check(["comma.json", "cut.json", "raw.json"]).documents,
        preview(".", account_types="good.json"),
        preview(".", account_types="good.json").requests,
        done,
        replace(done, url=f"{typed}/x.tgz"),
        verify("leaky.tar.gz", account_types="good.json"),
        settings_in_force("commanded"),
        Fetched.of("x", account_type()),
    ]
    for call in (
        lambda: check(typed),
        lambda: check(".", account_types=typed),
        lambda: check(".", select=[typed]),
        lambda: preview(typed),
        lambda: build(typed),
        lambda: verify(typed),
        lambda: provision(typed),
        lambda: provision("good.json", to=f"postgres://me:{typed}@h"),
    ):
        with pytest.raises(UserError) as failed:
            call()
        shown.append(failed.value)
    assert leaked("python", "\n".join(f"{one!r} {one}" for one in shown)) == []


@pytest.mark.parametrize(
    # Encodings of a shorter one are in other text by chance: it is only searched for as it is.
    "secret",
    [one for one in SECRETS.values() if len(one.encode()) > 5],
)
def test_the_search_finds_secrets(secret: str) -> None:
    data = secret.encode()
    for text in (
        *(base64.b64encode(before + data + b"tail").decode() for before in (b"", b"u", b"u:")),
        f'{{"a": {json.dumps(secret)}}}',
        f"https://x.example/?a={quote(secret, safe='')}&b",
        f"a={quote_plus(secret)}",
        f"Traceback: {secret!r}",
        data.hex(),
    ):
        assert leaked("x", text)


def listing() -> Iterator[str]:
    """Yield the outputs that are searched, one per line."""
    yield "Of each, standard output and error, the terminal and every file that it writes:"
    for name, (_, arguments) in RUNS.items():
        yield f"- {name}: `manifest-lint {' '.join(arguments)}`"
    yield f"Secrets planted: {', '.join(SECRETS)}."


if __name__ == "__main__":
    print("\n".join(listing()))

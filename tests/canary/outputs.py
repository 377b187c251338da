"""The commands whose outputs are searched.

`python -m tests.canary.outputs` lists them, and the places that have a secret.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import quote

from manifest_lint.bundle.allowances import fingerprint
from manifest_lint.document.secret import Secret
from manifest_lint.reports.names import FORMATS
from tests.canary.others import OTHERS
from tests.canary.places import SECRETS, leaked
from tests.command import INSTALL, on_a_terminal, run
from tests.servers import couchdb, free_port
from tests.servers.metadata import answering, serving

Mode = Literal["pipe", "terminal"]

ALLOWED = [
    part
    for place in ("client_secret", "filled")
    for part in (
        "--allow-leak",
        f"K001:lib.js:{fingerprint('K001', 'lib.js', Secret(SECRETS[place]))}:a test key",
    )
]

_NPMRC = f"{SECRETS['filled']}/.npmrc"
"""A file that is packed, whose path has a secret."""

PACKED_LEAK = (
    *("--include", "{filled}/.npmrc:a reason"),
    *("--allow-leak", f"K001:{_NPMRC}:{fingerprint('K001', _NPMRC, Secret(SECRETS['filled']))}:a"),
)

TO_FILES = tuple(f"--output-file={form}=out.{form}" for form in FORMATS)
OPTIONS = (
    *("--include", "a.pem:{filled}", "--include", "{filled}/x:a reason"),
    *("--include", "{filled}:a reason"),
    *("--allow-leak", "K001:index.js:0123abcd:{filled}"),
    *("--allow-leak", "K001:{filled}.js:0123abcd:a reason"),
    *("--exclude", "{filled}/x", "--out", "out-{filled}"),
)
"""Options of a build with a secret that it knows."""

END = "\x04"
"""What ends the input of a terminal, for the command that reads a document from it."""

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
        ("build", "leaky", *ALLOWED, "--out", "../out", *TO_FILES),
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
        ("init", "--oauth", "--auth-endpoint", "https://p.example/a", "--yes", *INSTALL),
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
        for number in range(8)
    },
    **{
        f"{name}, all exempted": (0, (*command, *TO_FILES))
        for name, command in {
            "check": ("check", "--account-types", "good.json", "--config", "all.toml"),
            "check of other files": (
                *("check", "comma.json", "cut.json", "wrong.json"),
                *("--config", "all.toml"),
            ),
            "verify": (
                *("verify", "leaky.tar.gz", "--account-types", "good.json"),
                *("--config", "all.toml"),
            ),
            "build": ("build", "known", "--just-built", *OPTIONS, "--config", "known.toml"),
        }.items()
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
    **{
        f"build with secrets in options as {name}": (
            0,
            ("build", "known", "--just-built", *OPTIONS, *form),
        )
        for name, form in {
            "text": (),
            "JSON": ("--json",),
            "every format": TO_FILES,
            "brief": ("-q",),
        }.items()
    },
    "build of a file whose name has a secret": (
        1,
        (
            *("build", "known", "--just-built", *OPTIONS),
            *("--include", "{filled}/.npmrc:{filled}", *TO_FILES),
        ),
    ),
    **{
        f"build with a secret in {name}": (2, ("build", "known", "--just-built", *options))
        for name, options in {
            "a folder that cannot be made": ("--out", "manifest.konnector/{filled}"),
            "a folder that is packed": ("--out", "known/build/{filled}"),
            "a folder that is missing": ("--build-dir", "{filled}"),
            "a file that cannot be packed": ("--include", "../{filled}:a reason"),
            "a reason that is refused": ("--include", "../a.pem:{filled}"),
            "a leak that is refused": ("--allow-leak", "K001:index.js:x:{filled}"),
        }.items()
    },
    "build of an allowed file whose name has a secret": (
        0,
        ("build", "known", "--just-built", *PACKED_LEAK, *TO_FILES, "--out", "../packed"),
    ),
    "build with a known secret in its URL": (2, ("build", "published", "--just-built")),
    "build of a manifest with a known secret": (
        1,
        ("build", ".mistaken", "--just-built", *TO_FILES),
    ),
    "build of account types whose id is a secret": (
        2,
        ("build", ".ids", "--just-built", "--require-secrets", *TO_FILES),
    ),
    "build of a missing folder named as the manifest's secret": (
        2,
        ("build", "described/name", "--build-dir", "{described}"),
    ),
    "build command with a known secret": (2, ("build", "named", "--run-build")),
    "build command with a known secret as JSON": (2, ("build", "named", "--run-build", "--json")),
    "configuration with a known secret": (0, ("config", "named")),
    "configuration with a known secret as JSON": (0, ("config", "named", "--format", "json")),
    **{
        f"{command} of a manifest with a secret in its {name}": (
            1,
            (command, f"described/{name}{'/x.tar.gz' if command == 'verify' else ''}", *TO_FILES),
        )
        for name in ("scope", "string", "fixed", "slug", "version", "name", "key", "host")
        for command in ("check", "verify")
    },
    **{
        f"preview of a manifest with a secret in its {name} as {form[-1]}": (
            code,
            ("preview", f"described/{name}", *form),
        )
        for name, code in (("scope", 0), ("slug", 1), ("key", 1), ("long", 0))
        for form in (("--format", "text"), ("--format", "json"), ("--curl",))
    },
    "what cannot be checked": (2, ("check", ".refusing/me:{git}@x", *TO_FILES)),
    **{
        f"preview of {what} as {form[-1]}": (code, ("preview", "--account-types", file, *form))
        for what, code, file in (
            ("an identifier that is the secret", 0, "form.json"),
            ("an identifier in a header", 0, "basic.json"),
            ("hosts whose names are the secret", 0, ".hosted/{host}.json"),
            ("an endpoint for tokens that is refused", 1, ".hosted/refused.json"),
        )
        for form in (("--format", "text"), ("--format", "json"), ("--curl",))
    },
    **{
        f"{command} below a configuration that is not used": (
            code,
            (command, ".unused/me:{git}@x/root", "--format", "json"),
        )
        for command, code in (("check", 0), ("preview", 1))
    },
    "check with a baseline that is obsolete": (
        0,
        ("check", ".gone", "--baseline", ".gone/baseline.json"),
    ),
    "check of what was changed": (
        1,
        ("check", ".changed/new", "--against", ".changed/me:{git}@x", *TO_FILES),
    ),
    "upgrade of a permission whose name is a secret": (
        0,
        ("upgrade", ".changed/me:{git}@x/me:{git}@x1", ".changed/new/me:{git}@x1", *TO_FILES),
    ),
    "verify of an archive whose name is an address": (
        0,
        ("verify", ".changed/me:{git}@x.tar.gz", *TO_FILES),
    ),
    "difference of a file whose name is an address": (
        1,
        ("check", "--diff", ".changed/me:{git}@x.json"),
    ),
    "excerpts": (1, ("check", ".excerpts", *TO_FILES)),
    "path that is an address with a quotation mark": (
        2,
        ("check", 'https://me:{typed}"@x.example'),
    ),
    "build command of a file named as a known secret": (
        2,
        ("build", "named", "--run-build", "--config", "named/{filled}.toml"),
    ),
    "check of a name with an address": (
        1,
        (
            *("check", "-", "--stdin-filename"),
            *("https://me:{typed}@x.example/manifest.konnector", *TO_FILES),
        ),
    ),
    "provision that is refused": (2, ("provision", "filled.json", "--to", "{echoing}", "--yes")),
    "explanation of a rule": (0, ("explain", "K003")),
    "list of the rules": (0, ("rules",)),
}
"""Commands that are given secrets or run next to them, with their exit codes."""

ENVIRONMENT = {"CANARY_SECRET": SECRETS["filled"], "MANIFEST_LINT_DEBUG": "1"}


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Run databases; yield their addresses.

    They are of a database, with a wrong password, without a database, and of one that refuses each
    document and quotes it.
    """
    with couchdb(folder) as origin, serving(_echo) as (echoing, _):
        refused = f"me:{quote(SECRETS['refused'], safe='')}@"
        yield {
            "server": origin,
            "refused": origin.replace("//", f"//{refused}"),
            "down": f"http://{refused}127.0.0.1:{free_port()}",
            "echoing": echoing,
        }


def _echo(request: BaseHTTPRequestHandler) -> None:
    """Answer as a database without documents does that refuses to write one."""
    length = int(request.headers.get("Content-Length") or 0)
    sent = json.loads(request.rfile.read(length) or b"{}")
    answer: object = {"total_rows": 0, "rows": []}
    if "docs" in sent:
        answer = [
            {"id": one["_id"], "error": "forbidden", "reason": f"no {one['client_secret']}"}
            for one in sent["docs"]
        ]
    answering(200, json.dumps(answer).encode())(request)


class Output(NamedTuple):
    """What a command printed, and the files that it wrote, by their names; and its exit code."""

    code: int
    texts: dict[str, str]

    @property
    def leaks(self) -> list[str]:
        """The secrets in it, and how they are written."""
        return [leak for name, text in self.texts.items() for leak in leaked(name, text)]


def output_of(
    name: str,
    mode: Mode,
    folder: Path,
    addresses: Mapping[str, str],
    run: Callable[..., subprocess.CompletedProcess[str]] = run,
) -> Output:
    """Run one of the commands in a copy of the connector; `run` does so without a terminal."""
    known = {**addresses, "typed": SECRETS["typed"]}
    known |= {place: SECRETS[place] for place in ("filled", "described", "host")}
    known |= {place: quote(SECRETS[place], safe="") for place in ("proposed", "git")}
    arguments = tuple(argument.format(**known) for argument in RUNS[name][1])
    before = set(_files(folder))
    if mode == "terminal":
        code, shown = on_a_terminal(
            *arguments, cwd=folder, answers="y\n" * 9 + END, environment=ENVIRONMENT
        )
        texts = {"terminal": shown}
    else:
        done = run(*arguments, cwd=folder, environment=ENVIRONMENT)
        code, texts = done.returncode, {"stdout": done.stdout, "stderr": done.stderr}
    for path in _files(folder):
        if path not in before:
            data = path.read_bytes()
            data = gzip.decompress(data) if path.suffix == ".gz" else data
            texts[path.name] = data.decode("utf-8", "replace")
    return Output(code, texts)


def copied(connector: Path, folder: Path) -> Path:
    """Copy the connector into a folder that may have an earlier copy."""
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(connector, folder))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]


def ways() -> Iterator[tuple[str, Mode]]:
    """Yield each command by its name, with how it is run.

    On a terminal are those that write text for people: other formats are the same in a pipe.
    """
    for name, (_, arguments) in RUNS.items():
        yield name, "pipe"
        if not {"--format", "--json"} & {*arguments}:
            yield name, "terminal"


def listing() -> Iterator[str]:
    """Yield the outputs that are searched and the places, one per line."""
    yield f"{len(RUNS)} commands: output and files of each in a pipe, and of text on a terminal:"
    for name, (_, arguments) in RUNS.items():
        yield f"- {name}: `manifest-lint {' '.join(arguments)}`"
    yield f"Also: {', '.join(OTHERS)}."
    yield f"{len(SECRETS)} places with a secret: {', '.join(SECRETS)}."


if __name__ == "__main__":
    print("\n".join(listing()))

"""What the commands print and write, as it is searched.

`python -m tests.canary.outputs` lists the commands, and the places that have a secret.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import quote

from tests.canary.commands import RUNS
from tests.canary.others import OTHERS
from tests.canary.places import SECRETS, leaked
from tests.command import on_a_terminal, run
from tests.servers import couchdb, free_port
from tests.servers.metadata import answering, serving

Mode = Literal["pipe", "terminal"]

END = "\x04"
"""What ends the input of a terminal, for the command that reads a document from it."""

ENVIRONMENT = {
    "CANARY_SECRET": SECRETS["filled"],
    "CANARY_FILE": SECRETS["file"],
    "MANIFEST_LINT_DEBUG": "1",
}


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
    known |= {place: SECRETS[place] for place in ("filled", "described", "host", "key", "file")}
    known |= {place: quote(SECRETS[place], safe="") for place in ("proposed", "git")}
    arguments = tuple(argument.format(**known) for argument in RUNS[name][1])
    before = _state(folder)
    if mode == "terminal":
        code, shown = on_a_terminal(
            *arguments, cwd=folder, answers="y\n" * 9 + END, environment=ENVIRONMENT
        )
        texts = {"terminal": shown}
    else:
        done = run(*arguments, cwd=folder, environment=ENVIRONMENT)
        code, texts = done.returncode, {"stdout": done.stdout, "stderr": done.stderr}
    for name, state in _state(folder).items():
        if state and name not in before:
            data = (folder / name).read_bytes()
            data = gzip.decompress(data) if name.endswith(".gz") else data
            texts[name] = data.decode("utf-8", "replace")
    return Output(code, texts)


def copied(connector: Path, folder: Path) -> Path:
    """Copy the connector into a folder; into an earlier copy, only what was changed there since."""
    if not folder.exists():
        return Path(shutil.copytree(connector, folder))
    wanted, found = _state(connector), _state(folder)
    for path in sorted(found.keys() - wanted.keys(), reverse=True):  # what is in a folder first
        (folder / path).rmdir() if (folder / path).is_dir() else (folder / path).unlink()
    for path in sorted(path for path, state in wanted.items() if found.get(path) != state):
        if wanted[path]:
            shutil.copy2(connector / path, folder / path)
        else:
            (folder / path).mkdir()
    return folder


def _state(folder: Path) -> dict[str, tuple[int, int] | None]:
    """Return the paths in a folder without git's, with sizes and times of those that are files."""
    found: dict[str, tuple[int, int] | None] = {}
    for top, folders, files in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        within = os.path.relpath(top, folder)
        found.update(dict.fromkeys(f"{within}/{name}" for name in folders))
        for name in files:
            stat = os.stat(f"{top}/{name}")  # noqa: PTH116  # many files, before each command
            found[f"{within}/{name}"] = stat.st_size, stat.st_mtime_ns
    return found


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

"""No output contains a secret: put a canary in every secret place, and search all output.

`python -m tests.canary.outputs` lists places and outputs; `python -m tests.unhide` shows that these
tests fail if any hiding is removed.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from click import Context

from manifest_lint.cli.main import cli
from tests.canary.commands import RUNS
from tests.canary.connector import live, write
from tests.canary.others import OTHERS
from tests.canary.outputs import Mode, copied, databases, output_of, ways
from tests.canary.places import SECRETS, leaked


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("connector")
    write(folder)
    return folder


@pytest.fixture
def folder(connector: Path) -> Path:
    return copied(connector, connector.with_name("x"))


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with databases(tmp_path_factory.mktemp("couchdb")) as found:
        yield found


@pytest.mark.parametrize(("name", "mode"), [*ways()])
def test_no_output_shows_a_secret(
    folder: Path, addresses: dict[str, str], name: str, mode: Mode
) -> None:
    live(addresses["server"])
    output = output_of(name, mode, folder, addresses)
    assert output.code == RUNS[name][0], output.texts
    assert "Traceback" not in "".join(output.texts.values())
    assert output.leaks == []


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_shows_a_secret(folder: Path, addresses: dict[str, str], name: str) -> None:
    assert leaked(name, OTHERS[name](folder, addresses)) == []


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
        f"<p title='{html.escape(secret)}'>",
        f"<p>{html.escape(shlex.join(['a', secret + ' ']))}</p>",
        re.sub(r"[^\w\s]", r"\\\g<0>", secret),
        f"::error::{quote(secret, safe='')}".replace("%", "%25"),
        "#/" + secret.replace("~", "~0").replace("/", "~1"),
    ):
        assert leaked("x", text)


def test_every_command_is_among_them() -> None:
    run = {arguments[0] for _, arguments in RUNS.values() if arguments}
    others = {"login", "lsp"}  # they are among OTHERS
    assert {*cli.list_commands(Context(cli))} - run == others

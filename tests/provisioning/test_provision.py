"""`manifest-lint provision` writes account types to CouchDB and loses no change of others."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.command import PATIENCE, ROOT, complaint, on_a_terminal, run
from tests.connectors import ACCOUNT_TYPE, FIXTURES, with_changes
from tests.servers import free_port
from tests.servers.between import between
from tests.servers.database import asked, fields, file_of, held

CANARY = "c4n4ry-S3CRET"


def of(id: str, **changes: Any) -> dict[str, Any]:
    """Return a good account type of an id."""
    uri = f"https://oauthcallback.cozy.rocks/accounts/{id}/redirect"
    return with_changes(ACCOUNT_TYPE, _id=id, redirect_uri=uri, **changes)


def test_a_new_document_is_written_and_a_second_run_finds_it(database: str) -> None:
    file = FIXTURES / "facebook" / "account-types-def.json"
    variables = {"COZY_FB_CLIENT_ID": "ID", "COZY_FB_CLIENT_SECRET": CANARY}
    arguments = ("provision", file, "--to", database, "--yes")
    done = run(*arguments, environment=variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "facebook: new",
        '  + grant_mode: "authorization_code"',
        '  + client_id: "ID" (from $COZY_FB_CLIENT_ID)',
        "  + client_secret: *** (from $COZY_FB_CLIENT_SECRET)",
        '  + auth_endpoint: "https://www.facebook.com/v2.12/dialog/oauth"',
        '  + token_endpoint: "https://graph.facebook.com/v2.12/oauth/access_token"',
        '  + token_mode: "get"',
        '  + redirect_uri: "https://oauthcallback.cozy.tools:8080/accounts/facebook/redirect"',
        "1 to add, 0 to change, 0 to delete",
        "Applied: 1 added, 0 changed, 0 deleted. Verified.",
    ]
    wanted = json.loads(file.read_text())
    del wanted["_id"]
    assert held(database) == {"facebook": {**wanted, "client_id": "ID", "client_secret": CANARY}}
    again = run(*arguments, environment=variables)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == "Nothing to change: 1 document up to date.\n"


def test_the_page_shows_what_it_does(database: str) -> None:
    page = (ROOT / "docs" / "provision.md").read_text("utf-8")
    [block] = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    export, command, expected = block.split("\n", 2)
    variables = dict(pair.split("=") for pair in export.removeprefix("$ export ").split())
    arguments = command.removeprefix("$ manifest-lint ").split()
    code, shown = on_a_terminal(
        *arguments,
        *("--to", database),
        answers="y\n",
        environment={**variables, "NO_COLOR": "1"},
    )
    assert code == 0
    shown = shown.replace("y\r\n", "", 1)  # as it was typed
    shown = shown.replace(database, "http://localhost:5984/secrets%2Fio-cozy-account_types")
    assert shown.replace("\r\n", "\n") == expected.replace("[y/N]: y\n", "[y/N]: ")


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        ({"comment": "ours"}, {}, {"comment": "ours"}),
        ({"token_mode": "get"}, {}, {"token_mode": "get"}),
        ({"token_mode": "get"}, {"token_mode": None}, {}),
        ({"token_mode": "get"}, {"token_mode": "basic"}, {"token_mode": "basic"}),
        ({"Token_Mode": "get"}, {"token_mode": "basic"}, {"token_mode": "basic"}),
        ({"extras": {"a": "b"}}, {"extras": {"c": "d"}}, {"extras": {"c": "d"}}),
        ({"skip_state_on_token": 1}, {"skip_state_on_token": True}, {"skip_state_on_token": True}),
        ({}, {"token_mode": None}, {}),
        ({"secret": {"a": 1.0}}, {"secret": {"a": 1}}, {"secret": {"a": 1}}),
    ],
)
def test_documents_that_no_file_names_stay(
    tmp_path: Path,
    database: str,
    live: dict[str, Any],
    wanted: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    asked("PUT", f"{database}/x", fields(client_id="OLD", **live))
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, **wanted))
    done = run("provision", file, "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert '  - client_id: "OLD"\n  + client_id: "ID"\n' in done.stdout
    assert held(database) == {"x": fields(**expected)}


def test_fields_only_in_the_database_are_reported(tmp_path: Path, database: str) -> None:
    asked("PUT", f"{database}/x", fields(token_mode="get", comment="ours"))
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", database, "--yes")
    assert done.returncode == 0
    assert "Left unchanged (not in the files): x token_mode.\n" in done.stdout


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def test_a_field_that_is_nested_deep_stays(tmp_path: Path, database: str) -> None:
    asked("PUT", f"{database}/x", fields(token_mode="get", comment=nested(450)))
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, token_mode="basic"))
    done = run("provision", file, "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert held(database)["x"] == fields(token_mode="basic", comment=nested(450))


@pytest.mark.parametrize("depth", [600, 900, 4000])
def test_a_too_deep_document_is_reported_in_one_line(
    tmp_path: Path, database: str, depth: int
) -> None:
    body = b'{"n": ' + b"[" * depth + b"]" * depth + b"}"
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{database}/other", body, headers, method="PUT")
    urllib.request.urlopen(request).close()
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", database, "--yes", "--prune")
    assert "is nested more than 500 deep; flatten or delete that document" in complaint(done)


def test_secrets_are_masked_in_the_difference(tmp_path: Path, database: str) -> None:
    secrets = {"client_secret": CANARY, "extras": {"k": CANARY}, "misspelt_secret": CANARY}
    asked("PUT", f"{database}/x", {**fields(), **secrets, "secret": {"k": [CANARY]}})
    new = with_changes(
        ACCOUNT_TYPE,
        client_secret=CANARY.lower(),
        extras=None,
        secret={"k": CANARY.lower()},
        token_endpoint=f"https://u:{CANARY}@provider.example/token?k={CANARY}",
    )
    done = run("provision", file_of(tmp_path, new), "--to", database, "--yes")
    assert done.returncode == 0
    assert CANARY.lower() not in done.stdout.lower()
    assert done.stdout.count("***") == 6
    assert held(database)["x"]["client_secret"] == CANARY.lower()


@pytest.mark.parametrize(
    ("documents", "code"),
    [
        ([with_changes(ACCOUNT_TYPE, redirect_uri=..., redirect_url="https://x.example/")], "A001"),
        ([with_changes(ACCOUNT_TYPE, grant_mode="refresh_token")], "A002"),
        ([of("a"), with_changes(of("b"), auth_endpoint="")], "A003"),
        ([with_changes(ACCOUNT_TYPE, _id="y")], "R001"),
        ([{"_id": "package", "name": "a-package"}], "A002"),
    ],
)
def test_an_error_stops_the_run(
    tmp_path: Path, database: str, documents: list[dict[str, Any]], code: str
) -> None:
    done = run("provision", file_of(tmp_path, *documents), "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (1, "")
    assert f" {code} " in done.stdout
    assert "fixable with" not in done.stdout  # it has no --fix
    assert done.stdout.endswith("Nothing was written.\n")
    assert held(database) == {}


def test_an_error_in_the_planned_documents_stops_the_run(tmp_path: Path, database: str) -> None:
    asked("PUT", f"{database}/x", {"skip_state_on_token": "true"})  # and the file does not say
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (1, "")
    assert f"{database}/x:" in done.stdout
    assert " A008 " in done.stdout
    assert held(database) == {"x": {"skip_state_on_token": "true"}}


TWICE = [ACCOUNT_TYPE, ACCOUNT_TYPE]
DEEP = json.dumps(with_changes(ACCOUNT_TYPE, secret=[]))
CUT = json.dumps({"rows": [{"id": "x", "doc": ACCOUNT_TYPE}]})[:-20]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (with_changes(ACCOUNT_TYPE, client_secret="$NO_SUCH"), "$NO_SUCH is not set"),
        (
            with_changes(ACCOUNT_TYPE, client_id="${NO}", secret=["$SUCH"]),
            "$NO is not set and $SUCH is not set; export them",
        ),
        (with_changes(ACCOUNT_TYPE, secret={"k": "${EMPTY}"}), "$EMPTY is empty; export it"),
        (
            with_changes(ACCOUNT_TYPE, client_secret="$OTHER"),
            "$OTHER holds another placeholder; export it",
        ),
        (with_changes(ACCOUNT_TYPE, client_secret="<CLIENT_SECRET>"), "`client_secret` of"),
        (
            with_changes(ACCOUNT_TYPE, client_secret="..."),
            "is a placeholder that names no variable; ",
        ),
        (with_changes(ACCOUNT_TYPE, auth_endpoint="https://${HOST}/a"), "$HOST is not set"),
        (TWICE, 'two documents have the id "x"'),
        ([with_changes(ACCOUNT_TYPE, _id=...)] * 2, "has no `_id`"),
        ([[ACCOUNT_TYPE]], "is not an object"),
        ({"docs": [ACCOUNT_TYPE, None]}, "account-types.json:1:"),
        ({"rows": [{"id": "x", "value": {}}]}, "is _all_docs without the documents"),
        (CUT, "account-types.json:1:"),
        ("", "is empty"),
        ("<html>", "account-types.json:1:1"),
        ("{\0", "is UTF-16, not text in UTF-8"),
        ("[" * 100_000, "account-types.json:1:"),
        (DEEP.replace("[]", "[" * 60 + "]" * 60), "nested more than 50 deep"),
        (DEEP.replace("[]", "[" * 9_000 + "]" * 9_000), "nested more than 50 deep"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_invalid_file_is_reported_in_one_line(
    tmp_path: Path, database: str, content: Any, message: str
) -> None:
    file = tmp_path / "account-types.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    done = run(
        "provision",
        file,
        "--to",
        database,
        "--yes",
        environment={"EMPTY": "\n", "OTHER": "$EMPTY\n"},
    )
    assert message in complaint(done)
    assert done.stdout == ""
    assert held(database) == {}


@pytest.mark.parametrize("url", ["https://<host>/a", "https://${HOST}/<path>"])
def test_an_endpoint_that_is_to_be_filled_in_is_not_written(
    tmp_path: Path, database: str, url: str
) -> None:
    file = tmp_path / "account-types.json"
    file.write_text(json.dumps(with_changes(ACCOUNT_TYPE, auth_endpoint=url)))
    done = run("provision", file, "--to", database, "--yes", environment={"HOST": "p.example"})
    assert (done.returncode, "A004 fill in" in done.stdout) == (1, True)
    assert held(database) == {}


ACUTE = json.dumps(with_changes(ACCOUNT_TYPE, client_secret="caf\u00e9"), ensure_ascii=False)
HALF = json.dumps(with_changes(ACCOUNT_TYPE, client_secret="\ud83d"))
HALF_KEY = json.dumps(with_changes(ACCOUNT_TYPE, secret={"\udc00": 1}))
WHOLE = json.dumps(with_changes(ACCOUNT_TYPE, client_secret="\\ud83d \U0001f600"))


@pytest.mark.parametrize(
    ("data", "place", "why"),
    [
        (ACUTE.encode("latin-1"), ACUTE.index("\u00e9"), "is not UTF-8 from here"),
        (ACUTE.encode("utf-8")[:-20] + b"\xed\xa0\x80" + b'"}', len(ACUTE) - 20, "is not UTF-8"),
        (HALF.encode(), HALF.index("\\ud83d"), "is half a character"),
        (HALF_KEY.encode(), HALF_KEY.index("\\udc00"), "is half a character"),
    ],
)
def test_values_that_couchdb_cannot_store_are_an_error_before_any_write(
    tmp_path: Path, database: str, data: bytes, place: int, why: str
) -> None:
    asked("PUT", f"{database}/x", fields(client_secret=CANARY))
    (tmp_path / "account-types.json").write_bytes(b"\n" + data if place else data)
    done = run("provision", tmp_path / "account-types.json", "--to", database, "--yes")
    line = 2 if place else 1
    assert f"account-types.json:{line}:{place + 1}: {why}" in complaint(done)
    assert done.stdout == ""
    assert held(database) == {"x": fields(client_secret=CANARY)}


@pytest.mark.parametrize(("text", "secret"), [(ACUTE, "caf\u00e9"), (WHOLE, "\\ud83d \U0001f600")])
def test_values_that_couchdb_can_store_are_written_unchanged(
    tmp_path: Path, database: str, text: str, secret: str
) -> None:
    (tmp_path / "account-types.json").write_text(text, "utf-8")
    done = run("provision", tmp_path / "account-types.json", "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert held(database) == {"x": fields(client_secret=secret)}


def test_a_byte_order_mark_is_an_error_before_any_write(tmp_path: Path, database: str) -> None:
    (tmp_path / "account-types.json").write_text(f"\ufeff{ACUTE}", "utf-8")
    done = run("provision", tmp_path / "account-types.json", "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (1, "")
    assert " J003 " in done.stdout
    assert held(database) == {}


def test_a_variable_that_is_not_utf_8_is_reported_in_one_line(
    tmp_path: Path, database: str
) -> None:
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, client_secret="$SECRET"))
    latin = {"SECRET": os.fsdecode(b"caf\xe9"), "LC_ALL": "C.UTF-8"}
    done = run("provision", file, "--to", database, "--yes", environment=latin)
    assert "$SECRET: is not UTF-8 in the environment" in complaint(done)
    assert held(database) == {}


def test_a_context_that_is_not_utf_8_is_reported_in_one_line(tmp_path: Path, database: str) -> None:
    arguments = ("--to", database, "--yes", "--context", os.fsdecode(b"caf\xe9"))
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), *arguments)
    assert "is not UTF-8" in complaint(done)
    assert held(database) == {}


def test_a_variable_in_a_url_is_substituted(tmp_path: Path, database: str) -> None:
    uri = "https://oauthcallback.${DOMAIN}/accounts/x/redirect"
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, redirect_uri=uri))
    variables = {"DOMAIN": "mycozy.cloud"}
    done = run("provision", file, "--to", database, "--yes", environment=variables)
    assert done.returncode == 0
    assert held(database)["x"]["redirect_uri"] == uri.replace("${DOMAIN}", "mycozy.cloud")


def test_substituted_values_are_checked_too(tmp_path: Path, database: str) -> None:
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, redirect_uri="$URI"))
    variables = {"URI": "https://oauthcallback.mycozy.cloud/accounts/y/redirect"}
    done = run("provision", file, "--to", database, "--yes", environment=variables)
    assert (done.returncode, done.stderr) == (1, "")
    assert " R001 " in done.stdout
    assert held(database) == {}


def test_a_dry_run_shows_and_writes_nothing(tmp_path: Path, server: str) -> None:
    database = f"{server}/none%2Fio-cozy-account_types"
    arguments = ("--to", database, "--create-db", "--dry-run", "--yes")
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), *arguments)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith(
        f"1 to add, 0 to change, 0 to delete\nDry run: nothing was written to {database}.\n"
    )
    with pytest.raises(urllib.error.HTTPError, match="404") as missing:
        asked("GET", database)
    missing.value.close()


def test_the_database_is_created_only_if_asked(tmp_path: Path, server: str) -> None:
    database = f"{server}/new%2Fio-cozy-account_types"
    arguments = ("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", database, "--yes")
    assert "create it with --create-db" in complaint(run(*arguments))
    assert run(*arguments, "--create-db").returncode == 0
    assert run(*arguments, "--create-db").returncode == 0
    assert held(database) == {"x": fields()}


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_on_a_terminal_provision_asks(
    tmp_path: Path, database: str, answer: str, code: int
) -> None:
    file = file_of(tmp_path, ACCOUNT_TYPE)
    asked_and, shown = on_a_terminal("provision", file, "--to", database, answers=f"{answer}\n")
    assert asked_and == code
    assert f"Write 1 document to {database}? [y/N]" in shown
    assert len(held(database)) == (code == 0)


def test_without_a_terminal_yes_is_required(tmp_path: Path, database: str) -> None:
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", database, stdin=b"y\n")
    assert "pass --yes" in complaint(done)
    assert done.stdout.startswith("x: new\n")
    assert held(database) == {}


@pytest.mark.parametrize(
    ("id", "context", "expected"),
    [("x", "beta", "beta/x"), ("beta/x", "beta", "beta/x"), ("beta/x", "", "beta/x")],
)
def test_a_context_has_documents_of_its_own(
    tmp_path: Path, database: str, id: str, context: str, expected: str
) -> None:
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, _id=id))
    done = run("provision", file, "--to", database, "--yes", "--context", context)
    assert done.returncode == 0
    assert held(database) == {expected: fields()}


@pytest.mark.parametrize(
    ("context", "message"), [("beta", 'is of the context "gamma"'), ("a/b", "has a slash")]
)
def test_an_invalid_context_is_reported_in_one_line(
    tmp_path: Path, database: str, context: str, message: str
) -> None:
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, _id="gamma/x"))
    done = run("provision", file, "--to", database, "--yes", "--context", context)
    assert message in complaint(done)
    assert held(database) == {}


def test_contexts_that_name_each_other_do_not_loop(tmp_path: Path, database: str) -> None:
    def crossed(one: str, other: str) -> dict[str, Any]:
        return with_changes(of(other), _id=f"{one}/{other}")

    file = file_of(tmp_path, crossed("a", "b"), crossed("b", "a"), crossed("a", "a"))
    done = run("provision", file, "--to", database, "--yes")
    assert done.returncode == 0
    assert sorted(held(database)) == ["a/a", "a/b", "b/a"]


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        ([], {"_design/d", "beta/old", "gamma/old", "old", "x"}),
        (["--prune", "--context", "beta"], {"_design/d", "beta/x", "old", "gamma/old"}),
        (["--prune"], {"_design/d", "beta/old", "gamma/old", "x"}),
    ],
)
def test_documents_in_no_file_are_deleted_only_if_asked(
    tmp_path: Path, database: str, arguments: list[str], left: set[str]
) -> None:
    others = [with_changes(of("old"), _id=f"{context}/old") for context in ("beta", "gamma")]
    docs = [of("old"), *others, {"_id": "_design/d", "views": {}}]
    asked("POST", f"{database}/_bulk_docs", {"docs": docs})
    file = file_of(tmp_path, ACCOUNT_TYPE)
    if "--prune" in arguments:
        arguments = [*arguments, "--max-delete", "1"]
    done = run("provision", file, "--to", database, "--yes", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(held(database)) == left
    assert done.stdout.count("old: to be deleted") == ("--prune" in arguments)
    deleted = int("--prune" in arguments)
    assert f"\n1 to add, 0 to change, {deleted} to delete\n" in done.stdout
    assert done.stdout.endswith(f"Applied: 1 added, 0 changed, {deleted} deleted. Verified.\n")


OTHERS = 299
"""The documents that a file of one does not have."""


@pytest.fixture
def three_hundred(database: str) -> str:
    """A database of 300 documents, 30 of them of a context, and two more of another one."""
    ids = [f"beta/s{n}" if n % 10 == 1 else f"s{n}" for n in range(OTHERS + 1)]
    docs = [with_changes(of(id.rpartition("/")[2]), _id=id) for id in [*ids, "gamma/s0", "gamma/x"]]
    asked("POST", f"{database}/_bulk_docs", {"docs": docs})
    return database


def test_pruning_by_mistake_is_refused_and_deletes_nothing(tmp_path: Path, database: str) -> None:
    asked("POST", f"{database}/_bulk_docs", {"docs": [of(f"s{n}") for n in range(OTHERS + 1)]})
    one = tmp_path / "ONE.json"
    one.write_text(json.dumps(of("s0")))
    done = run("provision", one, "--to", database, "--prune", "-y")
    assert complaint(done) == (
        f"manifest-lint: {database}: 299 documents to delete, --yes needs --max-delete 299"
        "; nothing was written"
    )
    assert done.stdout.endswith("0 to add, 0 to change, 299 to delete\n")
    assert len(held(database)) == OTHERS + 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-y"], "270 documents to delete, --yes needs --max-delete 270;"),
        (["-y", "--max-delete", "269"], "270 documents to delete, --max-delete allows 269"),
        (["--max-delete", "0"], "270 documents to delete, --max-delete allows 0"),
        ([], "not a terminal; pass --yes --max-delete 270"),
        (["-y", "--context", "beta"], "30 documents to delete, --yes needs --max-delete 30"),
    ],
)
def test_at_most_the_allowed_number_is_deleted(
    tmp_path: Path, three_hundred: str, arguments: list[str], expected: str
) -> None:
    before = held(three_hundred)
    arguments = ["--to", three_hundred, "--prune", *arguments]
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), *arguments)
    assert expected in complaint(done)
    assert "nothing was written" in done.stderr
    assert held(three_hundred) == before


def test_only_the_named_context_is_pruned(tmp_path: Path, three_hundred: str) -> None:
    file, before = file_of(tmp_path, of("s1")), held(three_hundred)
    arguments = ("--to", three_hundred, "--prune", "--context", "beta", "--max-delete", "29", "-y")
    done = run("provision", file, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Applied: 0 added, 0 changed, 29 deleted. Verified.\n")
    after = held(three_hundred)
    assert {id for id in before if id not in after} == {f"beta/s{n}" for n in range(11, 300, 10)}


def test_max_delete_needs_prune(tmp_path: Path) -> None:
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--max-delete", "1")
    assert "--max-delete: needs --prune" in complaint(done)


@pytest.mark.parametrize(
    ("answer", "code"), [("2", 0), ("1", 1), ("3", 1), ("", 1), ("y", 1), ("yes", 1)]
)
def test_on_a_terminal_the_number_of_deletions_is_typed(
    tmp_path: Path, database: str, answer: str, code: int
) -> None:
    asked("POST", f"{database}/_bulk_docs", {"docs": [of("a"), of("b")]})
    arguments = ("--to", database, "--prune")
    exit_code, shown = on_a_terminal(
        "provision", file_of(tmp_path, ACCOUNT_TYPE), *arguments, answers=f"{answer}\n"
    )
    assert exit_code == code
    plan = shown.index("1 to add, 0 to change, 2 to delete")
    assert plan < shown.index(f"Type the number of documents to delete from {database}")
    assert ("Nothing was written." in shown) == (code == 1)
    assert set(held(database)) == ({"a", "b"} if code else {"x"})


def test_documents_added_during_the_run_count_towards_the_limit(
    tmp_path: Path, database: str
) -> None:
    asked("PUT", f"{database}/old", of("old"))
    origin = database.rpartition("/")[0]

    def another_writer(write: int) -> None:
        if write == 1:
            asked("PUT", f"{database}/new", of("new"))

    arguments = ("--prune", "--max-delete", "1", "--yes")
    with between(origin, another_writer) as proxy:
        address = database.replace(origin, proxy)
        done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", address, *arguments)
    line = complaint(done)
    assert "2 documents to delete, --max-delete allows 1; the rest was not written" in line
    assert set(held(database)) == {"new", "x"}


def test_a_document_that_couchdb_refuses_is_named_and_the_others_are_written(
    tmp_path: Path, database: str
) -> None:
    bad, config = ["_a", "_b"], tmp_path / "manifest-lint.toml"
    config.write_text('ignore = ["A009"]')
    documents = [of(f"s{n}") for n in range(98)]
    documents[40:40], documents[70:70] = [of("_a")], [of("_b")]
    file = file_of(tmp_path, *documents)
    done = run("provision", file, "--to", database, "--yes", "--config", config)
    assert "refused 2 of 100 documents, see above; 98 written" in complaint(done)
    why = "bad_request: Only reserved document ids may start with underscore."
    shown = [line for line in done.stdout.splitlines() if "refused" in line]
    assert sorted(shown) == [f"{id}: refused by CouchDB: {why}" for id in bad]
    assert set(held(database)) == {f"s{n}" for n in range(98)}


MANY = 1000


def many(folder: Path) -> Path:
    return file_of(folder, *(of(f"s{n:04}", client_secret=CANARY) for n in range(MANY)))


def test_no_change_is_lost_among_a_thousand_when_another_writer_changes_ten(
    tmp_path: Path, database: str
) -> None:
    file, origin = many(tmp_path), database.rpartition("/")[0]
    assert run("provision", file, "--to", database, "--yes").returncode == 0
    documents = json.loads(file.read_text())
    file.write_text(json.dumps([{**one, "client_id": "NEW"} for one in documents]))
    theirs = [f"s{n:04}" for n in range(5, MANY, 100)]

    def another_writer(write: int) -> None:
        if write == 1:
            for id in theirs:
                live = asked("GET", f"{database}/{id}")
                change = {"comment": "theirs", "client_id": "THEIRS", "token_mode": "basic"}
                asked("PUT", f"{database}/{id}", {**live, **change})

    with between(origin, another_writer) as proxy:
        done = run("provision", file, "--to", database.replace(origin, proxy), "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Applied: 0 added, {MANY:,} changed, 0 deleted. Verified." in done.stdout
    assert CANARY not in done.stdout
    assert done.stdout.count("changed by another client meanwhile") == len(theirs)
    last_of_theirs = done.stdout.rindex("another client meanwhile")
    assert done.stdout.count('  - client_id: "THEIRS"', last_of_theirs) == len(theirs)
    found = held(database)
    for one in documents:
        kept = {"comment": "theirs", "token_mode": "basic"} if one["_id"] in theirs else {}
        assert found[one["_id"]] == with_changes(one, _id=..., client_id="NEW", **kept)
    assert len(found) == MANY


def test_a_second_run_completes_one_that_was_killed(tmp_path: Path, database: str) -> None:
    file, origin = many(tmp_path), database.rpartition("/")[0]
    in_the_middle, killed = threading.Event(), threading.Event()

    def stop(write: int) -> None:
        if write == 5:
            in_the_middle.set()
            killed.wait(PATIENCE)

    with between(origin, stop) as proxy:
        arguments = ["provision", str(file), "--to", database.replace(origin, proxy), "--yes"]
        process = subprocess.Popen(
            [sys.executable, "-m", "manifest_lint", *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        assert in_the_middle.wait(PATIENCE)
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
        before = held(database)
        killed.set()
    assert 0 < len(before) < MANY
    done = run("provision", file, "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    wanted = {one["_id"]: with_changes(one, _id=...) for one in json.loads(file.read_text())}
    assert held(database) == wanted


def test_our_own_write_whose_answer_is_lost_is_recognised(tmp_path: Path, database: str) -> None:
    origin = database.rpartition("/")[0]
    with between(origin, after=lambda write: (503, b"") if write == 1 else None) as proxy:
        address = database.replace(origin, proxy)
        done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", address, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "another client" not in done.stdout
    assert done.stdout.endswith("Applied: 1 added, 0 changed, 0 deleted. Verified.\n")
    assert held(database) == {"x": fields()}


def test_a_change_after_the_write_is_seen_when_it_is_read_back(
    tmp_path: Path, database: str
) -> None:
    origin = database.rpartition("/")[0]

    def another_writer(write: int) -> None:
        if write == 1:
            live = asked("GET", f"{database}/x")
            asked("PUT", f"{database}/x", {**live, "client_id": "THEIRS"})

    with between(origin, after=another_writer) as proxy:
        address = database.replace(origin, proxy)
        done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", address, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert '  - client_id: "ID"\n  + client_id: "THEIRS"\nx: changed\n' in done.stdout
    assert done.stdout.endswith("Applied: 1 added, 0 changed, 0 deleted. Verified.\n")
    assert held(database) == {"x": fields()}


def test_an_error_that_another_client_writes_stops_the_rest(tmp_path: Path, database: str) -> None:
    origin = database.rpartition("/")[0]

    def another_writer(write: int) -> None:
        if write == 1:
            asked("PUT", f"{database}/x", {"skip_state_on_token": "true"})

    file = file_of(tmp_path, ACCOUNT_TYPE, of("y"))
    with between(origin, another_writer) as proxy:
        done = run("provision", file, "--to", database.replace(origin, proxy), "--yes")
    assert (done.returncode, done.stderr) == (1, "")
    assert " A008 " in done.stdout
    assert done.stdout.endswith("The rest was not written.\n")
    assert sorted(held(database)) == ["x", "y"]


def test_a_change_is_not_overwritten_without_confirmation(tmp_path: Path, database: str) -> None:
    asked("PUT", f"{database}/x", fields(client_id="OLD"))
    origin = database.rpartition("/")[0]

    def another_writer(write: int) -> None:
        live = asked("GET", f"{database}/x")
        asked("PUT", f"{database}/x", {**live, "client_id": f"THEIRS {write}"})

    file = file_of(tmp_path, ACCOUNT_TYPE)
    with between(origin, another_writer) as proxy:
        address = database.replace(origin, proxy)
        code, shown = on_a_terminal("provision", file, "--to", address, answers="y\nn\n")
    assert code == 1
    assert "x: changed by another client meanwhile" in shown
    assert held(database)["x"]["client_id"] == "THEIRS 1"


def test_a_database_that_keeps_changing_is_reported_in_one_line(
    tmp_path: Path, database: str
) -> None:
    asked("PUT", f"{database}/x", fields(client_id="OLD"))
    origin = database.rpartition("/")[0]

    def another_writer(write: int) -> None:
        live = asked("GET", f"{database}/x")
        asked("PUT", f"{database}/x", {**live, "client_id": f"THEIRS {write}"})

    with between(origin, another_writer) as proxy:
        address = database.replace(origin, proxy)
        done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", address, "--yes")
    assert "others keep changing it" in complaint(done)


@pytest.mark.parametrize(
    ("status", "answer", "message"),
    [
        (
            201,
            [{"id": "x", "error": "forbidden", "reason": f"no\n{CANARY} here"}],
            "x: refused by CouchDB: forbidden: no *** here",
        ),
        (
            400,
            {"error": "bad_request", "reason": f'invalid UTF-8 JSON: "{CANARY}" ' + "x" * 999},
            'x: refused by CouchDB: bad_request: invalid UTF-8 JSON: "***" xxx',
        ),
        (413, {"error": "document_too_large", "reason": "x"}, "CouchDB: document_too_large: x"),
        (413, "<html>too large</html>", "x: refused by CouchDB: status 413"),
        (201, {"ok": True}, "does not answer like a CouchDB"),
        (200, [1], "does not answer like a CouchDB"),
        (403, {}, "does not let this user"),
        (500, {}, "answers with status 500"),
        (
            500,
            {"error": "internal", "reason": f"about {CANARY}"},
            "answers with status 500 (CouchDB says internal: about ***)",
        ),
    ],
)
def test_a_refused_write_is_reported_in_one_line(
    tmp_path: Path, database: str, status: int, answer: Any, message: str
) -> None:
    origin = database.rpartition("/")[0]
    with between(origin, lambda _: (status, json.dumps(answer).encode())) as proxy:
        address = database.replace(origin, proxy)
        file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, client_secret=CANARY))
        done = run("provision", file, "--to", address, "--yes")
    assert message in done.stdout.splitlines()[-1] + complaint(done)
    assert CANARY not in done.stdout + done.stderr
    assert all(len(line) < 400 for line in done.stdout.splitlines())
    assert held(database) == {}


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://127.0.0.1:{port}", "could not be reached from here"),
        ("localhost:5984", "--to: is not an address"),
        ("couchdb://", "--to: is not an address"),
        ("", "--to: is not an address"),
        (f"http://admin:{CANARY}@127.0.0.1:{{server}}", "refuses the user"),
    ],
)
def test_an_invalid_database_is_reported_in_one_line(
    tmp_path: Path, server: str, address: str, message: str
) -> None:
    address = address.format(port=free_port(), server=server.rpartition(":")[2])
    done = run("provision", file_of(tmp_path, ACCOUNT_TYPE), "--to", address, "--yes")
    assert message in complaint(done)
    assert CANARY not in done.stdout + done.stderr


def test_two_files_with_one_id_are_reported_in_one_line(tmp_path: Path, database: str) -> None:
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file in files:
        file.write_text(json.dumps(ACCOUNT_TYPE))
    done = run("provision", *files, "--to", database, "--yes")
    assert 'a second document with the id "x"' in complaint(done)
    assert held(database) == {}


def test_a_folder_of_account_types_is_provisioned(tmp_path: Path, database: str) -> None:
    (tmp_path / "account_types" / "beta").mkdir(parents=True)
    for name in ("a", "b"):
        document = with_changes(of(name), _id=...)
        (tmp_path / "account_types" / f"{name}.json").write_text(json.dumps(document))
    done = run("provision", tmp_path / "account_types", "--to", database, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(held(database)) == ["a", "b"]

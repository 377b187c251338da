"""`manifest_lint.provision` does for programs what the command does, and prints nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import manifest_lint
from manifest_lint import UserError, provision
from manifest_lint.network.refusal import Refusal
from manifest_lint.provisioning.run import Plan
from tests.command import ROOT
from tests.connectors import ACCOUNT_TYPE, FIXTURES, codes, with_changes
from tests.provisioning.test_provision import CANARY, of
from tests.servers.database import asked, fields, file_of, held


class Memory:
    """A database in memory; another client changes it before each write."""

    name = "memory"

    def __init__(self, *theirs: Mapping[str, Mapping[str, Any] | None]):
        self.documents: dict[str, dict[str, Any]] = {}
        self.theirs = iter(theirs)
        self.number = count(1)

    def address(self, id: str) -> str:
        return f"memory/{id}"

    def exists(self) -> bool:
        return True

    def create(self) -> None:
        raise AssertionError("it exists")

    def get(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        return {id: dict(self.documents[id]) for id in ids if id in self.documents}

    def values(self) -> Iterable[Mapping[str, Any]]:
        return [dict(document) for document in self.documents.values()]

    def put(self, documents: Sequence[dict[str, Any]]) -> Mapping[str, Refusal]:
        for id, document in next(self.theirs, {}).items():
            self._set(id, document)
        refused = {}
        for document in documents:
            id = document["_id"]
            if document.get("_rev") != self.documents.get(id, {}).get("_rev"):
                refused[id] = Refusal("conflict")
            else:
                self._set(id, None if document.get("_deleted") else document)
        return refused

    def _set(self, id: str, document: Mapping[str, Any] | None) -> None:
        if document is None:
            self.documents.pop(id, None)
        else:
            self.documents[id] = {**document, "_id": id, "_rev": f"{next(self.number)}-x"}


def ids(plan: Plan | None) -> list[str]:
    return [change.id for change in plan.changes] if plan else []


def test_provision_plans_and_applies_and_prints_nothing(
    tmp_path: Path, database: str, capfd: pytest.CaptureFixture[str]
) -> None:
    asked("POST", f"{database}/_bulk_docs", {"docs": [of("a"), of("b", token_mode="get")]})
    file = file_of(tmp_path, of("a"), of("b", client_id="NEW"), of("c", client_secret="$SECRET"))
    shown: list[Plan] = []
    confirmed: list[Plan] = []

    def confirm(plan: Plan) -> bool:
        confirmed.append(plan)
        return True

    environment = {"SECRET": CANARY}
    done = provision(file, to=database, environment=environment, show=shown.append, confirm=confirm)
    assert done.end == "verified"
    assert (done.added, done.changed, done.deleted, done.unchanged) == (1, 1, 0, 1)
    assert (done.refusals, done.kept) == ({}, (("b", "token_mode"),))
    assert done.plan == shown[0] == confirmed[0]
    assert (ids(done.plan), shown[0].database) == (["b", "c"], database)
    assert (len(shown), len(confirmed)) == (1, 1)
    assert CANARY not in repr(done)
    assert held(database) == {
        "a": with_changes(of("a"), _id=...),
        "b": with_changes(of("b"), _id=..., client_id="NEW", token_mode="get"),
        "c": with_changes(of("c"), _id=..., client_secret=CANARY),
    }

    again = provision(file, to=database, environment=environment, show=shown.append)
    assert (again.end, again.plan, again.written, again.unchanged) == ("verified", None, (), 3)
    assert len(shown) == 1
    assert capfd.readouterr() == ("", "")


def test_a_confirm_that_refuses_writes_nothing(
    tmp_path: Path, server: str, database: str, capfd: pytest.CaptureFixture[str]
) -> None:
    asked("PUT", f"{database}/x", fields(client_id="OLD"))
    file = file_of(tmp_path, ACCOUNT_TYPE, of("y"))
    done = provision(file, to=database, confirm=lambda _: False)
    assert (done.end, ids(done.plan), done.written) == ("declined", ["x", "y"], ())
    assert held(database) == {"x": fields(client_id="OLD")}

    none = f"{server}/declined%2Fio-cozy-account_types"
    done = provision(file, to=none, create_db=True, confirm=lambda _: False)
    assert done.end == "declined"
    assert "declined" not in "".join(asked("GET", f"{server}/_all_dbs"))
    assert capfd.readouterr() == ("", "")


def test_a_dry_run_shows_what_it_would_write_and_does_not_ask(
    tmp_path: Path, database: str
) -> None:
    def confirm(_: Plan) -> bool:
        raise AssertionError("a dry run does not ask")

    shown: list[Plan] = []
    file = file_of(tmp_path, ACCOUNT_TYPE)
    done = provision(file, to=database, dry_run=True, show=shown.append, confirm=confirm)
    assert (done.end, ids(done.plan), done.written) == ("dry run", ["x"], ())
    assert shown == [done.plan]
    assert held(database) == {}


def test_an_error_in_a_file_stops_the_run(tmp_path: Path) -> None:
    file = file_of(tmp_path, of("a"), with_changes(ACCOUNT_TYPE, grant_mode="refresh_token"))
    done = provision(file, to=Memory())
    assert (done.end, done.plan, done.written) == ("errors", None, ())
    assert codes(done.report.findings) == ["A002"]


def test_a_file_may_have_the_revision_of_an_earlier_document(tmp_path: Path) -> None:
    database = Memory()
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, _rev="7-old"))
    assert provision(file, to=database).end == "verified"
    assert database.documents["x"]["_rev"] == "1-x"


def test_an_error_in_the_planned_documents_stops_the_run(tmp_path: Path) -> None:
    database = Memory()
    database.documents["x"] = {"_id": "x", "_rev": "1-x", "skip_state_on_token": "true"}
    done = provision(file_of(tmp_path, ACCOUNT_TYPE), to=database)
    assert (done.end, ids(done.plan), done.written) == ("errors", ["x"], ())
    assert [finding.path for finding in done.report.findings] == ["memory/x"]


def test_nothing_is_deleted_unless_allowed(tmp_path: Path, database: str) -> None:
    docs = [ACCOUNT_TYPE, of("a"), of("b"), with_changes(of("c"), _id="beta/c")]
    asked("POST", f"{database}/_bulk_docs", {"docs": docs})
    file, before = file_of(tmp_path, ACCOUNT_TYPE), held(database)
    with pytest.raises(UserError, match="2 documents to delete, give max_delete=2 or confirm"):
        provision(file, to=database, prune=True)
    with pytest.raises(UserError, match="--max-delete allows 1; nothing was written"):
        provision(file, to=database, prune=True, max_delete=1, confirm=lambda _: True)
    plans: list[Plan] = []
    done = provision(file, to=database, prune=True, show=plans.append, confirm=lambda _: False)
    assert (done.end, [plan.deletions for plan in plans]) == ("declined", [2])
    assert held(database) == before

    done = provision(file, to=database, prune=True, max_delete=2)
    assert (done.end, done.added, done.changed, done.deleted) == ("verified", 0, 0, 2)
    assert done.unchanged == 1
    assert set(held(database)) == {"x", "beta/c"}


def test_documents_that_couchdb_refuses_are_in_the_result(tmp_path: Path, database: str) -> None:
    config = tmp_path / "manifest-lint.toml"
    config.write_text('ignore = ["A009"]')
    done = provision(file_of(tmp_path, of("_a"), of("b")), to=database, config=config)
    assert (done.end, list(done.refusals), done.added) == ("refused", ["_a"], 1)
    assert str(done.refusals["_a"]).startswith("bad_request: ")
    assert set(held(database)) == {"b"}


def test_writes_of_others_are_in_the_next_plan(tmp_path: Path) -> None:
    theirs = {**fields(), "client_id": "THEIRS"}
    database = Memory({"x": theirs})
    plans: list[Plan] = []
    done = provision(file_of(tmp_path, ACCOUNT_TYPE, of("y")), to=database, show=plans.append)
    assert (done.end, done.added, len(plans)) == ("verified", 2, 2)
    assert [ids(plan) for plan in plans] == [["x", "y"], ["x"]]
    [overwritten] = plans[1].overwritten
    assert (overwritten.id, overwritten.before) == ("x", None)
    assert overwritten.after == {**theirs, "_id": "x", "_rev": "1-x"}
    assert (plans[0].has_written, plans[1].has_written) == (False, True)


def test_the_next_plan_may_be_refused(tmp_path: Path) -> None:
    answers = iter([True, False])
    database = Memory({"x": {**fields(), "client_id": "THEIRS"}})
    file = file_of(tmp_path, ACCOUNT_TYPE, of("y"))
    done = provision(file, to=database, confirm=lambda _: next(answers))
    assert (done.end, [change.id for change in done.written]) == ("declined", ["y"])
    assert done.plan and done.plan.not_written == "the rest was not written"
    assert database.documents["x"]["client_id"] == "THEIRS"


def test_a_database_that_keeps_changing_ends_the_run(tmp_path: Path) -> None:
    theirs = ({"x": {**fields(), "client_id": f"THEIRS {number}"}} for number in range(9))
    with pytest.raises(UserError, match="memory: others keep changing it"):
        provision(file_of(tmp_path, ACCOUNT_TYPE), to=Memory(*theirs))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"max_delete": 1}, "--max-delete: needs --prune"),
        ({"context": "a/b"}, "has a slash"),
        ({"to": "localhost:5984"}, "--to: is not an address"),
        ({"files": "none.json"}, "none.json"),
    ],
)
def test_invalid_arguments_are_an_error(
    tmp_path: Path, arguments: dict[str, Any], expected: str
) -> None:
    with pytest.raises(UserError, match=expected):
        provision(**{"files": file_of(tmp_path, ACCOUNT_TYPE), "to": Memory(), **arguments})


def test_a_missing_database_is_created_only_if_asked(tmp_path: Path, server: str) -> None:
    file, address = file_of(tmp_path, ACCOUNT_TYPE), f"{server}/api%2Fio-cozy-account_types"
    with pytest.raises(UserError, match="the database does not exist"):
        provision(file, to=address)
    assert provision(file, to=address, create_db=True).added == 1
    assert held(address) == {"x": fields()}


def test_only_the_given_variables_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", CANARY)
    file = file_of(tmp_path, with_changes(ACCOUNT_TYPE, client_secret="$SECRET"))
    with pytest.raises(UserError, match=r"\$SECRET is not set"):
        provision(file, to=Memory())


def test_the_name_is_still_the_function_s_after_a_run(tmp_path: Path) -> None:
    provision(file_of(tmp_path, ACCOUNT_TYPE), to=Memory())
    assert manifest_lint.provision is provision


def test_the_page_shows_a_program_that_runs(database: str) -> None:
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    named = re.escape(f"tests/provisioning/{Path(__file__).name}")
    [code] = re.findall(rf"<!-- test: [^>]*{named}[^>]* -->\n```python\n(.*?)```", page, re.DOTALL)
    code = code.replace("http://localhost:5984", database).replace(
        '"account-types-def.json"', '"fixtures/sunmeter/account-types-def.json"'
    )
    assert code.count(database) == code.count("fixtures/sunmeter") == 1
    variables = {"SUNMETER_CLIENT_ID": "ID", "SUNMETER_CLIENT_SECRET": CANARY}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "verified: 1 added, 0 changed, 0 unchanged"
    wanted = json.loads((FIXTURES / "sunmeter" / "account-types-def.json").read_text("utf-8"))
    filled = with_changes(wanted, _id=..., client_id="ID", client_secret=CANARY)
    assert held(database) == {"sunmeter": filled}

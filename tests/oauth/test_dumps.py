"""What CouchDB and its tools write: which documents are in it, and what has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, check
from manifest_lint.document.document import Document
from tests.command import complaint, run
from tests.connectors import ACCOUNT_TYPE, with_changes
from tests.growth import grows_with_its_input


def account_type(id: str, **changes: Any) -> dict[str, Any]:
    uri = ACCOUNT_TYPE["redirect_uri"].replace(ACCOUNT_TYPE["_id"], id)
    return with_changes(ACCOUNT_TYPE, _id=id, redirect_uri=uri, **changes)


WRONG = account_type("wrong", grant_mode="x")
RIGHT = account_type("right")
CHANGE = {"seq": "2-x", "id": "wrong", "changes": [{"rev": "1-a"}]}
ROW = {"id": "wrong", "key": "wrong", "value": {"rev": "1-a"}}
BACKUP = {"name": "@cloudant/couchbackup", "version": "2.11.0", "mode": "full"}
NOT_FOUND = {"id": "q", "docs": [{"error": {"id": "q", "rev": "undefined", "error": "not_found"}}]}

NOT_WRITTEN = {"id": "y", "error": "conflict", "reason": "Document update conflict."}


def lines(*values: Any) -> str:
    return "".join(f"{json.dumps(value)}\n" for value in values)


def whole(value: Any) -> str:
    return json.dumps(value, indent=2)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (whole(WRONG), ("grant_mode",)),
        (whole([RIGHT, WRONG]), (1, "grant_mode")),
        (whole([{"ok": WRONG}]), (0, "ok", "grant_mode")),
        (whole({"docs": [WRONG]}), ("docs", 0, "grant_mode")),
        (whole({"docs": [WRONG], "bookmark": "nil"}), ("docs", 0, "grant_mode")),
        (
            whole({"total_rows": 1, "offset": 0, "rows": [ROW | {"doc": WRONG}]}),
            ("rows", 0, "doc", "grant_mode"),
        ),
        (
            whole({"results": [{"rows": [ROW | {"doc": WRONG}]}]}),
            ("results", 0, "rows", 0, "doc", "grant_mode"),
        ),
        (
            whole({"results": [CHANGE, CHANGE | {"doc": WRONG}], "last_seq": "2-x", "pending": 0}),
            ("results", 1, "doc", "grant_mode"),
        ),
        (
            whole({"results": [NOT_FOUND, {"id": "wrong", "docs": [{"ok": WRONG}]}]}),
            ("results", 1, "docs", 0, "ok", "grant_mode"),
        ),
        (lines(RIGHT, WRONG), (1, "grant_mode")),
        (lines([RIGHT], [WRONG]), (1, 0, "grant_mode")),  # couchbackup
        (lines(BACKUP, [RIGHT], [WRONG]), (2, 0, "grant_mode")),
        (
            lines(CHANGE | {"doc": RIGHT}, CHANGE | {"doc": WRONG}, {"last_seq": 2, "pending": 0}),
            (1, "doc", "grant_mode"),
        ),
        (
            lines({"version": "1.1", "db_type": "http"}, {"docs": [WRONG]}, {"seq": 1}),  # pouchdb
            (1, "docs", 0, "grant_mode"),
        ),
        (f"{whole(RIGHT)}\n\n{whole(WRONG)}", (1, "grant_mode")),  # jq
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["dump.json", "dump.txt", "account_types.json"])
def test_every_document_is_read(
    tmp_path: Path, text: str, pointer: tuple[str | int, ...], ends: str, name: str
) -> None:
    text = text.replace("\n", ends)
    (tmp_path / name).write_bytes(text.encode())
    report = check(tmp_path / name)
    assert report.manifests == 0
    assert report.account_types == text.count('"grant_mode"')
    [finding] = report.findings
    assert (finding.code, finding.pointer) == ("A002", pointer)
    written = text[finding.place.start : finding.place.end]
    assert written == '"x"'
    before = text[: finding.place.start]
    assert finding.place.line == before.count("\n") + 1
    assert finding.place.column == len(before) - before.rfind("\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            whole({"error": "unauthorized", "reason": "You are not authorized."}),
            'is the error "unauthorized" of a server; give a user and a password',
        ),
        (whole({"error": "forbidden", "reason": "x"}), "use a user who may read"),
        (whole({"error": "not_found", "reason": "missing"}), "check the address"),
        (whole({"error": "Application not found"}), "is an error of a server; make the request"),
        (whole({"errors": [{"status": "404", "title": "Not Found"}]}), "errors of a server"),
        (whole({"errors": [{}], "meta": {}, "jsonapi": {}}), "errors of a server"),
        (whole({"results": [CHANGE], "last_seq": "2-x", "pending": 0}), "is _changes without"),
        (lines(CHANGE, CHANGE), "is _changes without the documents"),
        (whole({"results": [NOT_FOUND]}), "without documents"),
        (
            whole({"total_rows": 1, "offset": 0, "rows": [ROW]}),
            "is _all_docs without the documents",
        ),
        (whole({"total_rows": 0, "offset": 0, "rows": []}), "without documents"),
        (whole({"docs": [{"_id": "x"}], "bookmark": "nil"}), "leave out `fields`"),
        (whole({"docs": [], "bookmark": "nil"}), "without documents"),
        (whole({"ok": True, "id": "x", "rev": "1-a"}), "answer to a write"),
        (whole({"db_name": "secrets/io-cozy-account_types", "doc_count": 3}), "about itself"),
        (whole({"couchdb": "Welcome", "version": "3.4.3"}), "about itself"),
        (whole([{"ok": True, "id": "x", "rev": "1-a"}, NOT_WRITTEN]), "answer to a write"),
        (whole(BACKUP), "without documents"),
        (whole({"account_types": [RIGHT]}), 'has account types under "account_types", where'),
        (whole({"right": RIGHT, "wrong": WRONG}), 'has account types under "right"'),
        (whole({"data": [{"id": "x", "attributes": RIGHT}]}), 'has account types under "data"'),
        (whole({"k" * 41: [RIGHT]}), f'has account types under "{"k" * 37}...", where'),
        ("\ufffe", "is UTF-16, not text in UTF-8; save it as UTF-8"),
    ],
)
@pytest.mark.parametrize("name", ["err.json", "account_types.json"])
def test_what_has_no_document_is_one_line(tmp_path: Path, text: str, says: str, name: str) -> None:
    """It is not a manifest whose keys are missing."""
    file = tmp_path / name
    file.write_bytes(text.encode("utf-16" if "\ufffe" in text else "utf-8"))
    for arguments in (["check", file], ["provision", file, "--yes"], ["check", "-"]):
        said = complaint(run(*arguments, stdin=file.read_bytes()))
        assert says in said
        assert "M001" not in said


@pytest.mark.parametrize(
    "text",
    [
        whole({"error": "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"}),
        whole({"error": "S3CRET horse battery"}),
        whole({"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": RIGHT, "slugs": 1}),
    ],
)
def test_the_line_quotes_no_secret(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    assert "S3CRET" not in complaint(run("check", tmp_path / "x.json"))


def test_one_line_is_enough_for_account_types_of_a_connector(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"error": "unauthorized", "reason": "no"}))
    with pytest.raises(UserError, match='is the error "unauthorized"'):
        check((), account_types=file)


@pytest.mark.parametrize(
    "value",
    [
        {"slug": "x", "error": "unauthorized"},
        {"slug": "x", "results": [CHANGE], "rows": []},
        {"permissions": {}, "rows": [ROW]},
        {"name": "x", "errors": []},
        {"name": "x", "ok": True},
    ],
)
def test_a_manifest_with_odd_keys_is_a_manifest(tmp_path: Path, value: dict[str, Any]) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(value))
    assert "M001" in {one.code for one in check(tmp_path).findings}


BROKEN = '{"_id": "y", "grant_mode": "x",, "client_id": "a"}'


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"{lines(RIGHT)}{BROKEN}\n{lines(RIGHT)}", ["J001 2"]),
        (f"{lines(RIGHT, RIGHT)}{json.dumps(WRONG)[:60]}", ["J001 3"]),  # cut off
        (f"{lines(RIGHT)}{whole(WRONG)[:60]}", ["J001 2"]),
        (f"{lines(RIGHT)}and more", ["J004 2"]),
        (f"{lines(RIGHT)[:-1]} {lines(RIGHT)}", ["J004 1"]),
    ],
)
def test_what_follows_is_reported_where_it_is(tmp_path: Path, text: str, codes: list[str]) -> None:
    (tmp_path / "dump.json").write_text(text)
    found = check(tmp_path / "dump.json", select=["J"]).findings
    assert [f"{one.code} {one.place.line}" for one in found][:1] == codes
    assert {one.code for one in found} == {codes[0].split()[0]}


def test_secrets_of_every_line_are_masked(tmp_path: Path) -> None:
    secret = "c4n4ry-S3CRET-value"
    other = with_changes(WRONG, _id="other", client_secret=secret)
    (tmp_path / "dump.json").write_text(lines([RIGHT], [other | {"note": secret}]))
    done = run("check", tmp_path / "dump.json")
    assert "A002" in done.stdout
    assert secret not in done.stdout


def test_a_fix_changes_its_line_alone(tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    value = with_changes(RIGHT, redirect_uri=..., redirect_url=RIGHT["redirect_uri"])
    file.write_text(lines([with_changes(RIGHT, _id="right2", redirect_uri=...)], [value]))
    before = file.read_text()
    run("check", file, "--fix")
    assert file.read_text() == before.replace("redirect_url", "redirect_uri")


def test_one_id_in_two_lines_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(lines([RIGHT], [RIGHT]))
    with pytest.raises(UserError, match='two documents have the id "right"'):
        check(tmp_path / "dump.json")


def test_a_repeated_key_in_a_line_is_reported(tmp_path: Path) -> None:
    text = lines([RIGHT], [WRONG]).replace(
        '"grant_mode": "x"', '"grant_mode": "y", "grant_mode": "x"'
    )
    (tmp_path / "dump.json").write_text(text)
    assert {one.code: one.place.line for one in check(tmp_path / "dump.json").findings} == {
        "J002": 2,
        "A002": 2,
    }


@pytest.mark.parametrize("form", ["lines", "list"])
def test_more_documents_than_a_platform_has_are_refused(tmp_path: Path, form: str) -> None:
    many = ["{}"] * 50_000
    one = json.dumps(WRONG)
    text = "\n".join([one, *many]) if form == "lines" else f"[{','.join([one, *many])}]"
    (tmp_path / "dump.json").write_text(text)
    with pytest.raises(UserError, match="holds more than 50,000 documents, the limit; split it"):
        check(tmp_path / "dump.json")


@pytest.mark.parametrize("line", ['{"a": [1]}\n', '{"a": \n', "[[[\n", '{"a": "\n', "{}\n\n\n"])
def test_several_values_are_read_in_time(line: str) -> None:
    def read(text: str) -> None:
        Document("dump.json", text.encode(), "account types")

    # The eighth is deeper than Python's decoder goes too: that is found after the same time.
    assert grows_with_its_input(lambda size: f"{{}}\n{line * size}", read, 160_000)

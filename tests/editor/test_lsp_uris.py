"""The language server uses the URI that the editor sent, however it is spelt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from manifest_lint.editor.positions import Lines
from manifest_lint.editor.uris import path_of
from tests.command import PATIENCE
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.language_server import START, Server

ENCODINGS = ("utf-8", "utf-16", "utf-32")
FOLDERS = (
    *("plain", "a space", "\u00e9t\u00e9", "e\u0301te\u0301", "\u6f22\u5b57", "\U0001f600", "a#b"),
    *(
        "a?b",
        "a%20b",
        "100%",
        "a+b",
        "a;b",
        "a&b=c",
        "a:b",
        "it's",
        'say "x"',
        "back\\slash",
        "[x]",
    ),
    *("line\nbreak", "~", "a@b", b"latin-\xe9".decode("utf-8", "surrogateescape")),
)


def spellings(path: Path) -> list[str]:
    """Return URIs that editors send for one file: escaped by RFC 3986, less, in lower case."""
    data = os.fsencode(path)
    whole = f"file://{quote(data)}"
    small = f"file://{quote(data, safe='/+@:')}".replace("%C3%A9", "%c3%a9")
    localhost = f"file://localhost{quote(data)}"
    found = [whole, small, localhost]
    if str(path).isprintable() and "%" not in str(path):
        found.append(f"file://{path}")  # as it is, with `#`, `?`, accents and spaces
    return list(dict.fromkeys(found))


GOOD = json.dumps(with_changes(MANIFEST, name="\U0001f600 \u00e9"), ensure_ascii=False)
BAD = GOOD.replace('"slug"', '"categories": ["other"], "slug"')


@pytest.fixture(params=ENCODINGS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    made = Server(request.param)
    yield made
    made.stop()


def fixed(server: Server, uri: str, text: str) -> str:
    """Apply the preferred quick fix for M008 as an editor does."""
    [found] = [one for one in server.shown[uri] if one["code"] == "M008"]
    params = {"textDocument": {"uri": uri}, "range": found["range"], "context": {"diagnostics": []}}
    actions = server.ask("textDocument/codeAction", params)
    [action] = [one for one in actions if one["title"].startswith("M008")]
    assert list(action["edit"]["changes"]) == [uri]
    lines = Lines(text, server.encoding)
    [edit] = action["edit"]["changes"][uri]
    start, end = (offset(lines, edit["range"][name]) for name in ("start", "end"))
    return text[:start] + str(edit["newText"]) + text[end:]


def offset(lines: Lines, position: dict[str, int]) -> int:
    from lsprotocol.types import Position

    return lines.offset(Position(position["line"], position["character"]))


@pytest.mark.parametrize("on_disk", [True, False])
def test_open_edit_fix_and_close_in_folders_of_odd_names(
    server: Server, tmp_path: Path, on_disk: bool
) -> None:
    base = GOOD.replace(json.dumps(MANIFEST["categories"]), '["others"]')
    bad = base.replace('["others"]', '["other"]')
    assert bad != base
    for name in FOLDERS:
        folder = tmp_path / name
        folder.mkdir()
        path = folder / "manifest.konnector"
        if on_disk:
            path.write_text(base, "utf-8")
        for uri in spellings(path):
            server.open(uri, base)
            assert "M008" not in server.codes(uri), uri
            server.change(uri, bad, 2)
            assert "M008" in server.codes(uri), uri
            server.change(uri, fixed(server, uri, bad), 3)
            assert "M008" not in server.codes(uri), uri
            server.change(uri, bad, 4)
            server.document("didClose", uri)
            assert [stale for stale, found in server.shown.items() if found] == [], uri
            assert set(server.shown) == {uri}, "diagnostics of this document under another name"
            server.shown.clear()


def test_a_sibling_is_cleared_under_each_uri_it_was_shown_by(
    server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "a \u00e9#b"
    folder.mkdir()
    manifest, types = folder / "manifest.konnector", folder / "account-types-def.json"
    manifest.write_text(GOOD, "utf-8")
    value = with_changes(ACCOUNT_TYPE, redirect_uri=..., redirect_url="https://a.example/")
    types.write_text(json.dumps(value), "utf-8")
    server.open(manifest.as_uri(), GOOD)
    assert "A001" in server.codes(types.as_uri())
    raw = f"file://{types}"
    server.open(raw, types.read_text("utf-8"))
    assert "A001" in server.codes(raw)
    assert server.codes(types.as_uri()) == []
    server.document("didClose", raw)
    assert server.codes(raw) == []
    assert "A001" in server.codes(types.as_uri())
    server.document("didClose", manifest.as_uri())
    assert not any(server.shown.values())


def test_requests_for_unknown_or_closed_documents_are_answered(server: Server) -> None:
    for uri in (
        *(
            "untitled:manifest.konnector",
            "file://host/a/manifest.konnector",
            "x",
            "file:",
            "file:///",
        ),
        *("vscode-vfs://github/a/manifest.konnector", "file:///a%00b/manifest.konnector"),
        "file:///nowhere/manifest.konnector",
    ):
        assert (
            server.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": START})
            is None
        )
    assert not any(server.shown.values())


@pytest.mark.parametrize("name", FOLDERS)
def test_every_spelling_means_the_same_path(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "manifest.konnector"
    assert {path_of(uri) for uri in spellings(path)} == {path}


def test_a_finished_session_writes_nothing_to_standard_error() -> None:
    server = Server("utf-16")
    assert server.ask("shutdown", None) is None
    server.send("exit", None)
    assert server.process.wait(PATIENCE) == 0
    assert server.process.stderr
    assert server.process.stderr.read() == b""
    server.stop()


def test_isolated_reads_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "manifest-lint.toml").write_text('ignore = ["M008"]')
    text = json.dumps(with_changes(MANIFEST, categories=["other"]))
    uri = (tmp_path / "manifest.konnector").as_uri()
    for options, expected in (((), False), (("--isolated",), True)):
        server = Server("utf-16", *options)
        server.open(uri, text)
        assert ("M008" in server.codes(uri)) == expected
        server.stop()


@pytest.mark.parametrize("change", ["rename", "delete"])
def test_closing_a_document_clears_its_diagnostics_though_its_manifest_is_gone(
    tmp_path: Path, change: str
) -> None:
    folder = tmp_path / "connector"
    folder.mkdir()
    (folder / "manifest.konnector").write_text(BAD)
    types = json.dumps({**ACCOUNT_TYPE, "client_secret": 1})
    file = folder / "account-types-def.json"
    file.write_text(types)
    server = Server("utf-16")
    server.open(file.as_uri(), types)
    assert all(map(server.codes, ((folder / "manifest.konnector").as_uri(), file.as_uri())))
    if change == "rename":
        folder.rename(tmp_path / "other")
    else:
        (folder / "manifest.konnector").unlink()
    server.document("didClose", file.as_uri())
    assert not any(server.shown.values())
    server.stop()


def test_a_path_that_is_too_long_does_not_stop_the_server() -> None:
    server = Server("utf-16")
    uri = f"file:///{'a' * 5000}/manifest.konnector"
    server.open(uri, BAD)
    assert "J002" in server.codes(uri)
    server.stop()

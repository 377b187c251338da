"""The target of the language server: edits as an editor sends them, and questions in between."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from lsprotocol import types as lsp

from manifest_lint.cli.commands.lsp import _server
from manifest_lint.editor import actions, checked, diagnostics
from manifest_lint.editor.positions import Lines
from manifest_lint.engine.fix import applied
from tests.connectors import ACCOUNT_TYPE, MANIFEST
from tests.fuzz.change import STRINGS, TOKENS
from tests.fuzz.scratch import scratch
from tests.fuzz.target import Target, one_in

BETWEEN = b"\0\0"
"""Between the text of a document and each edit of it: start and end in thousandths, and a text."""

_CHECKED_AFTER_EACH = 1
"""This many edits are checked one by one, as a check takes long; the others at once."""


class Editor:
    """An editor that talks to a server in this process, and keeps what it publishes."""

    def __init__(self) -> None:
        self.server = _server(isolated=True)
        self.published: dict[str, list[lsp.Diagnostic]] = {}
        capabilities = lsp.ClientCapabilities()
        params = lsp.InitializeParams(capabilities=capabilities, root_uri=scratch().as_uri())
        list(self.server.protocol._get_handler(lsp.INITIALIZE)(params) or ())
        sync = self.server.protocol.server_capabilities.text_document_sync
        assert isinstance(sync, lsp.TextDocumentSyncOptions)
        self.sends_whole_texts = sync.change == lsp.TextDocumentSyncKind.Full
        self.server.text_document_publish_diagnostics = self._publish  # type: ignore[method-assign]

    def _publish(self, params: lsp.PublishDiagnosticsParams) -> None:
        self.published[params.uri] = list(params.diagnostics)

    def send(self, method: str, params: Any) -> Any:
        """Send a request or a notification: pygls' own handler runs first, then ours."""
        manager = self.server.protocol.fm
        if built_in := manager.builtin_features.get(method):
            result = built_in(params)
            list(result or ())
        feature = manager.features.get(method)
        return feature(params) if feature else None


@cache
def editor() -> Editor:
    """Return the one editor."""
    return Editor()


def hold_on_edits(data: bytes, is_whole: bool) -> None:
    """After any edits, diagnostics are those of a check of the final text, and in it."""
    first, *edits = data.split(BETWEEN)
    name, start = ("account-types-def.json", 2) if first[:2] == b"A\n" else ("x.konnector", 0)
    here, path = editor(), scratch() / name
    uri, text = path.as_uri(), first[start:].decode("utf-8", "replace")
    here.published.clear()
    item = lsp.TextDocumentItem(uri, "json", 1, text)
    here.send(lsp.TEXT_DOCUMENT_DID_OPEN, lsp.DidOpenTextDocumentParams(item))
    try:
        changes = list(map(_edit, edits[:8]))
        for number, some in enumerate(_in_turns(changes), 2):
            sent = []
            for one in some:
                change, text = _change(text, *one)
                whole = lsp.TextDocumentContentChangeWholeDocument(text)
                sent.append(whole if here.sends_whole_texts else change)
            identifier = lsp.VersionedTextDocumentIdentifier(number, uri)
            params = lsp.DidChangeTextDocumentParams(identifier, sent)
            here.send(lsp.TEXT_DOCUMENT_DID_CHANGE, params)
        assert here.server.workspace.get_text_document(uri).source == text, "texts differ"
        _same_as_a_check(here, path, uri, text)
        at = changes[-1][0] if changes else 500
        if is_whole or one_in(4, data, "answers"):
            _answers(here, path, uri, text, len(text) * at // 1000, is_whole)
    finally:
        closed = lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri))
        here.send(lsp.TEXT_DOCUMENT_DID_CLOSE, closed)
    assert not here.published.get(uri), "diagnostics of a document that is closed"


def _edit(data: bytes) -> tuple[int, int, str]:
    start, _, rest = data.partition(b" ")
    end, _, text = rest.partition(b" ")
    numbers = [int(one) % 1001 if one.isdigit() else 0 for one in (start[:9], end[:9])]
    return min(numbers), max(numbers), text.decode("utf-8", "replace")


def _in_turns(changes: list[Any]) -> list[list[Any]]:
    turns = [[one] for one in changes[:_CHECKED_AFTER_EACH]]
    rest = changes[_CHECKED_AFTER_EACH:]
    return [*turns, rest] if rest else turns


def _change(
    text: str, start: int, end: int, new: str
) -> tuple[lsp.TextDocumentContentChangeEvent, str]:
    """Return an edit as it is sent, and the text after it."""
    if (start, end) == (0, 1000):
        return lsp.TextDocumentContentChangeWholeDocument(new), new
    one, other = (len(text) * part // 1000 for part in (start, end))
    lines = Lines(text, "utf-16")
    # No position is within the end of a line.
    first, last = (lines.offset(lines.position(offset)) for offset in (one, other))
    place = lsp.Range(lines.position(first), lines.position(last))
    after = text[:first] + new + text[last:]
    return lsp.TextDocumentContentChangePartial(place, new), after


def _same_as_a_check(here: Editor, path: Path, uri: str, text: str) -> None:
    published = here.published.get(uri, [])
    if checked.schema_of(path, text) is None:
        assert published == [], "diagnostics of a document that is not checked"
        return
    found = diagnostics.diagnostics(
        checked.check(path, {path: text}, isolated=True), path, "utf-16"
    )
    assert published == found[path], "the diagnostics are others than those of a check"
    end = Lines(text, "utf-16").position(len(text))
    for one in published:
        assert "internal error" not in one.message, one.message
        places = (one.range.start, one.range.end)
        assert all((at.line, at.character) <= (end.line, end.character) for at in places)
        assert (places[0].line, places[0].character) <= (places[1].line, places[1].character)
        one.message.encode()


def _answers(here: Editor, path: Path, uri: str, text: str, offset: int, is_whole: bool) -> None:
    """Hover, completion and fixes answer at any place; fixes are those of `--fix`."""
    identifier, lines = lsp.TextDocumentIdentifier(uri), Lines(text, "utf-16")
    position = lines.position(offset)
    here.send(lsp.TEXT_DOCUMENT_HOVER, lsp.HoverParams(identifier, position))
    here.send(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionParams(identifier, position))
    whole = lines.range(0, len(text))
    params = lsp.CodeActionParams(identifier, whole, lsp.CodeActionContext([]))
    found = here.send(lsp.TEXT_DOCUMENT_CODE_ACTION, params) or []
    for action in found:
        for edit in action.edit.changes[uri] if action.edit and action.edit.changes else ():
            start, end = (lines.offset(at) for at in (edit.range.start, edit.range.end))
            assert 0 <= start <= end <= len(text)
            assert lines.range(start, end) == edit.range
            if action.kind == actions.FIX_ALL and is_whole:
                report = checked.check(path, {path: text}, isolated=True).report
                assert report
                safe = [f for f in report.findings if f.fix and f.fix.safe and f.fix.edits]
                after, _ = applied(report.documents[str(path)], safe)
                assert edit.new_text.encode("utf-8", "replace") == after


def change(data: bytes, random: Random) -> bytes:
    """Change an edit, add one, or remove one."""
    parts = data.split(BETWEEN)
    kind = random.randrange(6)
    if kind == 0 and len(parts) > 1:
        del parts[random.randrange(1, len(parts))]
    elif kind == 1:
        value = random.choice((MANIFEST, ACCOUNT_TYPE, {"slug": "x"}))
        text = json.dumps(value, indent=random.choice((None, 2)), ensure_ascii=False)
        parts[0] = (b"A\n" if random.random() < 0.5 else b"") + text.encode()
    elif kind == 2 and len(parts) > 1:
        index = random.randrange(1, len(parts))
        parts.insert(index, parts[index])
    else:
        new = random.choice(
            (
                random.choice(TOKENS),
                random.choice(STRINGS).encode("utf-8", "surrogatepass"),
                b'"type": "konnector", ',
                b'"x": [1, {"y": null}],\r\n',
                b"",
                parts[0][:400],
            )
        )
        start = random.randrange(1001)
        end = random.choice((start, start, min(1000, start + random.randrange(30)), 1000))
        parts.append(b"%d %d %s" % (start, end, new.replace(BETWEEN, b"")))
    return BETWEEN.join([parts[0], *parts[-6:]] if len(parts) > 7 else parts)


TARGETS = (Target("edits", hold_on_edits, change, ("editor", "cli/commands/lsp.py")),)

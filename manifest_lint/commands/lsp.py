"""`manifest-lint lsp`: the language server, over standard input and output."""

from __future__ import annotations

import logging
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manifest_lint import __version__
from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

_EXAMPLES = """\b
Examples:
  manifest-lint lsp    # an editor starts it, see docs/editor.md
"""


@click.command("lsp", epilog=_EXAMPLES)
def command() -> int:
    """Serve an editor: findings as one types, completion, fixes.

    Speaks the Language Server Protocol over standard input and output; editors start it
    themselves, and explain by it what one points at. Needs the extra `lsp`.
    """
    try:
        server = _server()
    except ModuleNotFoundError as error:
        raise UserError(
            f"lsp: needs {error.name}, which is not installed; install it with"
            " `pip install 'manifest-lint[lsp]'`"
        ) from None
    logging.getLogger("pygls").setLevel(logging.ERROR)  # what it logs besides has texts in it
    server.start_io()
    return 0


def _server() -> LanguageServer:
    """Make the server. Its imports are here: no other command needs them."""
    from lsprotocol import types as lsp
    from pygls.lsp.server import LanguageServer
    from pygls.uris import from_fs_path, to_fs_path

    from manifest_lint.editor import actions, completion, diagnostics, hover
    from manifest_lint.editor.package import Judged, is_ours, judge, manifest_for
    from manifest_lint.editor.positions import Lines

    server = LanguageServer("manifest-lint", __version__)
    published: dict[Path, set[Path]] = {}
    judgements: dict[Path, Judged] = {}

    def path_of(uri: str) -> Path | None:
        name = to_fs_path(uri) if uri.startswith("file:") else None
        path = Path(os.path.abspath(name)) if name else None  # noqa: PTH100
        return path if path and is_ours(path) else None

    def open_texts() -> dict[Path, str]:
        documents = server.workspace.text_documents
        paths = {uri: path_of(uri) for uri in documents}
        return {path: documents[uri].source for uri, path in paths.items() if path}

    def publish(path: Path, found: list[lsp.Diagnostic]) -> None:
        uri = from_fs_path(str(path)) or ""
        documents = server.workspace.text_documents
        known = next((given for given in documents if path_of(given) == path), uri)
        version = documents[known].version if known in documents else None
        server.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(known, found, version)
        )

    def encoding() -> str:
        return str(server.workspace.position_encoding or "utf-16")

    def look(path: Path) -> Judged:
        """Judge the package of a file, and publish what was found in each of its files."""
        key = manifest_for(path)
        before = judgements[key].connector if key in judgements else None
        try:
            judged = judge(path, open_texts(), date.today(), before)
        except Exception as error:  # the next keystroke may well be judged
            kind = type(error).__name__
            judged = Judged(None, f"a bug of ours ({kind}): run manifest-lint check, report")
        judgements[key] = judged
        found = diagnostics.diagnostics(judged, path, encoding())
        for gone in published.get(key, set()) - found.keys():
            publish(gone, [])
        for file, ones in found.items():
            publish(file, ones)
        published[key] = set(found)
        return judged

    def latest(path: Path) -> Judged:
        return judgements.get(manifest_for(path)) or look(path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def changed(
        params: lsp.DidOpenTextDocumentParams
        | lsp.DidChangeTextDocumentParams
        | lsp.DidSaveTextDocumentParams,
    ) -> None:
        if path := path_of(params.text_document.uri):
            look(path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if not path:
            return
        key = manifest_for(path)
        if any(manifest_for(other) == key for other in open_texts()):
            look(key)  # what is on disk counts again
            return
        judgements.pop(key, None)
        for file in published.pop(key, set()):
            publish(file, [])

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(_: lsp.DidChangeWatchedFilesParams) -> None:
        for key in {manifest_for(path) for path in open_texts()}:
            look(key)

    @server.feature(lsp.INITIALIZED)
    def watch(_: lsp.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watched = workspace and workspace.did_change_watched_files
        if not (watched and watched.dynamic_registration):
            return
        patterns = ("**/*.konnector", "**/*.json", "**/manifest-lint.toml", "**/pyproject.toml")
        options = lsp.DidChangeWatchedFilesRegistrationOptions(
            [lsp.FileSystemWatcher(pattern) for pattern in patterns]
        )
        method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = lsp.Registration("watched-files", method, options)
        server.client_register_capability(lsp.RegistrationParams([registration]))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def told(params: lsp.HoverParams) -> lsp.Hover | None:
        path = path_of(params.text_document.uri)
        if not path:
            return None
        text = server.workspace.get_text_document(params.text_document.uri).source
        offset = Lines(text, encoding()).offset(params.position)
        return hover.hover(latest(path), path, text, offset, encoding())

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=['"', ":", " "])
    )
    def completed(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        path = path_of(params.text_document.uri)
        if not path:
            return []
        text = server.workspace.get_text_document(params.text_document.uri).source
        offset = Lines(text, encoding()).offset(params.position)
        return completion.completion(latest(path), path, text, offset, encoding())

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, actions.FIX_ALL]),
    )
    def fixes(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        path, uri = path_of(params.text_document.uri), params.text_document.uri
        if not path:
            return []
        lines = Lines(server.workspace.get_text_document(uri).source, encoding())
        start, end = lines.offset(params.range.start), lines.offset(params.range.end)
        return actions.actions(latest(path), path, uri, start, end, encoding())

    return server

"""`manifest-lint lsp`: the language server, over standard input and output."""

from __future__ import annotations

import logging
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from manifest_lint._version import __version__
from manifest_lint.cli import options
from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from manifest_lint.editor.protocol import Protocol

_EXAMPLES = """\b
Examples:
  manifest-lint lsp    # an editor starts it, see docs/editor.md
"""


@click.command("lsp", epilog=_EXAMPLES)
@options.isolated
def command(isolated: bool) -> int:
    """Run the language server for an editor.

    It shows findings as you type, explanations on hover, completions and quick fixes. Editors start
    it and talk to it over standard input and output. Needs pygls.
    """
    try:
        server = _server(isolated=isolated)
    except ModuleNotFoundError as error:
        raise UserError(
            f"lsp needs {error.name}, which is not installed;"
            " run `pip install pygls` where manifest-lint is installed"
        ) from None
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # its logs contain documents
    server.start_io()
    return cast("Protocol", server.protocol).exit_code


def _server(*, isolated: bool) -> LanguageServer:
    """Return the server. Its imports are here, as no other command needs them."""
    from lsprotocol import types as lsp
    from pygls.lsp.server import LanguageServer

    from manifest_lint.editor import actions, completion, diagnostics, hover, uris
    from manifest_lint.editor.checked import Checked, check, manifest_for, schema_of
    from manifest_lint.editor.exempting import exemptions
    from manifest_lint.editor.positions import Lines
    from manifest_lint.editor.protocol import Protocol

    class Server(LanguageServer):
        def report_server_error(self, error: Exception, source: object) -> None:  # noqa: ARG002
            """Say that a message was not handled; what pygls would say may quote documents."""
            kind = type(error).__name__
            click.echo(f"manifest-lint lsp: a message could not be handled ({kind})", err=True)

    # Whole texts: pygls puts an edit elsewhere after a character such as U+2028, at which Python
    # ends a line and editors do not.
    sync = lsp.TextDocumentSyncKind.Full
    server = Server(
        "manifest-lint", __version__, text_document_sync_kind=sync, protocol_cls=Protocol
    )
    # URIs as the editor spells them, as pygls has them only unescaped.
    in_editor: set[str] = set()
    # Those that we check, each with the manifest that it was checked with, which may be gone when
    # the editor closes the document.
    opened: dict[str, Path] = {}
    published: dict[Path, set[str]] = {}
    latest_checks: dict[Path, Checked] = {}

    def path_of(uri: str) -> Path | None:
        """Return the path of a document that we check, else None."""
        path = uris.path_of(uri)
        return path if path and schema_of(path, text_of(uri)) else None

    def text_of(uri: str) -> str:
        return server.workspace.get_text_document(uri).source

    def open_texts() -> dict[Path, str]:
        paths = {uri: path_of(uri) for uri in opened}
        return {path: text_of(uri) for uri, path in paths.items() if path}

    def open_document(uri: str) -> tuple[Path, str] | None:
        """Return path and text of a document that the editor has open and that we check."""
        path = path_of(uri) if uri in opened else None
        return (path, text_of(uri)) if path else None

    def open_file(path: Path) -> tuple[str, str] | None:
        """Return URI and text of any file that the editor has open, also through a link."""
        for uri, document in server.workspace.text_documents.items():
            known = uris.path_of(uri)
            if known and os.path.realpath(known) == os.path.realpath(path):
                return uri, document.source
        return None

    def uris_of(path: Path) -> list[str]:
        """Return the URIs by which a file is open, or else the one that we make."""
        return [uri for uri in opened if uris.path_of(uri) == path] or [uris.uri_of(path)]

    def publish(uri: str, found: list[lsp.Diagnostic]) -> None:
        version = server.workspace.get_text_document(uri).version if uri in opened else None
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))

    def encoding() -> str:
        return str(server.workspace.position_encoding or "utf-16")

    def look(path: Path) -> Checked:
        """Check the connector of a file, and publish the findings in each of its files."""
        key = manifest_for(path)
        for uri in opened:
            if uris.path_of(uri) == path and opened[uri] != key:
                forget(opened[uri])
                opened[uri] = key
        before = latest_checks.get(key)
        try:
            checked = check(path, open_texts(), date.today(), before, isolated=isolated)
        except Exception as error:  # the next keystroke may work
            kind = type(error).__name__
            hint = "run manifest-lint check and report what it shows"
            checked = Checked(None, f"internal error ({kind}): {hint}")
        latest_checks[key] = checked
        found = diagnostics.diagnostics(checked, path, encoding())
        now = {uri: ones for file, ones in found.items() for uri in uris_of(file)}
        for gone in published.get(key, set()) - now.keys():
            publish(gone, [])
        for uri, ones in now.items():
            publish(uri, ones)
        published[key] = set(now)
        return checked

    def forget(key: Path) -> None:
        """Remove what was published for a connector."""
        latest_checks.pop(key, None)
        for uri in published.pop(key, set()):
            publish(uri, [])

    def latest(path: Path) -> Checked:
        return latest_checks.get(manifest_for(path)) or look(path)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def changed(
        params: lsp.DidOpenTextDocumentParams
        | lsp.DidChangeTextDocumentParams
        | lsp.DidSaveTextDocumentParams,
    ) -> None:
        uri = params.text_document.uri
        if isinstance(params, lsp.DidOpenTextDocumentParams):
            in_editor.add(uri)
        if path := path_of(uri) if uri in in_editor else None:
            opened.setdefault(uri, manifest_for(path))
            look(path)
        else:
            close(uri)  # it no longer has the keys of an account type

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        in_editor.discard(params.text_document.uri)
        close(params.text_document.uri)

    def close(uri: str) -> None:
        key = opened.pop(uri, None)
        if not key:
            return
        if key in opened.values():
            look(key)  # the file on disk counts again
        else:
            forget(key)

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
        watchers = [lsp.FileSystemWatcher(pattern) for pattern in patterns]
        method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        wanted = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = lsp.Registration("watched-files", method, wanted)
        server.client_register_capability(lsp.RegistrationParams([registration]))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        known = open_document(params.text_document.uri)
        if not known:
            return None
        path, text = known
        offset = Lines(text, encoding()).offset(params.position)
        return hover.hover(latest(path), path, text, offset, encoding())

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=['"', ":", " "])
    )
    def completed(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        known = open_document(params.text_document.uri)
        if not known:
            return []
        path, text = known
        offset = Lines(text, encoding()).offset(params.position)
        return completion.completion(latest(path), path, text, offset, encoding())

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, actions.FIX_ALL]),
    )
    def fixes(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        known = open_document(uri)
        if not known:
            return []
        path, text = known
        lines = Lines(text, encoding())
        start, end = lines.offset(params.range.start), lines.offset(params.range.end)
        found = actions.actions(latest(path), path, uri, start, end, encoding())
        if isolated:  # no configuration is read
            return found
        edits = server.client_capabilities.workspace
        may = edits.workspace_edit.resource_operations if edits and edits.workspace_edit else None
        exempting = exemptions(
            latest(path),
            path,
            lambda first, last: first <= end and start <= last,
            encoding(),
            open_file,
            creates_files=lsp.ResourceOperationKind.Create in (may or ()),
        )
        return [*found, *exempting]

    return server

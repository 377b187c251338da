"""Measure how long the language server takes from a keystroke to its diagnostics.

    python -m benchmarks.keystroke [--strokes N]

A client types into a manifest of 5 KB with its account types next to it, and waits each time for
what is published. No rival is known; `the bare server` does the same without any checks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).resolve().parent.parent
SIZE = 5_000
"""Characters of the manifest."""

BARE = """
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
server = LanguageServer("bare", "0")
@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
def changed(params):
    document = params.text_document
    answer = lsp.PublishDiagnosticsParams(document.uri, [], document.version)
    server.text_document_publish_diagnostics(answer)
server.start_io()
"""


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.keystroke", description=__doc__)
    parser.add_argument("--strokes", type=int, default=200, help="keystrokes (default 200)")
    strokes: int = parser.parse_args().strokes
    with TemporaryDirectory(prefix="benchmarks-") as scratch:
        folder = Path(shutil.copytree(ROOT / "fixtures" / "sunmeter", Path(scratch, "sunmeter")))
        text = manifest(folder)
        print(f"a manifest of {len(text):,} characters, {strokes} keystrokes")
        for name, command in (
            ("manifest-lint", ("-m", "manifest_lint", "lsp")),
            ("the bare server", ("-c", BARE)),
        ):
            taken, found = asyncio.run(typed(command, folder, text, strokes))
            slowest = statistics.quantiles(taken, n=20)[-1]
            median = statistics.median(taken)
            times = f"median {median * 1000:5.1f} ms, 95% within {slowest * 1000:5.1f} ms"
            print(f"  {name:16} {times}; reported: {', '.join(found) or 'nothing'}")


def manifest(folder: Path) -> str:
    """Write a manifest of the wanted size, with OAuth and a few findings; return its text."""
    file = folder / "manifest.konnector"
    value = json.loads(file.read_text("utf-8")) | {"oauth": {"scope": ["read", "write"]}}
    value["categories"] = ["energy", "other"]
    number = 0
    while len(text := json.dumps(value, indent=2)) < SIZE:
        number += 1
        doctype = {"type": f"io.cozy.x{number}", "verbs": ["GET"], "description": "Needed"}
        value["permissions"][f"x{number}"] = doctype
    file.write_text(text, "utf-8")
    return text


async def typed(
    command: tuple[str, ...], folder: Path, text: str, strokes: int
) -> tuple[list[float], list[str]]:
    """Type letter by letter into a description; return seconds per letter and the last codes."""
    client = LanguageClient("benchmark", "0")
    versions: asyncio.Queue[int | None] = asyncio.Queue()
    found: list[str] = []
    uri = (folder / "manifest.konnector").as_uri()

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def published(params: lsp.PublishDiagnosticsParams) -> None:
        if params.uri == uri:
            versions.put_nowait(params.version)
            found[:] = [str(one.code) for one in params.diagnostics]

    await client.start_io(sys.executable, *command)
    await client.initialize_async(lsp.InitializeParams(capabilities=lsp.ClientCapabilities()))
    client.initialized(lsp.InitializedParams())
    item = lsp.TextDocumentItem(uri, "json", 0, text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    taken = []
    line, _, before = text[: text.index("Imports")].rpartition("\n")
    at = lsp.Position(line.count("\n") + 1, len(before))
    for version in range(1, strokes + 1):
        identifier = lsp.VersionedTextDocumentIdentifier(version, uri)
        change = lsp.TextDocumentContentChangePartial(lsp.Range(at, at), "x")
        start = time.perf_counter()
        client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [change]))
        while await versions.get() != version:
            pass
        taken.append(time.perf_counter() - start)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]
    return taken, found


if __name__ == "__main__":
    main()

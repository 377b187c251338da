"""Measure how long the language server takes from a keystroke to its diagnostics.

    python -m benchmarks.keystroke [--strokes N]

A client types into manifests of 5 KB and of 200 KB with account types next to them, and waits each
time for what is published. No rival is known; `the bare server`, the floor, does the same without
any checks. What a large manifest has much of matters: texts in many languages, as large real ones
have, or permissions, which have the most parts for their size.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from benchmarks.processes import ROOT, verdict

SIZES = (5_000, 200_000)
"""Characters of a manifest."""

MOST = 5
"""How many times as long the larger one may take as the smaller one, beyond the floor of each."""

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
        for line in lines(Path(scratch), strokes=strokes):
            print(line, flush=True)


def lines(scratch: Path, _rounds: int = 0, *, strokes: int = 200) -> Iterator[str]:
    """Yield the table, a line when it is measured."""
    columns = f"{'median':>10}{'95 %':>10}{'beyond the floor':>20}"
    yield f"{'From a keystroke to diagnostics':<34}{columns}"
    for kind in GROWN:
        beyond: list[float] = []
        for size in SIZES:
            folder = Path(
                shutil.copytree(ROOT / "fixtures" / "sunmeter", scratch / f"{kind}{size}")
            )
            text = manifest(folder, kind, size)
            floor, checked = (
                asyncio.run(typed(command, folder, text, strokes))
                for command in (("-c", BARE), ("-m", "manifest_lint", "lsp"))
            )
            beyond.append(statistics.median(checked) - statistics.median(floor))
            title = f"{len(text):,} characters, {kind}"
            line = f"  {title:<32}{_times(checked)}{beyond[-1] * 1000:>17.1f} ms"
            if size == SIZES[-1]:
                grown = beyond[-1] / beyond[0]
                line += verdict(grown, MOST, f"{grown:.1f} times, at most ")
            yield line
            yield f"    {'the bare server':<30}{_times(floor)}"


def _times(taken: list[float]) -> str:
    slowest = statistics.quantiles(taken, n=20)[-1]
    return f"{statistics.median(taken) * 1000:>7.1f} ms{slowest * 1000:>7.1f} ms"


def _texts(value: dict[str, Any], number: int) -> None:
    words = f"Imports your bills of the year {number} and puts them into your folder. " * 5
    value["locales"][f"x{number}"] = {"short_description": words[:60], "long_description": words}


def _permissions(value: dict[str, Any], number: int) -> None:
    doctype = {"type": f"io.cozy.x{number}", "verbs": ["GET"], "description": "Needed"}
    value["permissions"][f"x{number}"] = doctype


GROWN: dict[str, Callable[[dict[str, Any], int], None]] = {
    "texts": _texts,
    "permissions": _permissions,
}
"""What a manifest has much of, and what adds one of it."""


def manifest(folder: Path, kind: str, size: int) -> str:
    """Write a manifest of a size, with OAuth and a few findings; return its text."""
    file = folder / "manifest.konnector"
    value = json.loads(file.read_text("utf-8")) | {"oauth": {"scope": ["read", "write"]}}
    value["categories"] = ["energy", "other"]
    for number in count():
        text = json.dumps(value, indent=2, ensure_ascii=False)
        if len(text) >= size:
            break
        for one in range(max(1, (size - len(text)) // 1000)):  # in few steps
            GROWN[kind](value, 1000 * number + one)
    file.write_text(text, "utf-8")
    return text


async def typed(command: tuple[str, ...], folder: Path, text: str, strokes: int) -> list[float]:
    """Type letter by letter into a description; return the seconds of each letter.

    The whole text is sent, as the server asks for. Raises SystemExit if not all texts have as many
    findings: the server then has another text than what was typed.
    """
    client = LanguageClient("benchmark", "0")
    versions: asyncio.Queue[int | None] = asyncio.Queue()
    found: set[int] = set()
    uri = (folder / "manifest.konnector").as_uri()

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def published(params: lsp.PublishDiagnosticsParams) -> None:
        if params.uri == uri:
            found.add(len(params.diagnostics))
            versions.put_nowait(params.version)

    await client.start_io(sys.executable, *command)
    await client.initialize_async(lsp.InitializeParams(capabilities=lsp.ClientCapabilities()))
    client.initialized(lsp.InitializedParams())
    item = lsp.TextDocumentItem(uri, "json", 0, text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    taken = []
    at = text.index("Imports")
    for version in range(1, strokes + 1):
        identifier = lsp.VersionedTextDocumentIdentifier(version, uri)
        now = f"{text[:at]}{'x' * version}{text[at:]}"
        change = lsp.TextDocumentContentChangeWholeDocument(now)
        start = time.perf_counter()
        client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [change]))
        while await versions.get() != version:
            pass
        taken.append(time.perf_counter() - start)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]
    if len(found) > 1:
        raise SystemExit(f"{found} findings for texts that are all alike: is the text as typed?")
    return taken


if __name__ == "__main__":
    main()

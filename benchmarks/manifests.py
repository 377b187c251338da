"""Many manifests in a folder: those of the corpus, or generated ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.processes import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "manifests.jsonl"
GENERATED = 1500
FAULTS: tuple[dict[str, object], ...] = (
    {"version": "1.0"},
    {"clientSide": "true"},
    {"categories": ["other"]},
    {"oauth": {"scope": ["consumption.read", "contracts.read"]}},
    {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["get"]}}},
)


def write_corpus(folder: Path) -> tuple[str, list[str]]:
    """Write a folder for each manifest; return what they are, and their paths below `folder`."""
    if CORPUS.is_file():
        lines = CORPUS.read_text("utf-8").strip().split("\n")
        return "manifests of the corpus", write(folder, (json.loads(one)["text"] for one in lines))
    return "generated manifests", write(folder, islice(generated(), GENERATED))


def write(folder: Path, texts: Iterable[str]) -> list[str]:
    """Write a folder for each manifest; return their paths below `folder`."""
    paths = []
    for number, text in enumerate(texts, start=1):
        path = folder / f"{number // 1000:03}" / f"{number % 1000:03}" / "manifest.konnector"
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        paths.append(path.relative_to(folder).as_posix())
    return paths


def generated() -> Iterator[str]:
    """Vary the good fixture without end, always the same way; every third manifest has a fault."""
    text = (ROOT / "fixtures" / "sunmeter" / "manifest.konnector").read_text("utf-8")
    good, number = json.loads(text), 0
    while True:
        fields = {f"field_{field}": {"type": "text"} for field in range(number % 10)}
        varied = good | {
            "slug": f"sunmeter-{number}",
            "version": f"1.{number}.0",
            "fields": good["fields"] | fields,
        }
        fault = FAULTS[number // 3 % len(FAULTS)] if number % 3 == 2 else {}
        yield json.dumps(varied | fault, indent=2, ensure_ascii=False)
        number += 1

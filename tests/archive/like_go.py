"""Compare our reader with Go's own.

`python -m tests.archive.like_go [SEED [CASES]]` needs `go` and reads as many archives with both.
`python -m tests.archive.like_go record` writes what Go does with some of them to go_runs.jsonl.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import struct
import subprocess
import sys
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from manifest_lint.archive.gunzip import is_gzip, unzipped
from manifest_lint.archive.streams import Damaged, Forward
from manifest_lint.archive.tar import Tar
from tests.archive.mutations import gzips

HERE = Path(__file__).parent
RUNS = HERE / "go_runs.jsonl"
_SEED, _CASES = 1, 20_000
_OF_A_KIND, _SMALL = 6, 500
_MOST_READ = 64 << 20


def of_go(archives: Iterable[bytes]) -> list[dict[str, Any]]:
    """Return what Go reads of each archive; see reader.go."""
    go = shutil.which("go")
    if go is None:
        sys.exit("go is not installed; see https://go.dev/doc/install")
    sent = b"".join(struct.pack("<L", len(data)) + data for data in archives)
    with tempfile.TemporaryDirectory() as folder:
        reader = Path(folder) / "reader"
        subprocess.run([go, "build", "-o", reader, HERE / "reader.go"], check=True, cwd=folder)
        done = subprocess.run([reader], input=sent, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(data: bytes) -> dict[str, Any]:
    """Return what we read of an archive, in the same form."""
    members: list[dict[str, Any]] = []
    found = {"members": members, "error": ""}
    try:
        if not is_gzip(data):
            raise Damaged("is not gzipped")
        tar = Tar(Forward(unzipped(data)))
        while member := tar.next():
            name = member.path.encode("utf-8", "surrogateescape")
            kind = _text(member.letter)
            one = {"name": _text(name), "type": kind, "size": member.size, "hash": ""}
            members.append(one)
            if member.letter == b"0" and member.size <= _MOST_READ:
                digest = hashlib.sha256()
                while block := member.take(1000):
                    digest.update(block)
                one["hash"] = digest.hexdigest()[:12]
    except Damaged as error:
        found["error"] = str(error)
    return found


def is_same(go: dict[str, Any], found: dict[str, Any]) -> bool:
    """Return whether two readers read the same, up to the same place.

    What only Go returns as a member, global headers, and the size of what has no data, do not
    matter. The content of a last member that is damaged further on has no digest in Go.
    """
    members = [one for one in go["members"] if one["type"] != _text(b"g")]
    others = found["members"]
    if bool(go["error"]) != bool(found["error"]) or len(members) != len(others):
        return False
    if go["error"] and members and not members[-1]["hash"]:
        others = [*others[:-1], {**others[-1], "hash": ""}]
    return [_without_size(one) for one in members] == [_without_size(one) for one in others]


def _without_size(member: dict[str, Any]) -> dict[str, Any]:
    has_data = b64decode(member["type"]) not in b"123456"
    return member if has_data else {**member, "size": 0}


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _chosen() -> Iterator[dict[str, Any]]:
    """Yield some small archives with what Go reads of them: a few of each outcome."""
    archives = [data for data in gzips(_SEED, _CASES) if len(data) < _SMALL]
    kinds: dict[tuple[str, int], int] = {}
    for data, go in zip(archives, of_go(archives), strict=True):
        kind = go["error"].partition(" before ")[0], len(go["members"])
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= _OF_A_KIND:
            yield {"archive": _text(data), "expect": go}


def main(arguments: list[str]) -> int:
    """Compare or record. Return 1 if something differs."""
    if arguments == ["record"]:
        RUNS.write_text("".join(json.dumps(case) + "\n" for case in _chosen()))
        return 0
    parser = argparse.ArgumentParser(prog="python -m tests.archive.like_go", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=_SEED, metavar="SEED")
    parser.add_argument("cases", type=int, nargs="?", default=_CASES, metavar="CASES")
    given = parser.parse_args(arguments)
    seed, cases = given.seed, given.cases
    archives = list(gzips(seed, cases))
    runs = zip(archives, of_go(archives), strict=True)
    differ = [n for n, (data, go) in enumerate(runs) if not is_same(go, ours(data))]
    print(f"seed {seed}: {cases} archives, {len(differ)} differ: {differ[:9]}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The command line of the replays: see the package."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.conformance import KINDS, RECORDED, SHARED, replay
from tests.conformance.sources import stated

SHOWN = 5


def main(arguments: list[str]) -> int:
    """Replay one file, or all that are known without arguments.

    Return 0 if everything agrees, 1 if something differs, 2 if something cannot be replayed.
    """
    if not arguments:
        return max(replayed(kind, SHARED / name, stated(kind)) for kind, name in RECORDED)
    if len(arguments) != 2 or arguments[0] not in KINDS:
        print(f"usage: python -m tests.conformance [{'|'.join(KINDS)} FILE]", file=sys.stderr)
        return 2
    return replayed(arguments[0], Path(arguments[1]))


def replayed(kind: str, file: Path, of: str = "") -> int:
    """Replay a file and print the result, with what it is a run of, if that is known."""
    try:
        cases, mismatches = replay(kind, file)
    except (OSError, ValueError) as error:
        print(f"{file}: cannot be replayed as {kind}: {error}", file=sys.stderr)
        return 2
    runs = f" (runs of {of})" if of else ""
    print(f"{kind} {file.name}: {cases} cases, {len(mismatches)} mismatches{runs}")
    for mismatch in mismatches[:SHOWN]:
        print(
            f"  line {mismatch.line}: {mismatch.what}:"
            f" expected {mismatch.expected!r}, got {mismatch.actual!r}"
        )
    return 1 if mismatches else 0


sys.exit(main(sys.argv[1:]))

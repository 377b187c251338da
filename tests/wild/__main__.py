"""The command line of the measurement: see the package."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from manifest_lint.document.document import Document
from tests.corpus import Unusable
from tests.wild import Found, Reading, Wild, is_here, look, read_readings
from tests.wild.page import page

PAGE = Path(__file__).parents[2] / "docs" / "rules-in-the-wild.md"
WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every rule on ../shared, and write docs/rules-in-the-wild.md.

    Return 0, with --check 1 if the page is out of date; 2 on an error. With --check and without
    ../shared there is nothing to compare with: this is reported and is not a failure.
    """
    options = _parser().parse_args(arguments)
    if not is_here():
        if options.check:
            print(f"{PAGE.name}: not checked, because ../shared is not here")
            return 0
        print("needs ../shared, which is not here", file=sys.stderr)
        return 2
    try:
        readings = read_readings()
        wild = look()
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    if options.sample is not None:
        for found in sampled(wild, readings, options.sample.upper()):
            reading = readings.get(found.finding.code, Reading())
            print("\n".join(excerpt(found, reading, options.context)), end="\n\n")
    elif options.unread:
        for line in unread(wild, readings):
            print(line)
    else:
        text = "\n".join(page(wild, readings)) + "\n"
        if not options.check:
            PAGE.write_text(text, "utf-8")
        elif not PAGE.exists() or PAGE.read_text("utf-8") != text:
            print(f"{PAGE.name}: out of date; run `make wild`", file=sys.stderr)
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.wild", description=main.__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--sample", metavar="CODE", help="show the sampled findings of rules")
    what.add_argument("--unread", action="store_true", help="list the sampled ids not yet read")
    what.add_argument("--check", action="store_true", help="fail if the page is out of date")
    parser.add_argument("--context", type=int, default=3, help="lines around a sampled finding")
    return parser


def sampled(wild: Wild, readings: Mapping[str, Reading], prefix: str) -> Iterator[Found]:
    """Yield the samples of all rules whose codes have this prefix."""
    for code in sorted(wild.rules):
        if code.startswith(prefix):
            yield from wild.rules[code].sample(readings.get(code, Reading()).read)


def unread(wild: Wild, readings: Mapping[str, Reading]) -> Iterator[str]:
    """List the sampled findings that are not read yet, one line per rule."""
    for code in sorted(wild.rules):
        read = readings.get(code, Reading()).read
        if names := [found.id for found in wild.rules[code].sample(read) if found.id not in read]:
            yield f"{code}: {' '.join(names)}"


def excerpt(found: Found, reading: Reading, context: int) -> Iterator[str]:
    """Show a finding with the lines around its place, for reading by eye."""
    finding = found.finding
    state = "" if found.id in reading.read else " (not read)"
    if found.id in reading.wrong:
        state = f" (wrong: {reading.wrong[found.id]})"
    yield f"== {found.id} {found.origin} {found.where}{state}"
    yield f"   {finding.code} {finding.severity.label}: {finding.message}"
    if finding.fix:
        yield f"   fix ({'safe' if finding.fix.safe else 'unsafe'}): {finding.fix.title}"
    place = finding.place
    last = min(place.end_line, place.line + context)
    yield from _lines(found.document, place.line - context, last + context, place.line)
    for line in found.beside:
        yield f"   {line}"


def _lines(document: Document, first: int, last: int, marked: int) -> Iterator[str]:
    for number in range(max(first, 1), last + 1):
        line = document.line(number)
        if line is not None:
            mark = ">" if number == marked else " "
            yield f"   {mark}{number:4} | {line if len(line) <= WIDTH else line[:WIDTH] + '...'}"


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` may stop reading
    sys.exit(main())

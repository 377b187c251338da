"""Files that are packed for a reason, although such files never are: `--include PATH:REASON`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from manifest_lint.archive.never_packed import never_packed
from manifest_lint.config.packed_anyway import has_reason, parts_of, why_not_packed_anyway
from manifest_lint.engine.built import PackedAnyway
from manifest_lint.errors import UserError


def packed_anyway(paths: Iterable[str], include: Iterable[str]) -> tuple[str, ...]:
    """Return which paths are packed for a `PATH:REASON` of `include`. Raises UserError."""
    anyway = [Anyway(text) for text in include if has_reason(text)]
    return tuple(path for path in paths if any(one.brings_back(path) for one in anyway))


class Anyway:
    """One `PATH:REASON`, and the files that it has brought back.

    The path is of one file or folder, from the top of the built folder. One `*` matches a part
    of a name, after its start, because webpack writes a hash there: `certs/ca.*.pem`. Other
    patterns are refused: what they match changes with the files, without a decision on each.
    """

    def __init__(self, text: str):
        if why := why_not_packed_anyway(text):
            raise UserError(why)
        written, path, reason = parts_of(text)
        self.given = PackedAnyway(written, reason)
        self._start = path.partition("*")[0]
        named = re.escape(path).replace(r"\*", "[^/]*")
        self._named = re.compile(rf"{named}(?=/|\Z)")
        self._files: list[str] = []
        self._is_there = False

    def brings_back(self, path: str) -> bool:
        """Return whether a path is meant, and is never packed without a reason.

        A folder does not mean what would not be packed in any folder: with `node_modules/`, a
        node_modules/a/.npmrc stays out.
        """
        if not (named := self._named.match(path)):
            return False
        never = [part for part in (*folders_of(path), path) if never_packed(part)]
        return bool(never) and f"{named[0]}/".startswith(f"{never[-1]}/")

    def bring_back(self, path: str) -> None:
        """Note that a file is packed for this reason."""
        self._files.append(path)

    def see(self, path: str) -> None:
        """Note that a path is in the built folder."""
        self._is_there = self._is_there or self._named.match(path) is not None

    def may_be_in(self, folder: str) -> bool:
        """Return whether a file in a folder may be meant."""
        return self._start.startswith(f"{folder}/") or f"{folder}/".startswith(self._start)

    def used(self, left_out: Iterable[str]) -> PackedAnyway:
        """Return the path and the reason, with the files that were brought back, or why none was.

        `left_out` are the paths that are not packed.
        """
        unused = "" if self._files else self._why_unused(left_out)
        return self.given._replace(files=tuple(sorted(self._files)), unused=unused)

    def _why_unused(self, left_out: Iterable[str]) -> str:
        if not self._is_there:
            return "no such file is in the built folder"
        for path in sorted(left_out):
            named = self._named.match(path)
            if named and never_packed(path):
                of_its_own = f"{path} needs an item of its own"
                return "`exclude` leaves it out" if named[0] == path else of_its_own
        return "it is packed without a reason, or by another item"


def folders_of(path: str) -> Iterator[str]:
    """Yield each folder that a path is in, from the top."""
    steps = path.split("/")
    return ("/".join(steps[:number]) for number in range(1, len(steps)))

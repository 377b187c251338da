"""What is fuzzed: a target has inputs, a way to change them, and laws that hold for each."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).parent

_POOL = 200
"""Without a guide, at most this many inputs are changed further."""


class Target(NamedTuple):
    """One reader of files.

    `check(data, is_whole)` raises AssertionError if a law does not hold for an input; unless
    `is_whole`, the laws that take long are tried for some inputs only. `change` returns a changed
    input, which may be longer than `longest`. `modules` are those that it is meant to reach.
    """

    name: str
    check: Callable[[bytes, bool], None]
    change: Callable[[bytes, Random], bytes]
    modules: tuple[str, ...]
    longest: int = 4096

    @property
    def folders(self) -> tuple[Path, Path]:
        """Where its seeds are, and the inputs that once broke a law."""
        return HERE / "seeds" / self.name, HERE / "found" / self.name

    def kept(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the bytes of each input that is kept."""
        for folder in self.folders:
            for file in sorted(folder.iterdir()) if folder.is_dir() else ():
                yield f"{self.name}/{file.name}", file.read_bytes()

    def changed(self, data: bytes, seed: int) -> bytes:
        """Return a changed input, the same for the same seed."""
        random = Random(seed)
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            data = self.change(data, random)[: self.longest]
        return data

    def inputs(self, number: int, seed: int = 24) -> Iterator[bytes]:
        """Yield changed inputs without a guide, the same for the same seed."""
        random = Random(seed)
        pool = [data for _, data in self.kept()]
        for _ in range(number):
            data = self.changed(random.choice(pool), random.getrandbits(63))
            if len(pool) < _POOL:
                pool.append(data)
            elif random.random() < 0.1:
                pool[random.randrange(len(pool))] = data
            yield data


def one_in(number: int, data: bytes, what: str) -> bool:
    """Return whether an input is one of the few for which a law is tried."""
    return zlib.crc32(data, zlib.crc32(what.encode())) % number == 0

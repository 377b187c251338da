"""Where each key and value of a TOML file is.

Only for text that has been decoded already, so it is only scanned: what could be wrong is not.
[TOML 1.0.0, toml.abnf] Of the libraries, tomlkit keeps the layout but no places, and
tree-sitter-toml, last released in 2024, only gives a tree whose keys are still to be read.

Only imported for an error message, or to show where a setting comes from: correct settings need no
places.
"""

from __future__ import annotations

import re
from bisect import bisect

from manifest_lint.config.toml import decode

Pointer = tuple[str | int, ...]
"""The way from the top to a value: keys of tables, indexes of arrays."""

_BETWEEN = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)[ \t]*(\.?)""")
_SCALAR = re.compile(
    r'''"""(?:[^\\]|\\.)*?"{3,5}(?!")|\'{3}.*?'{3,5}(?!')'''
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^,\]}#\r\n]*""",
    re.DOTALL,
)

_DEEPEST = 16
"""What is deeper has the place of what contains it. Settings are at most half as deep; with more,
the steps to each of many deep values would take a thousand times the memory of the file."""


class Places:
    """The lines and columns in one TOML file, from 1, columns in code points."""

    def __init__(self, text: str):
        self._text = text
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._keys: dict[Pointer, int] = {}
        self._values: dict[Pointer, int] = {}
        self._ends: dict[Pointer, int] = {}
        self._tables: dict[Pointer, int] = {}
        self._at = 0
        self._read()

    def key(self, pointer: Pointer) -> tuple[int, int]:
        """Return the place of the key at `pointer`, else of its value, else of what contains it."""
        at = self._keys.get(pointer)
        return self.value(pointer) if at is None else self._place(at)

    def value(self, pointer: Pointer) -> tuple[int, int]:
        """Return the place of the value at `pointer`; if there is none, of what contains it.

        The place of a table with a header is the header.
        """
        for length in range(len(pointer), 0, -1):
            at = self._values.get(pointer[:length], self._keys.get(pointer[:length]))
            if at is not None:
                return self._place(at)
        return 1, 1

    def end(self, pointer: Pointer) -> int | None:
        """Return the offset just after the last value at or below `pointer`, None without one."""
        ends = (end for at, end in self._ends.items() if at[: len(pointer)] == pointer)
        return max(ends, default=None)

    def start(self, pointer: Pointer) -> int | None:
        """Return the offset of the key or the header of what is at `pointer`, None without one."""
        return self._keys.get(pointer, self._values.get(pointer))

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1

    def _read(self) -> None:
        """Record the place of each key and value."""
        table: Pointer = ()
        inside: list[tuple[Pointer, int]] = []  # arrays with the next index, inline tables with -1
        while self._skip() < len(self._text):
            char = self._text[self._at]
            if inside and char in "]}":
                pointer, _ = inside.pop()
                self._at += 1
                self._ends[pointer] = self._at
                continue
            if not inside and char == "[":
                table = self._header()
                continue
            pointer, index = inside[-1] if inside else (table, -1)
            if index < 0:
                pointer = self._key(pointer)
            else:
                inside[-1] = pointer, index + 1
                pointer = _below(pointer, index)
            if opened := self._value(pointer):
                inside.append((pointer, 0 if opened == "[" else -1))

    def _skip(self) -> int:
        """Go past white space, commas and comments."""
        found = _BETWEEN.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _header(self) -> Pointer:
        """Read the header of a table, and return the way to it."""
        start = self._at
        is_element = self._text.startswith("[[", start)
        self._at += 2 if is_element else 1
        pointer: Pointer = ()
        names = self._names()
        for number, (name, at) in enumerate(names, 1):
            pointer = self._named(pointer, name, at)
            if number == len(names) and is_element:
                self._tables[pointer] = self._tables.get(pointer, 0) + 1
            if pointer in self._tables:
                pointer = _below(pointer, self._tables[pointer] - 1)
        self._values.setdefault(pointer, start)
        self._at += 2 if is_element else 1
        return pointer

    def _key(self, table: Pointer) -> Pointer:
        """Read a key and its equals sign, and return the way to its value."""
        for name, at in self._names():
            table = self._named(table, name, at)
        self._at += 1
        self._skip()
        return table

    def _named(self, table: Pointer, name: str, at: int) -> Pointer:
        """Record the place of a key, and return the way to it."""
        pointer = _below(table, name)
        if pointer is not table:
            self._keys.setdefault(pointer, at)
        return pointer

    def _names(self) -> list[tuple[str, int]]:
        """Read the parts of a key, each with its place: for `a."b"`, `a` and `b`."""
        names = []
        dot = "."
        while dot and (found := _KEY.match(self._text, self._at)):
            written, dot = found.groups()
            name = next(iter(decode(f"{written} = 0"))) if written[0] in "\"'" else written
            names.append((name, found.start(1)))
            self._at = found.end()
        return names

    def _value(self, pointer: Pointer) -> str:
        """Read a value; return the bracket or brace of one that has others in it, else nothing."""
        self._values.setdefault(pointer, self._at)
        first = self._text[self._at : self._at + 1]
        if first in ("[", "{"):
            self._at += 1
            return first
        found = _SCALAR.match(self._text, self._at)
        self._at = max(found.end() if found else 0, self._at + 1)
        self._ends[pointer] = self._at
        return ""


def _below(pointer: Pointer, step: str | int) -> Pointer:
    return (*pointer, step) if len(pointer) < _DEEPEST else pointer

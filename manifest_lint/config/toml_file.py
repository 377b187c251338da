"""A configuration file: read, decoded, and the place of each part on demand."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.errors import UserError
from manifest_lint.files.disk import read_file

if TYPE_CHECKING:
    from manifest_lint.config.positions import Places, Pointer

PYPROJECT = "pyproject.toml"
TABLE = ("tool", "manifest-lint")
"""Our table in pyproject.toml."""

LIMIT = 1024 * 1024
"""Bytes: a larger file is not a configuration."""

_TABLES = (b"tool.manifest-lint", b"tool]", b"tool=")
"""One of them is in every file that has our table, without its quotes and spaces."""

_STRINGS = r"\"[^\"\n]*\"|'[^'\n]*'"
_MOST_DOTS = 200
_DECODER_SAYS = r"(?s)(.*) \(at (?:line (\d+), column (\d+)|end of document)\)"


class TomlFile:
    """A configuration file. `name` is its name in messages.

    `table` is its decoded content, `path` its absolute path.
    """

    def __init__(self, name: str, path: Path, text: str, table: Any, above: tuple[str, ...] = ()):
        self.name = name
        self.path = path
        self.table = table
        self._text = text
        self._above = above

    def refuse(
        self, pointer: Pointer, why: str, part: Literal["key", "value"] = "value"
    ) -> UserError:
        """Return the error for one part, with its line and column."""
        line, column = self.place(pointer, part)
        return UserError(f"{self.name}:{line}:{column}: {why}")

    def place(self, pointer: Pointer, part: Literal["key", "value"] = "value") -> tuple[int, int]:
        """Return line and column, from 1, of a key or a value; else of what contains it."""
        wanted = (*self._above, *pointer)
        return self._places.key(wanted) if part == "key" else self._places.value(wanted)

    @cached_property
    def _places(self) -> Places:
        from manifest_lint.config.positions import Places  # only for a message

        return Places(self._text)


def read(name: str, file: Path | None = None) -> TomlFile | None:
    """Read a configuration file; return None for a pyproject.toml without our table.

    `file` is where it is, if `name` is not its path. Raises UserError, with line and column, if it
    cannot be read or is not TOML.
    """
    path = Path(os.path.abspath(file or name))  # noqa: PTH100  # links stay as they are
    _refuse_device(name, path)
    return parse(name, path, read_file(file or Path(name), LIMIT + 1))


def parse(name: str, path: Path, data: bytes) -> TomlFile | None:
    """Return the configuration in the content of a file, as `read` does."""
    is_project = path.name == PYPROJECT
    if len(data) > LIMIT:
        raise UserError(f"{name}: is larger than {LIMIT // 1024**2} MiB; make it smaller")
    if is_project and not (b"manifest-lint" in data and _may_have_table(data)):
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _end(error.object[: error.start].decode("utf-8"))  # without the mark
        raise UserError(f"{name}:{line}:{column}: is not UTF-8; save it as UTF-8") from None
    table = _decoded(name, text)
    if not is_project:
        return TomlFile(name, path, text, table)
    tools = table.get(TABLE[0])
    if not isinstance(tools, dict) or TABLE[1] not in tools:
        return None
    return TomlFile(name, path, text, tools[TABLE[1]], TABLE)


def _may_have_table(data: bytes) -> bool:
    plain = data.translate(None, b"\"' \t")
    return any(table in plain for table in _TABLES)


def _refuse_device(name: str, path: Path) -> None:
    with suppress(OSError, ValueError):  # reading the file reports these
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise UserError(f"{name}: is not a regular file; use --isolated for no configuration")


def _decoded(name: str, text: str) -> dict[str, Any]:
    # The decoder's time grows with the square of the number of dots in a key.
    if any(line.count(".") > _MOST_DOTS for line in re.sub(_STRINGS, "", text).split("\n")):
        raise UserError(f"{name}: tables are nested too deeply; use at most three levels")
    try:
        from manifest_lint.config.toml import decode  # only if there is a configuration

        return decode(text)
    except RecursionError:
        raise UserError(f"{name}: values are nested too deeply; remove that value") from None
    except ValueError as error:
        found = re.fullmatch(_DECODER_SAYS, str(error))
        if not found:  # Python refuses to read a number of thousands of digits
            raise UserError(f"{name}: a number is too long; remove it") from None
        line, column = (int(found[2]), int(found[3])) if found[2] else _end(text)
        why = found[1][:1].lower() + found[1][1:]
        raise UserError(f"{name}:{line}:{column}: is not TOML: {why}") from None


def _end(text: str) -> tuple[int, int]:
    """Return line and column, from 1, of the end of `text`."""
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1

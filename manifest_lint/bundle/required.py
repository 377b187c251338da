"""Which files that were left out the packed code requires."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.archive.archive import Required
from manifest_lint.archive.never_packed import NEVER_PACKED
from manifest_lint.archive.streams import BLOCK
from manifest_lint.bundle.pack import no_link
from manifest_lint.bundle.packed_anyway import folders_of
from manifest_lint.bundle.select import Selection
from manifest_lint.content.escapes import unescaped
from manifest_lint.files.disk import cannot_read, read_file
from manifest_lint.text.substrings import Finder, finder

if TYPE_CHECKING:
    from manifest_lint.content.named_paths import NamedPath

_CODE = (".js", ".cjs", ".mjs")
_ENDINGS = ("", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node")
"""What Node adds to the path of a module, in its order."""

_LARGEST = 32 * 1024 * 1024
"""Bytes of a source that are searched."""

_LONGEST_NAME = 2048
"""Bytes of a name with escapes: a file system has names of 255 bytes."""

_LARGEST_TO_PARSE = 4 * 1024 * 1024
"""In a larger source, what a comment or a string names counts as required: parsing takes a second
for each MB."""

_WITHOUT_NAME = ("index", "node_modules")
"""What a source can require without its name: `require(".")`, `require("canvas")`."""

_BUILT_IN = """
assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel
dns domain events fs http http2 https inspector module net os path perf_hooks process punycode
querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi
worker_threads zlib
"""
"""Modules of Node, which come before those of node_modules [Node, module.builtinModules]."""


def required(root: Path, selection: Selection) -> tuple[Required, ...]:
    """Return the files below `root` that were left out and that packed code names, sorted.

    Each is reported once, for the first source that names it. Raises UserError if a source cannot
    be read.
    """
    left_out = {one.path: one.why for one in selection.left_out}
    if not left_out:
        return ()
    resolver = _Resolver(root, left_out.keys(), (path for path, _ in selection.files))
    found: dict[str, Required] = {}
    for by, file in selection.files:
        if not by.endswith(_CODE):
            continue
        if not any(map(resolver.may_name_one, _blocks(file))):
            continue
        source = read_file(file, _LARGEST)
        for path, offset in resolver.left_out_by(by, source):
            if path not in found:
                why = next(left_out[one] for one in (*folders_of(path), path) if one in left_out)
                line = source.count(b"\n", 0, offset) + 1
                found[path] = Required(path, why, why in NEVER_PACKED.values(), by, line)
    return tuple(found[path] for path in sorted(found))


def _blocks(file: Path) -> Iterator[bytes]:
    """Yield a source block by block, each with the end of the one before."""
    before = b""
    try:
        with open(file, "rb", opener=no_link) as source:
            for _ in range(_LARGEST // BLOCK):
                block = source.read(BLOCK)
                yield before + block
                if len(block) < BLOCK:
                    return
                before = block[-_LONGEST_NAME:]
    except OSError as error:
        raise cannot_read(file, error) from None


class _Resolver:
    """Finds the file that a path in a source means."""

    def __init__(self, root: Path, left_out: Iterable[str], packed: Iterable[str]):
        self._root = root
        self._left_out = frozenset(left_out)
        self._packed = frozenset(packed)
        names = {posixpath.basename(path) for path in self._left_out}
        words = {name.split(".")[0] or name for name in names}
        self._words: Finder | None = None
        if words.isdisjoint(_WITHOUT_NAME):
            self._words = finder(map(os.fsencode, words), "first")
        self._is_ascii = all(word.isascii() for word in words)

    def may_name_one(self, text: bytes) -> bool:
        """Return whether a source, or a path in one, may name a file that was left out."""
        if self._words is None or self._words(text):
            return True
        plain = unescaped(text, printable=self._is_ascii)
        return plain is not text and bool(self._words(plain))

    def left_out_by(self, by: str, source: bytes) -> Iterator[tuple[str, int]]:
        """Yield each file that was left out and that the source names, with the offset there."""
        from manifest_lint.content.named_paths import named_paths  # only for a source that may

        found = [
            (path, named.offset)
            for named in named_paths(source)
            if self.may_name_one(named.text.encode()) and (path := self._left_out_path(by, named))
        ]
        if found and len(source) <= _LARGEST_TO_PARSE:
            from manifest_lint.content.javascript import outside_code  # loads tree-sitter

            ignored = outside_code(source, [offset for _, offset in found])
            found = [(path, offset) for path, offset in found if offset not in ignored]
        yield from found

    def _left_out_path(self, by: str, named: NamedPath) -> str:
        """Return the file that was left out and that a path means; empty if it means another."""
        for path in _candidates(by, named):
            if path in self._packed:
                return ""
            if self._is_left_out(path):
                is_package = named.resolved == "module" and not named.text.startswith(".")
                full = f"{self._root}/{path}"  # os.path takes what cannot be a path as missing
                if is_package == os.path.isdir(full) and os.path.lexists(full):  # noqa: PTH112
                    return path
        return ""

    def _is_left_out(self, path: str) -> bool:
        return path in self._left_out or not self._left_out.isdisjoint(folders_of(path))


def _candidates(by: str, named: NamedPath) -> Iterator[str]:
    """Yield the paths that a path in the source `by` may mean, in the order in which Node tries."""
    here, text = posixpath.dirname(by), named.text
    if named.resolved == "module" and not text.startswith("."):
        name = "/".join(text.split("/")[: 2 if text.startswith("@") else 1])
        if name and ":" not in name and name not in _BUILT_IN.split():
            for folder in (here, *reversed([*folders_of(here)]), ""):
                yield posixpath.join(folder, "node_modules", name)
        return
    if named.resolved == "url":
        text = text.partition("?")[0].partition("#")[0]
    if named.resolved == "folder":
        text = text.lstrip("/")
    if "://" in text or text.startswith("/"):
        return
    bases = {"output": ("", here), "working folder": ("",)}.get(named.resolved, (here,))
    endings = _ENDINGS if named.resolved in ("module", "folder") else ("",)
    for base in bases:
        path = posixpath.normpath(posixpath.join(base, text))
        if path.split("/", 1)[0] not in ("..", "."):
            yield from (f"{path}{ending}" for ending in endings)

"""Which entries of `per-file-ignores` match a finding.

Entries and findings may both be many: each entry is compared with a file once, and each finding is
looked up among the entries of its file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from manifest_lint.config.patterns import compiled
from manifest_lint.config.settings import Exemption
from manifest_lint.document.document import Document
from manifest_lint.finding import Finding

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_LITERAL = re.compile(r"/?(?!\.)[\w.+@-]+(/(?!\.)[\w.+@-]+)*/?")
"""Matches patterns without wildcards, and without what gitignore reads in a way of its own."""

_WITH_POINTERS = ("manifest", "account types", "developer's configuration")
"""The kinds of documents that are JSON files."""


class Match(NamedTuple):
    """An entry that matches a finding, and the one of its codes that does."""

    entry: Exemption
    code: str


class Exemptions:
    """The entries of one configuration."""

    def __init__(self, entries: Iterable[Exemption]):
        self._entries = tuple(entries)
        self._by_path: dict[tuple[Path, str], list[int]] = {}
        self._patterns: list[int] = []
        for number, entry in enumerate(self._entries):
            if _LITERAL.fullmatch(entry.path):
                key = (entry.root, _literal(entry.path))
                self._by_path.setdefault(key, []).append(number)
            else:
                self._patterns.append(number)
        self._roots = tuple(dict.fromkeys(entry.root for entry in self._entries))

    def in_file(self, path: str) -> InFile:
        """Return the entries that match a file, by its path."""
        found: list[int] = []
        for root in self._roots:
            below = below_root(path, root)
            for literal in _literals(below):
                found += self._by_path.get((root, literal), ())
        for number in self._patterns:
            entry = self._entries[number]
            if (below := below_root(path, entry.root)) and _pattern(entry.path).match_file(below):
                found.append(number)
        return InFile([self._entries[number] for number in sorted(found)])


class InFile:
    """The entries that match one file."""

    def __init__(self, entries: Iterable[Exemption]):
        self._anywhere: dict[str, list[tuple[int, Match]]] = {}
        self._at = _Node()
        for number, entry in enumerate(entries):
            matches = self._anywhere
            if entry.pointer is not None:
                node = self._at
                for step in _steps(entry.pointer):
                    node = node.below.setdefault(step, _Node())
                matches = node.matches
            for code in entry.codes:
                matches.setdefault(code, []).append((number, Match(entry, code)))

    def matching(self, finding: Finding, document: Document | None) -> list[Match]:
        """Return what matches a finding in a document, in the order of the configuration.

        A pointer matches only in JSON: text that is not, a README and an archive have none.
        """
        tables = [self._anywhere]
        if has_pointers(document):
            nodes = [self._at]
            for step in map(str, finding.pointer):
                keys = dict.fromkeys((step, "*"))
                nodes = [node.below[key] for node in nodes for key in keys if key in node.below]
            tables += [node.matches for node in nodes]
        codes = _selectors(finding.code)
        found = [one for table in tables for code in codes for one in table.get(code, ())]
        return [match for _, match in sorted(found, key=lambda one: one[0])]


def has_pointers(document: Document | None) -> bool:
    """Return whether the findings in a document have a JSON pointer into its file."""
    return document is not None and document.kind in _WITH_POINTERS and not document.error


class _Node:
    """A step of the pointers of entries: what ends here, by code, and the steps below it."""

    __slots__ = ("below", "matches")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.matches: dict[str, list[tuple[int, Match]]] = {}


def below_root(path: str, root: Path) -> str:
    """Return a file's path relative to a folder, with `/`; empty if it is not below the folder."""
    absolute, above = os.path.abspath(path), str(root / "_")[:-1]  # noqa: PTH100
    return absolute[len(above) :].replace(os.sep, "/") if absolute.startswith(above) else ""


def literal_part(path: str) -> str:
    """Return the part of a pattern up to the first wildcard; empty if it may match at any depth."""
    if "/" not in path.rstrip("/"):
        return ""
    names = []
    for name in path.strip("/").split("/"):
        if set(name) & set("*?"):
            break
        names.append(name)
    return "/".join(names)


def _literal(path: str) -> str:
    """Return a pattern without wildcards in one form: anchored ones start with `/`."""
    return f"/{path.lstrip('/')}" if "/" in path.rstrip("/") else path


def _literals(path: str) -> Iterator[str]:
    """Yield each pattern without wildcards that matches a file: on its names, and their folders."""
    names = path.split("/") if path else []
    for number, name in enumerate(names, 1):
        anchored = "/" + "/".join(names[:number])
        yield from (anchored, name)
        if number < len(names):
            yield from (f"{anchored}/", f"{name}/")


def _steps(pointer: str) -> list[str]:
    """Return the steps of a JSON pointer, decoded [RFC 6901, section 4]."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


@cache
def _selectors(code: str) -> tuple[str, ...]:
    """Return what selects a rule: see finding.is_selected."""
    family = len(code.rstrip("0123456789"))
    return tuple(code[:end] for end in range(family, len(code) + 1))


@lru_cache(256)
def _pattern(text: str) -> GitIgnoreSpec:
    return compiled([text])

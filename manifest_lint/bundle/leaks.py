"""Looks for known secrets in every byte that is packed, however they were encoded."""

from __future__ import annotations

import base64
import bisect
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, urlsplit

from manifest_lint.archive.archive import Leak
from manifest_lint.document.go_json import fold
from manifest_lint.document.secret import (
    Hider,
    Secret,
    is_public_within,
    looks_real,
    named_secrets,
    names_a_secret,
    pairs_in,
)
from manifest_lint.engine.hide import hidden
from manifest_lint.engine.report import Report
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.text.wording import short

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

    from manifest_lint.document.document import Document

SHORTEST = 6
"""A shorter secret is not searched for: code has it by chance."""

_LONGEST = 1024
"""Of a longer secret, only the first bytes are searched for."""

_JOINT = re.compile(rb"""\+\s{0,40}(?:"|'|`)""")
_SPACE_AROUND = 40

_AN_ADDRESS = re.compile(r"https?://[^\s@]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Known:
    """A secret to search for, and its name in findings."""

    name: str
    secret: Secret


def of_account_types(account_types: Iterable[AccountType]) -> Iterator[Known]:
    """Yield the secrets of account types: all strings under keys of secrets."""
    for account_type in account_types:
        of = account_type.id or account_type.document.name
        for key, value in account_type.value.items():
            if names_a_secret(key):
                yield from _texts(f"`{key}` of {of}", value)
            elif fold(key).endswith("_endpoint") and isinstance(value, str):
                yield from _texts(f"the password in `{key}` of {of}", _password(value))


def of_developers_file(document: Document) -> Iterator[Known]:
    """Yield the secrets of a developer's file: each string under a key of a secret, at any depth.

    Of a file that is not JSON, those that can be read.
    """
    if document.error:
        for *_, key, value in pairs_in(document.body):
            yield from _texts(f"`{short(key)}` in {document.name}", value)
    for _, key, value in named_secrets(document.value):
        yield from _texts(f"`{short(key)}` in {document.name}", value)


def of_environment(names: Iterable[str], environment: Mapping[str, str]) -> Iterator[Known]:
    """Yield the values of environment variables; those that are not set are skipped."""
    for name in names:
        value = environment.get(name, "")
        if len(value.encode("utf-8", "surrogateescape")) >= SHORTEST:
            yield Known(f"${name}", Secret(value))


def _texts(name: str, value: Any) -> Iterator[Known]:
    """Yield each string in a value that may be a secret, and is not a placeholder for one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not is_public_within(key):
                yield from _texts(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(name, inner)
    elif (
        isinstance(value, str)
        and len(value) >= SHORTEST
        and looks_real(value)
        and not _AN_ADDRESS.fullmatch(value)
    ):
        yield Known(name, Secret(value))


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def forms(secret: str) -> dict[bytes, str]:
    """Return every form of a secret, and its encoding: empty for the plain one."""
    data = secret.encode("utf-8", "surrogateescape")[:_LONGEST]
    text = data.decode("utf-8", "ignore")
    found: dict[bytes, str] = {data: ""}

    def add(encoded: str | bytes, how: str) -> None:
        form = encoded.encode() if isinstance(encoded, str) else encoded
        found.setdefault(form, how)

    for url in (quote(data), quote(data, safe=""), quote_plus(data), quote(data, safe="!'()*~")):
        add(url, "URL-encoded")
        add(re.sub("%..", lambda found: found[0].lower(), url), "URL-encoded")
    for ascii_only in (True, False):
        escaped = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        add(escaped, "JSON")
        add(escaped.replace("/", "\\/"), "JSON")
        for_html = escaped
        for char in "<>&":  # Go and PHP write these so
            for_html = for_html.replace(char, f"\\u{ord(char):04x}")
        add(for_html, "JSON")
        unquoted = escaped.replace('\\"', '"')  # what JavaScript need not escape between others
        add(unquoted, "JavaScript")
        add(unquoted.replace("'", "\\'"), "JavaScript")
        add(unquoted.replace("`", "\\`").replace("${", "\\${"), "JavaScript")
    if all(char <= "\xff" for char in text):
        add("".join(f"\\x{ord(char):02x}" for char in text), "JavaScript")
        add("".join(f"\\x{ord(char):02X}" for char in text), "JavaScript")
    for digits in ("04x", "04X"):
        units = text.encode("utf-16-be")
        pairs = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
        add("".join(f"\\u{unit:{digits}}" for unit in pairs), "JavaScript")
    add(data.hex(), "hexadecimal")
    add(data.hex().upper(), "hexadecimal")
    for shift in range(3):
        # The characters that depend on the secret alone, whatever is before and after it.
        encoded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        sure = encoded[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
        add(sure, "base64")
        add(sure.replace("+", "-").replace("/", "_"), "base64")
    return {form: how for form, how in found.items() if len(form) >= SHORTEST}


def without_known(report: Report, known: Iterable[Known]) -> Report:
    """Return a report with known secrets masked in findings, and without the files that have one.

    A secret may be in the manifest by mistake, where other rules find it too.
    """
    hide = Hider(one.secret.reveal() for one in known)
    shown = {
        name: document if hide(document.text) == document.text else document.withheld()
        for name, document in report.documents.items()
    }
    return replace(
        report, findings=tuple(hidden(one, hide) for one in report.findings), documents=shown
    )


class Search:
    """Searches files for known secrets, block by block; see tarball.Watcher."""

    def __init__(self, known: Iterable[Known]):
        self._needles: list[tuple[bytes, str, str]] = []
        seen: set[bytes] = set()
        for one in known:
            for form, how in forms(one.secret.reveal()).items():
                if form not in seen:
                    seen.add(form)
                    self._needles.append((form, one.name, how))
        # Pieces of a string may have one character each, and a joint after it.
        self._overlap = max((len(form) for form, *_ in self._needles), default=1) * 4
        self._overlap += 4 * _SPACE_AROUND
        self._path = ""
        self._tail = b""
        self._offset = 0
        self._found: dict[tuple[str, str], Leak] = {}

    @cached_property
    def _automaton(self) -> BytesAhoCorasick:
        from ahocorasick_rs import BytesAhoCorasick  # only where there is a secret to look for

        return BytesAhoCorasick([form for form, *_ in self._needles])

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """What was found, each secret once for each file, in the order of files."""
        return tuple(self._found.values())

    def start(self, path: str) -> None:
        """Start a file: its bytes follow."""
        self._path, self._tail, self._offset = path, b"", 0
        if self._needles:
            for number, *_ in self._matches(os.fsencode(path)):
                _, name, _ = self._needles[number]
                self._found[path, name] = Leak(path, 0, name, "in its name")

    def feed(self, block: bytes) -> None:
        """Search the next bytes of the file, and the strings that code joins there."""
        if not self._needles:
            return
        data, known = self._tail + block, len(self._tail)
        for number, start, end in self._matches(data):
            if end > known:
                self._add(number, self._offset - known + start)
        if joints := _joints(data):
            self._joined(data, known, joints)
        self._offset += len(block)
        self._tail = data[-self._overlap :]

    def _matches(self, data: bytes) -> list[tuple[int, int, int]]:
        return self._automaton.find_matches_as_indexes(data, overlapping=True)

    def _joined(self, data: bytes, known: int, joints: list[tuple[int, int]]) -> None:
        """Search for strings that code joins from pieces: `"abc"+"def"`."""
        pieces, at, starts = [], 0, [0]
        length = 0
        for start, end in joints:
            pieces.append(data[at:start])
            length += start - at
            starts.append(length)
            at = end
        pieces.append(data[at:])
        for number, start, end in self._matches(b"".join(pieces)):
            before = _count_up_to(starts, start)
            removed = sum(b - a for a, b in joints[:before])
            within = _count_up_to(starts, end - 1) - before
            after = removed + sum(b - a for a, b in joints[before : before + within])
            if within and end + after > known:
                self._add(number, self._offset - known + start + removed, joined=True)

    def _add(self, number: int, offset: int, *, joined: bool = False) -> None:
        _, name, how = self._needles[number]
        if joined:
            how = "joined from pieces"
        key = (self._path, name)
        if key not in self._found or offset < self._found[key].offset:
            self._found[key] = Leak(self._path, offset, name, how)


def _joints(data: bytes) -> list[tuple[int, int]]:
    """Return where code joins two pieces of a string: from one quote to the next."""
    found: list[tuple[int, int]] = []
    last = 0
    for match in _JOINT.finditer(data):
        start, end = match.span()
        before = data[max(start - _SPACE_AROUND, 0) : start]
        start -= len(before) - len(before.rstrip())
        # A quote that opens a piece does not close it: "a"+"+"+"b" has two joints.
        if start > last and data[start - 1] == data[end - 1]:
            last = end
            found.append((start - 1, end))
    return found


def _count_up_to(starts: list[int], position: int) -> int:
    """Count the joints before a position of the joined text; `starts` are where pieces start."""
    return bisect.bisect_right(starts, position) - 1

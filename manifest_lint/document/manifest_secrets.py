"""The secrets in a manifest: values under keys of secrets, at any depth.

A manifest is public, so nothing of it may be secret. But it describes a form, so a key `password`
is mostly the name of a field, and it has words for people, so each part is read in its own way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from manifest_lint.document.go_json import RepeatedKeys, fold, members
from manifest_lint.document.secret import is_a_secret, is_a_secret_among_words
from manifest_lint.document.secret_names import is_public_within, pairs_in, surely_names_a_secret

_Part = Literal["values", "fields", "words", "named"]
"""How a part of a manifest is read: `values` under keys, the `fields` of a form, `words` for
people, or objects that are `named` by their author."""

_PARTS: dict[str, _Part] = {
    "fields": "fields",
    "locales": "words",
    "permissions": "named",
    "notifications": "named",
}
_NOT_A_SECRET = ("name", "label", "title", "description", "help", "format", "url", "uri", "scope")
"""Keys within a secret's object that say something about it, besides those always public."""

_DEEP = 90
"""Values nested deeper than this may be missing from the decoded value (document/go_json.py)."""

_OF_A_FIELD = ("default", "value")
"""Keys of a field with a value for it: that of a password is a secret."""


class Found(NamedTuple):
    """A secret in a manifest, at a pointer.

    `key` is the key that names it, empty if none does. `kind` is its form, if that is known. With a
    `span`, offsets in the text, it is nested too deep for a pointer.
    """

    pointer: tuple[str | int, ...]
    value: str | int | float
    key: str
    kind: str | None
    span: tuple[int, int] | None = None


class _Waiting(NamedTuple):
    """A value to read. `key` names it as a secret, or is empty; `part` is where it is."""

    pointer: tuple[str | int, ...]
    value: Any
    key: str
    part: _Part


_MAY_HAVE_A_FORM = r"[0-9][\w-]{8}|[\w-]{8}[0-9]|://[^\s/@]{0,99}@|PRIVATE KEY|\"kty"
"""What every known form of a secret has; most manifests have nothing of it."""


def secrets_of_manifest(manifest: Any, text: str) -> Iterator[Found]:
    """Yield the secrets in a decoded manifest, in the order of its text."""
    kind_of: Callable[[str], str | None] = lambda _: None  # noqa: E731
    if re.search(_MAY_HAVE_A_FORM, text, re.ASCII):
        from manifest_lint.document.secret_forms import kind_of  # only for a likely one
    waiting = [_Waiting((), manifest, "", "values")]
    is_deep = False
    while waiting:  # no recursion: values may be nested deep
        at = waiting.pop()
        is_deep = is_deep or len(at.pointer) == _DEEP
        if isinstance(at.value, dict):
            if "kty" in at.value and (kind := kind_of(json.dumps(at.value))):
                key = next((one for one in ("d", "k") if isinstance(at.value.get(one), str)), "kty")
                yield Found((*at.pointer, key), at.value[key], "", kind)
            waiting += reversed(list(_members(at)))
        elif isinstance(at.value, list):
            items = [
                at._replace(pointer=(*at.pointer, index), value=item)
                for index, item in enumerate(at.value)
            ]
            waiting += reversed(items)
        else:
            key = at.key if at.key and _IS_ONE[at.part](at.value) else ""
            kind = kind_of(at.value) if isinstance(at.value, str) else None
            if key or kind:
                yield Found(at.pointer, at.value, key, kind)
    if is_deep:
        yield from secrets_of_text(text)


_IS_ONE: dict[_Part, Callable[[object], bool]] = {
    "values": is_a_secret,
    "fields": is_a_secret,
    "words": is_a_secret_among_words,
    "named": is_a_secret,
}


def _members(around: _Waiting) -> Iterator[_Waiting]:
    """Yield what to read in an object."""
    repeats = isinstance(around.value, RepeatedKeys)
    for index, (key, value) in enumerate(members(around.value)):
        pointer = (*around.pointer, index if repeats else key)
        own = key if surely_names_a_secret(key) else ""
        part = around.part
        if part == "fields":
            if isinstance(value, dict):
                own = key if value.get("type") == "password" else own
            elif fold(key) in _OF_A_FIELD:
                is_password = around.value.get("type") == "password"
                own = around.key or own or (key if is_password else "")
        elif part == "named":
            own, part = "" if isinstance(value, dict | list) else own, "values"
        elif fold(key) not in _NOT_A_SECRET and not is_public_within(key):
            own = own or around.key
        if not around.pointer:
            part = _PARTS.get(fold(key), "values")
        yield _Waiting(pointer, value, own, part)


def secrets_of_text(text: str) -> Iterator[Found]:
    """Yield the strings after keys of secrets in a manifest that is not JSON, or nested deep."""
    for start, end, key, value in pairs_in(text):
        if surely_names_a_secret(key) and is_a_secret(value):
            yield Found((), value, key, None, (start, end))

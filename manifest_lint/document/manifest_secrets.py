"""The secrets in a manifest: values under keys of secrets, at any depth.

A manifest is public, so nothing of it may be secret. But it describes a form, so a key `password`
is mostly the name of a field, and it has words for people, so each part is read in its own way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.document.go_json import RepeatedKeys, fold, members
from manifest_lint.document.secret import is_a_secret, is_a_secret_among_words
from manifest_lint.document.secret_names import (
    NAMES,
    describes_a_secret,
    name_for_a_value,
    pairs_in,
    secret_name,
    surely_names_a_secret,
)
from manifest_lint.document.secret_strings import (
    MAY_HAVE_A_FORM,
    PRIVATE_KEY,
    SHORTEST_FORM,
    json_in,
    kind_of,
    may_be_one,
    pairs_within,
    strings_may_have_a_form,
)
from manifest_lint.finding import Record

if TYPE_CHECKING:
    _Part = Literal["values", "fields", "words", "named"]
    """How a part of a manifest is read: `values` under keys, the `fields` of a form, `words` for
    people, or objects that are `named` by their author."""

_PARTS: dict[str, _Part] = {
    "fields": "fields",
    "locales": "words",
    "permissions": "named",
    "notifications": "named",
}
_CONTAINERS = (dict, list)
"""Asking for `dict | list` takes five times as long, and is done for each value."""

_DEEP = 90
"""Values nested deeper than this may be missing from the decoded value (document/go_json.py)."""

_OF_A_FIELD = ("default", "value")
"""Keys of a field with a value for it: that of a password is a secret."""

_VALUE = ("value", "values", "default", "content")
"""Keys of a name and its value: `{"name": "client_secret", "value": "..."}`."""


class Found(Record):
    """A secret in a manifest, at a pointer.

    `key` is the key that names it, empty if none does. `kind` is its form, if that is known. `also`
    are strings to hide with it, such as the one that it is in. If it `is_key`, it is the key at the
    pointer. With a `span`, offsets in the text, it is nested too deep for a pointer.
    """

    pointer: tuple[str | int, ...]
    value: str | int | float
    key: str
    kind: str | None
    span: tuple[int, int] | None = None
    also: tuple[str, ...] = ()
    is_key: bool = False

    @property
    def hides(self) -> tuple[str | int | float, ...]:
        """The strings and numbers that are not shown."""
        return (self.value, *filter(None, self.also))

    def __repr__(self) -> str:
        return "Found(...)"


class _Waiting(Record):
    """A value to read. `key` names it as a secret, or is empty; `part` is where it is.

    Unless it `is_sure`, the key does so only if the value looks random. What is JSON in a string is
    read too: then this is the string, and the pointer is the string's.
    """

    def __init__(
        self,
        pointer: tuple[str | int, ...],
        value: Any,
        key: str,
        is_sure: bool,
        part: _Part,
        string: str = "",
    ):
        self.pointer = pointer
        self.value = value
        self.key = key
        self.is_sure = is_sure
        self.part = part
        self.string = string

    def below(self, step: str | int) -> tuple[str | int, ...]:
        """Return the pointer of a member or an item."""
        return self.pointer if self.string else (*self.pointer, step)


_MOST_LINES = 1000
"""A private key in a list has at most this many lines."""


def _no_kind(_text: str) -> str | None:
    return None


def secrets_of_manifest(manifest: Any, text: str, has_forms: bool | None = None) -> Iterator[Found]:
    """Yield the secrets in a decoded manifest, in the order of its text.

    `has_forms` is what `strings_may_have_a_form` returns for the text, if that is known.
    """
    waiting = [_Waiting((), manifest, "", True, "values")]
    is_deep = False
    if has_forms is None:
        has_forms = strings_may_have_a_form(text)
    kind_in = kind_of if has_forms else _no_kind
    while waiting:  # no recursion: values may be nested deep
        at = waiting.pop()
        is_deep = is_deep or len(at.pointer) == _DEEP
        if isinstance(at.value, dict):
            if has_forms:
                yield from _of_object(at)
            waiting += reversed(_members(at, has_forms))
        elif isinstance(at.value, list):
            yield from _of_lines(at)
            waiting += reversed(list(_items(at, has_forms)))
        else:
            key = at.key if at.key and _is_one(at) else ""
            kind = kind_in(at.value) if isinstance(at.value, str) else None
            if key or kind:
                yield Found(at.pointer, at.value, key, kind, also=(at.string,))
            elif isinstance(at.value, str) and len(at.value) >= SHORTEST_FORM:
                inner = json_in(at.value)
                if isinstance(inner, _CONTAINERS):
                    waiting.append(at._replace(value=inner, string=at.string or at.value))
                else:
                    yield from _within(at)
    if is_deep:
        yield from _pairs_of(text)


def _is_one(at: _Waiting) -> bool:
    if at.part == "words" or not at.is_sure:
        return is_a_secret_among_words(at.value)
    return is_a_secret(at.value) and not _is_public(at.key, at.value)


def _is_public(key: str, value: str | int | float) -> bool:
    from manifest_lint.document.public_values import is_public  # only for what may be a secret

    return is_public(key, value)


def _of_object(at: _Waiting) -> Iterator[Found]:
    """Yield the secrets that an object is as a whole, or has for keys."""
    if "kty" in at.value and (kind := kind_of(json.dumps(at.value))):
        key = next((one for one in ("d", "k") if isinstance(at.value.get(one), str)), "kty")
        if not isinstance(at.value[key], _CONTAINERS):  # the key is in that, and read with it
            yield Found(at.below(key), at.value[key], "", kind, also=(at.string,))
    for key in at.value:
        if len(key) >= SHORTEST_FORM and (kind := kind_of(key)):
            yield Found(at.below(key), key, "", kind, also=(at.string,), is_key=not at.string)


def _of_lines(at: _Waiting) -> Iterator[Found]:
    """Yield the private key whose lines are the items of a list."""
    for index, item in enumerate(at.value):
        if isinstance(item, str) and PRIVATE_KEY in item and "BEGIN" in item:
            rest = at.value[index : index + _MOST_LINES]
            lines = [line for line in rest if isinstance(line, str)]
            if not kind_of(item) and (kind := kind_of("\n".join(lines))):
                yield Found(at.below(index), item, "", kind, also=(*lines, at.string))
            return


def _within(at: _Waiting) -> Iterator[Found]:
    """Yield the secrets in a string that has more than one: `client_secret=9f8e7d6c5b4a3210`."""
    for start, end, name in pairs_within(at.value):
        yield Found(at.pointer, at.value[start:end], name, None, also=(at.value, at.string))


def _members(around: _Waiting, has_forms: bool) -> list[_Waiting]:
    """Return what to read in an object. Most members are nothing: they cost as little as can be."""
    waiting: list[_Waiting] = []
    value, key_around, part_around = around.value, around.key, around.part
    repeats = isinstance(value, RepeatedKeys)
    named = "" if NAMES.isdisjoint(value) else name_for_a_value(value)
    may_be_named = bool(named or key_around or part_around == "fields")
    for index, (key, inner) in enumerate(members(value)):
        folded, own, is_sure, says_something = _about(key)
        if not (may_be_named or own or _is_worth_reading(inner, has_forms)):
            continue
        part = part_around
        if named and folded in _VALUE:
            own, is_sure = named, surely_names_a_secret(named)
        if part == "fields":
            if isinstance(inner, dict):
                if inner.get("type") == "password":
                    own, is_sure = key, True
            elif folded == "options":
                part = "words"
            elif folded in _OF_A_FIELD:
                if key_around:
                    own, is_sure = key_around, around.is_sure
                elif value.get("type") == "password":
                    own, is_sure = own or key, True
        elif part == "named":
            part = "values"
            is_sure = is_sure and not isinstance(inner, _CONTAINERS)
        elif not own and not says_something:
            own, is_sure = key_around, around.is_sure
        if not around.pointer:
            part = _PARTS.get(folded, "values")
        if own or _is_worth_reading(inner, has_forms):
            pointer = around.below(index if repeats else key)
            waiting.append(_Waiting(pointer, inner, own, is_sure, part, around.string))
    return waiting


def _items(around: _Waiting, has_forms: bool) -> Iterator[_Waiting]:
    """Yield what to read in a list; one of a name and a value is read as an object of one."""
    first = around.value[0] if len(around.value) == 2 else None
    named = secret_name(first) if isinstance(first, str) else ""
    if named and not around.key:
        around = around._replace(key=named, is_sure=False)
    for index, item in enumerate(around.value):
        if around.key or _is_worth_reading(item, has_forms):
            pointer = around.below(index)
            yield _Waiting(pointer, item, around.key, around.is_sure, around.part, around.string)


def _is_worth_reading(value: Any, has_forms: bool) -> bool:
    """Return whether a value that no key names may be a secret or have one: most have none."""
    if isinstance(value, str):
        return may_be_one(value, has_forms)
    if isinstance(value, list):  # two items may be a name and its value
        return len(value) == 2 or any(
            not isinstance(item, str) or _is_worth_reading(item, has_forms) for item in value
        )
    return isinstance(value, dict) and bool(value)


@lru_cache(4096)
def _about(key: str) -> tuple[str, str, bool, bool]:
    """Return a key folded, its `secret_name`, if that surely is one, and if it describes one."""
    own = secret_name(key)
    return fold(key), own, not own or surely_names_a_secret(own), describes_a_secret(key)


def secrets_by_form(value: Any) -> Iterator[str]:
    """Yield the keys and strings of a decoded file that have a known form of a secret."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            waiting += [part for member in members(inner) for part in member]
        elif isinstance(inner, list):
            waiting += inner
        elif isinstance(inner, str) and len(inner) >= SHORTEST_FORM and kind_of(inner):
            yield inner


def secrets_of_text(text: str) -> Iterator[Found]:
    """Yield the secrets in a manifest that is not JSON, by their keys or their forms."""
    yield from _pairs_of(text)
    if re.search(MAY_HAVE_A_FORM, text):
        from manifest_lint.document.secret_forms import find

        for start, end, kind in find(text):
            yield Found((), text[start:end], "", kind, (start, end))


def _pairs_of(text: str) -> Iterator[Found]:
    """Yield the strings after keys of secrets in text."""
    for start, end, key, value in pairs_in(text):
        shown = value if text[start] == '"' else 0
        if surely_names_a_secret(key) and is_a_secret(value) and not _is_public(key, shown):
            yield Found((), value, key, None, (start, end))

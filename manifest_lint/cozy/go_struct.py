"""What Go refuses to decode into a struct.

Keys match by Unicode folding (`SLUG` is `slug`). A repeated key is checked each time, and the last
one counts. Any field accepts null. A struct is described by one check per field; a check returns
the refusals, none if the value decodes.
[golang encoding/json decode.go]
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.document.go_json import RepeatedKeys, fold
from manifest_lint.finding import Record

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

    RefusalKind = Literal["type", "permission", "doctype", "wildcard", "verb", "app type"]


class Refusal(Record):
    """A value in a document that the stack refuses, at `pointer`.

    For a wrong type, `wanted` says in words what the stack accepts there: "a string".
    """

    kind: RefusalKind
    pointer: Pointer
    value: Any
    wanted: str = ""


Check = Callable[["Pointer", Any], Iterable[Refusal]]
"""Takes the pointer and the value, which is not null, and returns what is refused in it."""


def must(fits: Callable[[Any], bool], wanted: str, kind: RefusalKind = "type") -> Check:
    """Return a check that `fits` accepts a value; `wanted` says in words what it accepts."""

    def check(pointer: Pointer, value: Any) -> Iterable[Refusal]:
        return () if fits(value) else (Refusal(kind, pointer, value, wanted),)

    return check


TEXT = must(lambda value: isinstance(value, str), "a string")


def struct(fields: Mapping[str, Check], wanted: str, kind: RefusalKind = "type") -> Check:
    """Return a check of an object against a Go struct; `fields` has folded names."""
    read = Fields(fields)

    def check(pointer: Pointer, value: Any) -> Iterable[Refusal]:
        if not isinstance(value, dict):
            return (Refusal(kind, pointer, value, wanted),)
        found: list[Refusal] = []
        for place, name, inner in read.members(value):
            its = fields[name]
            if inner is not None and not (its is TEXT and isinstance(inner, str)):
                found += its((*pointer, place), inner)  # few members
        return found

    return check


def mapping(item: Check, wanted: str) -> Check:
    """Return a check of an object against a Go map: any keys, whose values pass `item`."""

    def check(pointer: Pointer, value: Any) -> Iterable[Refusal]:
        if not isinstance(value, dict):
            return (Refusal("type", pointer, value, wanted),)
        found: list[Refusal] = []
        for step, _, inner in _members(value):
            if inner is not None:
                found += item((*pointer, step), inner)
        return found

    return check


def list_of_strings(wanted: str, kind: RefusalKind = "type") -> Check:
    """Return a check of a list of strings."""

    def check(pointer: Pointer, value: Any) -> Iterable[Refusal]:
        if not isinstance(value, list):
            return (Refusal(kind, pointer, value, wanted),)
        return [
            Refusal(kind, (*pointer, index), item, "a string")
            for index, item in enumerate(value)
            if item is not None and not isinstance(item, str)
        ]

    return check


class Fields:
    """The fields of a struct, which `names` has folded, and the members that Go reads as them.

    What the keys of an object mean is kept, as connectors have the same ones: for at most _MOST
    objects with _SHORT characters in their keys.
    """

    def __init__(self, names: Container[str]):
        self._names = names
        self._kept: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}

    def members(self, value: dict[str, Any]) -> list[tuple[str | int, str, Any]]:
        """Return the members of an object that are fields, in order.

        Each is (step of a pointer, folded name of the field, value); null values are included.
        """
        if isinstance(value, RepeatedKeys):
            named = ((step, fold(key), inner) for step, key, inner in _members(value))
            return [one for one in named if one[1] in self._names]
        return [(key, name, value[key]) for key, name in self._read(tuple(value))]

    def _read(self, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Return each of some keys that is a field, with its folded name."""
        known = self._kept.get(keys)
        if known is None:
            known = tuple([(key, name) for key in keys if (name := fold(key)) in self._names])
            if len("".join(keys)) <= _SHORT:
                if len(self._kept) == _MOST:
                    self._kept.clear()
                self._kept[keys] = known
        return known


_MOST = 500
_SHORT = 1000
_MANY = 60
"""Keys of an object that is most likely the only one with these."""


def fields_of(value: dict[str, Any], names: Container[str]) -> Iterable[tuple[str | int, str, Any]]:
    """Return the members of an object that are fields with some folded names: see Fields."""
    return Fields(names).members(value)


def field(value: dict[str, Any], name: str) -> Any:
    """Return what Go reads for a field: the value of the last member that folds to it, or None.

    Null values are skipped.
    """
    if len(value) > _MANY and _is_folded(value):
        return value.get(fold(name))
    found = None
    for _, _, inner in _named(name).members(value):
        if inner is not None:
            found = inner
    return found


@cache
def _named(name: str) -> Fields:
    return Fields((fold(name),))


def members_that_count(value: dict[str, Any]) -> dict[str, tuple[str | int, Any]]:
    """Return (step of a pointer, value) of what Go reads for each field, by its folded name.

    It is what `field` returns: null values are skipped.
    """
    if _is_folded(value):
        return {key: (key, inner) for key, inner in value.items() if inner is not None}
    return {fold(key): (step, inner) for step, key, inner in _members(value) if inner is not None}


def _is_folded(value: dict[str, Any]) -> bool:
    """Return whether no key of an object changes when it is folded; for most it is known at once.

    Joined keys are lower case if one of them has a letter, and none a capital.
    """
    keys = "".join(value)
    return keys.islower() and keys.isascii() and not isinstance(value, RepeatedKeys)


def _members(value: dict[str, Any]) -> Iterable[tuple[str | int, str, Any]]:
    """Return each member as (step of a pointer, key, value); steps are indexes if a key repeats."""
    if isinstance(value, RepeatedKeys):
        return [(index, key, inner) for index, (key, inner) in enumerate(value.members)]
    return zip(value, value, value.values(), strict=True)  # three times as quick as a generator

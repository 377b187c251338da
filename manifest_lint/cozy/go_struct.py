"""What Go refuses to decode into a struct.

Keys match by Unicode folding (`SLUG` is `slug`), of repeated keys each is checked and the last one
counts, and null passes for any typed field. A struct is described by checks, one for each of its
fields; a check gives the refusals, none if the value decodes.
[golang encoding/json decode.go]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from manifest_lint.document.go_json import RepeatedKeys, fold, members

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

RefusalKind = Literal["type", "permission", "doctype", "wildcard", "verb", "app type"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing in a document that the stack refuses, at `pointer`.

    `wanted` is, for a wrong type, what it takes there, in words.
    """

    kind: RefusalKind
    pointer: Pointer
    value: Any
    wanted: str = ""


Check = Callable[["Pointer", Any], Iterable[Refusal]]
"""Tells what is refused of a value that is not null, standing at a pointer."""


def must(fits: Callable[[Any], bool], wanted: str, kind: RefusalKind = "type") -> Check:
    """Check that a value is of one kind, named by `wanted` for a person."""

    def check(pointer: Pointer, value: Any) -> Iterable[Refusal]:
        return () if fits(value) else (Refusal(kind, pointer, value, wanted),)

    return check


def struct(fields: Mapping[str, Check], wanted: str, kind: RefusalKind = "type") -> Check:
    """Check an object against a Go struct."""

    def check(pointer: Pointer, value: Any) -> Iterator[Refusal]:
        if not isinstance(value, dict):
            yield Refusal(kind, pointer, value, wanted)
            return
        for place, field, inner in fields_of(value, fields):
            if inner is not None:
                yield from fields[field]((*pointer, place), inner)

    return check


def mapping(item: Check, wanted: str) -> Check:
    """Check an object against a Go map: any keys, each with a value of one kind."""

    def check(pointer: Pointer, value: Any) -> Iterator[Refusal]:
        if not isinstance(value, dict):
            yield Refusal("type", pointer, value, wanted)
            return
        for step, _, inner in _members(value):
            if inner is not None:
                yield from item((*pointer, step), inner)

    return check


def list_of_text(wanted: str, kind: RefusalKind = "type") -> Check:
    """Check a list of texts."""

    def check(pointer: Pointer, value: Any) -> Iterator[Refusal]:
        if not isinstance(value, list):
            yield Refusal(kind, pointer, value, wanted)
            return
        for index, item in enumerate(value):
            if item is not None and not isinstance(item, str):
                yield Refusal(kind, (*pointer, index), item, "text")

    return check


def fields_of(
    value: dict[str, Any], fields: Mapping[str, Any]
) -> Iterator[tuple[str | int, str, Any]]:
    """Give the members of an object that Go takes for fields of a struct, in order.

    `fields` has folded names. Each member comes as (step of a pointer, folded name of the field,
    value); null values too.
    """
    for step, key, inner in _members(value):
        name = fold(key)
        if name in fields:
            yield step, name, inner


def field(value: dict[str, Any], name: str) -> Any:
    """Give what Go reads of an object for a field: the last member that folds to it, else None."""
    found, name = None, fold(name)
    for key, inner in members(value):
        if inner is not None and fold(key) == name:
            found = inner
    return found


def _members(value: dict[str, Any]) -> Iterable[tuple[str | int, str, Any]]:
    """Give each member as (step of a pointer, key, value); repeated keys are counted."""
    if isinstance(value, RepeatedKeys):
        return [(index, key, inner) for index, (key, inner) in enumerate(value.members)]
    return zip(value, value, value.values(), strict=True)  # a third of a generator's time


TEXT = must(lambda value: isinstance(value, str), "text")

"""Rule out that a manifest has a secret, in less time than a search takes: most have none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from manifest_lint.document.go_json import RepeatedKeys
from manifest_lint.document.secret_names import (
    NAMES,
    describes_a_secret,
    name_for_a_value,
    names_a_secret,
)
from manifest_lint.document.secret_strings import (
    SHORTEST_FORM,
    SHORTEST_URL,
    kind_of,
    may_be_one,
)

_LEVELS = 20
"""A manifest that is nested deeper than this is not ruled out."""


def has_a_form(text: str) -> bool:
    """Return whether the text of a manifest has a secret with a known form."""
    from manifest_lint.document.masking import known_forms_in  # only for a likely one

    return next(known_forms_in(text), None) is not None


def not_ruled_out(manifest: Any, has_forms: bool) -> Iterator[Any]:
    """Yield the first part of a decoded manifest that may have a secret, if there is one.

    If not, `secrets_of_manifest` and `secrets_by_name` find none, in a text without `has_a_form`.
    `has_forms` is what `strings_may_have_a_form` returns for it. What is yielded may have none.
    """
    shortest = SHORTEST_URL if has_forms else SHORTEST_FORM
    level = [manifest]
    for _ in range(_LEVELS):
        below: list[Any] = []
        for part in level:
            if isinstance(part, dict) and not (
                _may_name_one(part) or (has_forms and _may_be_a_form(part))
            ):
                values: Any = part.values()
            elif isinstance(part, list) and not (len(part) == 2 and _may_be_a_pair(*part)):
                values = part
            else:
                yield part
                return
            for value in values:
                kind = type(value)  # asking `isinstance` takes longer, and is done for each value
                if kind is str:
                    if len(value) >= shortest and may_be_one(value, has_forms):
                        yield value
                        return
                elif kind is dict or kind is list or kind is RepeatedKeys:
                    below.append(value)
        if not below:
            return
        level = below
    yield level


def _may_name_one(part: dict[str, Any]) -> bool:
    """Return whether something in an object, but not deeper, may be a secret by a name."""
    if any(map(names_a_secret, part)) and any(
        names_a_secret(key) and not _only_describes(value) for key, value in part.items()
    ):
        return True
    if part.get("type") == "password" and not _only_describes(part):
        return True  # a field's default
    if not NAMES.isdisjoint(part) and name_for_a_value(part):
        return True
    return isinstance(part, RepeatedKeys)


def _may_be_a_form(part: dict[str, Any]) -> bool:
    """Return whether an object as a whole, or one of its keys, may have the form of a secret."""
    return "kty" in part or any(len(key) >= SHORTEST_FORM and kind_of(key) for key in part)


def _may_be_a_pair(name: Any, _: Any) -> bool:
    return isinstance(name, str) and names_a_secret(name)


def _only_describes(value: Any) -> bool:
    """Return whether a value under the name of a secret only says something about one."""
    if isinstance(value, dict):
        return all(map(describes_a_secret, value))
    return value is None or isinstance(value, bool)

"""M008 to M010: values of which the platform keeps a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from manifest_lint.cozy.manifest import LISTED_VALUES
from manifest_lint.project.connector import Connector
from manifest_lint.project.listed import RENAMED, authorised, extra
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, quoted

_MOST_TOLD = 100
"""So many wrong values of one list are told; looking for the nearest of each takes its time."""


@rule("M008", "category", severity=WARNING, fix="unsafe")
def category(connector: Connector) -> Iterator[Finding]:
    """A category is not an authorised one.

    The store knows a closed list of categories and shows the connector under no other; one of no
    category that it knows stands under `others`.

    Bad: {"categories": ["other"]}
    Good: {"categories": ["others"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    yield from _unauthorised(connector, "categories", "is not a category of the store")


@rule("M009", "data-type", severity=WARNING, fix="unsafe")
def data_type(connector: Connector) -> Iterator[Finding]:
    """A data type is not an authorised one.

    There is a closed list of them: what a connector imports under another name, no app can tell.

    Bad: {"data_types": ["bills"]}
    Good: {"data_types": ["bill"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    yield from _unauthorised(connector, "data_types", "is not a data type")


@rule("M010", "known-value", severity=WARNING, fix="unsafe")
def known_value(connector: Connector) -> Iterator[Finding]:
    """A feature, qualification label or frequency that its reader does not know.

    It is accepted, and nobody acts on it: a connector of an unknown frequency runs weekly, and is
    not found by an unknown label. Features are told to people alone: a note.

    Bad: {"frequency": "fortnightly"}
    Good: {"frequency": "weekly"}
    Source: cozy-apps-registry README; cozy-client, qualifications.json
    """
    for finding in _unauthorised(connector, "features", "is not a known feature"):
        why = "The list of features is for people: nothing else depends on it."
        yield replace(finding, severity=NOTE, why=why)
    label = "is not a known qualification label"
    yield from _unauthorised(connector, "qualification_labels", label)
    frequency = connector.value.get("frequency")
    listed = LISTED_VALUES["frequency"]
    if isinstance(frequency, str) and frequency not in listed:
        near = nearest(frequency, listed)
        fix = _write(near, ("frequency",)) if near else Fix(f"write {one_of(_quoted(listed))}")
        message = f"{quoted(frequency)} is not a known frequency"
        yield Finding(message, ("frequency",), fix=fix)


def _unauthorised(connector: Connector, key: str, tells: str) -> Iterator[Finding]:
    """Tell of each text in the list under a key that is not an authorised one."""
    values = connector.value.get(key)
    if not isinstance(values, list):
        return
    listed = frozenset(LISTED_VALUES[key]) | extra(connector, key)
    there = {item for item in values if isinstance(item, str)}
    if there <= listed:
        return
    wrong = (
        (index, item)
        for index, item in enumerate(values)
        if isinstance(item, str) and item not in listed
    )
    for index, item in islice(wrong, _MOST_TOLD):
        fix = None
        if near := authorised(connector, key, item):
            same = (key, item) in RENAMED
            if near in there:
                edit = Edit("", (key, index), "member")
                fix = Fix(f"remove it: {quoted(near)} is there already", same, (edit,))
            else:  # `other` is as good as `others` where it is alone, and beside others as none
                fix = _write(near, (key, index), safe=same and there.isdisjoint(listed))
            there.add(near)
        yield Finding(f"{quoted(item)} {tells}", (key, index), fix=fix)


def _write(near: str, pointer: tuple[str | int, ...], *, safe: bool = False) -> Fix:
    text = json.dumps(near, ensure_ascii=False)
    return Fix(f"write {text}", safe, (Edit(text, pointer),))


def _quoted(names: tuple[str, ...]) -> list[str]:
    return [f'"{name}"' for name in names]

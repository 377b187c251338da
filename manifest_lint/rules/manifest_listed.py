"""M008 to M010: values of which the platform keeps a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from manifest_lint.cozy.manifest import LISTED_VALUES
from manifest_lint.project.connector import Connector
from manifest_lint.project.listed import RENAMED, authorised, extra
from manifest_lint.rules.base import NOTE, WARNING, Change, Mend, Problem, rule
from manifest_lint.text.wording import nearest, one_of, quoted

_MOST_TOLD = 100
"""So many wrong values of one list are told; looking for the nearest of each takes its time."""


@rule("M008", "category", severity=WARNING, fix="unsafe")
def category(connector: Connector) -> Iterator[Problem]:
    """A category is not an authorised one.

    The store knows a closed list of categories and shows the connector under no other; one of no
    category that it knows stands under `others`.

    Bad: {"categories": ["other"]}
    Good: {"categories": ["others"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    yield from _unauthorised(connector, "categories", "is not a category of the store")


@rule("M009", "data-type", severity=WARNING, fix="unsafe")
def data_type(connector: Connector) -> Iterator[Problem]:
    """A data type is not an authorised one.

    There is a closed list of them: what a connector imports under another name, no app can tell.

    Bad: {"data_types": ["bills"]}
    Good: {"data_types": ["bill"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    yield from _unauthorised(connector, "data_types", "is not a data type")


@rule("M010", "known-value", severity=WARNING, fix="unsafe")
def known_value(connector: Connector) -> Iterator[Problem]:
    """A feature, qualification label or frequency that its reader does not know.

    It is accepted, and nobody acts on it: a connector of an unknown frequency runs weekly, and is
    not found by an unknown label. Features are told to people alone: a note.

    Bad: {"frequency": "fortnightly"}
    Good: {"frequency": "weekly"}
    Source: cozy-apps-registry README; cozy-client, qualifications.json
    """
    for problem in _unauthorised(connector, "features", "is not a known feature"):
        why = "The list of features is for people: nothing else depends on it."
        yield replace(problem, severity=NOTE, why=why)
    label = "is not a known qualification label"
    yield from _unauthorised(connector, "qualification_labels", label)
    frequency = connector.value.get("frequency")
    listed = LISTED_VALUES["frequency"]
    if isinstance(frequency, str) and frequency not in listed:
        near = nearest(frequency, listed)
        mend = _write(near, ("frequency",)) if near else Mend(f"write {one_of(_quoted(listed))}")
        message = f"{quoted(frequency)} is not a known frequency"
        yield Problem(message, ("frequency",), mend=mend)


def _unauthorised(connector: Connector, key: str, tells: str) -> Iterator[Problem]:
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
        mend = None
        if near := authorised(connector, key, item):
            same = (key, item) in RENAMED
            if near in there:
                change = Change("", (key, index), "member")
                mend = Mend(f"remove it: {quoted(near)} is there already", same, (change,))
            else:  # `other` is as good as `others` where it is alone, and beside others as none
                mend = _write(near, (key, index), safe=same and there.isdisjoint(listed))
            there.add(near)
        yield Problem(f"{quoted(item)} {tells}", (key, index), mend=mend)


def _write(near: str, pointer: tuple[str | int, ...], *, safe: bool = False) -> Mend:
    text = json.dumps(near, ensure_ascii=False)
    return Mend(f"write {text}", safe, (Change(text, pointer),))


def _quoted(names: tuple[str, ...]) -> list[str]:
    return [f'"{name}"' for name in names]

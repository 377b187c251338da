"""M008 to M010: values of which the platform keeps a list."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.connector import Connector
from manifest_lint.rules import WARNING, Change, Mend, Problem, rule
from manifest_lint.schema import LISTED_VALUES
from manifest_lint.wording import nearest, one_of, quoted


@rule("M008", "category", severity=WARNING, fix="safe")
def category(connector: Connector) -> Iterator[Problem]:
    """A category is not an authorised one.

    The store knows a closed list of categories and shows the connector under no other.

    Bad: {"categories": ["other"]}
    Good: {"categories": ["others"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    for pointer, value, near in _unauthorised(connector, "categories"):
        safe = value == "other"
        change = (Change('"others"', pointer),) if safe else ()
        mend = Mend('write "others"', True, change) if safe else _write(near)
        yield Problem(f"{quoted(value)} is not a category of the store", pointer, mend=mend)


@rule("M009", "data-type", severity=WARNING)
def data_type(connector: Connector) -> Iterator[Problem]:
    """A data type is not an authorised one.

    The store tells users by these what a connector imports, and knows a closed list of them.

    Bad: {"data_types": ["bills"]}
    Good: {"data_types": ["bill"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    for pointer, value, near in _unauthorised(connector, "data_types"):
        yield Problem(f"{quoted(value)} is not a data type", pointer, mend=_write(near))


@rule("M010", "known-value", severity=WARNING)
def known_value(connector: Connector) -> Iterator[Problem]:
    """A feature, qualification label or frequency that its reader does not know.

    It is accepted, and nobody acts on it.

    Bad: {"frequency": "fortnightly"}
    Good: {"frequency": "weekly"}
    Source: cozy-apps-registry README; cozy-client, qualifications.json
    """
    for key, noun in (
        ("features", "feature"),
        ("qualification_labels", "qualification label"),
        ("frequency", "frequency"),
    ):
        for pointer, value, near in _unauthorised(connector, key):
            yield Problem(f"{quoted(value)} is not a known {noun}", pointer, mend=_write(near))


def _unauthorised(
    connector: Connector, key: str
) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
    """Give each text of a key that its list lacks: pointer, text, and what to write instead."""
    listed = LISTED_VALUES[key]
    value = connector.value.get(key)
    parts: list[tuple[tuple[str | int, ...], object]] = [((key,), value)]
    if isinstance(value, list):
        parts = [((key, index), item) for index, item in enumerate(value)]
    for pointer, item in parts:
        if isinstance(item, str) and item not in listed:
            near = nearest(item, listed)
            if near is None and len(listed) < 8:
                yield pointer, item, one_of([f'"{name}"' for name in listed])
            else:
                yield pointer, item, f'"{near}"' if near else None


def _write(near: str | None) -> Mend | None:
    return Mend(f"write {near}") if near else None

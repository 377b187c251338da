"""M008 to M010: values of which the platform keeps a list."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.connector import Connector
from manifest_lint.rules import WARNING, Change, Mend, Problem, rule
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
    """Give pointer and value of each text that the schema's list for a key lacks, and the nearest.

    The nearest is a list of all where the list is short.
    """
    for rejection in connector.rejections:
        if rejection.keyword == "enum" and rejection.pointer[0] == key:
            value = rejection.value
            if isinstance(value, str):
                near = nearest(value, rejection.allowed)
                if near is None and len(rejection.allowed) < 8:
                    near = one_of([f'"{name}"' for name in rejection.allowed])
                    yield rejection.pointer, value, near
                else:
                    yield rejection.pointer, value, f'"{near}"' if near else None


def _write(near: str | None) -> Mend | None:
    return Mend(f"write {near}") if near else None

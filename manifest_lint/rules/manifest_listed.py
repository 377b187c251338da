"""M008 to M010: values that must be in a list of the platform."""

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

_MOST_REPORTED = 100
"""At most this many wrong values of one list are reported: finding a suggestion is slow."""


@rule("M008", "category", severity=WARNING, fix="unsafe")
def category(connector: Connector) -> Iterator[Finding]:
    """A category is unknown to the store.

    The store ignores it, and shows a connector without a known category under `others`. Known are
    banking, clouds, cozy, education, energy, finance, health, host_provider, insurance, isp,
    mes_infos, online_services, partners, press, pro, productivity, ptnb, public_service, shopping,
    social, tech, telecom, transport and others.

    Bad: {"categories": ["other"]}
    Good: {"categories": ["others"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    why = (
        "The store ignores it and may show the connector under `others`"
        " (`manifest-lint explain M008` lists all categories)."
    )
    yield from _unknown(connector, "categories", "is not a category of the store", why)


@rule("M009", "data-type", severity=WARNING, fix="unsafe")
def data_type(connector: Connector) -> Iterator[Finding]:
    """A data type is unknown.

    Apps ignore it and do not know what the connector imports. Known are activity, appointment,
    bankTransactions, bankAccounts, bill, bloodPressure, calendar, certificate, commit, consumption,
    contact, contract, courseMaterial, document, event, family, geopoint, heartbeat, home,
    phonecommunicationlog, podcast, profile, refund, sinister, sleepTime, stepsNumber, temperature,
    travelDate, tweet, videostream and weight.

    Bad: {"data_types": ["bills"]}
    Good: {"data_types": ["bill"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    why = (
        "Apps ignore it and do not know what the connector imports"
        " (`manifest-lint explain M009` lists all data types)."
    )
    yield from _unknown(connector, "data_types", "is not a known data type", why)


@rule("M010", "known-value", severity=WARNING, fix="unsafe")
def known_value(connector: Connector) -> Iterator[Finding]:
    """A feature, qualification label or frequency is unknown.

    A connector with an unknown frequency runs weekly, and searches by label do not find one with an
    unknown label. An unknown feature changes nothing: it is a note.

    Bad: {"frequency": "fortnightly"}
    Good: {"frequency": "weekly"}
    Source: cozy-apps-registry README; cozy-client, qualifications.json
    """
    why = "Features are shown to people only: no program depends on them."
    for finding in _unknown(connector, "features", "is not a known feature", why):
        yield replace(finding, severity=NOTE)
    label = "is not a known qualification label"
    yield from _unknown(connector, "qualification_labels", label)
    frequency = connector.value.get("frequency")
    listed = LISTED_VALUES["frequency"]
    if isinstance(frequency, str) and frequency not in listed:
        near = nearest(frequency, listed)
        fix = _write(near, ("frequency",)) if near else Fix(f"write {one_of(_quoted(listed))}")
        message = f"{quoted(frequency)} is not a known frequency"
        yield Finding(message, ("frequency",), fix=fix)


def _unknown(
    connector: Connector, key: str, complaint: str, why: str | None = None
) -> Iterator[Finding]:
    """Report each unknown string in the list under a key."""
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
    for index, item in islice(wrong, _MOST_REPORTED):
        fix = None
        if near := authorised(connector, key, item):
            same = (key, item) in RENAMED
            if near in there:
                edit = Edit("", (key, index), "member")
                fix = Fix(f"remove it: {quoted(near)} is already in the list", same, (edit,))
            else:  # alone, `other` means `others`; next to known values it means nothing
                fix = _write(near, (key, index), safe=same and there.isdisjoint(listed))
            there.add(near)
        yield Finding(f"{quoted(item)} {complaint}", (key, index), why=why, fix=fix)


def _write(near: str, pointer: tuple[str | int, ...], *, safe: bool = False) -> Fix:
    text = json.dumps(near, ensure_ascii=False)
    return Fix(f"write {text}", safe, (Edit(text, pointer),))


def _quoted(names: tuple[str, ...]) -> list[str]:
    return [f'"{name}"' for name in names]

"""M008 to M010: values that must be in a list of the platform."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from manifest_lint.cozy.manifest import LISTED_VALUES
from manifest_lint.cozy.vocabulary import MEANT_DATA_TYPES
from manifest_lint.project.connector import Connector
from manifest_lint.project.listed import RENAMED, authorised, extra
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import listed, nearest, one_of, quoted

if TYPE_CHECKING:
    from manifest_lint.cozy.list_sources import Source

_MOST_REPORTED = 100
"""At most this many wrong values of one list are reported: finding a suggestion is slow."""

_MOST_LISTED = 40
"""At most this many known values are listed with a finding."""


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
    why = "The store ignores it and may show the connector under `others`."
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
    why = "Apps ignore it and do not know what the connector imports."
    yield from _unknown(connector, "data_types", "is not a known data type", why)


@rule("M010", "known-value", severity=WARNING, fix="unsafe")
def known_value(connector: Connector) -> Iterator[Finding]:
    """A feature, qualification label or frequency is unknown.

    With an unknown frequency a connector runs weekly, and with an unknown label searches do not
    find it; a feature, which changes nothing, and a label unlike all known ones are notes, as these
    lists grow. Known features are 2FA, BILLS,
    CAPTCHA_RESOLUTION, CARBON_COPY, DOC_QUALIFICATION, DOC_QUALIFICATION_V2, ELECTRONIC_SAFE,
    FILES, HEALTH, HTML_TO_PDF, IDENTITY, LOGIN_OK, METADATA_DEDUP, SENTRY_V2 and VENDOR_REF;
    known labels are accommodation_proof, appliance_invoice, bank_details, bank_statement,
    birth_certificate, building_permit, caf, car_insurance, citizen_registration_certificate,
    condition_report, diploma, divorce, driver_license, electoral_card,
    employment_center_certificate, energy_contract, energy_invoice, expense_claim,
    family_record_book, fidelity_card, fine, gradebook, grocery_invoice, health_book,
    health_certificate, health_insurance_card, health_invoice, house_insurance,
    house_sale_agreeement, identity_photo, isp_invoice, large_family_card, lease, library_card,
    loan_agreement, mechanic_invoice, motivation_letter, national_health_insurance_card,
    national_health_insurance_right_certificate, national_id_card, note_activity_document,
    note_family_document, note_finance, note_health_document, note_house_document,
    note_identity_document, note_invoice, note_transport_document, note_work_document,
    other_activity_document, other_administrative_document, other_bank_document,
    other_family_document, other_health_document, other_house_document, other_identity_document,
    other_invoice, other_revenue, other_tax_document, other_transport_document,
    other_work_document, pacs, passport, pay_sheet, payment_proof_family_allowance, pension,
    person_insurance, personal_sporting_licence, phone_invoice, pregnancy_medical_certificate,
    prescription, real_estate_insurance, real_estate_tax, receipt, rent_receipt,
    residence_permit, restaurant_invoice, resume, school_attendance_certificate,
    school_insurance_certificate, single_parent_benefit, student_card, tax_certificate,
    tax_notice, tax_return, tax_timetable, technical_diagnostic_record, telecom_invoice,
    transport_card, transport_invoice, unemployment_benefit, unfit_for_habitation_declaration,
    vehicle_registration, water_invoice, web_service_invoice, wedding, work_contract,
    work_disability_recognition, work_invoice and work_quote.

    Bad: {"frequency": "fortnightly"}
    Good: {"frequency": "weekly"}
    Source: cozy-apps-registry README; cozy-client, qualifications.json
    """
    why = "Features are shown to people only: no program depends on them."
    for finding in _unknown(connector, "features", "is not a known feature", why):
        yield finding._replace(severity=NOTE)
    why = "Searches by label do not find the connector."
    label = "is not a known qualification label"
    yield from _unknown(connector, "qualification_labels", label, why)
    frequency = connector.value.get("frequency")
    known = LISTED_VALUES["frequency"]
    if isinstance(frequency, str) and frequency not in known:
        near = nearest(frequency, known)
        fix = _write(near, ("frequency",)) if near else Fix(f"write {one_of(_quoted(known))}")
        message = f"{quoted(frequency)} is not a known frequency{_hint(near)}"
        yield Finding(message, ("frequency",), why="The connector runs weekly.", fix=fix)


def _unknown(connector: Connector, key: str, complaint: str, why: str) -> Iterator[Finding]:
    """Report each unknown string in the list under a key, with the nearest or all known ones."""
    values = connector.value.get(key)
    if not isinstance(values, list):
        return
    known = frozenset(LISTED_VALUES[key]) | extra(connector, key)
    there = {item for item in values if isinstance(item, str)}
    if there <= known:
        return
    wrong = (
        (index, item)
        for index, item in enumerate(values)
        if isinstance(item, str) and item not in known
    )
    for index, item in islice(wrong, _MOST_REPORTED):
        fix = severity = None
        reason = why
        near = authorised(connector, key, item)
        if near:
            same = (key, item) in RENAMED
            if near in there:
                edit = Edit("", (key, index), "member")
                fix = Fix(f"remove it: {quoted(near)} is already in the list", same, (edit,))
            else:  # alone, `other` means `others`; next to known values it means nothing
                fix = _write(near, (key, index), safe=same and there.isdisjoint(known))
            there.add(near)
        else:
            from manifest_lint.cozy.list_sources import SOURCES  # only for an unknown value

            reason = f"{why} {_known(known, SOURCES[key])}"
            severity = None if SOURCES[key].closed else NOTE
        meant = near or (MEANT_DATA_TYPES.get(item.lower()) if key == "data_types" else None)
        message = f"{quoted(item, 30)} {complaint}{_hint(meant)}"
        yield Finding(message, (key, index), severity=severity, why=reason, fix=fix)


def _hint(near: str | None) -> str:
    return f": did you mean {quoted(near)}?" if near else ""


def _known(known: frozenset[str], source: Source) -> str:
    """Return which values are known, or where they are listed, and as of when the list is."""
    date = "" if source.closed else f" as of {source.date}"
    if len(known) > _MOST_LISTED:
        return f"Known{date} are the {len(known)} that `manifest-lint explain M010` lists."
    return f"Known{date} are {listed(sorted(known))}."


def _write(near: str, pointer: tuple[str | int, ...], *, safe: bool = False) -> Fix:
    text = json.dumps(near, ensure_ascii=False)
    return Fix(f"write {text}", safe, (Edit(text, pointer),))


def _quoted(names: tuple[str, ...]) -> list[str]:
    return [f'"{name}"' for name in names]

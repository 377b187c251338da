"""M011, M017, M022, M026 and M027: values left from a template, and small things."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.permission import documented_near
from manifest_lint.cozy.template import is_adapted, is_leftover
from manifest_lint.cozy.vocabulary import (
    COMMON_LICENSES,
    STORED_AS,
    TEMPLATE_TEXTS,
)
from manifest_lint.project.connector import Connector
from manifest_lint.project.named_files import place
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, pointer_text, quoted

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_SETS = (
    "categories",
    "cookie_domains",
    "data_types",
    "doctypes",
    "features",
    "langs",
    "messages",
    "qualification_labels",
    "screenshots",
    "tags",
)
"""Keys of lists in which a repeated entry means nothing."""

_MOST_REPORTED = 100
"""At most this many repeated entries are reported for one list."""

_LONGEST_LICENSE = 200
_COMMON_LICENSES = frozenset(COMMON_LICENSES)


@rule("M011", "template-leftover", severity=WARNING, defers_to=("F003",))
def template_leftover(connector: Connector) -> Iterator[Finding]:
    """A value is still the official template's.

    Users see a placeholder. A slug or source of the template collides with those of other
    connectors that kept it.

    Bad: {"vendor_link": "Link to the target website"}
    Good: {"vendor_link": "https://www.sunmeter.example"}
    Source: the manifests of cozy-konnector-template and template_ccc, from 2017 on
    """
    for pointer, value in _where_templates_write(connector):
        if isinstance(value, str) and is_leftover(pointer, value):
            still = "begins as" if is_adapted(pointer, value) else "is still"
            message = f"`{pointer_text(pointer)}` {still} the template's: {quoted(value)}"
            needed = pointer[0] in ("slug", "name", "editor", "source")
            fix = Fix("write the connector's own value" + ("" if needed else ", or remove it"))
            cause = None
            if pointer[0] == "screenshots":  # F003 reports a file once
                cause = ("screenshots", connector.value["screenshots"].index(value))
            yield Finding(message, pointer, fix=fix, cause=cause)


def _where_templates_write(connector: Connector) -> Iterator[tuple[Pointer, Any]]:
    manifest = connector.value
    for key in (*TEMPLATE_TEXTS, "vendorLink", "source"):
        yield (key,), manifest.get(key)
    if isinstance(developer := manifest.get("developer"), dict):
        for name in ("name", "url"):
            yield ("developer", name), developer.get(name)
    if isinstance(pictures := manifest.get("screenshots"), list):
        for index, name in enumerate(pictures):
            # A picture that is there is no placeholder: the template has none.
            if not isinstance(name, str) or not place(connector, name):
                yield ("screenshots", index), name
    for pointer, locale in _objects(manifest, "locales"):
        for name in ("short_description", "long_description"):
            yield (*pointer, name), locale.get(name)
    for pointer, permission in _objects(manifest, "permissions"):
        yield (*pointer, "type"), permission.get("type")


def _objects(manifest: dict[str, Any], key: str) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Return every object in the object under a key."""
    around = manifest.get(key)
    if isinstance(around, dict):
        for name, value in around.items():
            if isinstance(value, dict):
                yield (key, name), value


@rule("M017", "license", severity=NOTE, fix="unsafe")
def license_expression(connector: Connector) -> Iterator[Finding]:
    """The license is not an SPDX expression.

    It is accepted, but programs cannot recognise the license.

    Bad: {"license": "AGPL v3"}
    Good: {"license": "AGPL-3.0-only"}
    Source: cozy-apps-registry README, "Properties meaning"; SPDX 3.0, annex B
    """
    for key in ("license", "licence"):
        written = connector.value.get(key)
        if isinstance(written, str) and not _is_spdx(written):
            near = nearest(written[:_LONGEST_LICENSE], COMMON_LICENSES)
            edit = Edit(json.dumps(near), (key,))
            fix = Fix(f"write {quoted(near)}", False, (edit,)) if near else None
            message = f"the license {quoted(written)} is not an SPDX expression"
            yield Finding(message, (key,), fix=fix)


def _is_spdx(text: str) -> bool:
    if text in _COMMON_LICENSES:
        return True
    # Only for a rare one: it loads the list of all licenses.
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonicalize_license_expression(text[:_LONGEST_LICENSE])
    except InvalidLicenseExpression:
        return False
    return len(text) <= _LONGEST_LICENSE


@rule("M022", "entry-twice", severity=NOTE, fix="safe")
def entry_twice(connector: Connector) -> Iterator[Finding]:
    """A list has the same entry twice.

    The second entry has no effect. Users see a repeated screenshot twice.

    Bad: {"langs": ["en", "fr", "en"]}
    Good: {"langs": ["en", "fr"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    for pointer, value in _sets(connector.value):
        if isinstance(value, list):
            for index in islice(_repeated(value), _MOST_REPORTED):
                at = (*pointer, index)
                fix = Fix("remove it", True, (Edit("", at, "member"),))
                message = f"{quoted(value[index])} is in `{pointer_text(pointer)}` twice"
                yield Finding(message, at, fix=fix)


def _sets(manifest: dict[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    """Return every list of a manifest in which order and number mean nothing."""
    for key in _SETS:
        yield (key,), manifest.get(key)
    for pointer, locale in _objects(manifest, "locales"):
        yield (*pointer, "screenshots"), locale.get("screenshots")
    for pointer, permission in _objects(manifest, "permissions"):
        for name in ("verbs", "values"):
            yield (*pointer, name), permission.get(name)


def _repeated(values: Iterable[Any]) -> Iterator[int]:
    seen = set()
    for index, value in enumerate(values):
        if isinstance(value, str):
            if value in seen:
                yield index
            seen.add(value)


@rule("M026", "data-type-without-permission", severity=NOTE, defers_to=("P001", "P010"))
def data_type_without_permission(connector: Connector) -> Iterator[Finding]:
    """A data type has no permission to store it.

    The store shows users that the connector imports it, but the stack refuses to store it.

    Bad: {"data_types": ["bill"]}
    Good: {"data_types": ["document"]}
    Source: cozy-doctypes; cozy-stack model/permission; the history of connectors
    """
    permissions = connector.value.get("permissions")
    if not isinstance(permissions, dict) or not permissions:
        return
    entries = [entry for entry in permissions.values() if isinstance(entry, dict)]
    for type_, pointer in _data_types(connector.value).items():
        doctype = STORED_AS.get(type_)
        if not doctype or any(_can_store(entry, doctype) for entry in entries):
            continue
        message = f"no permission to store the data type {quoted(type_)} (`{doctype}`)"
        fix = Fix(f"add a permission for `{doctype}`, or remove the data type")
        yield Finding(message, pointer, fix=fix, cause=_misspelt(doctype, permissions))


def _data_types(manifest: dict[str, Any]) -> dict[str, Pointer]:
    """Return each data type and its first pointer, also under old names of the key."""
    found: dict[str, Pointer] = {}
    for key in ("data_types", "dataTypes", "data_type", "dataType"):
        named = manifest.get(key)
        if isinstance(named, list):
            for index, type_ in enumerate(named):
                if isinstance(type_, str):
                    found.setdefault(type_, (key, index))
        elif isinstance(named, str) and key != "data_types":
            found.setdefault(named, (key,))
    return found


def _can_store(permission: dict[str, Any], doctype: str) -> bool:
    """Return whether a permission covers a doctype with a writing verb; no verbs means all."""
    type_, verbs = permission.get("type"), permission.get("verbs")
    if not isinstance(type_, str):
        return False
    if isinstance(verbs, list) and verbs:
        asked = {verb.upper() for verb in verbs if isinstance(verb, str)}  # P002 reports `post`
        if asked.isdisjoint(("ALL", "POST", "PUT", "PATCH")):
            return False
    return type_ == doctype or (type_.endswith(".*") and f"{doctype}.".startswith(type_[:-1]))


def _misspelt(doctype: str, permissions: dict[str, Any]) -> Pointer | None:
    """Return where one of the first permissions misspells the doctype, else None."""
    for name, entry in islice(permissions.items(), _MOST_REPORTED):
        type_ = entry.get("type") if isinstance(entry, dict) else None
        if not isinstance(type_, str) or type_ == doctype:
            continue
        if doctype in (type_.lower(), documented_near(type_.lower())):
            return ("permissions", name, "type")
    return None


@rule("M027", "name-written-as-slug", severity=NOTE, defers_to=("M011",))
def name_written_as_slug(connector: Connector) -> Iterator[Finding]:
    """The name is the slug, without a capital.

    Users see the name in Home and the store, next to names that are written as their services
    write them. The slug is for programs.

    Bad: {"name": "sunmeter"}
    Good: {"name": "Sunmeter"}
    Source: cozy-apps-registry README, "Properties meaning"; the history of connectors
    """
    name = connector.value.get("name")
    if not isinstance(name, str) or name != connector.value.get("slug"):
        return
    if name[:1].islower():
        fix = Fix("write the name as the service does")
        yield Finding(f"`name` is the same as the slug: {quoted(name)}", ("name",), fix=fix)

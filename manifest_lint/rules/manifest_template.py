"""M011, M017, M022, M026 and M027: what a copy has left, and small things."""

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
"""Keys whose lists say no more if an entry stands twice."""

_MOST_TOLD = 100
"""So many entries that stand twice are told of one list."""

_LONGEST_LICENSE = 200
_COMMON_LICENSES = frozenset(COMMON_LICENSES)


@rule("M011", "template-leftover", severity=WARNING)
def template_leftover(connector: Connector) -> Iterator[Finding]:
    """Something is still as the official template has it.

    Users are shown a placeholder, or the connector passes for another one: with the template's
    slug or source it meets every other connector that has kept it. A text that begins as the
    template's does says less than it could: of a connector, everybody knows that it is one.

    Bad: {"vendor_link": "Link to the target website"}
    Good: {"vendor_link": "https://www.sunmeter.example"}
    Source: the manifests of cozy-konnector-template and template_ccc, from 2017 on
    """
    for pointer, value in _where_templates_write(connector):
        if isinstance(value, str) and is_leftover(pointer, value):
            still = "begins as" if is_adapted(pointer, value) else "is still"
            message = f"`{pointer_text(pointer)}` {still} the template's: {quoted(value)}"
            needed = pointer[0] in ("slug", "name", "editor", "source")
            fix = Fix("write this connector's own" + ("" if needed else ", or remove it"))
            yield Finding(message, pointer, fix=fix)


def _where_templates_write(connector: Connector) -> Iterator[tuple[Pointer, Any]]:
    manifest = connector.value
    for key in (*TEMPLATE_TEXTS, "vendorLink", "source"):
        yield (key,), manifest.get(key)
    if isinstance(developer := manifest.get("developer"), dict):
        for name in ("name", "url"):
            yield ("developer", name), developer.get(name)
    if not connector.files and isinstance(pictures := manifest.get("screenshots"), list):
        # With files, F003 looks whether there is one.
        yield from ((("screenshots", index), name) for index, name in enumerate(pictures))
    for pointer, locale in _objects(manifest, "locales"):
        for name in ("short_description", "long_description"):
            yield (*pointer, name), locale.get(name)
    for pointer, permission in _objects(manifest, "permissions"):
        yield (*pointer, "type"), permission.get("type")


def _objects(manifest: dict[str, Any], key: str) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Give every object in the object under a key."""
    around = manifest.get(key)
    if isinstance(around, dict):
        for name, value in around.items():
            if isinstance(value, dict):
                yield (key, name), value


@rule("M017", "license", severity=NOTE, fix="unsafe")
def license_expression(connector: Connector) -> Iterator[Finding]:
    """The license is not written as SPDX does.

    Nobody refuses it, and no program can tell which license is meant.

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
    # Only for a rare one: it holds the list of them all.
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonicalize_license_expression(text[:_LONGEST_LICENSE])
    except InvalidLicenseExpression:
        return False
    return len(text) <= _LONGEST_LICENSE


@rule("M022", "entry-twice", severity=NOTE, fix="safe")
def entry_twice(connector: Connector) -> Iterator[Finding]:
    """An entry stands twice in a list.

    The second says nothing; a screenshot is shown twice.

    Bad: {"langs": ["en", "fr", "en"]}
    Good: {"langs": ["en", "fr"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    for pointer, value in _sets(connector.value):
        if isinstance(value, list):
            for index in islice(_repeated(value), _MOST_TOLD):
                at = (*pointer, index)
                fix = Fix("remove it", True, (Edit("", at, "member"),))
                message = f"{quoted(value[index])} stands twice in `{pointer_text(pointer)}`"
                yield Finding(message, at, fix=fix)


def _sets(manifest: dict[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    """Give every list of a manifest in which neither order nor number means a thing."""
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
    """A data type is named that no permission can store.

    The store tells users that the connector imports it, and the stack would refuse to store it.

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
        message = f"no permission can store the data type {quoted(type_)} (`{doctype}`)"
        fix = Fix(f"ask for a permission for `{doctype}`, or do not name the data type")
        yield Finding(message, pointer, fix=fix, cause=_misspelt(doctype, permissions))


def _data_types(manifest: dict[str, Any]) -> dict[str, Pointer]:
    """Give each data type and where it first stands, under an old name of the key too."""
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
    """Tell whether a permission covers a doctype with a verb that writes; none means all verbs."""
    type_, verbs = permission.get("type"), permission.get("verbs")
    if not isinstance(type_, str):
        return False
    if isinstance(verbs, list) and verbs:
        asked = {verb.upper() for verb in verbs if isinstance(verb, str)}  # P002 tells of `post`
        if asked.isdisjoint(("ALL", "POST", "PUT", "PATCH")):
            return False
    return type_ == doctype or (type_.endswith(".*") and f"{doctype}.".startswith(type_[:-1]))


def _misspelt(doctype: str, permissions: dict[str, Any]) -> Pointer | None:
    """Return where one of the first permissions has the doctype with a slip in it, None if none."""
    for name, entry in islice(permissions.items(), _MOST_TOLD):
        type_ = entry.get("type") if isinstance(entry, dict) else None
        if not isinstance(type_, str) or type_ == doctype:
            continue
        if doctype in (type_.lower(), documented_near(type_.lower())):
            return ("permissions", name, "type")
    return None


@rule("M027", "name-written-as-slug", severity=NOTE, defers_to=("M011",))
def name_written_as_slug(connector: Connector) -> Iterator[Finding]:
    """The name is the slug, and does not begin with a capital.

    The slug is for programs. Home and store show the name, beside others that are written as
    their services write them.

    Bad: {"name": "sunmeter"}
    Good: {"name": "Sunmeter"}
    Source: cozy-apps-registry README, "Properties meaning"; the history of connectors
    """
    name = connector.value.get("name")
    if not isinstance(name, str) or name != connector.value.get("slug"):
        return
    if name[:1].islower():
        fix = Fix("write it as the service writes its own name")
        yield Finding(f"`name` is written as the slug: {quoted(name)}", ("name",), fix=fix)

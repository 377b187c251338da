"""M011, M017, M022 and M026: values left from a template, and small things."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.permission import documented_near
from manifest_lint.cozy.template import (
    LARGEST_ICON,
    is_adapted,
    is_icon,
    is_leftover,
    leftover_of_developer,
    reads_like_the_name,
)
from manifest_lint.cozy.vocabulary import (
    COMMON_LICENSES,
    STORED_AS,
    TEMPLATE_DOCTYPES,
    TEMPLATE_TEXTS,
)
from manifest_lint.files.disk import NotKept
from manifest_lint.project.connector import Connector
from manifest_lint.project.named_files import inside, place
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

_KEYS = (*TEMPLATE_TEXTS, "vendorLink", "source")
"""Keys at the top under which a template writes a string."""

_MOST_REPORTED = 100
"""At most this many repeated entries are reported for one list."""

_LONGEST_LICENSE = 200
_COMMON_LICENSES = frozenset(COMMON_LICENSES)


@rule("M011", "template-leftover", severity=WARNING, defers_to=("F003",))
def template_leftover(connector: Connector) -> Iterator[Finding]:
    """A value is still the official template's.

    Users see a placeholder. If the slug or `source` is the template's, other connectors may have
    the same one; a name with the word "connector", or a developer who is still Cozy, is a note.

    Bad: {"vendor_link": "Link to the target website"}
    Good: {"vendor_link": "https://www.sunmeter.example"}
    Source: the manifests of cozy-konnector-template and template_ccc, from 2017 on
    """
    for pointer, value in _where_templates_write(connector):
        if isinstance(value, str) and is_leftover(pointer, value):
            still = "still starts like" if is_adapted(pointer, value) else "is still"
            message = f"`{pointer_text(pointer)}` {still} the template's: {quoted(value)}"
            needed = pointer[0] in ("slug", "name", "editor", "source")
            fix = Fix("write the connector's own value" + ("" if needed else ", or remove it"))
            cause = None
            if pointer[0] == "screenshots":  # F003 reports a file once
                cause = ("screenshots", connector.value["screenshots"].index(value))
            yield Finding(message, pointer, fix=fix, cause=cause)
    yield from _less_certain(connector.value)
    if _has_its_icon(connector):
        name = quoted(connector.value["icon"])
        fix = Fix("use an icon of the service")
        yield Finding(f"the icon {name} is still the template's", ("icon",), fix=fix)


def _less_certain(manifest: dict[str, Any]) -> Iterator[Finding]:
    name = manifest.get("name")
    if isinstance(name, str) and not is_leftover(("name",), name) and reads_like_the_name(name):
        message = f"`name` still reads like the template's: {quoted(name)}"
        fix = Fix("write only the service's name")
        yield Finding(message, ("name",), severity=NOTE, fix=fix)
    if key := leftover_of_developer(manifest):
        value = manifest["developer"][key]
        message = f"`developer.{key}` is still the template's: {quoted(value)}"
        fix = Fix("write the developer's own" + (", or remove it" if key == "url" else ""))
        yield Finding(message, ("developer", key), severity=NOTE, fix=fix)


def _has_its_icon(connector: Connector) -> bool:
    icon = connector.value.get("icon")
    if not connector.files or not isinstance(icon, str):
        return False
    path = place(connector, inside(icon))
    if path is None:
        return False
    try:
        return is_icon(connector.files.read(path, LARGEST_ICON + 1))
    except NotKept:
        return False


def _where_templates_write(connector: Connector) -> Iterator[tuple[Pointer, Any]]:
    manifest = connector.value
    for key in _KEYS:
        if (value := manifest.get(key)) is not None:
            yield (key,), value
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
    for permission in connector.written_permissions:
        if permission.doctype.strip().lower() in TEMPLATE_DOCTYPES:
            yield permission.at("type"), permission.doctype


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

    Stack and registry accept it, but programs cannot recognise the license.

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
            message = (
                f"the license {quoted(written)} is not an SPDX expression, such as AGPL-3.0-only"
            )
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

    A repeated entry has no effect, except in `screenshots`: there users see the picture twice.

    Bad: {"langs": ["en", "fr", "en"]}
    Good: {"langs": ["en", "fr"]}
    Source: cozy-apps-registry README, "Properties meaning"
    """
    for pointer, value in _sets(connector):
        if isinstance(value, list) and len(value) > 1:
            for index in islice(_repeated(value), _MOST_REPORTED):
                at = (*pointer, index)
                fix = Fix("remove it", True, (Edit("", at, "member"),))
                message = f"{quoted(value[index])} is in `{pointer_text(pointer)}` twice"
                yield Finding(message, at, fix=fix)


def _sets(connector: Connector) -> Iterator[tuple[Pointer, Any]]:
    """Return every list of a manifest in which order and number mean nothing."""
    manifest = connector.value
    for key in _SETS:
        if (value := manifest.get(key)) is not None:
            yield (key,), value
    for pointer, locale in _objects(manifest, "locales"):
        yield (*pointer, "screenshots"), locale.get("screenshots")
    for permission in connector.written_permissions:
        for name in ("verbs", "values"):
            if isinstance(value := permission.read(name), list) and len(value) > 1:
                yield permission.at(name), value


def _repeated(values: Iterable[Any]) -> Iterator[int]:
    seen = set()
    for index, value in enumerate(values):
        if isinstance(value, str):
            if value in seen:
                yield index
            seen.add(value)


@rule(
    "M026",
    "data-type-without-permission",
    severity=NOTE,
    defers_to=("P001", "P002", "P003", "P005", "P010"),
)
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
    for type_, pointer in _data_types(connector.value).items():
        doctype = STORED_AS.get(type_)
        if not doctype or any(one.can_store(doctype) for one in connector.permissions):
            continue
        message = f"no permission to store the data type {quoted(type_)} (`{doctype}`)"
        fix = Fix(f"add a permission for `{doctype}`, or remove the data type")
        yield Finding(message, pointer, fix=fix, cause=_refused(connector, doctype))


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


def _refused(connector: Connector, doctype: str) -> Pointer | None:
    """Return where the permission to store a doctype is refused or misspelt, else None."""
    written = connector.written_permissions
    for permission in written:
        if permission.refused is not None and permission.can_store(doctype):
            return permission.refused
    refused = {refusal.pointer for refusal in connector.stack_refusals}
    for permission in written[:_MOST_REPORTED]:
        if permission.refused is not None and permission.at("type") not in refused:
            continue  # P010 defers to what refuses it
        type_ = permission.doctype.lower()
        if permission.doctype != doctype and doctype in (type_, documented_near(type_)):
            return permission.at("type")
    return None

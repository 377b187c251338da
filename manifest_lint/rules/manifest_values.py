"""M002 and M004 to M007: types of values, slug, version, type and language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.cozy import registry
from manifest_lint.cozy.go_struct import Refusal
from manifest_lint.cozy.manifest import EXPECTED
from manifest_lint.document.go_json import fold, with_keys
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text, quoted, shown, types

if TYPE_CHECKING:
    from manifest_lint.document.schema import Rejection
    from manifest_lint.document.spans import Pointer


@rule(
    "M002",
    "wrong-type",
    refused_by="install publish",
    defers_to=("M001", "J006", "P003", "S001", "S011", "S012", "X005"),
)
def wrong_type(connector: Connector) -> Iterator[Finding]:
    """A value has the wrong type.

    The stack refuses to install such a connector, or the registry to publish it. If both accept
    the value it is a warning, and a note for null or false, which most apps read as a missing key.

    Bad: {"clientSide": "true"}
    Good: {"clientSide": true}
    Source: cozy-stack model/app/konnector.go; cozy-apps-registry registry/registry.go; runs
    """
    refused: dict[tuple[str | int, ...], tuple[Refusal, list[str]]] = {}
    for who, refusals in (
        ("install", [r for r in connector.stack_refusals if r.kind in ("type", "permission")]),
        ("publish", connector.registry_refusals),
    ):
        for refusal in refusals:
            refused.setdefault(refusal.pointer, (refusal, []))[1].append(who)
    for pointer, (refusal, by) in refused.items():
        yield Finding(
            _must_be(connector, pointer, refusal.wanted),
            pointer,
            why=_WHY_REFUSED[tuple(by)],
            refused_by=tuple(by),
        )
    for rejection in connector.rejections:
        if rejection.keyword == "type":
            severity, why = WARNING, "but apps may misread it and show users something wrong"
            if _is_a_gap(rejection) or _means_no_key(rejection):
                severity = NOTE
                why = "and most apps read it as if the key were missing: remove the key"
            elif rejection.pointer == ("oauth",) and isinstance(rejection.value, bool | list):
                severity, why = NOTE, "and the login uses OAuth anyway"
            elif rejection.pointer[0] == "oauth":
                why = "but the login uses the value as text"
            yield Finding(
                _must_be(connector, rejection.pointer, types(rejection.allowed)),
                rejection.pointer,
                severity=severity,
                why=f"Stack and registry accept the value, {why}.",
                cause=_cause(connector, rejection) if _is_a_gap(rejection) else None,
            )


def _is_a_gap(rejection: Rejection) -> bool:
    """Return whether an expected key is null."""
    key, *below = rejection.pointer
    return rejection.value is None and not below and key in EXPECTED


def _cause(connector: Connector, rejection: Rejection) -> Pointer:
    """Return where the key of a gap is in another case, else its own pointer."""
    key = str(rejection.pointer[0])
    others = (other for other in connector.value if other != key and fold(other) == fold(key))
    return (next(others, key),)


def _means_no_key(rejection: Rejection) -> bool:
    key, *below = rejection.pointer
    says_nothing = rejection.value is None or rejection.value is False
    return says_nothing and not below and key not in EXPECTED


_WHY_REFUSED = {
    ("install",): "The stack cannot decode the value and refuses to install the connector.",
    ("publish",): "The registry cannot decode the value and refuses to publish the connector.",
    ("install", "publish"): (
        "The registry refuses to publish the connector, and the stack to install it: neither can"
        " decode the value."
    ),
}


def _must_be(connector: Connector, pointer: tuple[str | int, ...], wanted: str) -> str:
    named, value = with_keys(connector.value, pointer)
    return f"`{pointer_text(named)}` must be {wanted}, not {shown(value)}"


_FIRST_VERSIONS = ("", "0.0.0", "0.0.1", "0.1.0", "1.0.0")
"""Versions that templates start with. With any other one, the connector was published before."""


@rule("M004", "slug-characters", refused_by="register")
def slug_characters(connector: Connector) -> Iterator[Finding]:
    """The slug has a forbidden character.

    The registry refuses to register a connector with such a slug, and the stack refuses to install
    it. A `-` works but is not documented, so it is a note until the first publication: after it,
    the slug has to stay.

    Bad: {"slug": "My Bank"}
    Good: {"slug": "mybank"}
    Source: cozy-apps-registry registry/registry.go; cozy-stack model/app/installer.go, slugReg
    """
    slug = registry.text_of(connector.value, "slug")
    if not slug:
        return
    if not registry.is_slug(slug):
        message = f"the slug {quoted(slug)} must have only a-z and 0-9"
        yield Finding(message, ("slug",))
    elif "-" in slug and registry.text_of(connector.value, "version") in _FIRST_VERSIONS:
        message = f"the slug {quoted(slug)} works, but should have only a-z and 0-9"
        why = "The registry's code accepts `-`, but its README allows only a-z and 0-9."
        yield Finding(message, ("slug",), severity=NOTE, why=why)


@rule("M005", "version", refused_by="publish", fix="unsafe")
def version(connector: Connector) -> Iterator[Finding]:
    """The version cannot be published, or differs from package.json's.

    The registry refuses a version that is not x.y.z, each up to five digits, or that differs from
    the archive's package.json. A difference in a source tree is a warning, a pre-release suffix is
    a note.

    Bad: {"version": "1.0"}
    Good: {"version": "1.0.0"}
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    written = registry.text_of(connector.value, "version")
    if not written:
        return
    release = registry.release(written)
    if not registry.is_publishable(written):
        message = f"the registry refuses the version {quoted(written)}: write x.y.z"
        why = (
            "The registry accepts only x.y.z, where each number has up to five digits and no"
            " leading zero."
        )
        yield Finding(message, ("version",), why=why, fix=_as_version(connector, written))
    elif release != written:
        message = f"the version {quoted(written)} has a pre-release suffix: write {release}"
        why = "The registry removes the suffix; give a pre-release version when publishing."
        yield Finding(message, ("version",), severity=NOTE, why=why)
    other = connector.package.get("version") if connector.package else None
    if isinstance(other, str) and other and registry.release(other) != release:
        built = connector.layout == "built"
        if _numbers(other) < _numbers(written):
            fix = Fix("write the newer version in package.json too")
        else:
            wanted = registry.release(other)
            fixable = "version" in connector.value and registry.is_publishable(wanted)
            edit = (Edit(json.dumps(wanted), ("version",)),) if fixable else ()
            fix = Fix(f"write {quoted(wanted)}", False, edit)
        yield Finding(
            f"the version {quoted(written)} differs from package.json's {quoted(other)}",
            ("version",),
            severity=ERROR if built else WARNING,
            why=(
                "The registry refuses an archive in which the two differ."
                if built
                else "The registry refuses an archive that contains this package.json."
            ),
            fix=fix,
        )


def _as_version(connector: Connector, written: str) -> Fix | None:
    """Return a fix that writes a version such as `v1.2` as x.y.z; None for any other."""
    found = re.fullmatch(r"\s*[vV]?([0-9]{1,5}(?:\.[0-9]{1,5}){0,2})\s*", written)
    if not found or "version" not in connector.value:
        return None
    numbers = [*map(int, found[1].split(".")), 0, 0]
    fixed = json.dumps(".".join(map(str, numbers[:3])))
    return Fix(f"write {fixed}", False, (Edit(fixed, ("version",)),))


def _numbers(version: str) -> list[int]:
    """Return the numbers of a version, x.y.z or not, to compare it with another one."""
    return [int(number) for number in re.findall("[0-9]{1,9}", registry.release(version)[:50])]


@rule("M006", "type", refused_by="install", fix="unsafe")
def app_type(connector: Connector) -> Iterator[Finding]:
    """The `type` is not "konnector".

    The stack refuses to install a web application as a connector. Any other type is a warning: the
    stack ignores it, but apps recognise connectors by their type.

    Bad: {"type": "webapp"}
    Good: {"type": "konnector"}
    Source: cozy-stack model/app/installer.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "app type":
            yield Finding('`type` must be "konnector", not "webapp"', refusal.pointer)
            return
    written = connector.value.get("type")
    if isinstance(written, str) and written != "konnector":
        why = "The stack ignores it, but apps recognise connectors by their type."
        message = f'`type` must be "konnector", not {quoted(written)}'
        fix = Fix('write "konnector"', False, (Edit('"konnector"', ("type",)),))
        yield Finding(message, ("type",), severity=WARNING, why=why, fix=fix)


@rule("M007", "language", severity=WARNING, fix="unsafe")
def language(connector: Connector) -> Iterator[Finding]:
    """The `language` is not "node".

    The stack passes it to the program that runs connectors, which supports only Node.js.

    Bad: {"language": "javascript"}
    Good: {"language": "node"}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-stack model/app/konnector.go
    """
    written = connector.value.get("language")
    if isinstance(written, str) and written != "node":
        fix = Fix('write "node"', False, (Edit('"node"', ("language",)),))
        yield Finding(f'`language` must be "node", not {quoted(written)}', ("language",), fix=fix)

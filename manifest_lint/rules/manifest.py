"""M: the manifest's keys and their values."""

from __future__ import annotations

import json
from collections.abc import Iterator

from manifest_lint import registry
from manifest_lint.connector import Connector
from manifest_lint.go_json import fold, with_keys
from manifest_lint.go_struct import Refusal
from manifest_lint.rules import ERROR, NOTE, WARNING, Change, Mend, Problem, rule
from manifest_lint.schema import MANIFEST_KEYS
from manifest_lint.vocabulary import RENAMED_KEYS, WEB_APPLICATION_KEYS
from manifest_lint.wording import nearest, pointer_text, quoted, short, shown, types

_PUBLISHED_WITH = ("slug", "editor", "version")
_WANTED = (
    "name",
    "type",
    "icon",
    "source",
    "categories",
    "developer",
    "locales",
    "permissions",
    "vendor_link",
)
_RECOMMENDED = ("langs", "data_types", "manifest_version")
_WHAT_FOR = {
    "name": "the store and Home have no name to show",
    "type": "the stack cannot tell a connector from a web application",
    "icon": "the store and Home show a blank tile",
    "source": "nobody can find the code, and the stack has no place to install it from",
    "categories": "the store files the connector under `others`",
    "developer": "the store cannot say who made it",
    "locales": "the store has no description to show in any language",
    "permissions": "the connector may neither read nor write anything",
    "vendor_link": "Harvest has no link to the service to offer",
    "langs": "the store cannot say which languages it speaks",
    "data_types": "the store cannot say what it imports",
    "manifest_version": "a reader cannot tell the format's version",
}

_RENAMED_SAFELY = frozenset(("vendorLink", "licence", "banksTransactionRegexp"))
_BY_FOLDED_NAME = {fold(key): key for key in MANIFEST_KEYS}


@rule("M001", "missing-key", refused_by="publish")
def missing_key(connector: Connector) -> Iterator[Problem]:
    """A key that somebody needs is missing.

    Without `slug`, `editor` and `version` the registry refuses to publish the connector. The
    others are accepted, and leave a gap that users see.

    Bad: {"editor": null}
    Good: {"editor": "Cozy"}
    Source: cozy-apps-registry registry/registry.go and README, "Properties meaning"
    """
    manifest = connector.value
    refused = [with_keys(manifest, refusal.pointer[:1]) for refusal in connector.registry_refusals]
    wrong_types = {fold(str(key)) for (key,), _ in refused}
    old_names = {new for old, new in RENAMED_KEYS.items() if old in manifest}  # M003 tells those
    for key in _PUBLISHED_WITH:
        if registry.text_of(manifest, key) or key in wrong_types:
            continue
        how = "is empty" if manifest.get(key) == "" else "is missing"
        why = f"The registry refuses to publish a connector without `{key}`."
        yield Problem(f"`{key}` {how}", (key,), why=why)
    for key in (*_WANTED, *_RECOMMENDED):
        if manifest.get(key) is None and key not in old_names:
            severity = WARNING if key in _WANTED else NOTE
            message = f"`{key}` is missing: {_WHAT_FOR[key]}"
            why = "Accepted by stack and registry, but users get less than they could."
            yield Problem(message, (key,), severity=severity, why=why)


@rule("M002", "wrong-type", refused_by="install publish")
def wrong_type(connector: Connector) -> Iterator[Problem]:
    """A value is of another type than its readers take.

    What the stack's decoder refuses cannot be installed, what the registry's refuses cannot be
    published. Where both let it pass, the front end shows something else than was meant.

    Bad: {"clientSide": "true"}
    Good: {"clientSide": true}
    Source: cozy-stack model/app/konnector.go; cozy-apps-registry registry/registry.go; runs
    """
    refused: dict[tuple[str | int, ...], tuple[Refusal, list[str]]] = {}
    for who, refusals in (
        ("install", [r for r in connector.stack_refusals if r.kind == "type"]),
        ("publish", connector.registry_refusals),
    ):
        for refusal in refusals:
            refused.setdefault(refusal.pointer, (refusal, []))[1].append(who)
    for pointer, (refusal, by) in refused.items():
        yield Problem(
            _must_be(connector, pointer, refusal.wanted),
            pointer,
            why=_REFUSALS_TOLD[tuple(by)],
            refused_by=tuple(by),
        )
    for rejection in connector.rejections:
        if rejection.keyword == "type":
            yield Problem(
                _must_be(connector, rejection.pointer, types(rejection.allowed)),
                rejection.pointer,
                severity=WARNING,
                why="Accepted by stack and registry; whoever reads it gets something else.",
            )


_REFUSALS_TOLD = {
    ("install",): "The stack cannot decode it, and refuses to install the connector.",
    ("publish",): "The registry cannot decode it, and refuses to publish the connector.",
    ("install", "publish"): (
        "Neither can decode it: the registry refuses to publish the connector, the stack to"
        " install it."
    ),
}


def _must_be(connector: Connector, pointer: tuple[str | int, ...], wanted: str) -> str:
    named, value = with_keys(connector.value, pointer)
    return f"`{pointer_text(named)}` must be {wanted}, not {shown(value)}"


@rule("M003", "unknown-key", severity=WARNING, fix="unsafe")
def unknown_key(connector: Connector) -> Iterator[Problem]:
    """A key that no reader knows.

    It is accepted and read by nobody: what was meant with it does not happen.

    Bad: {"vendorLink": "https://example.org"}
    Good: {"vendor_link": "https://example.org"}
    Source: cozy-apps-registry README, "Properties meaning"; keys read by the front end's code
    """
    manifest = connector.value
    for key in manifest:
        if key in MANIFEST_KEYS or key.startswith("_"):
            continue
        if known := _BY_FOLDED_NAME.get(fold(key)):
            message = f"`{short(key)}` is `{known}` to stack and registry, not to the front end"
            why = "Go matches keys whatever their case, JavaScript does not: each reads another."
            change = (Change(json.dumps(known), (key,), "key"),) if known not in manifest else ()
            fix = Mend(f"rename to `{known}`", False, change)
            yield Problem(message, (key,), "key", why=why, mend=fix)
        elif key == "oauth_scope":
            message = "`oauth_scope` is read by nobody: the scope stands in `oauth.scope`"
            yield Problem(message, (key,), "key", mend=Mend("move it to `oauth.scope`"))
        elif key in WEB_APPLICATION_KEYS:
            message = f"`{key}` is for web applications; in a connector nobody reads it"
            yield Problem(message, (key,), "key", mend=Mend("remove it"))
        elif new := RENAMED_KEYS.get(key):
            safe = key in _RENAMED_SAFELY and new not in manifest
            changes = (Change(json.dumps(new), (key,), "key"),) if safe else ()
            message = f"`{key}` is read by nobody: the key is `{new}`"
            yield Problem(message, (key,), "key", mend=Mend(f"rename to `{new}`", safe, changes))
        else:
            near = nearest(key, MANIFEST_KEYS)
            message = f"unknown key `{short(key)}`" + (f": did you mean `{near}`?" if near else "")
            yield Problem(
                message, (key,), "key", mend=Mend(f"rename to `{near}`") if near else None
            )


@rule("M004", "slug-characters", refused_by="register")
def slug_characters(connector: Connector) -> Iterator[Problem]:
    """The slug has characters that a slug must not have.

    The registry refuses to create an application with such a slug, and the stack to install one
    by that name. The registry's own documents ask for lower-case letters and digits alone.

    Bad: {"slug": "My Bank"}
    Good: {"slug": "mybank"}
    Source: cozy-apps-registry registry/registry.go; cozy-stack model/app/installer.go, slugReg
    """
    slug = registry.text_of(connector.value, "slug")
    if not slug:
        return
    if not registry.SLUG.fullmatch(slug):
        message = f"the slug {quoted(slug)} may hold only a-z, 0-9 and `-`"
        yield Problem(message, ("slug",))
    elif "-" in slug:
        message = f"the slug {quoted(slug)} works, but the documented form is a-z and 0-9 alone"
        why = "The registry documents lower-case letters and digits; its code takes `-` too."
        yield Problem(message, ("slug",), severity=NOTE, why=why)


@rule("M005", "version", refused_by="publish", fix="unsafe")
def version(connector: Connector) -> Iterator[Problem]:
    """The version cannot be published, or differs from package.json's.

    The registry publishes x.y.z, each up to five digits without a leading zero, and compares it
    with the manifest's and with the last package.json's of the archive.

    Bad: {"version": "1.0"}
    Good: {"version": "1.0.0"}
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    written = registry.text_of(connector.value, "version")
    if not written:
        return
    release = registry.release(written)
    if not registry.is_publishable(written):
        message = f"no version that the registry takes can match {quoted(written)}: write x.y.z"
        why = (
            "The registry takes x.y.z, each number with up to five digits and no leading zero,"
            " and refuses one that differs from the manifest's."
        )
        yield Problem(message, ("version",), why=why)
    elif release != written:
        message = f"the version {quoted(written)} has the suffix of a pre-release"
        why = "The registry cuts the suffix off; the channel's version is given when publishing."
        yield Problem(message, ("version",), severity=NOTE, why=why)
    other = connector.package.get("version") if connector.package else None
    if isinstance(other, str) and other and registry.release(other) != release:
        built = connector.layout == "built"
        yield Problem(
            f"the version {quoted(written)} differs from package.json's {quoted(other)}",
            ("version",),
            severity=ERROR if built else WARNING,
            why=(
                "The registry refuses an archive in which the two differ."
                if built
                else "If package.json gets into the archive, the registry refuses it."
            ),
            mend=Mend(f"write {quoted(other)}", False, (Change(json.dumps(other), ("version",)),)),
        )


@rule("M006", "type", refused_by="install", fix="unsafe")
def app_type(connector: Connector) -> Iterator[Problem]:
    """The `type` is not "konnector".

    The stack refuses to install a web application as a connector; anything else it overlooks.

    Bad: {"type": "webapp"}
    Good: {"type": "konnector"}
    Source: cozy-stack model/app/installer.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "app type":
            yield Problem('`type` is "webapp", and this is a connector', refusal.pointer)
            return
    written = connector.value.get("type")
    if isinstance(written, str) and written != "konnector":
        why = "The stack overlooks it; the registry and the store sort applications by it."
        message = f'`type` must be "konnector", not {quoted(written)}'
        fix = Mend('write "konnector"', False, (Change('"konnector"', ("type",)),))
        yield Problem(message, ("type",), severity=WARNING, why=why, mend=fix)

"""M001: keys that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from manifest_lint.cozy import registry
from manifest_lint.cozy.manifest import PUBLISHED_WITH, RECOMMENDED, WANTED
from manifest_lint.document.go_json import fold, with_keys
from manifest_lint.project.connector import Connector
from manifest_lint.project.keys import written_as
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import short

_NOT_EMPTY = ("name", "icon")
_WHAT_FOR = {
    "name": "the store and Home have no name to show",
    "type": "apps cannot distinguish the connector from a web application",
    "icon": "the store and Home show a placeholder",
    "source": "reviewers cannot find the code",
    "categories": "the store shows the connector under `others`",
    "developer": "the store cannot show who made the connector",
    "locales": "the store has no description in the user's language",
    "permissions": "the connector cannot read or write anything",
    "vendor_link": "Harvest cannot link to the service",
    "langs": "the store cannot show the connector's languages",
    "data_types": "apps do not know what the connector imports",
    "manifest_version": "the version of the format is unknown",
}

_NO_PERMISSIONS = (
    "`permissions` is missing: nothing can be read or written, and every update waits for consent"
)
_ALWAYS_HELD = (
    "The stack finds other permissions than before in every new version, and holds the update until"
    " the user agrees. Without permissions, write `{}`."
)

_ADDRESS = ("url", "server", "host", "instance", "domain")
"""How a field's name ends in which users write where they host the service."""


@rule("M001", "missing-key", refused_by="publish", defers_to=("M003", "J006", "P013"))
def missing_key(connector: Connector) -> Iterator[Finding]:
    """A required or recommended key is missing.

    Without `slug`, `editor` and `version` the registry refuses to publish the connector. The other
    keys are optional: a warning where users see the gap, a note for `langs`, and for `data_types`
    and `manifest_version` unless the connector is `clientSide`.

    Bad: {"editor": null}
    Good: {"editor": "Cozy"}
    Source: cozy-apps-registry registry/registry.go and README, "Properties meaning"
    """
    manifest = connector.value
    refused = [with_keys(manifest, refusal.pointer[:1]) for refusal in connector.registry_refusals]
    wrong_types = {fold(str(key)) for (key,), _ in refused}
    for key in PUBLISHED_WITH:
        if registry.text_of(manifest, key) or key in wrong_types:
            continue  # a value of a wrong type is not missing
        yield _unpublished(connector, key)
    needless = _needless(manifest)
    expected = [key for key in (*WANTED, *RECOMMENDED) if key not in needless]
    missing = [key for key in expected if manifest.get(key) is None]
    missing += [key for key in _NOT_EMPTY if manifest.get(key) == ""]
    if not missing:
        return
    # The key may be there under its old name, in another case, or misspelt.
    written = written_as(manifest)
    for key in missing:
        severity = WARNING if key in WANTED else NOTE
        message = f"`{key}` {_gap(manifest, key)}: {_WHAT_FOR[key]}"
        why = "Stack and registry accept the manifest, but users see less."
        if key == "permissions" and key not in manifest:
            message, why = _NO_PERMISSIONS, _ALWAYS_HELD
        cause = (written.get(key, key),)
        yield Finding(message, (key,), severity=severity, why=why, cause=cause)


def _unpublished(connector: Connector, key: str) -> Finding:
    """Return the finding for a key that the registry needs, where it is misspelt if it is."""
    message = f"`{key}` {_gap(connector.value, key)}"
    why = f"The registry refuses to publish a connector without `{key}`."
    misspelt = None if key in connector.value else written_as(connector.value).get(key)
    if misspelt is None:
        return Finding(message, (key,), why=why)
    place = connector.manifest.key((misspelt,))
    message += f": did you misspell it as `{short(misspelt)}`?"
    fix = Fix(f"rename `{short(misspelt)}` to `{key}`")
    return Finding(message, (key,), span=(place.start, place.end), why=why, fix=fix)


def _needless(manifest: dict[str, Any]) -> frozenset[str]:
    """Return the expected keys that this connector has no use for."""
    needless: set[str] = set()
    if manifest.get("clientSide") is True:  # the template has neither
        needless |= {"data_types", "manifest_version"}
    fields = manifest.get("fields")
    if isinstance(fields, dict) and any(name.lower().endswith(_ADDRESS) for name in fields):
        needless.add("vendor_link")
    return frozenset(needless)


def _gap(manifest: dict[str, Any], key: str) -> str:
    if key not in manifest:
        return "is missing"
    return "is null" if manifest[key] is None else "is empty"

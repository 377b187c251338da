"""M003, M028 and J006: keys that are there, and should not, or not so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from manifest_lint.cozy.manifest import MANIFEST_KEYS, PUBLISHED_WITH
from manifest_lint.cozy.vocabulary import (
    KEYS_READ_BY_GO,
    LOCALE_KEYS,
    RENAMED_KEYS,
    WEB_APPLICATION_KEYS,
)
from manifest_lint.document.go_json import fold
from manifest_lint.project.connector import Connector
from manifest_lint.project.keys import (
    BY_FOLDED_NAME,
    MOST_SUGGESTED,
    has_only_known_keys,
    unknown_keys,
)
from manifest_lint.project.listed import authorised
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import quoted, short

_RENAMED_SAFELY = frozenset(("vendorLink", "licence", "banksTransactionRegexp"))
_FOR_THE_SERVER = ("oauth", "on_delete_account")
_SCOPE_TOKENS = r"[!-~]+(?: [!-~]+)*"
_LOST_IN_A_SCOPE = r'["\\&#;%,]'


@rule(
    "M003",
    "unknown-key",
    severity=WARNING,
    fix="unsafe",
    defers_to=("J006", "M001", "M028", "P013"),
)
def unknown_key(connector: Connector) -> Iterator[Finding]:
    """A key is unknown.

    Stack and registry accept the key, but most apps ignore it, or all. Often it is misspelt, an old
    name, or in American spelling: a note if it is unlike all known keys, as it may be newer than
    our list.

    Bad: {"vendorLink": "https://example.org"}
    Good: {"vendor_link": "https://example.org"}
    Source: cozy-apps-registry README, "Properties meaning"; keys read by the front end's code
    """
    manifest = connector.value
    if has_only_known_keys(manifest):
        return
    for key, new in RENAMED_KEYS.items():
        if key in manifest:
            fallback = _is_fallback(manifest, key)
            what = f"only the store reads `{key}`" if fallback else f"`{key}` is ignored"
            message = f"{what}: use `{new}`"
            yield Finding(message, (key,), "key", fix=_renaming(connector, key, manifest[key]))
    for key in manifest:
        if key in WEB_APPLICATION_KEYS:
            message = f"`{key}` is for web applications and ignored in a connector"
            yield Finding(message, (key,), "key", fix=Fix("remove it"))
    for key in manifest:
        known = BY_FOLDED_NAME.get(fold(key))
        if known and key not in MANIFEST_KEYS and key not in RENAMED_KEYS:
            message = f"unknown key `{quoted(key)[1:-1]}`: did you mean `{known}`?"
            yield Finding(message, (key,), "key", fix=Fix(f"write it as `{known}`"))
    for key in manifest:
        if key.startswith("_"):
            message = f"`{short(key)}` is ignored: keys that start with `_` are for CouchDB"
            yield Finding(message, (key,), "key", fix=Fix("remove it"))
    for key, near in unknown_keys(manifest).items():
        message = f"unknown key `{quoted(key)[1:-1]}`"
        if near:
            message += f": did you mean `{near}`?"
            fix = _moving(near) if near in manifest else Fix(f"rename to `{near}`")
            # M001 says so too if the registry needs the key.
            cause = (near,) if near in PUBLISHED_WITH and near not in manifest else None
            yield Finding(message, (key,), "key", fix=fix, cause=cause)
        elif _is_language(key, manifest[key]):
            message = f"`{key}` is ignored: a language belongs into `locales`"
            yield Finding(message, (key,), "key", fix=Fix(f"move it to `locales.{key}`"))
        else:
            from manifest_lint.cozy.list_sources import SOURCES  # only for such a key

            why = f"It was not documented on {SOURCES['manifest_keys'].date}, nor read by any app."
            yield Finding(message, (key,), "key", severity=NOTE, why=why)


def _is_language(key: str, value: Any) -> bool:
    """Return whether a key at the top is a language with its texts."""
    is_named_so = len(key) == 2 and key.isascii() and key.islower()
    return is_named_so and isinstance(value, dict) and not value.keys().isdisjoint(LOCALE_KEYS)


@rule("M028", "key-of-couchdb", refused_by="install")
def key_of_couchdb(connector: Connector) -> Iterator[Finding]:
    """A key at the top starts with `_`, and CouchDB refuses it.

    The stack stores the manifest as a document of CouchDB, which keeps these keys for itself: the
    registry publishes the connector, and no instance can install it, or with an empty `_revisions`,
    which is a warning, update it. Write comments under `//`.

    Bad: {"_comment": "for the review"}
    Good: {"//": "for the review"}
    Source: CouchDB src/couch/src/couch_doc.erl, transfer_fields; its runs
    """
    manifest = connector.value
    if has_only_known_keys(manifest) or not any(key.startswith("_") for key in manifest):
        return
    from manifest_lint.cozy.couchdb import refused_members  # only for such a key

    refused = dict(refused_members(manifest, by_stack=True))
    for key, reason in refused.items():
        message = f"CouchDB refuses `{short(key)}`: {reason}"
        yield Finding(message, (key,), "key", fix=Fix("remove it, or rename it to `//`"))
    if "_revisions" in manifest and "_revisions" not in refused:
        message = "with `_revisions` in it, the connector can be installed but never updated"
        why = "The stack writes it back with the revision, and CouchDB answers with a conflict."
        yield Finding(message, ("_revisions",), "key", severity=WARNING, why=why)


def _is_fallback(manifest: dict[str, Any], key: str) -> bool:
    # Without `categories`, the store reads `category` [cozy-store src/ducks/apps/index.js].
    is_category = key == "category" and isinstance(manifest[key], str)
    return is_category and manifest.get("categories") is None


def _moving(known: str) -> Fix:
    return Fix(f"move its value to `{known}`, and remove it")


@rule("J006", "key-case", severity=WARNING, fix="unsafe")
def key_case(connector: Connector) -> Iterator[Finding]:
    """A key differs from a known one only in case.

    Stack and registry ignore the case of keys, but apps do not, so they read different manifests.

    Bad: {"Icon": "icon.svg"}
    Good: {"icon": "icon.svg"}
    Source: golang encoding/json; cozy-stack model/app/konnector.go; ECMAScript
    """
    manifest = connector.value
    odd = {
        key: BY_FOLDED_NAME[fold(key)]
        for key in manifest
        if key not in MANIFEST_KEYS and key not in RENAMED_KEYS and fold(key) in BY_FOLDED_NAME
    }
    last = {known: key for key, known in odd.items()}  # the one that Go reads
    old_names = {new for old, new in RENAMED_KEYS.items() if old in manifest} if odd else set()
    for key, known in odd.items():
        fix = Fix(f"keep one of the two, as `{known}`")
        if known in manifest:
            if isinstance(manifest[key], str) and manifest[key] == manifest[known]:
                fix = Fix("remove it", True, (_remove(key),))
        elif key == last[known] and known not in old_names:
            fix = Fix(f"rename to `{known}`", False, (Edit(json.dumps(known), (key,), "key"),))
        message, why = f"apps ignore `{key}`: write `{known}`", None
        if known not in KEYS_READ_BY_GO:
            message = f"`{key}` is ignored: write `{known}`"
            why = f"Only apps read this key, and only as `{known}`."
        yield Finding(message, (key,), "key", why=why, fix=fix)


def _says(there: Any, value: Any) -> bool:
    """Return whether the value of the right key includes that of the other one."""
    return isinstance(value, str) and (
        there == value or (isinstance(there, list) and value in there)
    )


def _remove(key: str) -> Edit:
    return Edit("", (key,), "member")


def _renaming(connector: Connector, key: str, value: Any) -> Fix:
    """Return a fix for a key under its old name, with edits where the value can be kept."""
    if key == "oauth_scope":
        return Fix("move it to `oauth.scope`", False, _scope_moved(connector, value))
    new = RENAMED_KEYS[key]
    if new in connector.value:
        if _says(connector.value[new], value):
            return Fix("remove it", True, (_remove(key),))
        return _moving(new)
    edits = _conversion(connector, key, value)
    rivals = [old for old, name in RENAMED_KEYS.items() if name == new and old in connector.value]
    if edits is None or key != rivals[0]:
        return Fix(f"move it to `{new}`")
    rename = Edit(json.dumps(new), (key,), "key")
    return Fix(f"rename to `{new}`", key in _RENAMED_SAFELY, (rename, *edits))


def _conversion(connector: Connector, key: str, value: Any) -> tuple[Edit, ...] | None:
    """Return the edits that convert a value for the new key; None where an author must decide."""
    if key in _RENAMED_SAFELY:
        return () if isinstance(value, str) else None
    if key == "client_side":  # keys for the server cannot stay next to it: M019
        fits = value is False or connector.value.keys().isdisjoint(_FOR_THE_SERVER)
        return () if isinstance(value, bool) and fits else None
    if key == "save_folder":
        return _around(key, '[{"defaultDir": ', "}]") if isinstance(value, str) else None
    return _list(connector, key, value)


def _around(key: str, before: str, after: str) -> tuple[Edit, ...]:
    """Put something around a value, which stays as its author wrote it."""
    return Edit(before, (key,), "start"), Edit(after, (key,), "end")


def _scope_moved(connector: Connector, value: Any) -> tuple[Edit, ...]:
    """Return the edits that move a scope to `oauth.scope`, none where an author must decide."""
    manifest, scope = connector.value, _scope(value)
    if scope is None:
        return ()
    oauth, text = manifest.get("oauth"), json.dumps([scope])
    if "oauth" not in manifest:
        rename = Edit('"oauth"', ("oauth_scope",), "key")
        if value == scope:
            return rename, *_around("oauth_scope", '{"scope": [', "]}")
        return rename, Edit(f'{{"scope": {text}}}', ("oauth_scope",))
    if oauth is True or oauth == {}:
        return _remove("oauth_scope"), Edit(f'{{"scope": {text}}}', ("oauth",))
    if isinstance(oauth, dict) and "scope" not in oauth:
        first, document = next(iter(oauth)), connector.manifest
        key = document.key(("oauth", first))
        before = document.text[document.at(("oauth",)).start + 1 : key.start]  # as in the object
        written = document.text[key.start : key.end]
        edit = Edit(f'"scope": {text},{before or " "}{written}', ("oauth", first), "key")
        return _remove("oauth_scope"), edit
    return ()


def _scope(value: Any) -> str | None:
    """Return the scope that was sent: the string as written, with spaces for plus signs."""
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, str) for part in parts):
        return None
    scope = " ".join(dict.fromkeys(" ".join(parts).replace("+", " ").split()))
    sound = re.fullmatch(_SCOPE_TOKENS, scope) and not re.search(_LOST_IN_A_SCOPE, scope)
    return scope if sound else None


def _list(connector: Connector, key: str, value: Any) -> tuple[Edit, ...] | None:
    """Make a list of authorised values, as `categories` and `data_types` are."""
    written = value if isinstance(value, list) else [value]
    if not written or len(written) > MOST_SUGGESTED:
        return None
    if not all(isinstance(item, str) for item in written):
        return None
    new = RENAMED_KEYS[key]
    meant = list(dict.fromkeys(authorised(connector, new, item) for item in written))
    if None in meant:
        return None
    if meant == value:
        return ()
    if meant == [value]:
        return _around(key, "[", "]")
    text = json.dumps(meant, ensure_ascii=False)
    if isinstance(value, list):
        from manifest_lint.document.lists import rewritten  # only for this fix

        items = [json.dumps(item, ensure_ascii=False) for item in meant]
        text = rewritten(connector.manifest, (key,), len(value), items)
    return (Edit(text, (key,)),)

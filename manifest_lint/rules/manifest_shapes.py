"""M013, M014, M018 to M021: values with a shape of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.vocabulary import FOLDER_VARIABLES
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.project.locales import no_languages
from manifest_lint.rules.base import WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, pointer_text, quoted, short

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_SHOWN_BY_STORE = r"(?a:(?:https?://)?[\w.-][\w-]*\.[\w.-][\w\-._~:/?#[\]@!$&'()*+,;=.]+)"
"""The URLs of a developer that the store shows; a faster form of its own expression
[cozy-store src/ducks/apps/components/ApplicationPage/Details.jsx, isValidUrl]."""

_NOT_IN_TERMS = frozenset("*+~.()'\"!:@")
"""Characters that are not allowed in the id or the version of terms [registry README]."""

_BASE_FOLDERS = ("$administrative", "$photos")
_VARIABLE = r"\$[A-Za-z_{]"
_MOST_SUGGESTED = 50
"""At most this many different parts of one path get a suggestion."""


@rule("M013", "time-interval", severity=WARNING)
def time_interval(connector: Connector) -> Iterator[Finding]:
    """The `time_interval` is not two hours of the day, the earlier one first.

    Outside of 0 to 24, Harvest throws an error and users cannot connect their account. With the
    greater hour first, as in `[22, 5]`, the connector runs by day (5 to 22) instead of at night.

    Bad: {"time_interval": [22, 5]}
    Good: {"time_interval": [0, 5]}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-libs
    packages/cozy-harvest-lib/src/helpers/cron.js and daytime.js
    """
    hours = connector.value.get("time_interval")
    if not isinstance(hours, list) or not all(type(hour) in (int, float) for hour in hours):
        return
    pointer = ("time_interval",)
    if len(hours) != 2:
        message = f"`time_interval` must have two hours, not {len(hours)}"
        yield Finding(message, pointer)
    elif not all(0 <= hour <= 24 for hour in hours):
        first, second = (short(json.dumps(hour), 20) for hour in hours)
        message = f"both hours of `time_interval` must be from 0 to 24, not {first} and {second}"
        yield Finding(message, pointer)
    elif hours[0] >= hours[1]:
        first, second = (short(json.dumps(hour), 20) for hour in hours)
        message = (
            f"the first hour of `time_interval` must be smaller: {first} is not before {second}"
        )
        yield Finding(message, pointer)


@rule("M014", "transaction-expression", severity=WARNING)
def transaction_expression(connector: Connector) -> Iterator[Finding]:
    r"""The `banksTransactionRegExp` is not a regular expression of JavaScript.

    The Banks app searches the labels of bank operations with it. An invalid one throws an error and
    ends the search.

    Bad: {"banksTransactionRegExp": "\\b(sunmeter|sun meter\\b"}
    Good: {"banksTransactionRegExp": "\\b(sunmeter|sun meter)\\b"}
    Source: cozy-banks src/ducks/brandDictionary, getRegexp; ECMAScript
    """
    written = connector.value.get("banksTransactionRegExp")
    if not isinstance(written, str):
        return
    from manifest_lint.content.regular_expression import mistake  # few connectors have one

    if reason := mistake(written):
        message = f"`banksTransactionRegExp` is not a regular expression: {reason}"
        yield Finding(message, ("banksTransactionRegExp",))


@rule("M018", "developer", severity=WARNING, defers_to=("M024", "M011"))
def developer(connector: Connector) -> Iterator[Finding]:
    """The developer's name or website is missing, or the store does not show it.

    The store shows users the developer's name and website. Without the name, it shows neither.

    Bad: {"developer": {"name": "Example"}}
    Good: {"developer": {"name": "Example", "url": "https://www.example.org"}}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-store
    src/ducks/apps/components/ApplicationPage/Details.jsx
    """
    value = connector.value.get("developer")
    if not isinstance(value, dict):
        return
    for key in ("name", "url"):
        if how := _gap(value, key):
            lost = "who made the connector" if key == "name" else "the developer's website"
            message = f"`developer.{key}` {how}: the store cannot show {lost}"
            yield Finding(message, ("developer", key))
    url = value.get("url")
    if not isinstance(url, str) or not url.strip() or _is_shown(url):
        return
    message = f"the store does not show the `developer.url` {quoted(url)}"
    fix = Fix("write the URL of a website, in ASCII and without `%`")
    yield Finding(message, ("developer", "url"), fix=fix)


def _is_shown(url: str) -> bool:
    """Return whether the store shows a URL. Most are plain ones, which take no long expression."""
    host, _, path = url.removeprefix("https://").partition("/")
    letters = f"{host}{path}".replace(".", "").replace("-", "").replace("/", "")
    if "." in host[1:-2] and letters.isascii() and letters.isalnum():
        return True
    return re.fullmatch(_SHOWN_BY_STORE, url) is not None


def _gap(around: dict[str, Any], key: str) -> str:
    """Return whether a string `is missing` or `is empty`, else nothing."""
    if key not in around:
        return "is missing"
    return "is empty" if isinstance(around[key], str) and not around[key].strip() else ""


@rule("M019", "server-side-key", severity=WARNING)
def server_side_key(connector: Connector) -> Iterator[Finding]:
    """A client-side connector has a key for connectors on the server.

    A connector with `clientSide` runs on the user's device, and users log in to the service there.
    The stack ignores the key, so it gets no token, and runs no script when a user deletes the
    account.

    Bad: {"clientSide": true, "oauth": {"scope": ["read"]}}
    Good: {"clientSide": true, "oauth": null}
    Source: cozy-doctypes io.cozy.konnectors; konnectors/libs packages/cozy-konnector-build
    """
    manifest = connector.value
    if manifest.get("clientSide") is not True:
        return
    unread = ["oauth"] if wire.is_oauth(manifest) else []
    if manifest.get("on_delete_account"):
        unread.append("on_delete_account")
    for key in unread:
        message = f"`{key}` is ignored: a connector with `clientSide` does not run on the server"
        yield Finding(message, (key,), "key", fix=Fix(f"remove `{key}`, or `clientSide`"))


@rule("M020", "terms", severity=WARNING)
def terms(connector: Connector) -> Iterator[Finding]:
    """The `terms` lack a key or have a forbidden character.

    The store shows users the terms at `url`, and saves under `id` and `version` that a user has
    accepted them. If a key is missing it does not show the terms; some characters are not allowed
    in `id` and `version`.

    Bad: {"terms": {"id": "sunmeter", "version": "1.0", "url": "https://www.sunmeter.example/tos"}}
    Good: {"terms": {"id": "sunmeter", "version": "1", "url": "https://www.sunmeter.example/tos"}}
    Source: cozy-apps-registry README, "Application terms"; cozy-store src/ducks/apps/terms.js
    """
    value = connector.value.get("terms")
    if not isinstance(value, dict):
        return
    for key in ("url", "id", "version"):
        written = value.get(key)
        if how := _gap(value, key):
            message = f"`terms.{key}` {how}: the store does not show the terms"
            yield Finding(message, ("terms", key))
        elif key != "url" and isinstance(written, str) and not _NOT_IN_TERMS.isdisjoint(written):
            wrong = " ".join(f"`{char}`" for char in sorted(_NOT_IN_TERMS.intersection(written)))
            message = f"`terms.{key}` must not contain {wrong}: {quoted(written)}"
            yield Finding(message, ("terms", key))


@rule(
    "M021",
    "value-shape",
    severity=WARNING,
    defers_to=("L004", "M001", "M002", "M003", "J006"),
)
def value_shape(connector: Connector) -> Iterator[Finding]:
    """An `aggregator`, `partnership`, folder or message is incomplete or not understood.

    Harvest ignores an incomplete value, or stops with an error if `partnership` has no `domain`. In
    a path, a variable that Harvest does not know, or that is not alone between two slashes, is not
    replaced, and users see it in the name of a folder.

    Bad: {"folders": [{"defaultDir": "$administratif/$konnector/$account"}]}
    Good: {"folders": [{"defaultDir": "$administrative/$konnector/$account"}]}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-libs packages/cozy-harvest-lib;
    cozy-client packages/cozy-client/src/models/konnectorFolder.js
    """
    manifest = connector.value
    aggregator, partnership = manifest.get("aggregator"), manifest.get("partnership")
    if isinstance(aggregator, dict) and (how := _gap(aggregator, "accountId")):
        message = f"`aggregator.accountId` {how}: Harvest ignores the aggregator"
        yield Finding(message, ("aggregator", "accountId"))
    if isinstance(partnership, dict) and "domain" not in partnership:
        message = "`partnership.domain` is missing: Harvest can stop with an error"
        yield Finding(message, ("partnership", "domain"))
    folders = manifest.get("folders")
    if isinstance(folders, list) and folders:
        yield from _folder(folders[0])
        if len(folders) > 1:
            message = "`folders[1]` and later entries are ignored: Harvest reads only the first"
            yield Finding(message, ("folders", 1), cause=())
    yield from _messages(connector)


def _folder(folder: Any) -> Iterator[Finding]:
    pointer: Pointer = ("folders", 0, "defaultDir")
    if not isinstance(folder, dict):
        return
    path = folder.get("defaultDir")
    if how := _gap(folder, "defaultDir"):
        message = f"`{pointer_text(pointer)}` {how}: Harvest uses its own default"
        yield Finding(message, pointer)
    elif isinstance(path, str) and "$" in path:
        parts = [part for part in path.split("/") if part]
        for part in islice(dict.fromkeys(parts), _MOST_SUGGESTED):
            if re.search(_VARIABLE, part) and part not in FOLDER_VARIABLES:
                near = nearest(part, FOLDER_VARIABLES) if len(part) <= 30 else None
                known = f"use {one_of(list(FOLDER_VARIABLES))}"
                message = f"unknown variable {quoted(part)} in `{pointer_text(pointer)}`"
                fix = Fix(f"write `{near}`" if near else known)
                yield Finding(message, pointer, fix=fix)
        for part in _BASE_FOLDERS:
            if part in parts[1:]:
                message = f"`{part}` is a variable only at the start of `{pointer_text(pointer)}`"
                yield Finding(message, pointer)


def _messages(connector: Connector) -> Iterator[Finding]:
    messages, locales = connector.value.get("messages"), connector.value.get("locales")
    if not isinstance(messages, list):
        return
    texts: dict[str, Pointer] = {}
    for language, locale in locales.items() if isinstance(locales, dict) else ():
        if isinstance(locale, dict) and isinstance(locale.get("messages"), dict):
            for name in locale["messages"]:
                texts.setdefault(name, ("locales", language, "messages", name))
    # A text without a message may belong to a misspelt one.
    unmatched = (texts[name] for name in texts if name not in messages)
    cause = next(unmatched, None)
    if not isinstance(locales, dict):
        cause = no_languages(connector)
    for index, message in enumerate(messages):
        if isinstance(message, str) and message not in texts:
            complaint = f"the message {quoted(message)} has no text in `locales`: users see nothing"
            fix = Fix("add one under `messages` in each language")
            yield Finding(complaint, ("messages", index), fix=fix, cause=cause)

"""M013, M014, M018 to M021: values with a shape of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.content.regular_expression import mistake
from manifest_lint.cozy.vocabulary import FOLDER_VARIABLES
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, pointer_text, quoted

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_SHOWN_BY_STORE = re.compile(
    r"(?:https?://)?[\w.-][\w-]*\.[\w.-][\w\-._~:/?#[\]@!$&'()*+,;=.]+", re.ASCII
)
"""The URLs of a developer that the store shows, without the way its own expression is slow in
[cozy-store src/ducks/apps/components/ApplicationPage/Details.jsx, isValidUrl]."""


_NOT_IN_TERMS = frozenset("*+~.()'\"!:@")
"""Characters that neither the id nor the version of terms may have [registry README]."""

_BASE_FOLDERS = ("$administrative", "$photos")
_VARIABLE = re.compile(r"\$[A-Za-z_{]")
_MOST_TOLD = 50
"""Of so many different parts of one path it is looked for what was meant."""


@rule("M013", "time-interval", severity=WARNING)
def time_interval(connector: Connector) -> Iterator[Finding]:
    """The `time_interval` is not two hours, the smaller one first.

    Harvest takes a random hour between the two for the runs of a new account. Beyond 0 to 24 it
    throws an error instead, and users cannot connect their account. With the greater hour first,
    `[22, 5]`, it takes one of the day, from 5 to 22, and not of the night that was meant.

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
        message = f"`time_interval` must be two hours, not {len(hours)}"
        yield Finding(message, pointer)
    elif not all(0 <= hour <= 24 for hour in hours):
        yield Finding("`time_interval` must be two hours from 0 to 24", pointer)
    elif hours[0] >= hours[1]:
        message = "the first hour of `time_interval` must be smaller than the second"
        yield Finding(message, pointer)


@rule("M014", "transaction-expression", severity=WARNING)
def transaction_expression(connector: Connector) -> Iterator[Finding]:
    r"""The `banksTransactionRegExp` is not a regular expression of JavaScript.

    The Banks application makes an expression of it, to find the service in the labels of bank
    operations. It throws an error at this one, and the search stops there.

    Bad: {"banksTransactionRegExp": "\\b(sunmeter|sun meter\\b"}
    Good: {"banksTransactionRegExp": "\\b(sunmeter|sun meter)\\b"}
    Source: cozy-banks src/ducks/brandDictionary, getRegexp; ECMAScript
    """
    written = connector.value.get("banksTransactionRegExp")
    if isinstance(written, str) and (reason := mistake(written)):
        message = f"`banksTransactionRegExp` is not a regular expression: {reason}"
        yield Finding(message, ("banksTransactionRegExp",))


@rule("M018", "developer", severity=WARNING, defers_to=("M024", "M011"))
def developer(connector: Connector) -> Iterator[Finding]:
    """The developer's name or website is missing, or not one that the store shows.

    The store shows the two in an application's details, and nothing of them without the name.

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
            lost = "who made it" if key == "name" else "where to find out more"
            message = f"`developer.{key}` {how}: the store cannot say {lost}"
            yield Finding(message, ("developer", key))
    url = value.get("url")
    if not isinstance(url, str) or not url.strip() or _SHOWN_BY_STORE.fullmatch(url):
        return
    message = f"the store shows no link for the `developer.url` {quoted(url)}"
    fix = Fix("write the address of a website, in ASCII and without `%`")
    yield Finding(message, ("developer", "url"), fix=fix)


def _gap(around: dict[str, Any], key: str) -> str:
    """Tell what a text lacks: that it is missing or empty; nothing if it is there."""
    if key not in around:
        return "is missing"
    return "is empty" if isinstance(around[key], str) and not around[key].strip() else ""


@rule("M019", "server-side-key", severity=WARNING)
def server_side_key(connector: Connector) -> Iterator[Finding]:
    """A key for the server stands in a connector that runs on the user's device.

    With `clientSide`, the flagship app runs the connector's `main.js` in a web page, where users
    log in to the service themselves. What the server does for others does not happen: it gets
    no token, and has no script to run when an account is deleted.

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
        message = f"`{key}` is for connectors that run on the server, and this one is `clientSide`"
        yield Finding(message, (key,), "key", fix=Fix(f"remove `{key}`, or `clientSide`"))


@rule("M020", "terms", severity=WARNING)
def terms(connector: Connector) -> Iterator[Finding]:
    """The `terms` lack something, or have characters that they must not have.

    The store shows the terms at `url` before the installation, and keeps under `id` and `version`
    that the user has accepted them. Terms that lack one of the three it does not show at all.

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
            message = f"`terms.{key}` must not hold {wrong}: {quoted(written)}"
            yield Finding(message, ("terms", key))


@rule("M021", "value-shape", severity=WARNING, defers_to=("L004",))
def value_shape(connector: Connector) -> Iterator[Finding]:
    """A value is not built as its readers take it.

    Without `aggregator.accountId`, Harvest does as if there were no aggregator, and at a
    `partnership` without `domain` it can stop with an error. It reads the first of `folders` alone,
    and a variable that it does not know, or that is not a whole part of the path, becomes a
    folder's name. Of `messages` it can show those that have a text in `locales`.

    Bad: {"folders": [{"defaultDir": "$administratif/$konnector/$account"}]}
    Good: {"folders": [{"defaultDir": "$administrative/$konnector/$account"}]}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-libs packages/cozy-harvest-lib;
    cozy-client packages/cozy-client/src/models/konnectorFolder.js
    """
    manifest = connector.value
    aggregator, partnership = manifest.get("aggregator"), manifest.get("partnership")
    if isinstance(aggregator, dict) and (how := _gap(aggregator, "accountId")):
        message = f"`aggregator.accountId` {how}: Harvest does as if there were no aggregator"
        yield Finding(message, ("aggregator", "accountId"))
    if isinstance(partnership, dict) and "domain" not in partnership:
        message = "`partnership.domain` is missing: Harvest can stop with an error"
        yield Finding(message, ("partnership", "domain"))
    folders = manifest.get("folders")
    if isinstance(folders, list) and folders:
        yield from _folder(folders[0])
        if len(folders) > 1:
            message = "`folders[1]` and what follows are read by nobody: Harvest takes the first"
            yield Finding(message, ("folders", 1))
    yield from _messages(manifest)


def _folder(folder: Any) -> Iterator[Finding]:
    pointer: Pointer = ("folders", 0, "defaultDir")
    if not isinstance(folder, dict):
        return
    path = folder.get("defaultDir")
    if how := _gap(folder, "defaultDir"):
        message = f"`{pointer_text(pointer)}` {how}: Harvest takes its own default"
        yield Finding(message, pointer)
    elif isinstance(path, str) and "$" in path:
        parts = [part for part in path.split("/") if part]
        for part in islice(dict.fromkeys(parts), _MOST_TOLD):
            if _VARIABLE.search(part) and part not in FOLDER_VARIABLES:
                near = nearest(part, FOLDER_VARIABLES) if len(part) <= 30 else None
                known = f"known are {one_of(list(FOLDER_VARIABLES))}"
                message = f"{quoted(part)} in `{pointer_text(pointer)}` becomes a folder's name"
                fix = Fix(f"write `{near}`" if near else known)
                yield Finding(message, pointer, fix=fix)
        for part in _BASE_FOLDERS:
            if part in parts[1:]:
                message = (
                    f"`{part}` in `{pointer_text(pointer)}` is a variable only where it begins"
                )
                yield Finding(message, pointer)


def _messages(manifest: dict[str, Any]) -> Iterator[Finding]:
    messages, locales = manifest.get("messages"), manifest.get("locales")
    if not isinstance(messages, list) or not isinstance(locales, dict):
        return
    texts: dict[str, Pointer] = {}
    for language, locale in locales.items():
        if isinstance(locale, dict) and isinstance(locale.get("messages"), dict):
            for name in locale["messages"]:
                texts.setdefault(name, ("locales", language, "messages", name))
    # A text of no message may be that of a misspelt one.
    unmatched = (texts[name] for name in texts if name not in messages)
    cause = next(unmatched, None)
    for index, message in enumerate(messages):
        if isinstance(message, str) and message not in texts:
            told = f"the message {quoted(message)} has no text in `locales`: nothing can be shown"
            fix = Fix("write one under `messages` of each language")
            yield Finding(told, ("messages", index), fix=fix, cause=cause)

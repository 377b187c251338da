"""L: the texts of each language. L004 stands in unmatched_texts.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.manifest import MANIFEST_KEYS
from manifest_lint.cozy.template import is_leftover
from manifest_lint.cozy.vocabulary import (
    FIELD_PROPERTIES,
    FIELD_TEXTS,
    LOCALE_KEYS,
    PERMISSION_KEYS,
)
from manifest_lint.document.go_json import with_keys
from manifest_lint.project.connector import Connector
from manifest_lint.project.locales import ONLY_IN_A_LOCALE, languages, misplaced, objects
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, pointer_text, quoted, short

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_DESCRIPTIONS = ("short_description", "long_description")
_PLAIN_TEXTS = (*_DESCRIPTIONS, "changes")
_PERMISSION_TEXTS = ("description",)
_BELOW = {"fields": FIELD_TEXTS, "permissions": _PERMISSION_TEXTS}
_PASSED_OVER: dict[tuple[str, ...], frozenset[str]] = {
    LOCALE_KEYS: MANIFEST_KEYS,  # what stands at the top of a manifest is replaced in a locale
    FIELD_TEXTS: frozenset(),
    _PERMISSION_TEXTS: frozenset(PERMISSION_KEYS),  # they say the same once more
}
_MOST_TOLD = 100
"""So many findings of one rule are told; looking for the nearest name takes its time."""

_LONGEST_NAME = 60
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 4
"""A text of fewer words may well be the same in two languages: a name, `Date`, `Documents`."""


@rule("L001", "no-english", severity=WARNING)
def no_english(connector: Connector) -> Iterator[Finding]:
    """There are no English texts.

    The registry asks for all texts in English, for the users whose language is not there. Store
    and Harvest show the texts of the language that Cozy is used in, and no others: who uses it in
    English sees no description, and fields with their bare names.

    Bad: {"langs": ["fr"], "locales": {"fr": {"short_description": "Vos factures"}}}
    Good: {"langs": ["fr"], "locales": {"en": {"short_description": "Your bills"}}}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-store
    src/ducks/apps/reducers.js; cozy-libs
    packages/cozy-harvest-lib/src/components/hoc/withKonnectorLocales.jsx
    """
    locales = connector.value.get("locales")
    if isinstance(locales, dict) and "en" not in locales and not misplaced(locales):
        message = "`locales` has no `en`, the language that the registry asks for"
        yield Finding(message, ("locales",), "key", fix=Fix("add the texts in English"))


@rule("L002", "language-without-locale", severity=WARNING)
def language_without_locale(connector: Connector) -> Iterator[Finding]:
    """A language is promised in `langs`, and has no texts in `locales`.

    The store tells users that the connector speaks it, and then shows them no description: it
    takes no text from another language.

    Bad: {"langs": ["en", "fr", "es"]}
    Good: {"langs": ["en", "fr"]}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-store src/ducks/apps/reducers.js
    """
    langs, locales = connector.value.get("langs"), connector.value.get("locales")
    if not isinstance(langs, list) or not isinstance(locales, dict) or misplaced(locales):
        return
    missing: dict[str, int] = {}
    for index, language in enumerate(langs):
        if isinstance(language, str) and language not in locales and language != "en":
            missing.setdefault(language, index)
    for language, index in islice(missing.items(), _MOST_TOLD):
        message = f"{quoted(language)} stands in `langs`, and `locales` has no texts in it"
        yield Finding(message, ("langs", index), fix=Fix("add its texts, or do not name it"))


@rule("L003", "description-missing", severity=NOTE, fix="unsafe", defers_to=("L006",))
def description_missing(connector: Connector) -> Iterator[Finding]:
    """A language has no short or no long description.

    The store shows both on the connector's page, the short one below its name. In the place of one
    that is missing it shows what stands under that key at the top of the manifest, else nothing;
    the old key `description` it does not read.

    Bad: {"locales": {"en": {"long_description": "Imports your bills."}}}
    Good: {"locales": {"en": {"short_description": "Bills", "long_description": "Imports them."}}}
    Source: cozy-apps-registry README, "Translated manifest fields"; cozy-store
    src/ducks/apps/components/ApplicationPage/index.jsx
    """
    missing = (
        (("locales", language, key), locale)
        for language, locale in languages(connector)
        for key in _DESCRIPTIONS
        if locale.get(key, connector.value.get(key, "")) == ""
    )
    for pointer, locale in islice(missing, _MOST_TOLD):
        key, fix = pointer[-1], None
        if key == "short_description" and key not in locale and "description" in locale:
            fix = _renaming((*pointer[:2], "description"), key, locale["description"])
        how = "is empty" if key in locale else "is missing"
        meant = {near: written for written, near in _misspelt(locale).items()}
        cause = (*pointer[:2], meant.get(str(key), key))
        yield Finding(f"`{pointer_text(pointer)}` {how}", pointer, fix=fix, cause=cause)


@rule("L005", "not-translated", severity=NOTE)
def not_translated(connector: Connector) -> Iterator[Finding]:
    """A text of one language is another's, word for word.

    Users read it in a language that they have not chosen. Most often it was copied, and its
    translation forgotten.

    Bad: "Imports all of your bills" as the `long_description` of both `en` and `fr`
    Good: "Imports all of your bills" in `en`, "Importe toutes vos factures" in `fr`
    Source: cozy-apps-registry README, "Properties meaning"
    """
    seen: dict[tuple[Pointer, str], str] = {}
    told: set[str] = set()
    for language, path, text in _descriptions(connector):
        first = seen.setdefault((path, text), language)
        if first == language or language in told or len(told) == _MOST_TOLD:
            continue
        if len(_WORD.findall(text)) >= _FEWEST_WORDS and _base(first) != _base(language):
            told.add(language)
            name, other = (pointer_text(("locales", one, *path)) for one in (language, first))
            message = f"`{name}` is `{other}`, word for word"
            yield Finding(message, ("locales", language, *path), fix=Fix("translate one of them"))


@rule("L006", "locale-unknown-key", severity=WARNING, fix="unsafe", defers_to=("M002", "L004"))
def locale_unknown_key(connector: Connector) -> Iterator[Finding]:
    """A key inside a locale is read by nobody, or texts stand outside of a language.

    `locales` holds languages, each of them texts. What stands one level too high is taken for a
    language; what is not a text of the connector, of a field or of a permission is ignored.

    Bad: {"locales": {"en": {"short_descripton": "Your bills"}}}
    Good: {"locales": {"en": {"short_description": "Your bills"}}}
    Source: cozy-apps-registry README, "Translated manifest fields"; cozy-libs
    packages/cozy-harvest-lib/src/components/AccountForm
    """
    yield from _outside(connector)
    for pointer, texts, known in islice(_unknown_keys(connector), _MOST_TOLD):
        # What is below a name that nothing has is not shown, whatever its keys.
        cause = severity = None
        if len(pointer) > 4 and pointer[3] not in connector.value[str(pointer[2])]:
            cause, severity = pointer[:4], NOTE
        key, fix = str(pointer[-1]), None
        if known is FIELD_TEXTS and key in FIELD_PROPERTIES:
            fix = Fix(f"move it to `{pointer_text(pointer[2:])}`, where Harvest reads it")
        elif near := _misspelt(texts, known).get(key):
            fix = _renaming(pointer, near, texts[key])
        message = f"`{pointer_text(pointer)}` is read by nobody"
        yield Finding(message, pointer, "key", severity=severity, fix=fix, cause=cause)


def _outside(connector: Connector) -> Iterator[Finding]:
    """Report texts beside the languages; the registry refuses some of them."""
    locales = connector.value.get("locales")
    pointers = [refusal.pointer for refusal in connector.registry_refusals]
    of_locales = (p for p in pointers if with_keys(connector.value, p)[0][0] == "locales")
    cause = next(of_locales, None)
    if isinstance(locales, dict):
        for key in (key for key in locales if key in ONLY_IN_A_LOCALE):
            message = f"`locales.{key}` is not a language: texts stand inside of one"
            fix = Fix(f"move it to `locales.en.{key}`, or to its own language")
            yield Finding(message, ("locales", key), "key", fix=fix, cause=cause)


def _unknown_keys(
    connector: Connector,
) -> Iterator[tuple[Pointer, dict[str, Any], tuple[str, ...]]]:
    """Give each unknown key in a locale: where, the texts it is among, what is known there."""
    for language, locale in languages(connector):
        for key in _unknown(locale, LOCALE_KEYS):
            yield ("locales", language, key), locale, LOCALE_KEYS
        for kind, known in _BELOW.items():
            there = connector.value.get(kind)
            for name, texts in objects(locale.get(kind)):
                if isinstance(there, dict):
                    for key in _unknown(texts, known):
                        yield ("locales", language, kind, name, key), texts, known


def _unknown(texts: dict[str, Any], known: tuple[str, ...]) -> Iterator[str]:
    return (key for key in texts if key not in known and key not in _PASSED_OVER[known])


def _misspelt(texts: dict[str, Any], known: tuple[str, ...] = LOCALE_KEYS) -> dict[str, str]:
    """Give the unknown keys that were meant to be known ones, each at most once, with these."""
    meant: dict[str, str] = {}
    for key in islice(_unknown(texts, known), _MOST_TOLD):
        near = nearest(key, known) if len(key) <= _LONGEST_NAME else None
        if near and near not in texts:
            meant.setdefault(near, key)
    return {key: near for near, key in meant.items()}


def _renaming(pointer: Pointer, near: str, value: Any) -> Fix:
    """Offer another name for a key, as a change where its value can stay as it is."""
    sound = near in _PLAIN_TEXTS and isinstance(value, str) and value != ""
    edits = (Edit(json.dumps(near), pointer, "key"),)
    can = sound and not is_leftover(("locales",), str(value))
    return Fix(f"rename `{short(str(pointer[-1]))}` to `{near}`", False, edits if can else ())


def _descriptions(connector: Connector) -> Iterator[tuple[str, Pointer, str]]:
    """Give every description: its language, where it stands there, itself."""
    for language, locale in languages(connector):
        texts: list[tuple[Pointer, Any]] = [((key,), locale.get(key)) for key in _DESCRIPTIONS]
        for name, told in objects(locale.get("permissions")):
            texts.append((("permissions", name, "description"), told.get("description")))
        for path, text in texts:
            if isinstance(text, str):
                yield language, path, text


def _base(language: str) -> str:
    """Give the language of `fr_CA` or `fr-CA`: French is French."""
    return re.split("[-_]", language, maxsplit=1)[0].lower()

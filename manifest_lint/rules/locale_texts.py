"""L: the texts of each language. L004 is in locale_unmatched.py, L007 in locale_markdown.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
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
from manifest_lint.project.connector import ONLY_IN_A_LOCALE, Connector
from manifest_lint.project.locales import (
    is_too_deep,
    languages,
    no_languages,
    objects,
    refused_locale,
)
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import listed, nearest, pointer_text, quoted, short

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_DESCRIPTIONS = ("short_description", "long_description")
_SAY_NO_LANGUAGES = ("M001", "M002", "M003", "J006", "L006")
"""The rules that report `locales` that are missing, of a wrong type or without languages."""

_PLAIN_TEXTS = (*_DESCRIPTIONS, "changes")
_PERMISSION_TEXTS = ("description",)
_BELOW = {"fields": FIELD_TEXTS, "permissions": _PERMISSION_TEXTS}
_ACCEPTED: dict[tuple[str, ...], frozenset[str]] = {
    LOCALE_KEYS: MANIFEST_KEYS.union(LOCALE_KEYS),  # a locale replaces keys of the manifest
    FIELD_TEXTS: frozenset(FIELD_TEXTS),
    _PERMISSION_TEXTS: frozenset((*_PERMISSION_TEXTS, *PERMISSION_KEYS)),  # they repeat it
}
_MOST_REPORTED = 100
"""At most this many findings of one rule are reported: finding a suggestion is slow."""

_LONGEST_NAME = 60
_LANGUAGE = r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*"
_WORD = r"[^\W\d_]{2,}"
_FEWEST_WORDS = 4
"""A text of fewer words may well be the same in two languages: a name, `Date`, `Documents`."""


@rule("L001", "no-english", severity=WARNING, defers_to=_SAY_NO_LANGUAGES)
def no_english(connector: Connector) -> Iterator[Finding]:
    """There are no English texts.

    Users of an English Cozy see no description in the store, and the bare names of fields in
    Harvest. The registry asks for English texts.

    Bad: {"langs": ["fr"], "locales": {"fr": {"short_description": "Vos factures"}}}
    Good: {"langs": ["fr"], "locales": {"en": {"short_description": "Your bills"}}}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-store
    src/ducks/apps/reducers.js; cozy-libs
    packages/cozy-harvest-lib/src/components/hoc/withKonnectorLocales.jsx
    """
    locales, cause = connector.value.get("locales"), no_languages(connector)
    if not isinstance(locales, dict) or "en" not in locales:
        message = "`locales` has no English texts (`en`), which the registry asks for"
        fix = Fix("add the texts in English")
        yield Finding(message, ("locales",), "key", fix=fix, cause=cause or ())


@rule(
    "L002",
    "language-without-locale",
    severity=WARNING,
    fix="unsafe",
    defers_to=_SAY_NO_LANGUAGES,
)
def language_without_locale(connector: Connector) -> Iterator[Finding]:
    """A language in `langs` has no texts in `locales`.

    The store says that the connector speaks the language, but shows its users no description.

    Bad: {"langs": ["en", "fr", "es"]}
    Good: {"langs": ["en", "fr"]}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-store src/ducks/apps/reducers.js
    """
    langs, locales = connector.value.get("langs"), connector.value.get("locales")
    if not isinstance(langs, list):
        return
    there = locales if isinstance(locales, dict) else {}
    cause = no_languages(connector) or ()
    missing: dict[str, int] = {}
    written: set[str] = set()
    for index, language in enumerate(langs):
        if isinstance(language, str) and language not in there and language != "en":
            missing.setdefault(language, index)
    for language, index in islice(missing.items(), _MOST_REPORTED):
        message = f"{quoted(language)} is in `langs`, but has no texts in `locales`"
        fix = Fix("add its texts, or remove it")
        base = _base(language)
        if base in there and base not in langs and base not in written:
            written.add(base)
            edit = Edit(json.dumps(base), ("langs", index))
            fix = Fix(f"write {quoted(base)}, whose texts are there", False, (edit,))
        elif base in there:
            fix = Fix(f"remove it: {quoted(base)} is in the list, and has texts")
        yield Finding(message, ("langs", index), fix=fix, cause=cause)


@rule("L008", "language-left-out", severity=NOTE, fix="unsafe")
def language_left_out(connector: Connector) -> Iterator[Finding]:
    """A language has texts in `locales`, but is not in `langs`.

    The store shows which languages a connector speaks by `langs` alone: users of the other language
    do not learn that there are texts for them.

    Bad: {"langs": ["fr"]}
    Good: {"langs": ["en", "fr"]}
    Source: cozy-apps-registry README, "Properties meaning"; cozy-store
    src/ducks/apps/components/ApplicationPage
    """
    langs = connector.value.get("langs")
    if not isinstance(langs, list) or not langs:
        return
    spoken = {_base(language) for language in langs if isinstance(language, str)}
    left_out = [
        language
        for language, locale in languages(connector)
        if locale and _base(language) not in spoken and re.fullmatch(_LANGUAGE, language)
    ]
    if left_out:
        from manifest_lint.document.lists import gap_of  # only for a finding

        named = listed([quoted(language) for language in left_out[:5]])
        more = f" and {len(left_out) - 5:,} more" if len(left_out) > 5 else ""
        how = "has" if len(left_out) == 1 else "have"
        gap = gap_of(connector.manifest, ("langs",), len(langs))
        text = "".join(f"{gap}{json.dumps(language)}" for language in left_out)
        fix = Fix(f"add {named}{more}", False, (Edit(text, ("langs", len(langs) - 1), "end"),))
        message = f"`langs` leaves out {named}{more}, which {how} texts in `locales`"
        yield Finding(message, ("langs",), fix=fix)


@rule("L003", "description-missing", severity=NOTE, fix="unsafe", defers_to=("L006",))
def description_missing(connector: Connector) -> Iterator[Finding]:
    """A language has no short or no long description.

    On the connector's page, the store shows users the description at the top of the manifest
    instead, or none. It ignores the old key `description`.

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
    for pointer, locale in islice(missing, _MOST_REPORTED):
        key, fix = pointer[-1], None
        if key == "short_description" and key not in locale and "description" in locale:
            fix = _renaming((*pointer[:2], "description"), key, locale["description"])
        how = "is empty" if key in locale else "is missing"
        meant = {near: written for written, near in _misspelt(locale).items()}
        cause = (*pointer[:2], meant.get(str(key), key))
        yield Finding(f"`{pointer_text(pointer)}` {how}", pointer, fix=fix, cause=cause)


@rule("L005", "not-translated", severity=NOTE)
def not_translated(connector: Connector) -> Iterator[Finding]:
    """Two languages have the same text.

    Users read a language that they have not chosen. Most often a copied text was never translated.

    Bad: "Imports all of your bills" as the `long_description` of both `en` and `fr`
    Good: "Imports all of your bills" in `en`, "Importe toutes vos factures" in `fr`
    Source: cozy-apps-registry README, "Properties meaning"
    """
    seen: dict[tuple[Pointer, str], str] = {}
    reported: set[str] = set()
    for language, path, text in _descriptions(connector):
        first = seen.setdefault((path, text), language)
        if first == language or language in reported or len(reported) == _MOST_REPORTED:
            continue
        if len(re.findall(_WORD, text)) >= _FEWEST_WORDS and _base(first) != _base(language):
            reported.add(language)
            name, other = (pointer_text(("locales", one, *path)) for one in (language, first))
            message = f"`{name}` is the same as `{other}`"
            yield Finding(message, ("locales", language, *path), fix=Fix("translate one of them"))


@rule("L006", "locale-unknown-key", severity=WARNING, fix="unsafe", defers_to=("M002", "L004"))
def locale_unknown_key(connector: Connector) -> Iterator[Finding]:
    """A locale has an unknown key, or a text is on the wrong level.

    Store and Harvest ignore an unknown key, read a text directly in `locales` as a language, and
    the name `fields` inside of `fields` as a field: users see none of these texts.

    Bad: {"locales": {"en": {"short_descripton": "Your bills"}}}
    Good: {"locales": {"en": {"short_description": "Your bills"}}}
    Source: cozy-apps-registry README, "Translated manifest fields"; cozy-libs
    packages/cozy-harvest-lib/src/components/AccountForm
    """
    yield from _outside(connector)
    yield from islice(_too_deep(connector), _MOST_REPORTED)
    fields = connector.value.get("fields")
    for pointer, texts, known in islice(_unknown_keys(connector), _MOST_REPORTED):
        # Text under an unknown name is not shown, even if its keys are known.
        cause = severity = None
        if len(pointer) > 4 and pointer[3] not in connector.value[str(pointer[2])]:
            cause, severity = _first(connector, str(pointer[2]), str(pointer[3])), NOTE
        key, fix = str(pointer[-1]), None
        if known is FIELD_TEXTS and key in FIELD_PROPERTIES:
            fix = Fix(f"move it to `{pointer_text(pointer[2:])}`, where Harvest reads it")
        elif known is LOCALE_KEYS and isinstance(fields, dict) and key in fields:
            fix = Fix(f"move it to `{pointer_text((*pointer[:2], 'fields', key))}`")
        elif near := _misspelt(texts, known).get(key):
            fix = _renaming(pointer, near, texts[key])
        message = f"`{pointer_text(pointer)}` is ignored: unknown key"
        yield Finding(message, pointer, "key", severity=severity, fix=fix, cause=cause)


def _first(connector: Connector, kind: str, name: str) -> Pointer:
    """Return where texts of a kind have this name first: L004 reports it there."""
    where = (one for one, locale in languages(connector) if name in dict(objects(locale.get(kind))))
    return ("locales", next(where), kind, name)


def _outside(connector: Connector) -> Iterator[Finding]:
    """Report texts next to the languages; the registry refuses some of them."""
    locales = connector.value.get("locales")
    cause = refused_locale(connector)
    if isinstance(locales, dict) and not ONLY_IN_A_LOCALE.isdisjoint(locales):
        for key in (key for key in locales if key in ONLY_IN_A_LOCALE):
            message = f"`locales.{key}` is not a language: move it into one"
            fix = Fix(f"move it to `locales.en.{key}`, or to its own language")
            yield Finding(message, ("locales", key), "key", fix=fix, cause=cause)


def _too_deep(connector: Connector) -> Iterator[Finding]:
    """Report texts of all fields, or permissions, below the name of one."""
    for language, locale in languages(connector):
        for kind in _BELOW:
            around = locale.get(kind)
            if not isinstance(around, dict) or around.keys().isdisjoint(_BELOW):
                continue  # most
            for name, texts in objects(around):
                if is_too_deep(connector, kind, name, texts):
                    pointer = ("locales", language, kind, name)
                    message = (
                        f"`{pointer_text(pointer)}` is one level too deep: its texts are ignored"
                    )
                    right = pointer_text(("locales", language, name))
                    fix = Fix(f"move its content to `{right}`")
                    yield Finding(message, pointer, "key", fix=fix, cause=())


def _unknown_keys(
    connector: Connector,
) -> Iterator[tuple[Pointer, dict[str, Any], tuple[str, ...]]]:
    """Return each unknown key in a locale: its pointer, the texts around it, the known keys."""
    for language, locale in languages(connector):
        if not _ACCEPTED[LOCALE_KEYS].issuperset(locale):
            for key in _unknown(locale, LOCALE_KEYS):
                yield ("locales", language, key), locale, LOCALE_KEYS
        for kind, known in _BELOW.items():
            there = connector.value.get(kind)
            for name, texts in objects(locale.get(kind)):
                if _ACCEPTED[known].issuperset(texts):
                    continue  # most
                if isinstance(there, dict) and not is_too_deep(connector, kind, name, texts):
                    for key in _unknown(texts, known):
                        yield ("locales", language, kind, name, key), texts, known


def _unknown(texts: dict[str, Any], known: tuple[str, ...]) -> Iterator[str]:
    accepted = _ACCEPTED[known]
    return (key for key in texts if key not in accepted)


def _misspelt(texts: dict[str, Any], known: tuple[str, ...] = LOCALE_KEYS) -> dict[str, str]:
    """Return the unknown keys that look like a known one, with that one, each at most once."""
    meant: dict[str, str] = {}
    for key in islice(_unknown(texts, known), _MOST_REPORTED):
        near = nearest(key, known) if len(key) <= _LONGEST_NAME else None
        if near and near not in texts:
            meant.setdefault(near, key)
    return {key: near for near, key in meant.items()}


def _renaming(pointer: Pointer, near: str, value: Any) -> Fix:
    """Return a fix that renames a key, with an edit where its value can stay as it is."""
    sound = near in _PLAIN_TEXTS and isinstance(value, str) and value != ""
    edits = (Edit(json.dumps(near), pointer, "key"),)
    can = sound and not is_leftover(("locales",), str(value))
    return Fix(f"rename `{short(str(pointer[-1]))}` to `{near}`", False, edits if can else ())


def _descriptions(connector: Connector) -> Iterator[tuple[str, Pointer, str]]:
    """Return every description: its language, its pointer in the language, its text."""
    for language, locale in languages(connector):
        texts: list[tuple[Pointer, Any]] = [((key,), locale.get(key)) for key in _DESCRIPTIONS]
        for name, entry in objects(locale.get("permissions")):
            texts.append((("permissions", name, "description"), entry.get("description")))
        for path, text in texts:
            if isinstance(text, str):
                yield language, path, text


@lru_cache(512)
def _base(language: str) -> str:
    """Return the language without its country: `fr` for `fr_CA` or `fr-CA`."""
    return language.replace("_", "-").partition("-")[0].lower()

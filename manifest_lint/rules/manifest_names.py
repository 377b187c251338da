"""M027 and M029: the connector's name and its slug."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import quoted

_LONGEST = 500
"""At most this many characters of each text are compared."""

_RUN = 3
_NOT_LETTERS = "[^a-z0-9]+"
_OF_NO_SERVICE = frozenset(
    ("app", "com", "connector", "connectors", "cozy", "git", "konnector", "konnectors", "www")
)
"""Words that say nothing about the service."""


@rule("M027", "name-written-as-slug", severity=NOTE, defers_to=("M011",))
def name_written_as_slug(connector: Connector) -> Iterator[Finding]:
    """The name is the slug, without a capital.

    Users see the name in Home and the store, next to names that are written as their services
    write them. The slug is for programs.

    Bad: {"name": "sunmeter"}
    Good: {"name": "Sunmeter"}
    Source: cozy-apps-registry README, "Properties meaning"; the history of connectors
    """
    name = connector.value.get("name")
    if not isinstance(name, str) or name != connector.value.get("slug"):
        return
    if name[:1].islower():
        fix = Fix("write the name as the service does")
        yield Finding(f"`name` is the same as the slug: {quoted(name)}", ("name",), fix=fix)


@rule("M029", "slug-of-another-service", severity=WARNING, defers_to=("M004", "M011"))
def slug_of_another_service(connector: Connector) -> Iterator[Finding]:
    """The slug has nothing in common with what the connector is called.

    It is most likely left from a connector that was copied. Two connectors of one slug replace each
    other, and the slug cannot be changed once it is published.

    Bad: {"slug": "thomann"}
    Good: {"slug": "sunmeter"}
    Source: cozy-apps-registry README, "Properties meaning"; the history of connectors
    """
    manifest = connector.value
    slug, name = manifest.get("slug"), manifest.get("name")
    if not isinstance(slug, str) or not isinstance(name, str) or not name:
        return
    compact = "".join(_words(slug))
    if len(compact) < _RUN or not _words(name):  # a name in other letters is not compared
        return
    if any(_is_related(compact, text) for text in _names(connector)):
        return
    message = f"the slug {quoted(slug)} has nothing in common with the name {quoted(name[:40])}"
    yield Finding(message, ("slug",), fix=Fix("write the service's name in a-z and 0-9"))


def _names(connector: Connector) -> Iterator[str]:
    """Yield what the connector is called: by its repository, its site, its package, its name."""
    manifest = connector.value
    yield _repository(manifest.get("source"))
    yield _host(manifest.get("vendor_link"))
    yield _text(manifest.get("name"))
    yield _text((connector.package or {}).get("name"))


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _repository(value: object) -> str:
    """Return the name of a repository from its address."""
    path = _text(value).partition("#")[0].rstrip("/").removesuffix(".git")
    return path.replace(":", "/").rpartition("/")[2]


def _host(value: object) -> str:
    return _text(value).rpartition("://")[2].partition("/")[0]


def _words(text: str) -> list[str]:
    """Return the words of a text in plain letters, without those that name no service."""
    text = text[:_LONGEST].lower()
    if not text.isascii():
        from unicodedata import combining, normalize  # only for a letter with an accent

        text = "".join(char for char in normalize("NFKD", text) if not combining(char))
    found = re.split(_NOT_LETTERS, text)
    return [word for word in found if word and word not in _OF_NO_SERVICE]


def _is_related(slug: str, text: str) -> bool:
    """Return whether a slug shares three letters in a row with a text, or abbreviates it."""
    words = _words(text)
    compact = "".join(words)
    if any(slug[at : at + _RUN] in compact for at in range(len(slug) - _RUN + 1)):
        return True
    if compact[:1] == slug[0] and _is_within(slug, compact):
        return True  # an abbreviation, such as `slw` for Solarwatt
    initials = "".join(word[0] for word in words)
    return len(initials) > 1 and (_is_within(slug[:_RUN], initials) or _is_within(initials, slug))


def _is_within(letters: str, others: str) -> bool:
    """Return whether letters are among others, in the same order."""
    left = iter(others)
    return all(letter in left for letter in letters)

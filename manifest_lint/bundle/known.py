"""Which secrets are searched for in a bundle, and which cannot be, with why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.bundle.parts import parts, passwords, secret_parameters
from manifest_lint.document.common_words import is_common
from manifest_lint.document.go_json import fold
from manifest_lint.document.masking import Hider
from manifest_lint.document.secret import (
    Secret,
    Source,
    Unresolved,
    bare,
    is_a_secret,
    is_a_variable,
    is_stand_in,
    resolve,
    variable,
)
from manifest_lint.document.secret_names import (
    is_public_within,
    named_secrets,
    names_a_secret,
    pairs_in,
    surely_names_a_secret,
)
from manifest_lint.engine.report import Report
from manifest_lint.engine.searched import Searched, Unsearched
from manifest_lint.finding import Record
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.text.wording import short

if TYPE_CHECKING:
    from manifest_lint.document.document import Document

SHORTEST = 6
"""A shorter secret is not searched for: code has it by chance."""

_AN_ADDRESS = r"https?://[^\s@]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"


class Known(Record):
    """A secret to search for, and its name in findings."""

    name: str
    secret: Secret


Candidate = Known | Unsearched
"""A secret to search for, or one that cannot be, with why."""


def of_account_types(
    account_types: Iterable[AccountType], source: Source, public: Iterable[str] = ()
) -> Iterator[Candidate]:
    """Yield the secrets of account types: all strings under keys of secrets.

    `source` has the values of placeholders. `public` are slugs, which are in every bundle.
    """
    account_types = tuple(account_types)
    values = _Values(source, [*public, *(one.id for one in account_types)])
    for account_type in account_types:
        of = account_type.id or account_type.document.name
        for key, value in account_type.value.items():
            if names_a_secret(key):
                yield from values.within(f"`{key}` of {of}", value)
            elif fold(key).endswith("_endpoint") and isinstance(value, str):
                for text in passwords(value):
                    yield from values.optional(f"the password in `{key}` of {of}", text)
                for name, text in secret_parameters(value):
                    yield from values.optional(f"`{short(name)}` in `{key}` of {of}", text)
            elif isinstance(value, dict | list):
                for _, name, text in named_secrets(value):
                    yield from values.optional(f"`{short(name)}` in `{key}` of {of}", text)


def of_developers_file(
    document: Document, source: Source, public: Iterable[str] = ()
) -> Iterator[Candidate]:
    """Yield the secrets of a developer's file: each string under a key of a secret, at any depth.

    Of a file that is not JSON, those that can be read.
    """
    values = _Values(source, public)
    if document.error:
        pairs = list(pairs_in(document.body))
        for *_, key, value in pairs:
            yield from values.within(f"`{short(key)}` in {document.name}", value)
        if not pairs and document.body.strip():
            yield Unsearched(f"what {document.name} holds", "cannot be read, as it is not JSON")
    for _, key, value in named_secrets(document.value):
        yield from values.within(f"`{short(key)}` in {document.name}", value)


def of_variables(
    names: Iterable[str], source: Source, public: Iterable[str] = ()
) -> Iterator[Candidate]:
    """Yield the secrets that variables hold."""
    values = _Values(source, public)
    for name in names:
        yield from values.candidates(f"${name}", f"${{{name}}}")


def of_none(manifest: Any, candidates: Iterable[Candidate], *, given: bool) -> Iterator[Unsearched]:
    """Yield the client secret of a connector that logs in, if nothing says what it is.

    `given` says whether there is an account type. Variables with secrets say enough.
    """
    is_needed = isinstance(manifest, dict) and isinstance(manifest.get("oauth"), dict)
    if is_needed and not given and not any(candidates):
        slug = manifest.get("slug")
        of = f" of {short(slug)}" if isinstance(slug, str) and slug else ""
        yield Unsearched(f"`client_secret`{of}", "there is no account type; give --account-types")


def known_of(candidates: Iterable[Candidate]) -> tuple[Known, ...]:
    """Return the secrets to search for."""
    return tuple(one for one in candidates if isinstance(one, Known))


def searched(candidates: Iterable[Candidate]) -> Searched:
    """Return the names of the secrets that are searched for, and those that cannot be."""
    candidates = tuple(candidates)
    names = dict.fromkeys(one.name for one in known_of(candidates))
    missed = dict.fromkeys(one for one in candidates if isinstance(one, Unsearched))
    return Searched(tuple(names), tuple(missed))


def with_searched(report: Report, candidates: Iterable[Candidate], *, require: bool) -> Report:
    """Return a report that says which secrets were searched for.

    With `require`, one that could not be makes it incomplete: the search is not what it should be.
    """
    candidates = tuple(candidates)
    done = _hidden(searched(candidates), Hider(one.secret.reveal() for one in known_of(candidates)))
    missed = tuple(f"the secret {one.name}: {one.why}" for one in done.missed if require)
    return report._replace(searched=done, refused=(*report.refused, *missed))


def _hidden(done: Searched, hide: Hider) -> Searched:
    """Return the names without secrets: an id or a key may have one by mistake."""
    missed = tuple(Unsearched(hide(one.name), one.why) for one in done.missed)
    return Searched(tuple(map(hide, done.names)), missed)


class _Values:
    """Decides for each value whether it can be searched for."""

    def __init__(self, source: Source, public: Iterable[str]):
        self._source = source
        self._public = frozenset(fold(text) for text in public)

    def within(self, name: str, value: Any) -> Iterator[Candidate]:
        """Yield each string in the value of a secret key; one in a list too."""
        if isinstance(value, dict):
            yield from self._of_object(name, value)
        elif isinstance(value, list):
            for inner in value:
                yield from self.within(name, inner)
        elif isinstance(value, str):
            yield from self.candidates(name, value)
        elif is_a_secret(value):
            yield from self.candidates(name, json.dumps(value))

    def _of_object(self, name: str, value: dict[str, Any]) -> Iterator[Candidate]:
        """Yield the secrets of an object; what cannot be searched only under a secret key."""
        for key, inner in value.items():
            if is_public_within(key):
                continue
            if names_a_secret(key):
                yield from self.within(name, inner)
            elif not _is_address(inner):
                yield from known_of(self.within(name, inner))

    def optional(self, name: str, value: str) -> Iterator[Candidate]:
        """Yield the secret of a place that usually has none."""
        if value:
            yield from self.candidates(name, value)

    def candidates(self, name: str, value: str) -> Iterator[Candidate]:
        """Yield the secret that a value is or names, with its parts, or why it is not searched."""
        whole = self._candidate(name, value)
        yield whole
        if isinstance(whole, Known):
            for part in parts(whole.secret.reveal()):
                if not self._why_not(part, literal=True):
                    yield Known(whole.name, Secret(part))

    def _candidate(self, name: str, value: str) -> Candidate:
        if (asked := variable(bare(value))) and name != f"${asked}":
            name = f"{name} (${asked})"
        try:
            secret = resolve(value, self._source)
        except Unresolved as error:
            return Unsearched(name, str(error))
        why = self._why_not(secret.reveal(), literal=not asked)
        return Unsearched(name, why) if why else Known(name, secret)

    def _why_not(self, value: str, *, literal: bool) -> str:
        """Return why a value is not searched for; empty if it is."""
        if not value:
            return "is empty"
        if literal and is_stand_in(value):
            return "is a word written in place of a secret"
        if literal and is_a_variable(value) and surely_names_a_secret(value):
            return "is the name of a variable, which is not filled in"
        if fold(value) in self._public:
            return "is the slug or the id, which every bundle has"
        if len(value) < SHORTEST:
            return f"is shorter than {SHORTEST} characters"
        if is_common(value):
            return "is a common word or sequence"
        return ""


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(_AN_ADDRESS, bare(value)) is not None

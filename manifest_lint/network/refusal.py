"""CouchDB's error messages, made safe to show: short, on one line, without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from manifest_lint.document.common_words import is_ordinary
from manifest_lint.document.masking import Hider
from manifest_lint.document.secret_names import secrets_in
from manifest_lint.text.wording import short

_LONGEST = 200


@dataclass(frozen=True)
class Refusal:
    """CouchDB's `error`, a word such as `conflict`, and its `reason`, a sentence."""

    error: str
    reason: str = ""

    @staticmethod
    def of(said: Mapping[str, Any], documents: Iterable[Any]) -> Refusal:
        """Return the refusal that CouchDB sent; secrets of the documents are masked with `***`.

        Ordinary words are not: they are in CouchDB's own.
        """
        found = (secret for document in documents for secret in secrets_in(document))
        hide = Hider(one for one in found if not is_ordinary(one))
        return Refusal(*(_shown(said.get(key), hide) for key in ("error", "reason")))

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.error, self.reason)))


def words_of(data: bytes, documents: Iterable[Any]) -> Refusal | None:
    """Return the refusal in a response's body, None if it is not CouchDB's."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not isinstance(said.get("error"), str):
        return None
    return Refusal.of(said, documents)


def _shown(said: object, hide: Hider) -> str:
    return short(" ".join(hide(said).split()), _LONGEST) if isinstance(said, str) else ""

"""CouchDB's error messages, made safe to show: short, on one line, without secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from manifest_lint.document.document import secrets_in
from manifest_lint.text.wording import short

_LONGEST = 200


@dataclass(frozen=True)
class Refusal:
    """CouchDB's `error`, a word such as `conflict`, and its `reason`, a sentence."""

    error: str
    reason: str = ""

    @staticmethod
    def of(said: Mapping[str, Any], documents: Iterable[Any]) -> Refusal:
        """Return the refusal that CouchDB sent; secrets of the documents are masked with `***`."""
        hide = _Hiding(documents)
        return Refusal(hide(said.get("error")), hide(said.get("reason")))

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


class _Hiding:
    """Makes a string from CouchDB safe to show."""

    def __init__(self, documents: Iterable[Any]):
        secrets = {secret for document in documents for secret in secrets_in(document)}
        # CouchDB may quote the JSON that it was sent, in which strings have escapes.
        written = {
            json.dumps(secret, ensure_ascii=ascii)[1:-1]
            for secret in secrets
            for ascii in (False, True)
        }
        every = sorted(secrets | written, key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, every)) or r"(?!)")

    def __call__(self, said: object) -> str:
        if not isinstance(said, str):
            return ""
        return short(" ".join(self._secret.sub("***", said).split()), _LONGEST)

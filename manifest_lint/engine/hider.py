"""What masks the secrets of documents in any text about them."""

from __future__ import annotations

from manifest_lint.document.document import Document
from manifest_lint.document.masking import Hider, known_forms_in, values_after_names
from manifest_lint.document.secret import SHORTEST
from manifest_lint.document.secret_names import secrets_by_name


def hider_of(*documents: Document) -> Hider:
    """Return what masks the secrets of some documents."""
    secrets: list[str] = []
    for document in documents:
        named = secrets_by_name(document.value)
        secrets += values_after_names(document.text) if document.error else named
        secrets += map(str, document.secrets)
        secrets += known_forms_in(document.body)
    return Hider(one for one in secrets if len(one) >= SHORTEST)

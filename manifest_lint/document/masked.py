"""The text of a document as it may be shown: with `*` for each character of a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from manifest_lint.document import go_json
from manifest_lint.document.comments import without_comments
from manifest_lint.document.secret import is_placeholder
from manifest_lint.document.secret_names import (
    is_named_like_one,
    may_be_secret,
    mentions_a_secret,
    names_a_client_secret,
    surely_names_a_secret,
)
from manifest_lint.text.user_info import without_user_info

if TYPE_CHECKING:
    from collections.abc import Callable

    from manifest_lint.document.masking import Hider
    from manifest_lint.document.several import SpansOfSeveral
    from manifest_lint.document.spans import Spans


_ASCII = r"(\\\\)|\\u00([2-7][0-9a-fA-F])"
"""An escaped backslash, or an escape of what could be written as it is."""


class Masked(Protocol):
    """What is known of a document whose text is masked: see document/document.py."""

    confidential: bool
    is_withheld: bool
    others: Callable[[], Hider] | None

    @property
    def text(self) -> str:
        """The whole text."""

    @property
    def secrets(self) -> frozenset[str | int | float]:
        """The strings and numbers that are masked everywhere."""

    @property
    def may_have_comments(self) -> bool:
        """Whether comments are allowed."""

    @property
    def may_hold_secrets(self) -> bool:
        """Whether some value may be a secret."""

    @property
    def spans(self) -> Spans | SpansOfSeveral | None:
        """Where each value is; None if that is not known."""


def masked(document: Masked) -> str | None:
    """Return the text of a document with secrets masked; None if it cannot be masked.

    Lines stay as long as they are, so that places in them stay the same.
    """
    if document.is_withheld:
        return None
    text = document.text
    shown = without_comments(text, "*") if document.may_have_comments else text
    shown = without_user_info(shown, _stars)
    has_more = _is_of_others(document, shown) or _has_escaped_user_info(shown)
    if not (document.confidential or mentions_a_secret(shown) or document.secrets or has_more):
        return shown
    if not document.spans:
        if document.may_hold_secrets or has_more:
            return None
        from manifest_lint.document.after_names import with_values_masked  # only for a broken file

        return with_values_masked(shown)
    spans = [
        (start, end)
        for keys, start, end in document.spans.scalars()
        if _is_secret(document, keys, text[start:end])
    ]
    may_be_known = bool(document.secrets) or has_more
    spans += [
        (start, end)
        for above, start, end in document.spans.key_places()
        if _is_within_one(document, above)
        or (may_be_known and _is_known(document, text[start:end]))
    ]
    pieces, done = [], 0
    for start, end in sorted(spans):
        pieces += [shown[done:start], _stars(text[start:end])]
        done = end
    return "".join([*pieces, shown[done:]])


def _stars(text: str) -> str:
    return re.sub(r"[^\n]", "*", text)


def _is_of_others(document: Masked, text: str) -> bool:
    return document.others is not None and document.others().finds(text)


def _is_secret(document: Masked, keys: tuple[str, ...], value: str) -> bool:
    if _is_known(document, value):
        return True
    if document.confidential:
        return may_be_secret(keys, go_json.decode(value)[0] if "\\" in value else value)
    # A number may say something about a secret, such as its length.
    names = is_named_like_one if value.startswith('"') else surely_names_a_secret
    is_named = bool(keys) and value not in ("true", "false", "null") and names(keys[-1])
    if not (is_named or any(map(names_a_client_secret, keys))):
        return False  # most values
    return not is_placeholder(value[1:-1])


def _is_within_one(document: Masked, above: tuple[str, ...]) -> bool:
    """Return whether a key is in an object where a secret should be: it may be the secret."""
    names = is_named_like_one if document.confidential else names_a_client_secret
    return any(map(names, above))


def _is_known(document: Masked, written: str) -> bool:
    """Return whether a key, string or number as written is or has one that was found before.

    That is also user information that is not seen in it as it is written.
    """
    if _is_of_others(document, written):
        return True
    if not document.secrets and "\\u" not in written:
        return False
    value = go_json.decode(written)[0]
    return value in document.secrets or _has_escaped_user_info(written)


def _has_escaped_user_info(text: str) -> bool:
    """Return whether JSON text has user information once its escapes of ASCII are decoded."""
    if "\\u00" not in text:
        return False  # most texts
    text = without_user_info(text, _stars)
    plain = re.sub(_ASCII, lambda found: found[1] or chr(int(found[2], 16)), text)
    return without_user_info(plain, _stars) != plain

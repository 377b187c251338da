"""What masks the secrets of documents in any text about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from weakref import WeakKeyDictionary

from manifest_lint.document.document import Document
from manifest_lint.document.masking import Hider, known_forms_in
from manifest_lint.document.secret_names import secrets_by_name
from manifest_lint.text.user_info import has_user_info

_known: WeakKeyDictionary[Document, tuple[str, ...]] = WeakKeyDictionary()
"""The secrets of documents: several texts of a run ask for them, and finding them takes long."""

_WORDS = r"[^\W\d_]+(?:[-_ ./][^\W\d_]+)*"


def hider_of(*documents: Document, others: Iterable[str] = ()) -> Hider:
    """Return what masks the secrets of some documents, and other ones."""
    return Hider([*others, *(one for document in documents for one in secrets_of(document))])


def secrets_of(document: Document) -> tuple[str, ...]:
    """Return the secrets of a document that are hidden in every text.

    Others, such as a common word, are hidden only where the document has them under the name of a
    secret: see Document.masked.
    """
    if not document.data:
        return ()  # that of an archive has no text
    if document not in _known:
        _known[document] = _secrets_of(document)
    return _known[document]


def _secrets_of(document: Document) -> tuple[str, ...]:
    known = map(str, document.secrets)
    found = [] if document.has_no_secrets else [*known, *_searched(document)]
    if not document.confidential and has_user_info(document.text):
        from manifest_lint.document.cut_secrets import cut_user_info  # only for a likely secret

        found += cut_user_info(document.text)
    if not found:
        return ()
    from manifest_lint.document.common_words import is_ordinary  # only for a likely secret

    return tuple(one for one in dict.fromkeys(found) if not is_ordinary(one))


def _searched(document: Document) -> Iterator[str]:
    """Yield what a search of the text finds by form, and one of the value by name."""
    yield from _known_forms(document)
    if document.confidential:
        from manifest_lint.document.secret_text import secrets_in_text  # not for a manifest alone

        body = document.body
        yield from (body[start:end] for start, end, _ in secrets_in_text(body))
    if document.error:
        from manifest_lint.document.after_names import values_after_names  # only for a broken file

        yield from values_after_names(document.text)
    else:
        named = document.search("names", secrets_by_name)
        # In a manifest, a word under such a name is one of its secrets, or says something about it.
        is_hidden = document.confidential
        yield from (one for one in named if is_hidden or not re.fullmatch(_WORDS, one))


def _known_forms(document: Document) -> Iterable[str]:
    """Return the secrets with a known form; for an edited text, look near the edit first."""
    if document.edit:
        from manifest_lint.document.secret_forms import REACH, find  # only in an editor

        had_none = document.edit.found_nothing("forms")
        text = document.edit.around(document.body, REACH) if had_none else document.body
        document.known["forms"] = tuple(find(text))
        if not document.known["forms"]:
            return ()
    return known_forms_in(document.body)

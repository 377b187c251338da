"""A JSON file: its value as the stack reads it and, on request, where each part is."""

from __future__ import annotations

import bisect
import codecs
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from manifest_lint.document import go_json
from manifest_lint.finding import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from manifest_lint.document.edited import Edit
    from manifest_lint.document.manifest_secrets import Found
    from manifest_lint.document.masking import Hider
    from manifest_lint.document.several import Part, SpansOfSeveral
    from manifest_lint.document.spans import Pointer, Spans

    Kind = Literal[
        "manifest",
        "account types",
        "developer's configuration",
        "readme",
        "archive",
        "file",
        "folder",
    ]
    """What a file is for. A readme is only read for the account types that it shows as examples. An
    archive has no text. Other files and folders are links that are not followed."""

INSTALL_LIMIT = 2 * 1024 * 1024
"""The stack reads this many bytes of a manifest [cozy-stack model/app/installer.go]."""

READ_LIMIT = 20 * 1024 * 1024
"""We read this many bytes of any file: the registry refuses an archive of that size anyway."""

_T = TypeVar("_T")

Secrets = tuple[tuple[int, int, str], ...]
"""Secrets in a text: start, end, and what names each."""

_SHORT = 20_000
"""In text of fewer characters, counting lines again for each place is quicker than a table."""


class Several(list[Any]):
    """The values of a text that has several JSON values: see document/several.py."""


class Document:
    """The bytes of one JSON file, and the name that the user gave for it.

    `value` is the decoded value, None if the stack does not accept the text as JSON; `error` is
    then the reason. `path` is the file on disk, None for standard input. `secrets_in_code` are
    those that a README shows outside JSON, `secret_names` the keys of a developer's file that name
    secrets because its manifest says so. A document that is not a manifest is `confidential`: it
    holds secrets, so excerpts of it are masked. `others` returns what finds the secrets of all
    files of a run, which are masked too; None outside of a run. `before` is the manifest before an
    edit, kept while the text is not JSON; `known` is what searches found, for the next edit.
    `may_repeat_keys` is False if no object in the value repeats a key.
    """

    @classmethod
    def link_out(cls, name: str, kind: Kind) -> Document:
        """Return a document for a link that leads out of the tree: its target is not read."""
        document = cls(name, b"{}", kind)
        document.value, document.is_link_out = None, True
        return document

    def __init__(
        self,
        name: str,
        data: bytes,
        kind: Kind = "manifest",
        *,
        path: Path | None = None,
        before: Document | None = None,
    ):
        self.name = name
        self.data = data
        self.kind = kind
        self.path = path
        self.confidential = kind != "manifest"
        self.is_link_out = False
        self.is_withheld = False
        self.others: Callable[[], Hider] | None = None
        self.secrets_in_code: Secrets = ()
        self.secret_names: frozenset[str] = frozenset()
        self.value: Any = None
        self.error: go_json.NotJson | None = None
        self.end = 0
        self.known: dict[str, Any] = {}
        self._parts: list[Part] = []
        repeated = go_json.RepeatedKeys.decoded
        self.before: Document | None = before.before if before and before.error else before
        self.edit: Edit | None = self._edit_of(self.before) if self.before else None
        if self.edit:
            self.value, self.end, self.before = self.edit.value, self.edit.end, None
        else:
            self._decode()
        self.may_repeat_keys = go_json.RepeatedKeys.decoded > repeated

    def _decode(self) -> None:
        try:
            self.value, self.end = go_json.decode_clean(self.body)
            if self.kind == "account types" and isinstance(self.value, dict | list):
                self._read_others()
            self.before = None
        except go_json.NotJson as error:
            # Its traceback would keep this document, and all that its callers have read.
            self.error = error.with_traceback(None)

    def _edit_of(self, before: Document) -> Edit | None:
        """Return what is new since the manifest before; None if it may be everything."""
        from manifest_lint.document.edited import edit_of  # only in an editor

        return edit_of(before, self.body)

    def search(self, name: str, look: Callable[[Any], Iterable[_T]]) -> tuple[_T, ...]:
        """Return what a search of the value finds.

        Of an edited manifest, only what is new is searched if there was nothing in it before.
        """
        edit = self.edit
        found = tuple(look(edit.new if edit and edit.found_nothing(name) else self.value))
        self.known[name] = found
        return found

    def _read_others(self) -> None:
        """Read all values, if there are several: `value` is then a Several. Raises NotJson."""
        if self.body[self.end :].lstrip(" \t\r\n")[:1] in ("{", "["):
            from manifest_lint.document import several  # only for text after a value

            if several.is_followed(self.body, self.end):
                self.value = None
                self._parts = several.parts(self.body)
                self.value = Several(part.value for part in self._parts)
                self.end = self._parts[-1].end

    @property
    def undecoded(self) -> str:
        """The text in which the decoder failed: all, or one of several values, the rest blank."""
        return getattr(self.error, "text", self.body)

    def withheld(self) -> Document:
        """Return a copy whose text is never shown: it holds a known secret."""
        document = Document(self.name, self.data, self.kind, path=self.path)
        document.is_withheld = True
        return document

    @cached_property
    def is_tracked(self) -> bool:
        """Whether git tracks the file on disk. Raises Skipped if git cannot be used."""
        from manifest_lint.files.git import is_tracked  # only where there is a secret

        return self.path is not None and is_tracked(self.path)

    @cached_property
    def text(self) -> str:
        """The whole text; each byte that is not UTF-8 is read as U+FFFD, as in Go."""
        return self.data.decode("utf-8", "go")

    @cached_property
    def has_escapes(self) -> bool:
        r"""Whether there may be an escaped character, `\u....`, in the text: most have none."""
        return "\\" in self.text and "\\u" in self.text

    @property
    def has_bom(self) -> bool:
        """Whether the text starts with a byte order mark, which Go refuses."""
        return self.data.startswith(b"\xef\xbb\xbf")

    @cached_property
    def body(self) -> str:
        """The text to decode: with a space instead of a byte order mark.

        Lone surrogates are replaced too, so that values and places have the same keys. Comments in
        a developer's file are blank.
        """
        text = " " + self.text[1:] if self.has_bom else self.text
        if self.has_escapes:
            text = go_json.without_lone_surrogates(text)
        if not self.may_have_comments:
            return text
        from manifest_lint.document.comments import without_comments  # only for a developer's file

        return without_comments(text)

    @property
    def may_have_comments(self) -> bool:
        """Whether comments are allowed: the development mode of the platform strips them."""
        return self.kind == "developer's configuration"

    @cached_property
    def trailing(self) -> int | None:
        """The offset of the first text after the document, None if there is only white space."""
        if self.error:
            return None
        rest = self.body[self.end :].lstrip(" \t\r\n")
        return len(self.body) - len(rest) if rest else None

    @property
    def too_large(self) -> bool:
        """Whether the document ends beyond what the stack reads."""
        if len(self.data) <= INSTALL_LIMIT:
            return False
        if self.error:
            return True
        read = codecs.getincrementaldecoder("utf-8")("go").decode(self.data[:INSTALL_LIMIT])
        return self.end > len(read)

    @property
    def is_truncated(self) -> bool:
        """Whether the file is larger than READ_LIMIT, so that only its start was read."""
        return len(self.data) > READ_LIMIT

    def has(self, pointer: Pointer) -> bool:
        """Return whether the document has a value at a pointer."""
        return self._spans is not None and self._spans.value(pointer) is not None

    def written(self, pointer: Pointer) -> str:
        """Return the value at `pointer` as it is written; empty if there is none."""
        span = self._spans.value(pointer) if self._spans else None
        return self.text[slice(*span)] if span else ""

    def shows(self, pointer: Pointer) -> bool:
        """Return whether a value is the same in `masked`, or there is none: no secret is in it."""
        span = self._spans.value(pointer) if self._spans else None
        return not span or (self.masked or "")[slice(*span)] == self.text[slice(*span)]

    def key(self, pointer: Pointer) -> Place:
        """Return the place of the key at `pointer`, or what `at` returns if there is no key."""
        span = self._spans.key(pointer) if self._spans else None
        return self.place(*span) if span else self.at(pointer)

    def at(self, pointer: Pointer) -> Place:
        """Return the place of the value at `pointer`, or of the closest value around it.

        For the whole document, it is the first character.
        """
        while pointer and self._spans:
            if span := self._spans.value(pointer):
                return self.place(*span)
            pointer = pointer[:-1]
        start = len(self.body) - len(self.body.lstrip(" \t\r\n"))
        return self.place(start, min(start + 1, len(self.body)))

    def member(self, pointer: Pointer) -> Place:
        """Return the place of a member or an item, with the comma that is removed with it."""
        span = self._spans.member(pointer) if self._spans else None
        return self.place(*span) if span else self.at(pointer)

    def place(self, start: int, end: int) -> Place:
        """Turn offsets in code points into a place."""
        line, column = self._line_and_column(start)
        if len(self.text) < _SHORT and self.text.find("\n", start, end) < 0:
            return Place(line, column, line, column + end - start, start, end)  # most parts
        end_line, end_column = self._line_and_column(end)
        return Place(line, column, end_line, end_column, start, end)

    def line(self, number: int) -> str | None:
        """Return a line (from 1) with secrets masked; None if it cannot be shown safely."""
        text = self.masked
        if text is None:
            return None
        starts = self._line_starts
        if not 1 <= number <= len(starts):
            return None
        end = starts[number] if number < len(starts) else len(text)
        return text[starts[number - 1] : end].rstrip("\r\n")

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        if len(self.text) < _SHORT:
            line = self.text.count("\n", 0, offset) + 1
            return line, offset - self.text.rfind("\n", 0, offset)
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        lengths = map(len, self.text.split("\n"))
        return list(accumulate(map((1).__add__, lengths), initial=0))[:-1]

    @cached_property
    def _spans(self) -> Spans | SpansOfSeveral | None:
        if self.error:
            return None
        if self.edit:
            return self.edit.spans
        if self._parts:
            from manifest_lint.document.several import SpansOfSeveral

            return SpansOfSeveral(self.body, self._parts)
        from manifest_lint.document.spans import Spans  # only when a place is needed

        return Spans(self.body[: self.end])

    @cached_property
    def may_hold_secrets(self) -> bool:
        """Whether some value may be a secret; in a manifest, only if it has one."""
        return self.confidential or bool(self.secrets)

    @property
    def has_places(self) -> bool:
        """Whether it is known where each value is: see `spans`."""
        return not self.error and self.trailing is None

    @property
    def spans(self) -> Spans | SpansOfSeveral | None:
        """Where each value is; None if the text is not one JSON value, or several that are read."""
        return self._spans if self.has_places else None

    @cached_property
    def masked(self) -> str | None:
        """The text with `*` for each character of a secret; None if it cannot be masked."""
        from manifest_lint.document.masked import masked  # only where lines are shown

        return masked(self)

    @cached_property
    def _may_have_a_form(self) -> bool:
        """Whether a string or key of a manifest may have a secret with a known form."""
        from manifest_lint.document.secret_strings import strings_may_have_a_form

        search = "may have a form"
        # All that such a secret has is in one line.
        edit = self.edit
        found = edit is not None and strings_may_have_a_form(edit.lines(self.body))
        if not found and not (edit and edit.found_nothing(search)):
            found = strings_may_have_a_form(self.body)
        self.known[search] = (found,) if found else ()
        return found

    @cached_property
    def has_no_secrets(self) -> bool:
        """Whether a quick look at a manifest shows that no search would find a secret in it."""
        from manifest_lint.document.no_secrets import has_a_form, not_ruled_out

        if self.confidential or self.error:
            return False
        has_forms = self._may_have_a_form
        if has_forms and (self.edit or has_a_form(self.body)):
            return False  # for an edited text, to know it would take too long
        return not self.search(
            f"not ruled out {has_forms}", lambda value: not_ruled_out(value, has_forms)
        )

    @cached_property
    def found_secrets(self) -> tuple[Found, ...]:
        """The secrets in a manifest."""
        if self.has_no_secrets:
            return ()
        from manifest_lint.document.manifest_secrets import secrets_of_manifest, secrets_of_text

        if self.error:
            return tuple(secrets_of_text(self.body))
        has_forms = self._may_have_a_form
        return self.search(
            f"secrets {has_forms}", lambda value: secrets_of_manifest(value, self.body, has_forms)
        )

    @cached_property
    def secrets(self) -> frozenset[str | int | float]:
        """The strings and numbers that have secrets, and are masked everywhere.

        In a file that is not a manifest they are those of a known form: a secret may be a key.
        """
        from manifest_lint.document.manifest_secrets import secrets_by_form

        if self.confidential:
            return frozenset(secrets_by_form(self.value))
        return frozenset(one for found in self.found_secrets for one in found.hides)

"""The developer's configuration of a connector, to write what a login has brought."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from manifest_lint.document.comments import comments_in
from manifest_lint.document.document import READ_LIMIT, Document
from manifest_lint.document.set_fields import with_fields
from manifest_lint.errors import UserError
from manifest_lint.files.private import read_private, refuse_in_git, write_private
from manifest_lint.files.write import remove_unfinished
from manifest_lint.project.connector import DEV_CONFIG

_NEW = b'{\n  "fields": {\n  }\n}\n'
_INSIDE = "fields"


class Developer(NamedTuple):
    """A konnector-dev-config.json: `before` are its bytes, None if it does not exist.

    The repr shows no values.
    """

    path: Path
    before: bytes | None
    document: Document

    def __repr__(self) -> str:
        return f"Developer({str(self.path)!r})"

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that the connector is run with."""
        found: dict[str, Any] = self.document.value[_INSIDE]
        return found

    @property
    def has_comments(self) -> bool:
        """Whether it has comments, which standalone mode does not accept."""
        return any(comments_in(self.document.text))

    def write(self, values: Mapping[str, Any]) -> None:
        """Set some fields, and remove those that are None. Raises UserError as `developer_in`."""
        refuse_in_git(self.path)
        write_private(self.path, self.before, with_fields(self.document, _INSIDE, values))


def developer_in(folder: Path) -> Developer:
    """Return the configuration in a connector's folder, if a token may be written to it.

    What killed runs have left next to it is deleted: it may hold a token, and git may not ignore
    it. Raises UserError if git tracks it or does not ignore it, if it cannot be written, and if it
    is not an object with an object `fields`.
    """
    path = folder / DEV_CONFIG
    remove_unfinished(path)
    before = read_private(path, READ_LIMIT + 1)
    refuse_in_git(path)
    document = Document(str(path), before or _NEW, "developer's configuration", path=path)
    if document.error or document.trailing is not None:
        raise UserError(f"{path}: is not JSON; run manifest-lint check, and fix it")
    value = document.value
    if document.is_truncated or not isinstance(value, dict):
        raise UserError(f'{path}: is not an object; write {{"fields": {{}}}}')
    if _INSIDE not in value:
        raise UserError(f'{path}: has no `{_INSIDE}`; add "{_INSIDE}": {{}}')
    if not isinstance(value[_INSIDE], dict):
        raise UserError(f'{path}: `{_INSIDE}` is not an object; write "{_INSIDE}": {{}}')
    return Developer(path, before, document)

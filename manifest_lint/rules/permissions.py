"""P: permissions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from manifest_lint.connector import Connector
from manifest_lint.go_json import with_keys
from manifest_lint.rules import Change, Mend, Problem, rule
from manifest_lint.stack import is_doctype
from manifest_lint.vocabulary import VERBS
from manifest_lint.wording import one_of, pointer_text, quoted, shown


@rule("P001", "doctype-name", refused_by="install")
def doctype_name(connector: Connector) -> Iterator[Problem]:
    """A permission's `type` is not a doctype's name.

    The stack refuses to install the connector. A name is made of lower-case letters, digits, `.`
    and `_`.

    Bad: {"permissions": {"copies": {"type": "io.cozy.certified.carbonCopy"}}}
    Good: {"permissions": {"copies": {"type": "io.cozy.certified.carbon_copy"}}}
    Source: cozy-stack model/permission/doctype.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "doctype":
            name = refusal.value
            where = pointer_text(with_keys(connector.value, refusal.pointer[:2])[0])
            if not name:
                message = f"`{where}` names no doctype: its `type` is missing or empty"
            else:
                message = f"{quoted(name)} is not a doctype: only a-z, 0-9, `.` and `_`"
            yield Problem(message, refusal.pointer, mend=_snake_case(name, refusal.pointer))


@rule("P002", "verb", refused_by="install", fix="safe")
def verb(connector: Connector) -> Iterator[Problem]:
    """A permission asks for a verb that the stack does not know.

    The stack refuses to install the connector.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["get"]}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/verbs.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "verb":
            fix = None
            written = refusal.value
            if isinstance(written, str) and written.upper() in (*VERBS, "ALL"):
                change = Change(f'"{written.upper()}"', refusal.pointer)
                fix = Mend(f'write "{written.upper()}"', True, (change,))
            message = f"{quoted(written or '')} is not a verb: {one_of([*VERBS, 'ALL'])}"
            yield Problem(message, refusal.pointer, mend=fix)


@rule("P003", "permission-shape", refused_by="install")
def permission_shape(connector: Connector) -> Iterator[Problem]:
    """A permission is not built as the stack decodes it.

    The stack refuses to install the connector. Permissions are an object of objects; `type`,
    `description` and `selector` are texts, `verbs` and `values` are lists of texts.

    Bad: {"permissions": {"files": {"type": "io.cozy.files", "verbs": "GET"}}}
    Good: {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["GET"]}}}
    Source: cozy-stack model/permission/rule.go and set.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "permission":
            name = pointer_text(with_keys(connector.value, refusal.pointer)[0])
            message = f"`{name}` must be {refusal.wanted}, not {shown(refusal.value)}"
            yield Problem(message, refusal.pointer)


@rule("P005", "wildcard", refused_by="install")
def wildcard(connector: Connector) -> Iterator[Problem]:
    """A wildcard is too wide.

    The stack refuses to install the connector: `.*` may stand only behind three names or more, as
    in `io.cozy.bank.*`.

    Bad: {"permissions": {"all": {"type": "io.cozy.*"}}}
    Good: {"permissions": {"bank": {"type": "io.cozy.bank.*"}}}
    Source: cozy-stack model/permission/doctype.go; its runs
    """
    for refusal in connector.stack_refusals:
        if refusal.kind == "wildcard":
            message = f"the wildcard {quoted(refusal.value)} is too wide, or not well formed"
            yield Problem(message, refusal.pointer)


def _snake_case(name: Any, pointer: tuple[str | int, ...]) -> Mend | None:
    """Offer `carbon_copy` for `carbonCopy`: the repair that the real history shows."""
    if not isinstance(name, str):
        return None
    mended = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
    mended = mended.replace("._", ".").replace("-", "_").lstrip("_")
    if mended == name or not is_doctype(mended):
        return None
    return Mend(f'write "{mended}"', False, (Change(f'"{mended}"', pointer),))

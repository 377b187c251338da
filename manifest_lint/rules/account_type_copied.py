"""A017: what is copied with a client id or secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from manifest_lint.document.secret import bare, is_placeholder
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.required import has_a_stray_character
from manifest_lint.rules.base import ERROR, WARNING, Edit, Finding, Fix, rule

_PREFIX = r"client_(?:id|secret) ?[=:]|(?:Basic|Bearer) "
_QUOTES = {'""', "''", "``"}


@rule("A017", "client-as-copied", on="account type", refused_by="login", fix="unsafe")
def client_as_copied(account_type: AccountType) -> Iterator[Finding]:
    r"""The client id or secret has more in it than the value, or was masked when it was copied.

    The stack sends it as it is written, and the provider does not know it. Quotes around it,
    `client_id=` before it, a `\n` after it and a masked secret are a warning, because RFC 6749
    allows these characters; so are letters beyond ASCII, which a provider may allow all the same.

    Bad: {"client_id": "\"8f3kd02ls9\""}
    Good: {"client_id": "8f3kd02ls9"}
    Source: RFC 6749, appendix A.1 and A.2; cozy-stack model/account/type.go
    """
    if not account_type.is_oauth:
        return
    for name in ("client_id", "client_secret"):
        written = bare(account_type.text(name))
        if is_placeholder(written):
            continue
        severity = WARNING
        what, kept = _more_than(written)
        if not what and not (written.isascii() and written.isprintable()):
            what = "has a character that RFC 6749 does not allow: only ASCII is"
            if has_a_stray_character(written):
                severity = ERROR
        if not what:
            continue
        pointer, fix = account_type.at(name), Fix("copy the value again")
        if kept:
            # What is written in place of a secret would be shown.
            edits = (Edit(json.dumps(kept), pointer),) if name == "client_id" else ()
            fix = Fix("remove it", False, edits)
        yield Finding(f"`{name}` {what}", pointer, severity=severity, fix=fix)


def _more_than(written: str) -> tuple[str, str]:
    """Return what is wrong with a value, "" if nothing is, and the value without it if known."""
    if len(written) > 2 and set(written) <= set("*\u2022\u25cf"):
        return "is masked: it is only dots or asterisks", ""
    if re.search(r"[*\u2022\u25cf]{4}", written):
        return "is masked: a part of it is dots or asterisks", ""
    if written[:1] + written[-1:] in _QUOTES and len(written) > 2:
        return "has quotes around it", bare(written[1:-1])
    if found := re.match(_PREFIX, written, re.IGNORECASE):
        return f"starts with `{found[0].strip()}`", bare(written[found.end() :])
    if written.endswith(("\\n", "\\r", "\\t")):
        return f"ends with `{written[-2:]}`, in two characters", written[:-2]
    return "", ""

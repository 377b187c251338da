"""JavaScript's regular expressions: why a string is not a valid one."""

from __future__ import annotations

import re
import sys

_PLAIN = r"(?:[^\\()\[\]{}*+?]|\\[bBdDsSwW./-])*"
"""Strings that are always valid, such as `\\bsunmeter\\b`."""

_SURROGATE = "[\ud800-\udfff]"
_LONGEST = 2_000
"""The engine recurses into alternatives without a limit, and crashes if there are too many."""

_LIMITS = ("nested", "limit")
"""Words in errors that come from the engine's own limits, not from a mistake."""

_OLD_ENGINE = sys.version_info < (3, 11)
"""The engine's last release for Python 3.10 knows no modifiers, nor a name in two alternatives."""

_MODIFIERS = r"\(\?[ims]*-?[ims]*:"


def mistake(text: str) -> str | None:
    r"""Return why `new RegExp(text)` throws; None if it does not, or if `text` is very long.

    It is checked without the flags u and v, as all readers of a manifest use it: `\_` and a lone
    `]` are then allowed. [ECMAScript 2025, annex B.1.2]
    """
    if re.fullmatch(_PLAIN, text) or len(text) > _LONGEST:
        return None
    from regress import Regex, RegressError  # only for what is more than plain

    try:
        Regex(re.sub(_SURROGATE, "\ufffd", text))
    except RegressError as error:
        reason = str(error).rstrip(".")
        if any(word in reason for word in _LIMITS):
            return None
        if _OLD_ENGINE and ("Duplicate" in reason or re.search(_MODIFIERS, text)):
            return None
        return reason[:1].lower() + reason[1:]
    return None

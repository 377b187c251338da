"""JavaScript's regular expressions: what keeps a text from being one."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"(?:[^\\()\[\]{}*+?]|\\[bBdDsSwW./-])*")
"""Texts in which nothing can be wrong, such as `\\bsunmeter\\b`."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST = 2_000
"""The engine recurses into alternatives without a limit of its own, and dies of too many."""

_LIMITS = ("nested", "limit")
"""Words in the reasons that are the engine's limits, and not mistakes."""


def mistake(text: str) -> str | None:
    r"""Tell why `new RegExp(text)` throws; None where it does not, or where the text is very long.

    Without the flag u or v: all readers of a manifest make their expressions without, and
    `\_` or a lone `]` is then allowed. [ECMAScript 2025, annex B.1.2]
    """
    if _PLAIN.fullmatch(text) or len(text) > _LONGEST:
        return None
    from regress import Regex, RegressError  # only for what is more than plain

    try:
        Regex(_SURROGATE.sub("\ufffd", text))
    except RegressError as error:
        reason = str(error).rstrip(".")
        if any(word in reason for word in _LIMITS):
            return None
        return reason[:1].lower() + reason[1:]
    return None

"""How long a message and a reason may be."""

from __future__ import annotations

import re

LONGEST = 100
"""Characters of a message, when the values that it quotes are cut to CUT."""

CUT = 12
_QUOTED = re.compile(r"`[^`]*`|\"(?:[^\"\\]|\\.)*\"")


def is_long(text: str) -> bool:
    """Return whether a message or fix is too long for a line."""
    return len(_QUOTED.sub(lambda found: found[0][: CUT + 1] + found[0][-1], text)) > LONGEST


def sentences(text: str) -> int:
    """Return the number of sentences of a reason."""
    return len(re.split(r"(?<=[.!?])\s+(?=[A-Z`])", _QUOTED.sub("x", text).strip()))

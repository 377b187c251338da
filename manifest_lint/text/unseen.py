"""Characters that print as nothing or as a blank, though Python counts them as printable."""

from __future__ import annotations

import re
from collections.abc import Callable

_UNSEEN = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
"""The Default_Ignorable_Code_Points that are letters or marks, and the empty Braille pattern.

[Unicode Character Database, DerivedCoreProperties.txt]
"""

_EMOJI_STYLE = "\ufe0f"
_KEYS, _KEYCAP = "0123456789#*", "\u20e3"
_OTHER_EMOJI = "\u203c\u2049\u2139\u3030"


def without_unseen(text: str, escape: Callable[[str], str]) -> str:
    """Return a string with what `escape` returns for each character that is not seen.

    Kept is the mark after an emoji that asks for its colours.
    [Unicode Character Database, emoji-variation-sequences.txt]
    """
    return re.sub(
        _UNSEEN, lambda found: found[0] if _is_of_an_emoji(found) else escape(found[0]), text
    )


def _is_of_an_emoji(found: re.Match[str]) -> bool:
    from unicodedata import category  # few texts have such a mark

    text, (start, end) = found.string, found.span()
    before = text[start - 1] if start else ""
    if found[0] != _EMOJI_STYLE or not before or re.match(_UNSEEN, before):
        return False
    if before in _KEYS:
        return text.startswith(_KEYCAP, end)
    return before in _OTHER_EMOJI or category(before).startswith("S")

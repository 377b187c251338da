"""Comments in JSON, as JavaScript writes them: `// to the end of the line` and `/* */`.

JSON has none. But the platform's development mode strips them from a developer's configuration, so
people write them there. [strip-json-comments 3.1.1, used by cozy-jobs-cli
src/init-konnector-config.js]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifest_lint.document.go_json import STRING

_TOKENS = rf"(?s){STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)"
"""Every string, closed or not, and every comment; one that is not closed goes on to the end."""

_VISIBLE = r"[^\r\n]"


def comments_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each comment in JSON text, broken or not, as offsets."""
    if "//" in text or "/*" in text:
        for found in re.finditer(_TOKENS, text):
            if found[0][0] == "/":
                yield found.span()


def without_comments(text: str, by: str = " ") -> str:
    """Return text of the same length with a character in place of each one of a comment.

    Line breaks are kept, so places stay the same.
    """
    pieces, done = [], 0
    for start, end in comments_in(text):
        pieces += [text[done:start], re.sub(_VISIBLE, by, text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])

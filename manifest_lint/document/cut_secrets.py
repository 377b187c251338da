"""What is left of the secrets of a manifest where the URL of a login is cut.

Harvest and the mobile application decode that URL, so a `&` in a password in the scope starts
another parameter: what is before it does not look like user information any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from manifest_lint.document.secret import MASK, SHORTEST
from manifest_lint.text.user_info import without_user_info


def cut_user_info(text: str) -> Iterator[str]:
    """Yield the parts of the user information in the text of a manifest."""
    found: list[str] = []

    def mask(one: str) -> str:
        found.append(one)
        return MASK

    without_user_info(text, mask)
    for one in dict.fromkeys(found):
        yield from parts(one)


def parts(secret: str) -> Iterator[str]:
    """Yield the parts of a secret that has what separates parameters, also percent-encoded."""
    once = unquote(secret)
    for text in dict.fromkeys((secret, once, unquote(once))):
        for part in re.split("[&#;=]", text):
            if SHORTEST <= len(part) < len(text):
                yield part

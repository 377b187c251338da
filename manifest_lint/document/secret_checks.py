"""What a string has, besides its form, if it is a secret."""

from __future__ import annotations

import json
import re

from manifest_lint.document.secret import is_stand_in


def has_a_password(url: str) -> bool:
    """Return whether a URL has a password, and not a word as in documentation."""
    password = url.rpartition(":")[2]
    return any(char.isdigit() for char in password) and "${" not in url


def is_a_web_token(text: str) -> bool:
    """Return whether a JSON Web Token is one: its header and the start of its payload are JSON."""
    header, payload, *rest = text.split(".")
    try:
        value = json.loads(_decoded(header))
        if not isinstance(value, dict) or "alg" not in value:
            return False
        # The payload of an encrypted one (RFC 7516) is in its fourth part, and not readable.
        return len(rest) == 3 if "enc" in value else _decoded(payload[:8])[:1] == b"{"
    except (ValueError, RecursionError):
        return False


def _decoded(text: str) -> bytes:
    """Return what base64url text encodes. Raises ValueError if it is not base64url."""
    import binascii  # only for what may be a token

    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def has_its_checksum(token: str) -> bool:
    """Return whether the last six characters are the CRC-32 of those after the prefix, in base 62.

    Source: the example in GitHub's description of the format, and base62-token.js.
    """
    text, checksum = token[token.index("_") + 1 : -6], 0
    for char in token[-6:]:
        checksum = checksum * 62 + _BASE_62.index(char)
    import binascii  # only for what may be a token

    return binascii.crc32(text.encode()) == checksum


_BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def is_mixed(token: str) -> bool:
    """Return whether there are digits, small and capital letters, as chance gives a long token."""
    return all(re.search(chars, token) for chars in ("[0-9]", "[a-z]", "[A-Z]"))


_SAME_AGAIN = r"(.)\1{7}|example|0123456789|1234567890|abcdefghij"


def is_made_up(secret: str) -> bool:
    """Return whether a string is one that documentation has instead of a secret."""
    return re.search(_SAME_AGAIN, secret, re.IGNORECASE) is not None or is_stand_in(secret)

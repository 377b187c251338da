"""Decodes TOML with tomllib, or tomli before Python 3.11."""

from __future__ import annotations

import sys
from typing import Any


def decode(text: str) -> dict[str, Any]:
    """Decode TOML. Raises ValueError if it is invalid."""
    if sys.version_info >= (3, 11):
        import tomllib  # takes a tenth of the time of a check: only if there is such a file
    else:
        import tomli as tomllib
    decoded: dict[str, Any] = tomllib.loads(text)
    return decoded

"""TOML, decoded by what Python brings, or by what fills in for it."""

from __future__ import annotations

import sys
from typing import Any


def decode(text: str) -> dict[str, Any]:
    """Decode TOML."""
    if sys.version_info >= (3, 11):
        import tomllib  # costs as much as a tenth of a check: only where there is such a file
    else:
        import tomli as tomllib
    return tomllib.loads(text)

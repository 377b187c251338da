"""JSON that may end up in the log of a CI job."""

from __future__ import annotations

import json
from typing import Any


def dumps(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON in which CI, if it logs it, sees no command such as `##vso[…]`."""
    return json.dumps(value, indent=indent).replace("##", "#\\u0023")

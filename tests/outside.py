"""The proxies of the user who runs the suite: tests use them only to install packages."""

from __future__ import annotations

import os

_NAMES = ("all_proxy", "http_proxy", "https_proxy", "no_proxy")

PROXIES = {
    name: os.environ.pop(name) for name in (*_NAMES, *map(str.upper, _NAMES)) if name in os.environ
}
"""The variables removed from the environment: a test that needs a proxy sets one."""


def installing() -> dict[str, str]:
    """Return the environment for a program that fetches packages.

    pip takes a third less time without bytecode, and the tests would use little of it.
    """
    return {**os.environ, **PROXIES, "PIP_NO_COMPILE": "1"}

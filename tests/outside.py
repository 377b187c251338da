"""The proxies of whoever runs the suite: not for the tests, but to install what they need."""

from __future__ import annotations

import os

_NAMES = ("all_proxy", "http_proxy", "https_proxy", "no_proxy")

PROXIES = {
    name: os.environ.pop(name) for name in (*_NAMES, *map(str.upper, _NAMES)) if name in os.environ
}
"""Taken out of the environment: a test that wants a proxy names one."""


def installing() -> dict[str, str]:
    """Return the environment for a program that fetches packages."""
    return {**os.environ, **PROXIES}

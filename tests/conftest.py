"""Make the suite behave the same in every terminal, machine and CI server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import tests.command  # signals have an effect
import tests.outside  # noqa: F401  # removes the variables of proxies

# The workers of xdist start after CI was removed: they read this one.
if os.environ.get("CI"):
    os.environ["MANIFEST_LINT_TESTS_IN_CI"] = "1"

# These change how or where this tool, or a program that the tests run, writes.
for name in (
    "CI",
    "CI_PROJECT_DIR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "FORCE_HYPERLINK",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_WORKSPACE",
    "KONSOLE_VERSION",
    "MAKEFLAGS",
    "MANIFEST_LINT_DEBUG",
    "NO_COLOR",
    "SOURCE_DATE_EPOCH",
    "TERM_PROGRAM",
    "TRAVIS_BUILD_DIR",
    "VTE_VERSION",
    "WT_SESSION",
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy", "CURL_CA_BUNDLE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
):
    os.environ.pop(name, None)

# One profile for every property test: no example fails because a machine is slow, and CI tries the
# same ones at each run. A test sets only the number of examples it needs.
IN_CI = "MANIFEST_LINT_TESTS_IN_CI" in os.environ
settings.register_profile(
    "manifest-lint",
    settings.get_profile("default"),
    deadline=None,
    derandomize=IN_CI,
    database=None if IN_CI else settings.get_profile("default").database,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("manifest-lint")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files on the whole program first: they are the slowest."""
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)

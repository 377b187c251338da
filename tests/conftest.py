"""The suite behaves alike in every terminal and on every CI server."""

from __future__ import annotations

import os

import tests.outside  # noqa: F401  # takes the variables of proxies out

# What changes how or where this tool writes, or a program that the tests run.
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

"""The suite behaves alike in every terminal and on every CI server."""

from __future__ import annotations

import os

# What changes how this tool, or a program that the tests run, writes; or where this tool writes to.
for name in (
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "FORCE_HYPERLINK",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "NO_COLOR",
):
    os.environ.pop(name, None)

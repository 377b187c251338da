"""The hidings that no output of the canary shows to be removed, and why."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "engine/hide.py: hide(finding.why)": "Only a plugin's rule puts a value into the reason.",
}
"""By the module and the line, as `python -m tests.unhide` prints them."""

"""The hidings that no output of the canary shows to be removed, and why."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    **{
        f"engine/report.py: {name}: repr=False": "It is left out as it is long: it shows no value."
        for name in ("documents", "settings", "connectors", "changes", "not_run", "plugins", "hide")
    },
    "engine/report.py: default=shown_text": "Only tests make a Build without it.",
    "engine/run.py: hidden_pointer(cause, self.hider(where))": "It is compared, and not shown.",
    "engine/run.py: self.hider(where)": "It is for a pointer that is compared, and not shown.",
    "engine/hide.py: hide(finding.why)": "Only a plugin's rule puts a value into the reason.",
}
"""By the module and the line, as `python -m tests.unhide` prints them."""

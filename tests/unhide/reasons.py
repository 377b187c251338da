"""The hidings that no output of the canary shows to be removed, and why."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "engine/built.py: hide: Callable[[str], str] = shown_text": (
        "Only tests make a Build without it."
    ),
    "document/document.py: if self.confidential: return frozenset(secrets_by_form(self.value))": (
        "Without it, more is a secret, not less."
    ),
    **{
        f"{module}: {what}": (
            "Without it, only a part of a secret is shown: tests/engine/test_hide.py has some."
        )
        for module, what in (
            ("document/cut_secrets.py", "without_user_info(text, mask)"),
            ("engine/hider.py", "cut_user_info(document.text)"),
            ("text/user_info.py", "without_user_info(text)"),
        )
    },
    **{
        f"reports/json.py: build.hide(build.{name})": (
            "It is published: a build that knows it as a secret is refused, unless it is allowed."
        )
        for name in ("slug", "version", "archive.name")
    },
    **{
        f"{module}: {what}": (
            "A digest in a baseline shows no secret, but helps to guess it: "
            "tests/engine/test_baseline.py."
        )
        for module, what in (
            ("document/document.py", "self.masked or ''"),
            ("engine/baseline.py", "shown_url(text)"),
            ("engine/baseline.py", "document.others().finds(text)"),
        )
    },
    "finding.py: Record.__repr__": "It hides nothing: a class with a secret has its own.",
    "reports/html.py: hide(text)": (
        "What findings say is hidden before; it is for what else a page has."
    ),
    "engine/hider.py: known_forms_in(document.body)": (
        "Known forms are hidden in every text, but where it is cut: then no canary is whole."
    ),
    "reports/entries.py: shown_text(entry.pointer)": (
        "The whole line is hidden too, but where it is cut: then no canary is whole."
    ),
    "reports/upgrade.py: hider_of(upgrade.old.manifest, new)": (
        "Only tests compare manifests that no check has seen."
    ),
}
"""By the module and the line, as `python -m tests.unhide` prints them."""

"""Checks a Cozy connector's manifest, account types and redirect URI, and packages it.

What this package does, as functions: `check`, `build`, `verify` and `preview`; of what a check
gives, `write_fixes` and `write_baseline` write the mended files, or put the findings off.
"""

__version__ = "0.1.0"

from manifest_lint.api import build, check, preview, verify, write_baseline, write_fixes
from manifest_lint.errors import UserError
from manifest_lint.finding import Edit, Finding, Fix, Place, Severity
from manifest_lint.report import Build, Report, Rewrite

__all__ = [
    "Build",
    "Edit",
    "Finding",
    "Fix",
    "Place",
    "Report",
    "Rewrite",
    "Severity",
    "UserError",
    "build",
    "check",
    "preview",
    "verify",
    "write_baseline",
    "write_fixes",
]

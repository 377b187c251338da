"""Checks a Cozy connector's manifest, account types and redirect URI, and packages it.

The two things this package does, as functions: `check` and `build`.
"""

__version__ = "0.1.0"

from manifest_lint.api import build, check
from manifest_lint.errors import UserError
from manifest_lint.finding import Edit, Finding, Fix, Place, Severity
from manifest_lint.report import Build, Report

__all__ = [
    "Build",
    "Edit",
    "Finding",
    "Fix",
    "Place",
    "Report",
    "Severity",
    "UserError",
    "build",
    "check",
]

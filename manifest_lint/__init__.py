"""Checks a Cozy connector's manifest, account types and redirect URI, and packages it.

What this package does, as functions: `check`, `build`, `verify`, `upgrade`, `preview` and
`provision`; of what a check gives, `write_fixes` writes the fixed files and `write_baseline` the
findings to suppress from then on. They are loaded when they are asked for.
"""

from manifest_lint._version import __version__

TYPE_CHECKING = False  # typing is not imported before search_path has been: see there
if TYPE_CHECKING:
    from manifest_lint.api.archives import build, verify
    from manifest_lint.api.connectors import check, write_baseline, write_fixes
    from manifest_lint.api.databases import provision
    from manifest_lint.api.logins import preview
    from manifest_lint.api.upgrades import upgrade
    from manifest_lint.engine.built import Build
    from manifest_lint.engine.report import Report, Rewrite
    from manifest_lint.errors import UserError
    from manifest_lint.finding import Edit, Finding, Fix, Place, Severity

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
    "__version__",
    "build",
    "check",
    "preview",
    "provision",
    "upgrade",
    "verify",
    "write_baseline",
    "write_fixes",
]

_MODULES = {
    "api.archives": ("build", "verify"),
    "api.connectors": ("check", "write_baseline", "write_fixes"),
    "api.databases": ("provision",),
    "api.logins": ("preview",),
    "api.upgrades": ("upgrade",),
    "errors": ("UserError",),
    "finding": ("Edit", "Finding", "Fix", "Place", "Severity"),
    "engine.built": ("Build",),
    "engine.report": ("Report", "Rewrite"),
}


def __getattr__(name: str) -> object:
    """Load a name's module (PEP 562): what starts the command line must be quick, and alone."""
    from importlib import import_module

    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

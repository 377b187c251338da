"""What never belongs in the archive of a connector."""

from __future__ import annotations

from fnmatch import fnmatchcase

NEVER_PACKED = {
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
    "node_modules": "dependencies: webpack has bundled what is used",
    "konnector-dev-config.json": "a developer's own configuration, often with a token",
    ".token.json": "a developer's own token",
    ".env*": "a developer's own environment",
    "account-types*": "account types: they have secrets, and belong on the stack",
    "account_types*": "account types: they have secrets, and belong on the stack",
    "*.pem": "a key or a certificate",
    "*.key": "a key",
    "*.p12": "a key",
    "*.pfx": "a key",
    "*.crt": "a certificate",
    "*.cer": "a certificate",
    "id_rsa*": "a key",
    "id_dsa*": "a key",
    "id_ecdsa*": "a key",
    "id_ed25519*": "a key",
    "*.p8": "a key",
    "*.jks": "a key",
    ".aws": "keys",
    ".yarnrc.yml": "yarn's configuration, often with a token",
    ".npmrc": "npm's configuration, often with a token",
    ".netrc": "passwords",
    ".vscode": "editor settings",
    ".idea": "editor settings",
    ".ds_store": "a file of the desktop",
    "thumbs.db": "a file of the desktop",
    "*.swp": "an editor's temporary file",
    "*~": "an editor's temporary file",
}
"""Patterns of names, in lower case, that a build leaves out in every folder, and why."""

HARMLESS = frozenset(("node_modules", ".vscode", ".idea", ".ds_store", "thumbs.db", "*.swp", "*~"))
"""The patterns of files that only take up space in an archive."""


def never_packed(name: str) -> str:
    """Return the pattern of NEVER_PACKED that a file's or folder's name matches, or ""."""
    lower = name.lower()
    return next((pattern for pattern in NEVER_PACKED if fnmatchcase(lower, pattern)), "")

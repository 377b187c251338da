"""What never belongs in the archive of a connector."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache

_NAMES = {
    "a developer's own configuration, often with a token": ("konnector-dev-config.json*",),
    "a developer's own data": ("data/importeddata.json", "data/env_fields.json"),
    "a developer's own token": (".token.json", ".vault-token", ".sentryclirc"),
    "a developer's own environment": (".env*", "*.env", ".direnv"),
    "account types: they have secrets, and belong on the stack": (
        *("account[-_]type*.json*", "accounttype*.json*", "account[-_]types/*.json*"),
    ),
    "a key": (
        *("*.key", "*.keypair", "*.p8", "*.p12", "*.pfx", "*.pkcs12", "*.ppk"),
        *("*.jks", "*.jceks", "*.bks", "*.keystore", "*.keychain", "*.keytab"),
        *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".ssh", "github_deploy_key*"),
    ),
    "a key or a certificate": ("*.pem", "*.der"),
    "a certificate": ("*.crt", "*.cer", "*.cert", "*.csr", "*.p7b"),
    "a key or a signature": ("*.asc", "*.gpg", "*.pgp", ".gnupg"),
    "passwords": (
        *(".netrc", "_netrc", ".git-credentials", ".htpasswd", ".pgpass", ".my.cnf"),
        *(".mylogin.cnf", ".password-store", "*.kdb", "*.kdbx", "*.psafe3", "*.ovpn"),
        *(".ftpconfig", "sftp-config.json", "filezilla.xml", "recentservers.xml"),
    ),
    "keys to a service": (
        *("credentials.json", "credentials.xml", "client_secret*.json", "secrets.json"),
        *("service-account*.json", "service_account*.json", "*firebase-adminsdk*.json"),
        *("application_default_credentials.json", ".aws", ".azure", ".gcloud", ".kube"),
        *("kubeconfig", ".s3cfg", ".boto", ".dockercfg", ".docker/config.json"),
        *(".terraform", "*.tfstate*", "*.tfvars", ".terraformrc"),
        *("secrets.yml", "secrets.yaml"),
    ),
    "a package manager's configuration, often with a token": (
        *(".npmrc", ".yarnrc*", ".pypirc", ".gem/credentials", ".cargo/credentials*"),
        ".composer/auth.json",
    ),
    "git's configuration, sometimes with a token": (".gitconfig",),
    "a history of commands, often with passwords": (
        *(".*_history", "fish_history", ".histfile", ".history", ".lesshst", ".viminfo"),
    ),
    "recorded traffic, often with tokens": ("*.har", "*.pcap", "*.pcapng", "*.saz"),
    "a database": ("*.sql", "*.sqlite", "*.sqlite3", "*.sqlitedb"),
    "an image of memory, often with tokens": ("*.heapsnapshot", "*.hprof"),
    "version control": (".git", ".hg", ".svn", ".bzr"),
}
"""Patterns of names, in lower case, that a build leaves out in every folder, by the reason.

A pattern with a slash is for a file below a folder, at any depth. Account types have the names that
oauth/account_type_file.py knows; code with such a name is packed. [Sources: the documentation of
the programs that write these files; michenriksen/gitrob, core/signatures.go; npm-packlist, the
files that it never packs; repositories of connectors.]
"""

_HARMLESS_NAMES = {
    "dependencies: webpack has bundled what is used": ("node_modules",),
    "an editor's settings": (".vscode", ".idea", ".vs", "*.sublime-workspace"),
    "an editor's temporary file": ("*.swp", "*.swo", "*~"),
    "a file of the desktop": (
        *(".ds_store", "._*", "__macosx", ".appledouble", ".fseventsd", ".spotlight-v100"),
        *(".trashes", "thumbs.db", "ehthumbs.db", "desktop.ini"),
    ),
    "a log": (
        *("npm-debug.log*", "yarn-debug.log*", "yarn-error.log*", "lerna-debug.log*"),
        *("pnpm-debug.log*", ".pnpm-debug.log*"),
    ),
    "settings for continuous integration": (
        *(".travis.yml", ".gitlab-ci.yml", ".circleci", ".github", ".drone.yml", ".woodpecker*"),
        *("appveyor.yml", ".appveyor.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml"),
        "jenkinsfile",
    ),
    "an older version of a file": ("*.orig", "*.rej", "*.bak"),
}
"""The same for files that only take up space in an archive."""

NEVER_PACKED = {
    pattern: reason
    for names in (_NAMES, _HARMLESS_NAMES)
    for reason, patterns in names.items()
    for pattern in patterns
}
"""Patterns of names, in lower case, that a build leaves out in every folder, and why."""

HARMLESS = frozenset(pattern for patterns in _HARMLESS_NAMES.values() for pattern in patterns)
"""The patterns of files that only take up space in an archive."""

_CODE = (".js", ".mjs", ".cjs", ".css", ".html", ".wasm")
"""Endings of files that run: with one, a name that only starts like that of a key is not a key."""


def never_packed(path: str) -> str:
    """Return the pattern of NEVER_PACKED that a file or folder matches, or "".

    Only the last part of the path is checked, together with the folders that it is in; what is in a
    folder that is never packed is not packed either. The case of letters does not matter.
    """
    lower = path.lower()
    name = lower.rpartition("/")[2]
    of_names, of_paths = _any()
    if not (of_names.fullmatch(name) or of_paths.fullmatch(lower)):
        return ""
    matching = (pattern for pattern in NEVER_PACKED if _one(pattern).fullmatch(lower))
    return next((one for one in matching if not (_is_start(one) and name.endswith(_CODE))), "")


def first_never_packed(path: str) -> tuple[str, str]:
    """Return the pattern that a path, or the first folder in it, matches, and the path of that.

    Both are empty if it may be packed.
    """
    steps = path.split("/")
    for number in range(1, len(steps) + 1):
        if pattern := never_packed(upper := "/".join(steps[:number])):
            return pattern, upper
    return "", ""


def _is_start(pattern: str) -> bool:
    return pattern.endswith("*") and not pattern.startswith(".")


@cache
def _any() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what matches a name that is never packed, and a path with folders."""
    of_names = [translate(one) for one in NEVER_PACKED if "/" not in one]
    of_paths = [_one(one).pattern for one in NEVER_PACKED if "/" in one]
    return re.compile("|".join(of_names)), re.compile("|".join(of_paths))


@cache
def _one(pattern: str) -> re.Pattern[str]:
    return re.compile("(?:.*/)?" + translate(pattern), re.DOTALL)

"""What never belongs in the archive of a connector."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate
from functools import cache

_NAMES = {
    "a developer's own configuration, often with a token": (
        *("konnector-dev-config*", "konnector-dev-config*.js", "konnector-dev-config*.[cm]js"),
        ".konnector-dev-config*",
    ),
    "a developer's own data": ("importeddata.json", "env_fields.json"),
    "a developer's own token": (
        *(".token", ".token.json", "token.json", "token.pickle", ".vault-token", ".sentryclirc"),
        *(".clasprc.json", ".gitcookies", ".databrickscfg", "kaggle.json"),
    ),
    "a developer's own environment": (".env*", "*.env", ".direnv", ".flaskenv", ".dev.vars*"),
    "account types: they have secrets, and belong on the stack": (
        "account[-_]types[-_]def.*",
        *("account[-_]type*.json*", "accounttype*.json*", "account[-_]types/*.json*"),
    ),
    "a key": (
        *("*.key", "*.keypair", "*.p8", "*.p12", "*.pfx", "*.pkcs8", "*.pkcs12", "*.pk8", "*.ppk"),
        *("*.jks", "*.jceks", "*.bks", "*.keystore", "*.keyring", "*.keychain", "*.keytab"),
        *("*_rsa", "*_dsa", "*_ecdsa", "*_ed25519", "id_rsa*", "id_dsa*", "id_ecdsa*"),
        *("id_ed25519*", ".ssh", "github_deploy_key*", "otr.private_key", "private[-_]key.json"),
        *("*.bek", "*.fve", "*.tpm"),
    ),
    "a key or a certificate": ("*.pem", "*.der"),
    "a certificate": ("*.crt", "*.cer", "*.cert", "*.csr", "*.p7b", "*.p7c", "*.mobileprovision"),
    "a key or a signature": ("*.asc", "*.gpg", "*.pgp", ".gnupg"),
    "passwords": (
        *(".netrc", "_netrc", ".git-credentials", ".htpasswd", ".pgpass", "pgpass.conf"),
        *(".my.cnf", ".mylogin.cnf", ".password-store", "*.kdb", "*.kdbx", "*.psafe3", "*.kwallet"),
        *("*.agilekeychain", "*.opvault", "*.ovpn", "*.tblk", "*.rdp", ".authinfo*"),
        *(".vault_pass*", ".smbcredentials", ".passwd-s3fs", ".esmtprc", ".msmtprc", ".muttrc"),
        ".fetchmailrc",
        *(".ftpconfig", "sftp-config.json", "sftp.json", ".remote-sync.json", "ftpsync.settings"),
        *("filezilla.xml", "recentservers.xml", "*dbeaver-data-sources.xml", "robomongo.json"),
        *("proftpdpasswd", ".purple/accounts.xml", ".m2/settings*.xml", "nuget.config"),
    ),
    "keys to a service": (
        *("*credentials.json", "credentials*.json", "credentials.xml", "credentials.csv"),
        *("credentials.y*ml", "credentials.toml", "*accesskeys.csv", "rootkey.csv"),
        *("client[-_]secret*.json*", "clientsecret*.json*"),
        *("secret.json", "secrets.json", "secrets.y*ml", "secrets.toml", ".secrets"),
        *("*service[-_]account*.json", "*serviceaccount*.json", "*firebase-adminsdk*.json"),
        *("gcp-key*.json", "gcloud-*key*.json", "google-services.json", "googleservice-info.plist"),
        *(".aws", ".azure", ".gcloud", ".kube", ".oci", ".config/gh", ".config/gcloud"),
        *("kubeconfig", ".s3cfg", ".boto", "rclone.conf", ".dockercfg", ".docker/config.json"),
        *(".terraform", "*.tfstate", "*.tfstate.backup", "*.tfvars", "*.tfvars.json"),
        *(".terraformrc", "terraform.rc", "*.tfrc.json"),
        *("*.publishsettings", "local.settings.json", ".tugboat", "doctl/config.yaml"),
    ),
    "a package manager's configuration, often with a token": (
        *(".npmrc", ".yarnrc*", ".pypirc", ".gem/credentials", ".cargo/credentials*"),
        *(".composer/auth.json", "containers/auth.json", ".bundle/config", ".condarc"),
    ),
    "git's configuration, sometimes with a token": (".gitconfig",),
    "a history of commands, often with passwords": (
        *(".*_history", "fish_history", ".histfile", ".history", ".lesshst", ".viminfo"),
    ),
    "recorded traffic, often with tokens": ("*.har", "*.har.gz", "*.pcap", "*.pcapng", "*.saz"),
    "a database": (
        *("*.sql", "*.sqldump", "*.sqlite", "*.sqlite3", "*.sqlitedb"),
        *("*.sql.gz", "*.sql.bz2", "*.sql.xz", "*.sql.zst", "*.sql.zip"),
    ),
    "an image of memory, often with tokens": ("*.heapsnapshot", "*.hprof"),
    "version control": (".git", ".hg", ".svn", ".bzr"),
    "what a killed manifest-lint was writing": (
        *("*.manifest-lint.unfinished", ".manifest-lint.unfinished-*"),
    ),
}
"""Patterns of names, in lower case, that a build leaves out in every folder, by the reason.

A pattern with a slash is for a file below a folder, at any depth. Account types have the names that
oauth/account_type_file.py knows; code with such a name is packed. [Sources: the documentation of
the programs that write these files; michenriksen/gitrob, core/signatures.go; npm-packlist, the
files that it never packs; the templates of github/gitignore; repositories of connectors.]
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


_NEAR = 16
"""How many parts of a path are compared with a pattern: an archive may have paths of 100,000."""


def never_packed(path: str) -> str:
    """Return the pattern of NEVER_PACKED that a file or folder matches, or "".

    Only the last part of the path is checked, together with the folders that it is in; what is in a
    folder that is never packed is not packed either. The case of letters does not matter.
    """
    lower = path.lower()
    name = lower.rpartition("/")[2]
    if name in NEVER_PACKED:
        return name
    is_code = name.endswith(_CODE)
    if name.startswith(_STARTS) or name.endswith(_ENDS):
        for pattern, start, end in _OF_NAMES:
            if not (name.startswith(start) and name.endswith(end)):
                continue
            if fnmatchcase(name, pattern) and not (is_code and _is_start(pattern)):
                return pattern
    if "/" in lower and _of_paths().fullmatch(lower):
        matching = (one for one in _OF_PATHS if _below(one).fullmatch(lower))
        return next((one for one in matching if not (is_code and _is_start(one))), "")
    return ""


def first_never_packed(path: str) -> tuple[str, str]:
    """Return the pattern that a path, or the first folder in it, matches, and the path of that.

    Both are empty if it may be packed.
    """
    steps = path.split("/")
    lower = path.lower()
    if not any(map(never_packed, set(steps))) and not any(one in lower for one in _IN_PATHS):
        return "", ""  # most paths
    for number in range(1, len(steps) + 1):
        if pattern := never_packed("/".join(steps[max(0, number - _NEAR) : number])):
            return pattern, "/".join(steps[:number])
    return "", ""


def _is_start(pattern: str) -> bool:
    return pattern.endswith("*") and not pattern.startswith(".")


def _edges(pattern: str) -> tuple[str, str, str]:
    """Return a pattern, and what is before its first special character and after its last."""
    special = [at for at, char in enumerate(pattern) if char in "*[]"]
    return pattern, pattern[: special[0]], pattern[special[-1] + 1 :]


_OF_NAMES = [_edges(one) for one in NEVER_PACKED if "/" not in one and set(one) & {*"*["}]
"""The patterns that are not just a name. To compile them all takes longer than to read a bundle."""

_STARTS = tuple(start for _, start, _ in _OF_NAMES if start)
_ENDS = tuple(end for _, start, end in _OF_NAMES if not start)
"""With these, a name that is packed is known at once: each pattern has a start or an end."""

_OF_PATHS = [one for one in NEVER_PACKED if "/" in one]

_IN_PATHS = [part for one in _OF_PATHS for part in re.split(r"\*|\[.*?\]", one) if "/" in part]
"""What is in each path that matches one of these patterns."""


@cache
def _of_paths() -> re.Pattern[str]:
    return re.compile("|".join(_below(one).pattern for one in _OF_PATHS))


@cache
def _below(pattern: str) -> re.Pattern[str]:
    return re.compile("(?:.*/)?" + translate(pattern), re.DOTALL)

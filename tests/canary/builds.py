"""The commands of `build` whose outputs are searched, and the options with a secret."""

from __future__ import annotations

from manifest_lint.bundle.allowances import fingerprint
from manifest_lint.document.secret import Secret
from manifest_lint.reports.names import FORMATS
from tests.canary.places import SECRETS

ALLOWED = [
    part
    for place in ("client_secret", "filled")
    for part in (
        "--allow-leak",
        f"K001:lib.js:{fingerprint('K001', 'lib.js', Secret(SECRETS[place]))}:a test key",
    )
]

_NPMRC = f"{SECRETS['filled']}/.npmrc"
"""A file that is packed, whose path has a secret."""

PACKED_LEAK = (
    *("--include", "{filled}/.npmrc:a reason"),
    *("--allow-leak", f"K001:{_NPMRC}:{fingerprint('K001', _NPMRC, Secret(SECRETS['filled']))}:a"),
)

TO_FILES = tuple(f"--output-file={form}=out.{form}" for form in FORMATS)
OPTIONS = (
    *("--include", "a.pem:{filled}", "--include", "{filled}/x:a reason"),
    *("--include", "{filled}:a reason"),
    *("--allow-leak", "K001:index.js:0123abcd:{filled}"),
    *("--allow-leak", "K001:{filled}.js:0123abcd:a reason"),
    *("--exclude", "{filled}/x", "--out", "out-{filled}"),
)
"""Options of a build with a secret that it knows."""

BUILDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "build": (0, ("build", "sound", "--out", "dist")),
    "build that is stopped": (1, ("build", "sound", "--account-types", "good.json")),
    "build of a leak": (1, ("build", "leaky")),
    "build of a leak as JSON": (1, ("build", "leaky", "--json")),
    "build of an allowed leak": (
        0,
        ("build", "leaky", *ALLOWED, "--out", "../out", *TO_FILES),
    ),
    "build that runs a command": (2, ("build", "leaky", "--run-build")),
    "build command that fails": (2, ("build", "commanded", "--run-build")),
    **{
        f"build with secrets in options as {name}": (
            0,
            ("build", "known", "--just-built", *OPTIONS, *form),
        )
        for name, form in {
            "text": (),
            "JSON": ("--json",),
            "every format": TO_FILES,
            "brief": ("-q",),
        }.items()
    },
    "build of a file whose name has a secret": (
        1,
        (
            *("build", "known", "--just-built", *OPTIONS),
            *("--include", "{filled}/.npmrc:{filled}", *TO_FILES),
        ),
    ),
    **{
        f"build with a secret in {name}": (2, ("build", "known", "--just-built", *options))
        for name, options in {
            "a folder that cannot be made": ("--out", "manifest.konnector/{filled}"),
            "a folder that is packed": ("--out", "known/build/{filled}"),
            "a folder that is missing": ("--build-dir", "{filled}"),
            "a file that cannot be packed": ("--include", "../{filled}:a reason"),
            "a reason that is refused": ("--include", "../a.pem:{filled}"),
            "a leak that is refused": ("--allow-leak", "K001:index.js:x:{filled}"),
        }.items()
    },
    "build of an allowed file whose name has a secret": (
        0,
        ("build", "known", "--just-built", *PACKED_LEAK, *TO_FILES, "--out", "../packed"),
    ),
    "build with a known secret in its URL": (2, ("build", "published", "--just-built")),
    "build of a manifest with a known secret": (
        1,
        ("build", ".mistaken", "--just-built", *TO_FILES),
    ),
    **{
        f"build of a manifest with a known secret, all {how}": (
            1,
            ("build", ".mistaken", "--just-built", "--config", config, *TO_FILES),
        )
        for how, config in (
            ("else exempted", "leaking.toml"),
            ("else in the baseline", "baselined.toml"),
        )
    },
    "build with a finding in a file whose name is an address": (
        0,
        (
            *("build", "known", "--just-built", "--config", "known.toml"),
            *("--account-types", ".warned/me:{git}@x.json"),
        ),
    ),
    "build with account types in a file named as a known secret": (
        0,
        (
            *("build", "known", "--just-built", "--config", ".warned/{filled}.toml"),
            *("--account-types", ".warned/{filled}.json", *TO_FILES),
        ),
    ),
    "build with a configuration that is named as its secret": (
        0,
        (
            *("build", "known", "--just-built", "--config", ".warned/{file}.toml"),
            *("--account-types", ".warned/{file}.json", *TO_FILES),
        ),
    ),
    "build with a configuration whose name has a known secret": (
        0,
        ("build", "known", "--just-built", "--config", "named/{filled}.known.toml", *TO_FILES),
    ),
    "build of account types whose id is a secret": (
        2,
        ("build", ".ids", "--just-built", "--require-secrets", *TO_FILES),
    ),
    "build of a missing folder named as the manifest's secret": (
        2,
        ("build", "described/name", "--build-dir", "{described}"),
    ),
    "build command with a known secret": (2, ("build", "named", "--run-build")),
    "build command with a known secret as JSON": (2, ("build", "named", "--run-build", "--json")),
    "configuration with a known secret": (0, ("config", "named")),
    "configuration with a known secret as JSON": (0, ("config", "named", "--format", "json")),
    "build command of a file named as a known secret": (
        2,
        ("build", "named", "--run-build", "--config", "named/{filled}.toml"),
    ),
}
"""Builds by their names, with their exit codes."""

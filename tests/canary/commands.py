"""The commands whose outputs are searched."""

from __future__ import annotations

from manifest_lint.reports.names import FORMATS
from tests.canary.builds import BUILDS, OPTIONS, TO_FILES
from tests.command import INSTALL

RUNS: dict[str, tuple[int, tuple[str, ...]]] = {
    **BUILDS,
    "check": (1, ("check", "--statistics")),
    "check as JSON": (1, ("check", "--format", "json")),
    "check in brief": (1, ("check", "-q")),
    "check of every file": (
        1,
        ("check", *(f"{n}.json" for n in ("good", "wrong", "filled"))),
    ),
    "check online": (0, ("check", "good.json", "filled.json", "--online", "--allow-private")),
    "check of broken files": (1, ("check", "comma.json", "cut.json", "raw.json")),
    "check of broken files as JSON": (1, ("check", "comma.json", "cut.json", "--format", "json")),
    "difference of fixes": (1, ("check", "--diff", ".", "comma.json")),
    "difference of unsafe fixes": (1, ("check", "--unsafe-fixes", "--diff", ".", "cut.json")),
    "fixes": (1, ("check", "--fix", ".", "comma.json")),
    "unsafe fixes": (1, ("check", "--unsafe-fixes", ".", "comma.json", "wrong.json")),
    "baseline": (0, ("check", "--write-baseline", ".", "wrong.json")),
    "check of two of one id": (2, ("check", "twice.json")),
    "check with all account types": (1, ("check", "--account-types", "wrong.json")),
    "preview": (0, ("preview", "--account-types", "good.json")),
    "preview as JSON": (0, ("preview", "--account-types", "good.json", "--format", "json")),
    "preview as Mermaid": (0, ("preview", "--account-types", "good.json", "--format", "mermaid")),
    "preview as curl": (0, ("preview", "--account-types", "good.json", "--curl")),
    "preview that stops at an endpoint": (1, ("preview", "--account-types", "stops.json")),
    "preview that stops": (1, ("preview", "--account-types", "wrong.json")),
    "preview of a live database": (0, ("preview", "--account-types", "{server}")),
    "verify": (1, ("verify", "leaky.tar.gz", "--account-types", "good.json")),
    "verify as JSON": (
        1,
        ("verify", "leaky.tar.gz", "--account-types", "good.json", "--format", "json"),
    ),
    "verify of a folder": (1, ("verify", "leaky/build", "--account-types", "good.json")),
    "check of a live database": (1, ("check", "--account-types", "{server}", "--format", "json")),
    "check with a wrong password": (2, ("check", "--account-types", "{refused}")),
    "check of a database that is down": (2, ("check", "--account-types", "{down}")),
    "provision as a dry run": (1, ("provision", "good.json", "--to", "{server}", "--dry-run")),
    "provision": (0, ("provision", "good.json", "filled.json", "--to", "{server}", "--yes")),
    "provision of a context": (
        0,
        (
            "provision",
            "filled.json",
            "--to",
            "{server}",
            "--context",
            "c",
            "-y",
        ),
    ),
    "provision over existing documents": (
        0,
        ("provision", "filled.json", "--to", "{server}", "--yes"),
    ),
    "provision that deletes": (
        0,
        ("provision", "filled.json", "--to", "{server}", "--prune", "--max-delete", "2", "-y"),
    ),
    "provision of an error": (1, ("provision", "wrong.json", "--to", "{server}", "--yes")),
    "provision of a broken file": (2, ("provision", "cut.json", "--to", "{server}", "--yes")),
    "provision of two of one id": (2, ("provision", "twice.json", "--to", "{server}", "--yes")),
    "provision with a wrong password": (
        2,
        ("provision", "good.json", "--to", "{refused}", "--yes"),
    ),
    "configuration in force": (0, ("config",)),
    "configuration in force as JSON": (0, ("config", "--format", "json")),
    "what init proposes": (
        0,
        ("init", "--oauth", "--auth-endpoint", "https://p.example/a", "--yes", *INSTALL),
    ),
    "configuration with a command": (0, ("config", "commanded")),
    "configuration with a command as JSON": (0, ("config", "commanded", "--format", "json")),
    "configuration with an address": (2, ("config", ".misled")),
    **{
        f"{' '.join(command[:2])} as {form}": (code, (*command, "--format", form))
        for form in FORMATS
        for code, command in (
            (1, ("check", "--account-types", "good.json")),
            (1, ("check", "comma.json", "cut.json", "single.json", "wrong.json")),
            (1, ("build", "leaky")),
            (1, ("verify", "leaky.tar.gz", "--account-types", "good.json")),
            (1, ("upgrade", "sound", ".")),
            (1, ("upgrade", ".", "sound")),
        )
    },
    **{
        f"configuration that is refused {number}": (2, ("check", "--config", f".refused{number}"))
        for number in range(8)
    },
    **{
        f"{name}, all exempted": (0, (*command, *TO_FILES))
        for name, command in {
            "check": ("check", "--account-types", "good.json", "--config", "all.toml"),
            "check of other files": (
                *("check", "comma.json", "cut.json", "wrong.json"),
                *("--config", "all.toml"),
            ),
            "verify": (
                *("verify", "leaky.tar.gz", "--account-types", "good.json"),
                *("--config", "all.toml"),
            ),
            "build": ("build", "known", "--just-built", *OPTIONS, "--config", "known.toml"),
        }.items()
    },
    "configuration with a reason": (0, ("config", "--config", "exempt.toml")),
    "verify of facts": (1, ("verify", "facts.tar.gz")),
    "verify of facts as JSON": (1, ("verify", "facts.tar.gz", "--format", "json")),
    "verify of facts as HTML": (1, ("verify", "facts.tar.gz", "--format", "html")),
    "what init proposes for an address": (
        2,
        (
            *("init", "new", "--oauth", "--yes", "--domain", "x.example"),
            *("--auth-endpoint", "https://p.example/a"),
            *("--token-endpoint", "https://p.example/t"),
            *("--install", "git+https://{proposed}@x.example/y"),
        ),
    ),
    "init with an address that is refused": (
        2,
        ("init", "new", "--oauth", "--yes", "--auth-endpoint", "https://me:{proposed}@p.example/a"),
    ),
    "check of another address": (2, ("check", "--account-types", "HTTP://me:{typed}@127.0.0.1:1")),
    **{
        f"{option} of another kind of address {number}": (2, (*command, address.format("{typed}")))
        for number, address in enumerate(
            ("postgres://me:{}@h", "couchdb:/me:{}@h", "me:{}@h", "http://{}@h")
        )
        for option, command in {
            "a path": ("check",),
            "--config": ("check", "--config"),
            "--select": ("check", "--select"),
            "--account-types": ("check", "--account-types"),
            "--to": ("provision", "good.json", "--to"),
            "an archive": ("verify",),
            "an old version": ("upgrade", "."),
            "a folder": ("build",),
            "a command": (),
        }.items()
    },
    **{
        f"{command} of a manifest with a secret in its {name}": (
            1,
            (command, f"described/{name}{'/x.tar.gz' if command == 'verify' else ''}", *TO_FILES),
        )
        for name in ("scope", "string", "fixed", "slug", "version", "name", "key", "host")
        for command in ("check", "verify")
    },
    **{
        f"preview of a manifest with a secret in its {name} as {form[-1]}": (
            code,
            ("preview", f"described/{name}", *form),
        )
        for name, code in (("scope", 0), ("slug", 1), ("key", 1), ("long", 0))
        for form in (("--format", "text"), ("--format", "json"), ("--curl",))
    },
    "what cannot be checked": (2, ("check", ".refusing/me:{git}@x", *TO_FILES)),
    **{
        f"preview of {what} as {form[-1]}": (code, ("preview", "--account-types", file, *form))
        for what, code, file in (
            ("an identifier that is the secret", 0, "form.json"),
            ("an identifier in a header", 0, "basic.json"),
            ("hosts whose names are the secret", 0, ".hosted/{host}.json"),
            ("an endpoint for tokens that is refused", 1, ".hosted/refused.json"),
        )
        for form in (("--format", "text"), ("--format", "json"), ("--curl",))
    },
    **{
        f"{command} below a configuration that is not used": (
            code,
            (command, ".unused/me:{git}@x/root", "--format", "json"),
        )
        for command, code in (("check", 0), ("preview", 1))
    },
    "check with a baseline that is obsolete": (
        0,
        ("check", ".gone", "--baseline", ".gone/baseline.json"),
    ),
    "check of what was changed": (
        1,
        ("check", ".changed/new", "--against", ".changed/me:{git}@x", *TO_FILES),
    ),
    "upgrade of a permission whose name is a secret": (
        0,
        ("upgrade", ".changed/me:{git}@x/me:{git}@x1", ".changed/new/me:{git}@x1", *TO_FILES),
    ),
    "verify of an archive whose name is an address": (
        0,
        ("verify", ".changed/me:{git}@x.tar.gz", *TO_FILES),
    ),
    "difference of a file whose name is an address": (
        1,
        ("check", "--diff", ".changed/me:{git}@x.json"),
    ),
    "excerpts": (1, ("check", ".excerpts", *TO_FILES)),
    **{
        f"check of a secret that has {place}": (code, ("check", f".encoded/{place}", *TO_FILES))
        for place, code in (("spaces", 1), ("halves", 1), ("escapes", 0), ("capitals", 0))
    },
    **{
        f"preview of a secret that has {place} as {form[-1]}": (
            0,
            ("preview", f".encoded/{place}", *form),
        )
        for place in ("spaces", "halves")
        for form in (("--format", "text"), ("--format", "json"), ("--curl",))
    },
    "difference next to escapes": (1, ("check", ".encoded/escapes", "--diff", "--unsafe-fixes")),
    "path that is an address with a quotation mark": (
        2,
        ("check", 'https://me:{typed}"@x.example'),
    ),
    "check of a name with an address": (
        1,
        (
            *("check", "-", "--stdin-filename"),
            *("https://me:{typed}@x.example/manifest.konnector", *TO_FILES),
        ),
    ),
    "provision that is refused": (2, ("provision", "filled.json", "--to", "{echoing}", "--yes")),
    "exempt in a file whose name is an address": (
        0,
        (
            *("exempt", "J001", ".changed/me:{git}@x.json", "--reason", "a reason"),
            *("--config", "empty.toml"),
        ),
    ),
    "exempt at a key that is a secret": (
        2,
        (
            *("exempt", "M003", "manifest.konnector#/{key}", "--reason", "a reason"),
            *("--config", "empty.toml"),
        ),
    ),
    "exempt of what is not there": (2, ("exempt", "M001", ".", "--reason", "a reason")),
    "exempt in an address": (
        2,
        ("exempt", "M001", "https://me:{typed}@x.example", "--reason", "a reason"),
    ),
    "check of what was touched": (1, ("check", "--touched", "manifest.konnector")),
    "check with a secret in an option": (
        1,
        ("check", "--exclude", "token={typed}", *TO_FILES),
    ),
    "schema of a manifest": (0, ("schema", "konnector")),
    "completion": (0, ("completion", "bash")),
    "explanation of a rule": (0, ("explain", "K003")),
    "list of the rules": (0, ("rules",)),
}
"""Commands that are given secrets or run next to them, with their exit codes."""

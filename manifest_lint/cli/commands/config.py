"""`manifest-lint config`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from manifest_lint.api import settings
from manifest_lint.api.settings import KEYS, Exemption, InForce
from manifest_lint.cli import options
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity
from manifest_lint.reports.text import visible


@click.command("config", epilog=options.EXAMPLES["config"])
@click.argument("path", type=click.Path(path_type=Path), default=".", metavar="[PATH]")
@options.account_types
@options.select
@options.ignore
@options.fail_on
@options.config
@options.isolated
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format."
)
def command(
    path: Path,
    account_types: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    config: Path | None,
    isolated: bool,
    form: str,
) -> int:
    """Show the settings for a file, and where each comes from.

    PATH is a file or a connector's folder. Default: the current folder. The output is TOML, with
    paths relative to the current folder.
    """
    if any(map(options.is_address, account_types)):
        raise UserError("--account-types: config does not read databases; drop the URL")
    in_force = settings.settings_in_force(
        path,
        account_types=account_types,
        select=options.codes(select),
        ignore=options.codes(ignore),
        fail_on=fail_on,
        config=config,
        isolated=isolated,
    )
    if form == "json":
        click.echo(json.dumps(_as_json(path, in_force)))
    else:
        for line in _as_toml(path, in_force):
            click.echo(visible(line))
    return 0


def _as_json(path: Path, in_force: InForce) -> dict[str, Any]:
    return {
        "path": str(path),
        "configuration": in_force.file,
        "settings": {
            key: {
                "value": _value(key, in_force),
                "from": list(in_force.origins.get(key, ("default",))),
            }
            for key in KEYS
        },
    }


def _as_toml(path: Path, in_force: InForce) -> Iterator[str]:
    """Yield lines of TOML, each setting followed by its origin as a comment."""
    source = in_force.file or "no configuration"
    yield f"# {path}: {source}"
    table = ""
    for key in KEYS:
        origins = in_force.origins.get(key, ("default",))
        value = _value(key, in_force)
        before, _, name = key.rpartition(".")
        if before != table:
            table = before
            yield f"[{table}]"
        if value is None:
            yield f"# {name}: default"
        elif key == "per-file-ignores" and value:
            yield f"{name} = ["
            for entry, origin in zip(value, origins, strict=True):
                yield f"  {_toml(entry)},  # {origin}"
            yield "]"
        else:
            yield f"{name} = {_toml(value)}  # {', '.join(origins)}"


def _value(key: str, in_force: InForce) -> Any:
    """Return a setting as a JSON value; None if it is not set."""
    value = getattr(in_force.settings, KEYS[key])
    if value == "":
        return None
    if key == "fail-on":
        return value.label if value else "never"
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Severity):
        return value.label
    if isinstance(value, Exemption):
        entry = {"code": value.code, "path": value.path, "reason": value.reason}
        return {**entry, "until": str(value.until)} if value.until else entry
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _toml(value: Any, key: str = "") -> str:
    if isinstance(value, dict):
        members = (f"{_key(name)} = {_toml(item, name)}" for name, item in value.items())
        return f"{{ {', '.join(members)} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value) if key == "until" else json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else json.dumps(name, ensure_ascii=False)

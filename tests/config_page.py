"""Write docs/configuration.md from schemas/config.schema.json: `python -m tests.config_page`.

`make schemas` does it too. A test compares the page with the output of this, and runs its examples.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.command import ROOT

TARGET = ROOT / "docs" / "configuration.md"

HEAD = """# Configuration

In `manifest-lint.toml`, or in the table `[tool.manifest-lint]` of `pyproject.toml`:

```toml
fail-on = "warning"
ignore = ["F005"]

[[per-file-ignores]]
code = "M003"
path = "legacy/**"
reason = "the old importer reads these keys"
until = 2030-12-31
```

Each manifest uses the nearest configuration: in its own folder, or the first one above it, up to
the folder with `.git`. Two in one folder are an error, and what is further up has no effect on it:
name it with [`extend`](#a-shared-configuration) to start from it. A configuration above the folder
with `.git` is not used, and each command that would use it says so.
`--config FILE` uses one file for all manifests; `--isolated` uses none. For a manifest on standard
input, `--stdin-filename` says where it would be; without that option, no configuration is read.

Paths are relative to the configuration's folder. They must stay inside that folder, or inside the
git work tree around it, unless you name the configuration with `--config`: a configuration
found in a repository may come from someone else.

Options on the command line replace the settings of the file, except `--ignore`, `--extend-select`
and `--exclude`, which add to them.
To see the settings for a file, and the line that each comes from, run

```sh
manifest-lint config my-connector
```

An unknown key, an invalid value, an unknown rule code, or a code in both `select` and `ignore` ends
the run with exit code 2. The message has line and column:

```text
manifest-lint: manifest-lint.toml:3:1: unknown key "slect"; did you mean "select"?
```

## What is excluded

`exclude` and `extend-exclude` are patterns as in .gitignore. What they match is not searched: no
file in it is read, also not a configuration. As in git, the last pattern that matches decides, and
in an excluded folder nothing can be included again: `"!build/"` includes what the default excludes,
`"!build/x/"` does not. A pattern with a slash that is not at its end is relative to the
configuration's folder: write `**/fixtures/broken/` for such a folder anywhere. Each folder is
searched with its nearest configuration. The summary counts what is excluded, without the defaults.

A file or folder that you name, or open in an editor, is checked although it is excluded. With
`--force-exclude` it is skipped; `--touched`, which the pre-commit hook uses, skips it too.

## A shared configuration

With `extend`, a configuration starts from another one, and sets keys over it:

```toml
extend = "shared/manifest-lint.toml"
extend-select = ["A006"]
```

- A value replaces the extended one, also a list. `extend-select` and `extend-exclude` add to it,
  and the tables `severity` and `build` are merged key by key.
- The extended file may extend another one, up to 10 files.
- `extend = "acme-lint"` is the file `manifest-lint.toml` in the Python package acme-lint,
  `extend = "acme-lint:strict.toml"` another file of it. The package must be installed where
  manifest-lint is. It is only read, and none of its code runs. A package of npm is a path:
  `extend = "node_modules/@acme/lint/manifest-lint.toml"`.
- Paths are relative to the file that they are in, patterns (`exclude`, `per-file-ignores`) to the
  folder of the configuration that extends it.
- As any path, a file must stay inside the configuration's folder or the git work tree around it,
  unless you name the configuration with `--config`. A package may name account types in its folder,
  but no `baseline`, `build-dir` or `out`.

`manifest-lint config` shows the file and line that each setting comes from.

## Editors

For completion and explanations in an editor with TOML schemas (Taplo, Even Better TOML), write
the schema with `manifest-lint schema config > config.schema.json`, and start the file with
`#:schema config.schema.json`.

## Keys

This list is generated from `schemas/config.schema.json`: edit that, then run `make schemas`.
"""


def page() -> str:
    """Return the page."""
    schema = json.loads((ROOT / "schemas" / "config.schema.json").read_text("utf-8"))
    parts = [HEAD]
    for key, described in schema["properties"].items():
        if "properties" in described:
            for name, inner in described["properties"].items():
                parts += _section(f"{key}.{name}", inner, f"[{key}]\n", name, schema)
        else:
            parts += _section(key, described, "", key, schema)
    return "\n".join(parts)


def _section(
    title: str, described: dict[str, Any], above: str, key: str, schema: dict[str, Any]
) -> Iterator[str]:
    default = described.get("default")
    says = "" if default is None else f" Default: `{toml(default)}`."
    yield f"### `{title}`\n"
    yield f"{described['description']}{says}\n"
    members = schema["definitions"]["exemption"] if key == "per-file-ignores" else {}
    for name, member in members.get("properties", {}).items():
        name_of = member.get("$ref", "").removeprefix("#/definitions/")
        member = schema["definitions"][name_of] if name_of else member
        needed = "required" if name in members["required"] else "optional"
        yield f"- `{name}` ({needed}): {member['description']}"
    if members:
        yield ""
    for example in described["examples"]:
        yield f"```toml\n{above}{_assigned(key, example)}```\n"


def _assigned(key: str, value: Any) -> str:
    """Return a setting in the usual TOML form."""
    if isinstance(value, dict):
        return f"[{key}]\n" + "".join(_assigned(name, item) for name, item in value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        entries = ("".join(_assigned(*member) for member in entry.items()) for entry in value)
        return "\n".join(f"[[{key}]]\n{entry}" for entry in entries)
    return f"{key} = {value if key == 'until' else toml(value)}\n"


def toml(value: Any) -> str:
    """Return a string, a list or an empty table as TOML, which is the same as JSON for these."""
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()

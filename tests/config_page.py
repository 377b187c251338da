"""Write docs/configuration.md from schemas/config.schema.json: `python -m tests.config_page`.

`make schemas` does it too. A test keeps the page equal to what this gives, and its examples right.
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

For each manifest the nearest file counts: its own folder is looked into, then the one above, up to
the first that holds `.git`. Nothing is inherited from a file further up, and two in one folder are
an error. `--config FILE` names one for all manifests instead; `--isolated` reads none. A manifest
on standard input goes by the name that `--stdin-filename` gives it; without one it has none.

Paths are relative to the configuration's folder. They stay in that folder, or in the git work tree
that it is in, unless the configuration is named with `--config`: one that was found may be a
stranger's.

Options of the command line win over it: each replaces what the file says, but `--ignore` adds to
it. What holds for a file, and which line of which file says so, is told by

```sh
manifest-lint config my-connector
```

A key that there is not, a wrong value, the code of no rule, or a contradiction ends the run with
exit code 2, and the message has line and column:

```text
manifest-lint: manifest-lint.toml:3:1: unknown key "slect"; did you mean "select"?
```

In an editor that knows TOML schemas (Taplo, Even Better TOML), the first line
`#:schema PATH-OF-THE-CLONE/schemas/config.schema.json` makes it complete and explain all of this.

## Keys

Written by `make schemas` from `schemas/config.schema.json`: change that.
"""


def page() -> str:
    """Give the text of the page."""
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
    says = "" if default is None else f" Unless set, it is `{toml(default)}`."
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
    """Write a setting as TOML does best."""
    if isinstance(value, dict):
        return f"[{key}]\n" + "".join(_assigned(name, item) for name, item in value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        entries = ("".join(_assigned(*member) for member in entry.items()) for entry in value)
        return "\n".join(f"[[{key}]]\n{entry}" for entry in entries)
    return f"{key} = {value if key == 'until' else toml(value)}\n"


def toml(value: Any) -> str:
    """Write a text, a list or an empty table, which are the same in JSON."""
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()

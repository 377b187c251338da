"""A connector with a finding that is exempted, one that is baselined, and one that is reported."""

from __future__ import annotations

import json
from pathlib import Path

from manifest_lint import Report, check
from tests.command import run
from tests.connectors import MANIFEST, with_changes

CONFIGURATION = """\
select = ["M"]
baseline = "known.json"
[[per-file-ignores]]
code = "M003"
path = "manifest.konnector"
reason = "the partner's portal reads this key"
until = 2999-01-01
"""

BY = "manifest-lint.toml:3"
REASON = "the partner's portal reads this key"

EXEMPTED, BASELINED, REPORTED = "M003", "M008", "M006"


def write(folder: Path) -> None:
    """Write the connector, its configuration and its baseline into a folder."""
    manifest = with_changes(MANIFEST, vendorlink="x", categories=["other"], type="node")
    (folder / "manifest.konnector").write_text(json.dumps(manifest, indent=2))
    (folder / ".git").mkdir()
    select = ("--select", BASELINED, "--isolated", "--baseline", "known.json")
    done = run("check", ".", *select, "--write-baseline", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "manifest-lint.toml").write_text(CONFIGURATION)


def exempted_tree(folder: Path) -> Report:
    """Write the connector into a folder, and check it."""
    write(folder)
    return check([folder])

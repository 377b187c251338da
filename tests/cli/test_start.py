"""A plain check starts quickly: it loads only these modules."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.command import ROOT

STANDARD = ("bisect", "binascii", "click", "gc", "json", "locale", "pathlib", "pyexpat", "signal")
"""What it needs of other packages, with all that these bring."""

OURS = {
    "": "_version api cli config content cozy document engine errors files finding oauth project"
    " reports rules text",
    "api": "connectors errors settings",
    "cli": "colour commands complain main options output variables",
    "cli.commands": "check",
    "config": "exclude find settings unused",
    "content": "addresses regular_expression sources svg",
    "cozy": "accept_konnector couchdb domain go_struct go_url manifest permission registry stack"
    " template vocabulary",
    "document": "comments document encoding go_json manifest_secrets masking public_values schema"
    " secret secret_checks secret_forms secret_names secret_table",
    "engine": "checks defer hide report run select suppress",
    "files": "disk git run_git search_path work_tree",
    "oauth": "account_type account_type_file dumps endpoint names own_scopes redirect_uri unfilled"
    " wire",
    "project": "connector discovery keys kinds listed locales named_files reading sources"
    " workspace",
    "reports": "names sentences text",
    "text": "digits user_info wording",
}
"""By package, the modules that a check without findings may load; besides, each module of rules."""

OF_RULES = ("manifest_lint.rules.", "manifest_lint.archive")
"""Rules on archives know what is never packed."""

LOADED = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); "


def modules(code: str, *arguments: Path) -> set[str]:
    """Return the modules that a new Python has loaded at the end of some code."""
    command = [sys.executable, "-c", LOADED + code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_a_clean_check_loads_only_what_it_needs(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "fixtures" / "sunmeter", tmp_path / "sunmeter")
    (folder / ".git").mkdir()
    run = "from manifest_lint.cli.main import main; main(['check', sys.argv[1]])"
    loaded = modules(run, folder / "manifest.konnector")
    own = {name for name in loaded if name.partition(".")[0] == "manifest_lint"}
    may = {
        ".".join(filter(None, ("manifest_lint", package, name)))
        for package, names in OURS.items()
        for name in names.split()
    }
    more = {name for name in own - may if not name.startswith(OF_RULES)}
    assert more == {"manifest_lint"}
    assert "manifest_lint.rules.scope_text" in own
    assert loaded - own - modules(f"import {', '.join(STANDARD)}") == set()

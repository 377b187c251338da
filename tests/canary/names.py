"""Trees with a secret in the names of their files."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from tests.archives import good, tar_gz
from tests.canary.places import SECRETS
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes


def write_refused(folder: Path) -> None:
    """Write a tree with a secret in the names of what cannot be checked."""
    outer, inner = (f"me:{quote(SECRETS[place], safe='')}@x" for place in ("git", "folder"))
    (folder / outer / inner / "manifest.konnector").mkdir(parents=True)
    (folder / outer / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (folder / outer / ".git").write_text("gitdir: nowhere\n")


def write_changed(folder: Path) -> None:
    """Write two versions of a tree with a secret in the names of its files, and in permissions."""
    name = f"me:{quote(SECRETS['git'], safe='')}@x"
    secret = SECRETS["described"]
    oauth = {"client_secret": secret, "password": SECRETS["host"]}
    old = with_changes(MANIFEST, slug="a", oauth={**oauth, "scope": [SECRETS["host"]]})
    old["permissions"] = {secret: {"type": "io.cozy.files", "verbs": ["GET"]}}
    new = {**old, "oauth": {**oauth, "scope": ["b"]}, "version": "9.9.9"}
    new["permissions"] = {f"{secret}2": {"type": "io.cozy.bills"}}
    broken = json.dumps(MANIFEST)[:-1]
    for part, text in {
        f"{name}/{name}1": json.dumps(old),
        f"new/{name}1": json.dumps(new),
        f"new/{name}2": json.dumps(with_changes(MANIFEST, slug="added", version="2.0.0")),
        f"{name}/{name}3": json.dumps({"slug": "deleted"}),
        f"{name}/{name}4": broken,
        f"new/{name}4": json.dumps(MANIFEST),
        f"{name}/{name}5": json.dumps(with_changes(MANIFEST, slug="moved")),
        f"new/{name}6": json.dumps(with_changes(MANIFEST, slug="moved", version="9.9.9")),
    }.items():
        (folder / part).mkdir(parents=True)
        (folder / part / "manifest.konnector").write_text(text)
    for part, mode in ((name, "authorization_code"), ("new", "token")):
        types = with_changes(ACCOUNT_TYPE, _id="a", client_secret="$NAME", grant_mode=mode)
        (folder / part / f"{name}1" / "account-types-def.json").write_text(json.dumps(types))
    (folder / f"{name}.tar.gz").write_bytes(tar_gz(good()))
    (folder / f"{name}.json").write_text('{"_id": "x",}')


def write_unused(folder: Path) -> None:
    """Write a configuration above a repository's root, in a folder whose name is an address."""
    root = folder / f"me:{quote(SECRETS['git'], safe='')}@x" / "root"
    root.mkdir(parents=True)
    (root / ".git").write_text("gitdir: nowhere\n")
    (root.parent / "manifest-lint.toml").write_text("")
    manifest = with_changes(MANIFEST, oauth={"scope": ["a"]})
    (root / "manifest.konnector").write_text(json.dumps(manifest))


def write_gone(folder: Path) -> None:
    """Write a connector with a baseline whose entries match nothing."""
    folder.mkdir()
    (folder / "manifest.konnector").write_text(json.dumps(MANIFEST))
    address = f"me:{quote(SECRETS['git'], safe='')}@x/manifest.konnector"
    entry = {"path": address, "code": "M001", "pointer": f"/https:~1~1{address}"}
    baseline = {"format": 1, "findings": [entry]}
    (folder / "baseline.json").write_text(json.dumps(baseline))

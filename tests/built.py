"""Write the folder that a connector's build would write: the one that is packed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

_COPIED = ("package.json", "README.md", "LICENSE")


def lay_out(repository: Path, build: Path) -> None:
    """Write the built folder of a repository, with a placeholder for each script.

    Its manifest, the files in `assets/` and those next to the manifest are copied to the top, as
    webpack's configuration of the official template does.
    """
    build.mkdir(parents=True)
    assets = repository / "assets"
    if assets.is_dir():
        shutil.copytree(assets, build, dirs_exist_ok=True)
    manifest = repository / "manifest.konnector"
    for file in (manifest, *(repository / name for name in _COPIED)):
        if file.is_file():
            shutil.copyfile(file, build / file.name)
    value = json.loads(manifest.read_text("utf-8"))
    entry = "main.js" if value.get("clientSide") is True else "index.js"
    for script in {entry, value.get("on_delete_account") or entry}:
        (build / script).write_text("console.log(1)\n")

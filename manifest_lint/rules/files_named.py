"""F: the files that the manifest names."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any

from manifest_lint.document.document import Document
from manifest_lint.project.connector import Connector
from manifest_lint.project.named_files import ASSETS, inside, outside, place
from manifest_lint.rules.base import ERROR, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text, quoted

_SCRIPT_ENDINGS = (".js", ".ts", ".mjs", ".jsx", ".tsx")
_BUILD_CONFIGS = ("webpack.config.js", "webpack.config.ts", "webpack.config.cjs")
_NEVER_RUN = ("", ".travis.yml", "LICENSE", "README.md", "app.tar", "package.json")
"""Files at the top that the stack does not copy to the folder of a run, and that folder itself."""
_CONFIG_LIMIT = 256 * 1024
"""At most this many bytes of webpack's configuration are read."""


@rule("F001", "icon-missing", refused_by="build", fix="unsafe", defers_to=("F006",))
def icon_missing(connector: Connector) -> Iterator[Finding]:
    """The icon that the manifest names is missing.

    Registry and stack accept the connector anyway, and apps show users a placeholder instead of the
    icon. In a source tree this is a warning, because the build may still add the file.

    Bad: an `icon` that names a file which is not in the folder
    Good: an `icon` that names a file in the built folder
    Source: cozy-apps-registry registry/registry.go; its runs; konnectors/libs
    packages/cozy-konnector-build
    """
    icon = connector.value.get("icon")
    if isinstance(icon, str) and icon:
        yield from _missing(connector, icon, ("icon",))
        yield from _moved(connector, icon, ("icon",))


@rule("F003", "screenshot-missing", refused_by="build", fix="unsafe", defers_to=("F006",))
def screenshot_missing(connector: Connector) -> Iterator[Finding]:
    """A screenshot that the manifest names is missing.

    Registry and stack accept the connector anyway, and the store shows users a broken picture. In
    a source tree this is a warning, because the build may still add the file.

    Bad: a `screenshots` that names a file which is not in the folder
    Good: a `screenshots` that names files in the built folder
    Source: cozy-apps-registry registry/registry.go, HandleAssets; its runs
    """
    reported = set()
    for pointer, path in _screenshots(connector):
        if path not in reported:  # languages may share one
            reported.add(path)
            yield from _missing(connector, path, pointer)
        yield from _moved(connector, path, pointer)


@rule("F004", "account-script-missing", refused_by="run", defers_to=("F006",))
def account_script_missing(connector: Connector) -> Iterator[Finding]:
    """The script that runs when an account is deleted is missing.

    When a user deletes an account, the script cannot run, so the access at the service is not
    revoked. In a source tree a missing file is a warning, because the build may still add it.

    Bad: {"on_delete_account": "package.json"}
    Good: {"on_delete_account": "onDeleteAccount.js"}
    Source: cozy-stack worker/exec/konnector.go, PrepareWorkDir and copyFiles; their runs
    """
    path = connector.value.get("on_delete_account")
    if not path or not isinstance(path, str):
        return
    if inside(path) in _NEVER_RUN:
        what = "which the stack never copies to a run" if inside(path) else "which is not a file"
        yield Finding(f"`on_delete_account` names {quoted(path)}, {what}", ("on_delete_account",))
        return
    if not connector.files:
        return
    if not _has_script(connector, _read_as(path)):
        built = connector.layout == "built"
        places = "next to the manifest" if built else "in src/ or in webpack's configuration"
        message = f"`on_delete_account` names {quoted(path)}, which is not {places}"
        yield Finding(message, ("on_delete_account",), severity=ERROR if built else WARNING)


@rule("F005", "entry-point-missing", refused_by="run")
def entry_point_missing(connector: Connector) -> Iterator[Finding]:
    """The built connector has no entry point.

    The stack starts `index.js`, or the flagship app starts `main.js` if the connector runs on the
    client. Without this file every run fails.

    Bad: a built folder without index.js
    Good: a built folder with index.js
    Source: konnectors/libs packages/cozy-konnector-build; cozy-stack worker/exec/konnector.go
    """
    if not connector.files or connector.layout != "built":
        return
    entry = "main.js" if connector.value.get("clientSide") is True else "index.js"
    if not connector.files.exists(entry):
        side = "on the client" if entry == "main.js" else "on the server"
        yield Finding(f"{entry} is missing: a connector that runs {side} starts with it")


@rule("F006", "path-outside", refused_by="build", fix="unsafe")
def path_outside(connector: Connector) -> Iterator[Finding]:
    """A path leads out of the bundle.

    Registry and stack remove the part that leads out and look for the rest in the bundle, download
    nothing from a URL, and do not read a backslash as a separator. `manifest-lint build` refuses
    such a path, because users would miss the file.

    Bad: {"icon": "../assets/icon.svg"}
    Good: {"icon": "icon.svg"}
    Source: cozy-apps-registry registry/registry.go, HandleAssets; cozy-stack web/apps/apps.go
    """
    for pointer, path in _paths(connector):
        if reason := outside(path):
            where = pointer_text(pointer)
            message = f"`{where}` must name a file inside the bundle, but {quoted(path)} {reason}"
            yield Finding(message, pointer, fix=_brought_inside(connector, pointer, path))


@rule("F007", "link-outside", on="link", refused_by="build")
def link_outside(document: Document) -> Iterator[Finding]:
    """A symbolic link leads out of the tree that is checked.

    manifest-lint does not follow the link, because it could show or overwrite any file of the user
    who runs the check; the registry drops links anyway. A link must stay in the git work tree or,
    without one, in the folder given; for a link to a folder that is only searched for connectors
    this is a warning.

    Bad: a manifest.konnector that is a link to /proc/self/environ
    Good: a manifest.konnector that is a file
    Source: git-config, core.symlinks; cozy-apps-registry registry/registry.go; CWE-59
    """
    severity = WARNING if document.kind == "folder" else ERROR
    fix = Fix("replace the link with the file")
    message = "this link leads out of the repository or folder that is checked: not followed"
    yield Finding(message, severity=severity, fix=fix)


def _missing(connector: Connector, path: str, pointer: tuple[str | int, ...]) -> Iterator[Finding]:
    if connector.files and not place(connector, _read_as(path)):
        built = connector.layout == "built"
        places = (
            "not next to the manifest" if built else "neither next to the manifest nor in assets/"
        )
        severity = ERROR if built else WARNING
        message = f"`{pointer_text(pointer)}` names {quoted(path)}, which is {places}"
        small, fix = path.lower(), None
        if small != path and place(connector, _read_as(small)):
            edit = Edit(json.dumps(small, ensure_ascii=not small.isprintable()), pointer)
            fix = Fix(f"write {quoted(small)}, as the file is named", False, (edit,))
        yield Finding(message, pointer, severity=severity, fix=fix)


def _read_as(path: str) -> str:
    """Return the path that registry and stack read: of one that leads out, the rest."""
    return inside(path) if outside(path) else path


def _moved(connector: Connector, path: str, pointer: tuple[str | int, ...]) -> Iterator[Finding]:
    """Yield a finding for a file of a source tree that the build moves out of `assets/`."""
    named = inside(path)
    if connector.layout == "built" or outside(path) or not named.startswith(ASSETS):
        return
    files, kept = connector.files, named.removeprefix(ASSETS)
    if files and (not files.exists(named) or files.exists(ASSETS + named)):
        return  # it is missing, which the same rule reports, or the build does put one there
    if kept.startswith(ASSETS):
        return  # assets/ may contain a folder of that name
    message = f"the build moves {quoted(path)} to the top, as {quoted(kept)}"
    edit = Edit(json.dumps(kept, ensure_ascii=not kept.isprintable()), pointer)
    fix = Fix(f"write {quoted(kept)}", False, (edit,))
    yield Finding(message, pointer, severity=WARNING, fix=fix)


def _paths(connector: Connector) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every path that the manifest names, with its pointer."""
    manifest = connector.value
    partnership = manifest.get("partnership")
    named: list[tuple[tuple[str | int, ...], Any]] = [
        (("icon",), manifest.get("icon")),
        (("on_delete_account",), manifest.get("on_delete_account")),
    ]
    if isinstance(partnership, dict):
        named.append((("partnership", "icon"), partnership.get("icon")))
    yield from ((pointer, path) for pointer, path in named if isinstance(path, str) and path)
    yield from _screenshots(connector)


def _screenshots(connector: Connector) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every screenshot that the manifest and its locales name, with its pointer."""
    manifest = connector.value
    lists: list[tuple[tuple[str | int, ...], Any]] = [
        (("screenshots",), manifest.get("screenshots"))
    ]
    locales = manifest.get("locales")
    for language, locale in locales.items() if isinstance(locales, dict) else ():
        if isinstance(locale, dict):
            lists.append((("locales", language, "screenshots"), locale.get("screenshots")))
    for pointer, paths in lists:
        for index, path in enumerate(paths if isinstance(paths, list) else ()):
            if isinstance(path, str) and path:
                yield (*pointer, index), path


def _brought_inside(connector: Connector, pointer: tuple[str | int, ...], path: str) -> Fix | None:
    """Return a fix with the path that registry and stack read instead, if that file exists."""
    if outside(path) == "is a URL":
        return Fix("put the file into the bundle, and write its path")
    backslashes = "\\" in path
    kept = inside((path[2:] if path[1:2] == ":" else path).replace("\\", "/"))
    if pointer == ("on_delete_account",):
        is_there = connector.files is None or _has_script(connector, kept)
    else:
        is_there = connector.files is None or place(connector, kept) is not None
    if not kept or not is_there:
        return None
    edit = Edit(json.dumps(kept, ensure_ascii=not kept.isprintable()), pointer)
    return Fix(f"write {quoted(kept)}", not backslashes, (edit,))


def _has_script(connector: Connector, path: str) -> bool:
    """Return whether a script is there or, in a source tree, will be after a build."""
    files = connector.files
    assert files
    if connector.layout == "built":
        return files.exists(path)
    if place(connector, path):
        return True
    stem = posixpath.splitext(inside(path))[0]
    if any(files.exists(f"{folder}{stem}{e}") for folder in ("", "src/") for e in _SCRIPT_ENDINGS):
        return True
    name = posixpath.basename(stem).encode()
    configs = (config for config in _BUILD_CONFIGS if files.exists(config))
    return any(name in files.read(config, _CONFIG_LIMIT) for config in configs)

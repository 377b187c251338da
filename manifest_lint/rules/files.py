"""F: the files that the manifest names."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.connector import Connector
from manifest_lint.rules import ERROR, WARNING, Problem, rule
from manifest_lint.wording import quoted


@rule("F001", "icon-missing", refused_by="build")
def icon_missing(connector: Connector) -> Iterator[Problem]:
    """The icon that the manifest names is not there.

    Registry and stack accept the connector all the same, and the store then shows a blank tile.
    In a source tree the icon is looked for as named and in `assets/`, whose content the build
    copies to the top.

    Bad: an `icon` that names a file which is not in the folder
    Good: an `icon` that names a file in the built folder
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    icon = connector.value.get("icon")
    if not connector.files or not isinstance(icon, str) or not icon:
        return
    places = [icon] if connector.layout == "built" else [icon, f"assets/{icon}"]
    if not any(connector.files.exists(place) for place in places):
        built = connector.layout == "built"
        where = "here" if built else "here, nor in assets/"
        severity = ERROR if built else WARNING
        yield Problem(f"there is no {quoted(icon)} {where}", ("icon",), severity=severity)


@rule("F005", "entry-point-missing", refused_by="run")
def entry_point_missing(connector: Connector) -> Iterator[Problem]:
    """The built connector has no entry point.

    The stack starts `index.js`, and the flagship application `main.js` of a connector that runs
    on the client: without it every run fails.

    Bad: a built folder without index.js
    Good: a built folder with index.js
    Source: konnectors/libs packages/cozy-konnector-build; cozy-stack worker/exec/konnector.go
    """
    if not connector.files or connector.layout != "built":
        return
    entry = "main.js" if connector.value.get("clientSide") is True else "index.js"
    if not connector.files.exists(entry):
        side = "on the client" if entry == "main.js" else "on the server"
        yield Problem(f"there is no {entry}, and a connector that runs {side} starts there")

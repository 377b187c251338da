"""Project URLs come from the one place that says what is published where."""

from __future__ import annotations

import runpy
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class PublishedUrls(MetadataHookInterface):
    """Adds the repository's address, once it has a public one."""

    def update(self, metadata: dict[str, object]) -> None:
        """Set `urls`: none while nothing is published."""
        place = Path(self.root, "manifest_lint/scaffold/published.py")
        repository = runpy.run_path(str(place))["REPOSITORY"]
        metadata["urls"] = {"Source": repository} if repository else {}

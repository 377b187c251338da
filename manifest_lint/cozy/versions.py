"""Which version of an application the registry serves in each channel.

[cozy-apps-registry space/views.go: the views of a channel are sorted, and the last row is served]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from manifest_lint.cozy.registry import is_version

Channel = Literal["stable", "beta", "dev"]
CHANNELS: tuple[Channel, ...] = ("stable", "beta", "dev")
"""From the fewest versions to the most: a channel has those of the ones before it too."""


def stripped(version: str) -> str:
    """Return a version as the registry reads it: without one leading `v`.

    [cozy-apps-registry web/router.go, stripVersion]
    """
    return version.removeprefix("v")


def channel_of(version: str) -> Channel:
    """Return the channel that a version is published in.

    [cozy-apps-registry registry/channel.go]
    """
    if "-dev." in version:
        return "dev"
    return "beta" if "-beta." in version else "stable"


def served(versions: Sequence[str]) -> dict[Channel, str]:
    """Return the version that each channel serves; channels without a version are left out.

    `versions` are the published ones from the first to the last. Those that cannot be published do
    not count.
    """
    valid = [version for version in versions if is_version(version)]
    result: dict[Channel, str] = {}
    for channel in CHANNELS:
        of_channel = CHANNELS[: CHANNELS.index(channel) + 1]
        keys = [
            (_key(version, channel, place), version)
            for place, version in enumerate(valid)
            if channel_of(version) in of_channel
        ]
        if keys:
            result[channel] = max(keys)[1]
    return result


def is_lower(version: str, than: str) -> bool:
    """Return whether a version precedes another in the beta channel, whose order has both."""
    return _key(version, "beta", 0) < _key(than, "beta", 0)


def _key(version: str, channel: Channel, place: int) -> tuple[Any, ...]:
    """Return the key of a version in a channel's view; CouchDB sorts equal ones by the id.

    The last number is that of a beta, in `dev` the time of the publication.
    """
    parts = version.split(".")
    own = channel_of(version)
    numbers = (int(parts[0]), int(parts[1]), int(parts[2].partition("-")[0]))
    if channel == "stable":
        return (*numbers, version)
    last = place if channel == "dev" else int(parts[3]) if own == "beta" else 0
    return (*numbers, own == "stable", last, version)

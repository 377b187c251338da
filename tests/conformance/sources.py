"""Which code of the platform each recording is a run of, and when it was read since.

Change a commit here only with the records: CONTRIBUTING.md says how to record them again.
"""

from __future__ import annotations

from typing import NamedTuple


class Source(NamedTuple):
    """A part of the platform: what was run, what was read last, and the code that the runs need.

    Where the two commits differ, `paths` were compared, and what the records show is the same.
    """

    name: str
    run: str
    read: str
    paths: tuple[str, ...] = ()


STACK = Source(
    "cozy-stack",
    "db1163854",
    "538aeeb59",
    (
        *("model/account", "model/app", "model/permission", "model/instance/lifecycle"),
        *("web/accounts", "web/data/accounts.go", "web/instances/fixers.go"),
        *("web/middlewares/permissions.go", "worker/exec"),
    ),
)
HARVEST = Source(
    "cozy-libs",
    "bb5068da5",
    "8dbc03f6e",
    (
        "packages/cozy-harvest-lib/src/helpers/konnectors.js",
        "packages/cozy-harvest-lib/src/helpers/oauth.js",
        "packages/cozy-harvest-lib/src/components/OAuthService.js",
    ),
)
REGISTRY = Source("cozy-apps-registry", "928b92b", "928b92b", ("registry", "space"))
COUCHDB = Source("CouchDB", "3.4.3", "3.4.3")
GO = Source("Go", "1.25.5", "1.25.5")

ALL = (STACK, HARVEST, REGISTRY, COUCHDB, GO)

OF_KIND = {
    "install": (STACK, GO),
    "couch": (STACK, REGISTRY, COUCHDB, GO),
    "wire": (HARVEST, STACK, GO),
    "admission": (REGISTRY, GO),
    "upgrade": (STACK, REGISTRY, GO),
}
"""What each kind of recording in ../shared is a run of. records/ says so in its first line."""


def stated(kind: str) -> str:
    """Return what the recordings of a kind are runs of, for people."""
    return ", ".join(f"{source.name} {source.run}" for source in OF_KIND[kind])

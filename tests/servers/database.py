"""Account types in a CouchDB: write them, and read what is there afterwards."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from tests.connectors import ACCOUNT_TYPE, with_changes


def asked(method: str, url: str, value: Any = None) -> Any:
    """Ask the server directly, as another client."""
    data = None if value is None else json.dumps(value).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def held(database: str) -> dict[str, dict[str, Any]]:
    """Return the documents of a database by their ids, without what CouchDB adds."""
    rows = asked("GET", f"{database}/_all_docs?include_docs=true")["rows"]
    return {
        row["id"]: {key: value for key, value in row["doc"].items() if key not in ("_id", "_rev")}
        for row in rows
    }


def file_of(folder: Path, *documents: dict[str, Any]) -> Path:
    """Write account types into a file; return its path."""
    file = folder / "account-types.json"
    file.write_text(json.dumps(list(documents)))
    return file


def fields(**changes: Any) -> dict[str, Any]:
    """Return the fields expected of the good account type with changes."""
    return with_changes(ACCOUNT_TYPE, _id=..., **changes)

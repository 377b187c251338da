"""Hold the tool against what the real front end and stack were seen to do.

`python -m tests.conformance install FILE` and `... wire FILE` replay recorded runs; without
arguments, all those of ../shared. FILE has a case a line, of the shape of the files in
../shared/oracle; for install, ../shared/corpus/manifests.jsonl is one too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from manifest_lint import check, oauth
from manifest_lint.account_types import AccountType
from manifest_lint.document import Document
from manifest_lint.go_struct import field
from manifest_lint.stack import account_type_refusals

SHARED = Path(__file__).parents[3] / "shared"

RECORDED = (
    ("install", "oracle/install.jsonl"),
    ("install", "oracle/install-hard.jsonl"),
    ("install", "corpus/manifests.jsonl"),
    ("wire", "oracle/wire.jsonl"),
)
"""What was recorded, by kind and file in SHARED."""


class Mismatch(NamedTuple):
    """One case in which the tool and the recorded run differ."""

    line: int
    what: str
    expected: Any
    actual: Any


def installable(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare whether the stack takes a manifest with what `check` says of it."""
    if "base64" in case:
        data = base64.b64decode(case["base64"])
    else:
        data = case["text"].encode("utf-8", "surrogatepass")
    report = check(stdin=(None, data))
    refused = any("install" in finding.refused_by for finding in report.findings)
    yield "installable", case.get("expect", case)["installable"], not refused


def wire(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare what goes over the wire with what the flow model says."""
    manifest, expect = case["manifest"], case["expect"]
    document = Document("account type", json.dumps(case["account_type"]).encode())
    name = field(document.value, "_id")
    account_type = AccountType(document, (), document.value, name if isinstance(name, str) else "")
    refused = any(account_type_refusals(account_type.value))
    yield "account_type_error", "account_type_error" in expect, refused
    actual = {
        "account_type_id": oauth.account_type_id(manifest),
        "is_oauth": oauth.is_oauth(manifest),
        "stack_scope": oauth.sent_scope(manifest),
        "redirect_uri": oauth.redirect_uri(account_type, case["domain"]),
        "service_id": account_type.service_id,
        "has_secret_grant": account_type.has_secret_grant,
    }
    for name, value in actual.items():
        if name in expect:
            yield name, expect[name], value


KINDS: dict[str, Callable[[dict[str, Any]], Iterator[tuple[str, Any, Any]]]] = {
    "install": installable,
    "wire": wire,
}


def replay(kind: str, file: Path) -> tuple[int, list[Mismatch]]:
    """Replay every case of a file: how many there are, and where the tool differs."""
    cases, mismatches = 0, []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            cases += 1
            mismatches += [
                Mismatch(number, what, expected, actual)
                for what, expected, actual in KINDS[kind](json.loads(line))
                if expected != actual or type(expected) is not type(actual)
            ]
    return cases, mismatches

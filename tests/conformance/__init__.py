"""Compare the tool with recorded runs of the real front end, stack and registry.

`python -m tests.conformance KIND FILE` replays recorded runs of a kind: install, couch, wire,
admission or upgrade; without arguments, all those of ../shared. FILE has a case a line, of the
shape of the files in ../shared/oracle; for install, ../shared/corpus/manifests.jsonl is one too.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from manifest_lint import Finding, UserError, check
from manifest_lint.archive.tarball import read_tarball
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.permission_set import Rule
from manifest_lint.cozy.upgrade import Upgrade
from manifest_lint.document.document import Document
from manifest_lint.document.secret import Secret
from manifest_lint.engine.run import check_archive
from manifest_lint.oauth import flow, wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.token_request import Request

SHARED = Path(os.environ.get("MANIFEST_LINT_TESTS_SHARED") or Path(__file__).parents[3] / "shared")
"""The folder next to this checkout; the variable is for a checkout that is elsewhere."""

RECORDED = (
    ("install", "oracle/install.jsonl"),
    ("install", "oracle/install-hard.jsonl"),
    ("install", "corpus/manifests.jsonl"),
    ("couch", "oracle/couch.jsonl"),
    ("wire", "oracle/login.jsonl"),
    ("admission", "oracle/admission.jsonl"),
    ("admission", "oracle/admission-raw.jsonl"),
    ("upgrade", "oracle/upgrade.jsonl"),
)
"""What was recorded, by kind and file in SHARED."""


ABSENT = "(absent)"
"""Means a key that a run or the model does not have."""


class Mismatch(NamedTuple):
    """One case in which the tool and the recorded run differ."""

    line: int
    what: str
    expected: Any
    actual: Any


def installable(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare whether the stack accepts a manifest with what `check` reports."""
    refused = _refused_by(check(stdin=(None, case_data(case))).findings)
    yield "installable", case.get("expect", case)["installable"], "install" not in refused


def stored(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare whether CouchDB stores a document with what `check` reports.

    A manifest is stored by the stack at install, from git or from the registry, and by the registry
    at publication. An account type is put as it is: where CouchDB refuses it, the login does, or
    the file holds no account type; where it does not, no finding says that CouchDB does.
    """
    expect, data = case["expect"], case_data(case)
    if case["kind"] == "manifest":
        refused = _refused_by(check(stdin=(None, data)).findings)
        installed = expect["install_couch"] and expect.get("install_via_registry") is not False
        yield "install_couch", installed, "install" not in refused
        yield "publish_couch", expect["publish_couch"], "publish" not in refused
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "account-types.json"
        file.write_bytes(data)
        try:
            findings = check(file, isolated=True).findings
        except UserError:
            findings = ()
            no_account_type = True
        else:  # a list of account types may be checked, but each is put by itself
            no_account_type = data.lstrip().startswith(b"[")
    if expect["put_couch"]:
        yield (
            "put_couch",
            [],
            [f.code for f in findings if "CouchDB refuses" in f"{f.message} {f.why}"],
        )
    else:
        yield "put_couch", False, not (no_account_type or "login" in _refused_by(findings))


def case_data(case: dict[str, Any]) -> bytes:
    """Return the bytes of a case: `base64`, else `text`, else `parts`, each with how many times."""
    if case.get("base64") is not None:
        return b64decode(case["base64"])
    text = case.get("text")
    if text is None:
        text = "".join(part * times for part, times in case["parts"])
    return str(text).encode("utf-8", "surrogatepass")


def _refused_by(findings: Iterable[Finding]) -> set[str]:
    return {who for finding in findings for who in finding.refused_by}


def login(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare what is sent with what the flow model says, for every recorded key.

    The model must not have a request that the run did not make: those keys are compared too. Of
    errors only their presence is compared. An unknown key is a difference, so that none is missed.
    """
    manifest, expect = case["manifest"], case["expect"]
    document = Document("account type", json.dumps(case["account_type"]).encode())
    name = field(document.value, "_id")
    account_type = AccountType(document, (), document.value, name if isinstance(name, str) else "")
    found = flow.flow(manifest, account_type, case["domain"])
    actual: dict[str, Any] = {
        "account_type_id": wire.account_type_id(manifest),
        "is_oauth": wire.is_oauth(manifest),
    }
    stops = {stop.step for stop in found.stops}
    if found.start_url is None:  # Harvest throws, and nothing more is produced
        actual |= dict.fromkeys(expect.keys() & {"start_error", "start_url_error"}, True)
    else:
        actual |= {"start_url": found.start_url, "request_url": found.request_url}
    if found.start_url is None:
        pass
    elif "lookup" in stops:
        actual["account_type_error"] = True
    else:
        actual |= {
            "stack_scope": found.stack_scope,
            "redirect_uri": found.redirect_uri,
            "service_id": account_type.service_id,
            "has_secret_grant": account_type.has_secret_grant,
        }
        if found.authorize_url is None:
            actual["authorize_error"] = True
        else:
            actual["authorize_url"] = found.authorize_url
            actual["provider_scope"] = _first(found.authorize_url, "scope")
            actual["provider_redirect_uri"] = _first(found.authorize_url, "redirect_uri")
        if found.token_request is not None:
            actual["token_request"] = _as_recorded(found.token_request)
        if found.refresh_request is not None:
            actual["refresh_request"] = _as_recorded(found.refresh_request)
    for key in sorted(expect.keys() | actual.keys()):
        expected = expect.get(key, ABSENT)
        if key.endswith("_error") and expected is not ABSENT:
            expected = True
        yield key, expected, actual.get(key, ABSENT)


def _first(url: str, name: str) -> str | None:
    """Return the first value of a parameter, as the provider reads it."""
    query = url.partition("#")[0].partition("?")[2]
    pairs = parse_qsl(query, True, errors="surrogateescape")
    return next((wire.scalar(value) for key, value in pairs if key == name), None)


def _as_recorded(request: Request) -> dict[str, str]:
    headers = request.headers(Secret.reveal)
    return {
        "method": request.method,
        "url": request.url(Secret.reveal),
        "content_type": headers.get("Content-Type", ""),
        "authorization": headers.get("Authorization", ""),
        "body": request.body(Secret.reveal),
    }


def admission(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare whether the registry accepts an archive with what `verify` reports.

    A case has the archive itself in base64, or its `entries`. For an accepted archive, each key of
    the run is compared with what we read too. J003 counts for a byte order mark only: other
    invalid characters are refused by CouchDB, which these runs did not have.
    """
    raw = case.get("archive")
    data = archived(case["entries"]) if raw is None else b64decode(raw)
    archive = read_tarball("archive.tar.gz", io.BytesIO(data))._replace(published=case["version"])
    report = check_archive(archive, DEFAULTS)
    by_couchdb = () if archive.manifest and archive.manifest.has_bom else ("J003",)
    refused = any(
        "publish" in finding.refused_by and finding.code not in by_couchdb
        for finding in report.findings
    )
    expect = case["expect"]
    yield "accepted", expect["accepted"], not refused
    actual = {
        "app_type": archive.manifest_path.rstrip("/").rpartition(".")[2],
        "tar_prefix": archive.prefix.encode("utf-8", "surrogateescape").decode("utf-8", "go"),
        "package_version": archive.package_version,
        "manifest_slug": archive.slug,
        "manifest_version": archive.version,
    }
    for key in actual.keys() & expect.keys():
        yield key, expect[key], actual[key]


def upgrade(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Compare what happens to people with the second of two versions.

    Of errors only their presence is compared. Which permissions are really opened or lost does not
    come from the run, so those two keys are not compared. It installed everything as "SLUG", and
    had no CouchDB, which refuses some characters from the registry.
    """
    old, new = (_manifest(case, side) for side in ("old", "new"))
    found, expect = Upgrade(old, new), dict(case["expect"])
    by_couchdb = {"characters"}
    refused = set(found.refused) - by_couchdb
    actual: dict[str, Any] = {
        "old_installable": found.old.is_installable,
        "new_installable": found.new.is_installable,
        "old_publishable": not set(found.old.refused) - by_couchdb,
        "refused_by_registry": bool(refused),
        "registry_errors": bool(refused),
    }
    if not refused:
        actual["served"] = found.served
    if found.is_comparable:
        actual |= {
            "held_for_consent": found.held,
            "held_for_permissions": found.held_for_permissions,
            "held_for_terms": found.held_for_terms,
            "same_rules": found.same_rules,
            "certified_exemption": found.is_exempt,
        }
        for has_run in (False, True):
            key = "permissions_after_update" + ("_of_one_that_ran" if has_run else "")
            actual[key] = [_recorded(rule) for rule in found.in_force(has_run=has_run, slug="SLUG")]
    elif not found.new.is_installable:
        actual["install_error"] = True
    expect["registry_errors"] = bool(expect["registry_errors"])
    if "install_error" in expect:
        expect["install_error"] = True
    ours = {"added_permissions", "removed_permissions"}
    for key in sorted((expect.keys() | actual.keys()) - ours):
        yield key, expect.get(key, ABSENT), actual.get(key, ABSENT)


def _manifest(case: dict[str, Any], side: str) -> Document:
    """Return one side of a pair: its text, or the manifest of the corpus that it names."""
    text = case[side] if side in case else corpus_text(case[f"{side}_id"])
    return Document(side, text.encode("utf-8", "surrogatepass"))


@cache
def _corpus() -> dict[str, str]:
    lines = (SHARED / "corpus/manifests.jsonl").read_text("utf-8").splitlines()
    return {one["id"]: one["text"] for one in map(json.loads, lines)}


def corpus_text(number: str) -> str:
    """Return the manifest of the corpus with an id. Raises KeyError if there is none."""
    return _corpus()[number]


def _recorded(rule: Rule) -> dict[str, Any]:
    return {
        "title": rule.title,
        "type": rule.doctype,
        "verbs": sorted(rule.verbs),
        "selector": rule.selector,
        "values": None if rule.values is None else list(rule.values),
    }


def archived(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """Make a gzipped tar of recorded entries: path, type, and content or target of each."""
    types = {"file": tarfile.REGTYPE, "dir": tarfile.DIRTYPE, "symlink": tarfile.SYMTYPE}
    types["hardlink"] = tarfile.LNKTYPE
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz", compresslevel=1) as tar:
        for entry in entries:
            data = entry.get("content", "").encode("utf-8", "surrogatepass")
            member = tarfile.TarInfo(entry["path"])
            member.type, member.linkname = types[entry["type"]], entry.get("target", "")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return written.getvalue()


KINDS: dict[str, Callable[[dict[str, Any]], Iterator[tuple[str, Any, Any]]]] = {
    "install": installable,
    "couch": stored,
    "wire": login,
    "admission": admission,
    "upgrade": upgrade,
}


def replay(kind: str, file: Path) -> tuple[int, list[Mismatch]]:
    """Replay every case of a file: how many there are, and where the tool differs.

    Raises ValueError for a case that does not have the shape of its kind.
    """
    cases, mismatches = 0, []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            cases += 1
            try:
                compared = list(KINDS[kind](json.loads(line)))
            except (LookupError, TypeError, AttributeError) as error:
                raise ValueError(f"line {number}: {error!r}") from error
            mismatches += [
                Mismatch(number, what, expected, actual)
                for what, expected, actual in compared
                if expected != actual or type(expected) is not type(actual)
            ]
    return cases, mismatches

"""Targets that are JSON documents: manifest, account types, package.json; and the README."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cache, partial
from random import Random
from typing import Any

from manifest_lint import Report
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.content import readme
from manifest_lint.engine.run import check_sources
from manifest_lint.errors import UserError
from manifest_lint.project.sources import gather
from manifest_lint.rules.registry import all_rules
from tests.connectors import ACCOUNT_TYPE, FIXTURES, MANIFEST
from tests.fuzz import laws
from tests.fuzz.change import TOKENS, of_json, of_tokens
from tests.fuzz.parts import of_parts
from tests.fuzz.scratch import scratch
from tests.fuzz.target import Target, one_in
from tests.rules.examples import example

JSON = ("document", "rules", "cozy", "oauth", "engine")


def of_one_line(error: UserError) -> None:
    """An error says in one line what is wrong."""
    text = str(error)
    text.encode()
    assert text.strip(), "an empty error"
    assert not set(text) & set("\n\r\0\x1b"), f"not one line: {text!r}"


def check_document(data: bytes, name: str | None, instead: Mapping[str, bytes]) -> Report:
    return check_sources(gather([], stdin=(name, data), instead=instead))


def hold_on_document(name: str | None, data: bytes, is_whole: bool) -> None:
    """Try the laws of a manifest, or of the file with a name."""

    def check(instead: Mapping[str, bytes]) -> Report:
        return check_document(data, name, instead)

    try:
        report = check({})
    except UserError as error:
        of_one_line(error)
        return
    laws.of_report(report)
    if is_whole or one_in(200, data, "formats"):
        laws.of_formats(report)
    if is_whole or one_in(60, data, "fixes"):
        laws.of_fixes(check)
    if is_whole or one_in(40, data, "value"):
        laws.of_the_same_value(lambda text: check_document(text, name, {}), data)
    if name is None and (is_whole or one_in(100, data, "parts")):
        of_parts(data)


@cache
def fragments(subject: str) -> tuple[dict[str, Any], ...]:
    """Return the examples of the rules on a subject, bad and good ones."""
    found = []
    for rule in all_rules():
        if (rule.subject == "account type") != (subject == "account type"):
            continue
        for label in ("Bad", "Good"):
            try:
                value = json.loads(example(rule, label))
            except ValueError:
                continue
            if rule.subject == "upgrade":
                found += [value["old"], value["new"]]
            else:
                found.append(value)
    return tuple(found)


def merged(subject: str, base: dict[str, Any], value: Any, random: Random) -> Any:
    """Merge an example of a rule into a value, or a part of the good one."""
    fragment = random.choice(fragments(subject))
    if random.random() < 0.2:
        key = random.choice(list(base))
        fragment = {key: base[key]}
    if isinstance(value, list) and value and random.random() < 0.8:
        index = random.randrange(len(value))
        value[index] = merged(subject, base, value[index], random)
        return value
    if not isinstance(value, dict):
        return {**base, **fragment}
    for key, part in json.loads(json.dumps(fragment)).items():
        if isinstance(value.get(key), dict) and isinstance(part, dict) and random.random() < 0.5:
            value[key].update(part)
        else:
            value[key] = part
    return value


class OnDisk:
    """A connector in a folder, with one file that changes."""

    def __init__(self, file: str):
        self.folder = scratch() / f"with {file}"
        shutil.copytree(FIXTURES / "sunmeter", self.folder, ignore=lambda *_: ["build"])
        self.file = self.folder / file

    def check(self, data: bytes, select: tuple[str, ...], instead: Mapping[str, bytes]) -> Report:
        """Check the connector with these bytes in the file."""
        self.file.write_bytes(data)
        settings = DEFAULTS._replace(select=select)
        return check_sources(gather([self.folder], settings_of=lambda _: settings, instead=instead))


on_disk = cache(OnDisk)


def hold_on_package(data: bytes, is_whole: bool) -> None:
    """Try the laws of the connector with this package.json."""
    rules = ("M", "F") if not is_whole and not one_in(40, data, "rules") else ()
    check = partial(on_disk("package.json").check, data, rules)
    try:
        report = check({})
    except UserError as error:
        of_one_line(error)
        return
    laws.of_report(report)
    if is_whole or one_in(200, data, "formats"):
        laws.of_formats(report)
    if is_whole or one_in(100, data, "fixes"):
        laws.of_fixes(check)
    if is_whole or one_in(40, data, "value"):
        laws.of_the_same_value(lambda text: on_disk("package.json").check(text, rules, {}), data)


PACKAGE: dict[str, Any] = {
    "name": "x",
    "version": "1.0.0",
    "license": "MIT",
    "scripts": {"build": "konitor build", "standalone": "cozy-konnector-standalone src/index.js"},
    "dependencies": {"cozy-konnector-libs": "5.0.0"},
    "repository": {"type": "git", "url": "git+https://github.com/x/x.git"},
    "author": {"name": "x", "url": "https://x.example"},
    "homepage": "https://x.example",
}


def in_package(value: Any, random: Random) -> Any:
    """Put a part of a good package.json, or of its manifest, into a value."""
    if not isinstance(value, dict):
        return dict(PACKAGE)
    base = random.choice((PACKAGE, MANIFEST))
    key = random.choice(list(base))
    value[key] = base[key] if random.random() < 0.7 else random.choice(list(base.values()))
    return json.loads(json.dumps(value))


def hold_on_readme(data: bytes, is_whole: bool) -> None:
    """Try what holds of the account types that are found in a README, and of its check."""
    shown = readme.examples(data)
    if shown:
        text = data.decode("utf-8", "go")
        found = shown.data.decode()
        assert len(found) - len(text) in (0, 1), "what was found is elsewhere"  # for a bracket
        for mark in "\r\n":
            places = [[i for i, char in enumerate(one) if char == mark] for one in (text, found)]
            assert places[0] == places[1], "the lines are others"
        for one in shown.found:
            assert 0 <= one.start <= one.end <= len(text)
        for start, end, name in shown.secrets:
            assert 0 <= start < end <= len(text)
            assert name
    if is_whole or one_in(20 if shown else 400, data, "check"):
        report = on_disk("README.md").check(data, (), {})
        laws.of_report(report)
        if is_whole or one_in(4, data, "formats"):
            laws.of_formats(report)


IN_README = (
    *(b"```json\n", b"```\n", b"~~~", b"    ", b"> ", b"* ", b"1. ", b"\t", b"`", b"<!--", b"-->"),
    *(b"curl -X PUT ", b"-d '", b'--data-binary "', b"http PUT ", b"<<EOF\n", b"EOF\n", b"echo '"),
    *(b"' | ", b"http://localhost:5984/secrets-io-cozy-account_types/x", b"/_bulk_docs", b"..."),
    *(b'"grant_mode": "authorization_code"', b'"auth_endpoint": "https://x.example"', b"\\\n"),
    *(
        b'"client_secret": "a1b2c3d4e5f6a7b8c9"',
        b"-u admin:S3cr3tPassw0rd",
        b"://u:S3cr3tPassw0rd@",
    ),
    *(b"Authorization: Bearer a1b2c3d4e5f6a7b8c9d0", b'"redirect_uri": ""', b"SECRET=a1b2c3d4e5f6"),
)

TARGETS = (
    Target(
        "manifest",
        partial(hold_on_document, None),
        of_json(partial(merged, "connector", MANIFEST)),
        (*JSON, "project", "reports"),
    ),
    Target(
        "account-types",
        partial(hold_on_document, "account-types-def.json"),
        of_json(partial(merged, "account type", ACCOUNT_TYPE)),
        JSON,
    ),
    Target("package", hold_on_package, of_json(in_package), ("project", "document")),
    Target("readme", hold_on_readme, of_tokens((*TOKENS, *IN_README)), ("content/readme.py",)),
)

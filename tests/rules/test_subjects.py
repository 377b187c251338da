"""The subject of a rule is typed: mypy reads this file and refuses a rule with another one."""

# ruff: noqa: ARG001  # only the parameters of a rule matter here

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.archive.archive import Archive
from manifest_lint.document.document import Document
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, Finding, rule
from manifest_lint.rules.registry import all_rules


def for_mypy() -> None:
    """Each comment is an error that mypy must find; an unused one is an error too."""

    @rule("Z001", "z", severity=NOTE)
    def right(connector: Connector) -> Iterator[Finding]:
        yield Finding("")

    @rule("Z002", "z", severity=NOTE, on="archive")
    def right_too(archive: Archive) -> Iterator[Finding]:
        yield Finding("")

    @rule("Z003", "z", severity=NOTE, on="archive")  # type: ignore[arg-type]
    def takes_a_connector(connector: Connector) -> Iterator[Finding]:
        yield Finding("")

    @rule("Z004", "z", severity=NOTE)  # type: ignore[arg-type]
    def takes_an_archive(archive: Archive) -> Iterator[Finding]:
        yield Finding("")

    @rule("Z005", "z", severity=NOTE, on="account type")  # type: ignore[arg-type]
    def takes_a_document(document: Document) -> Iterator[Finding]:
        yield Finding("")

    @rule("Z006", "z", severity=NOTE, on="text")  # type: ignore[arg-type]
    def takes_an_account_type(account_type: AccountType) -> Iterator[Finding]:
        yield Finding("")

    @rule("Z007", "z", severity=NOTE, on="manifest")  # type: ignore[call-overload, untyped-decorator]
    def is_on_nothing(connector: Connector) -> Iterator[Finding]:
        yield Finding("")


def test_these_functions_are_not_registered() -> None:
    assert not any(rule.code.startswith("Z") for rule in all_rules())

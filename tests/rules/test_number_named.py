"""Of many alike, five are named and the others are counted: at the limit, and one beyond it."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from typing import Any

import pytest

from manifest_lint.archive.archive import Required
from tests.archives import good, of_type, tar_gz
from tests.connectors import of_upgrade
from tests.rules.test_archive_registry import findings as of_archive

Made = Callable[[int], list[Any]]

MEMBERS: dict[str, Made] = {
    "B007": lambda many: [(f"{n}/package.json", "[]") for n in range(many)] + good(),
    "B010": lambda many: [*good(), *(of_type(f"{n}", tarfile.SYMTYPE) for n in range(many))],
    "B011": lambda many: [*good(), *((f"{c}{n}", "") for n in range(many) for c in "xX")],
    "B012": lambda many: [*good(), *((f"../{n}", "") for n in range(many))],
}


@pytest.mark.parametrize(("many", "more"), [(1, ""), (5, ""), (6, "1 more "), (7, "2 more ")])
@pytest.mark.parametrize("code", MEMBERS)
def test_five_entries_of_an_archive_are_named(code: str, many: int, more: str) -> None:
    messages = [f.message for f in of_archive(tar_gz(MEMBERS[code](many))) if f.code == code]
    named = [message for message in messages if " more " not in message]
    assert len(named) == min(many, 5)
    assert [message[: len(more)] for message in messages[len(named) :]] == [more] * bool(more)


@pytest.mark.parametrize(("many", "more"), [(5, ""), (6, "1 more "), (7, "2 more ")])
def test_five_files_that_code_requires_are_named(many: int, more: str) -> None:
    required = tuple(
        Required(path=f"{n}.pem", by="index.js", line=1, why="a key", is_never_packed=True)
        for n in range(many)
    )
    found = of_archive(tar_gz(good()), required=required)
    messages = [finding.message for finding in found if finding.code == "B016"]
    assert len([one for one in messages if " requires " in one]) == 5
    assert [message[: len(more)] for message in messages[5:]] == [more] * bool(more)


def fields(many: int, **facts: Any) -> dict[str, Any]:
    return {"fields": {f"f{n}": {"type": "text", **facts} for n in range(many)}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lambda many: fields(many), lambda _: fields(0)),
        (lambda _: fields(0), lambda many: fields(many)),
        (lambda many: fields(many, required=False), lambda many: fields(many)),
    ],
)
@pytest.mark.parametrize("many", [2, 5, 6])
def test_five_fields_that_changed_are_named(
    old: Callable[[int], Any], new: Callable[[int], Any], many: int
) -> None:
    found = of_upgrade(old(many), {**new(many), "version": "99.0.0"})
    assert len([one for one in found if one.code == "U009"]) == min(many, 5)


def test_names_alike_in_any_script_collide() -> None:
    """Capital sigma has two small forms: file systems without case take all three for one."""
    pairs = [("\u039f\u0394\u039f\u03a3.svg", "\u03bf\u03b4\u03bf\u03c2.svg"), ("K.svg", "k.svg")]
    for one, other in [*pairs, ("stra\u00dfe.svg", "STRASSE.svg")]:
        found = of_archive(tar_gz([*good(), (one, ""), (other, "")]))
        assert [finding.code for finding in found] == ["B011"]

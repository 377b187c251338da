"""While a manifest is typed, an editor shows what a new check of its text shows."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from manifest_lint.document.document import Document
from manifest_lint.editor.checked import Checked, check
from manifest_lint.editor.diagnostics import diagnostics
from tests.connectors import SUNMETER
from tests.edits import START, edits

PATH = SUNMETER / "manifest.konnector"


def typed(text: str, last: Checked | None = None) -> Checked:
    return check(PATH, {PATH: text}, before=last, isolated=True)


def shown(checked: Checked) -> tuple[Any, ...]:
    findings = checked.report.findings if checked.report else ()
    return checked.trouble, findings, diagnostics(checked, PATH, "utf-16")


def manifest_of(checked: Checked) -> Document:
    assert checked.connector
    return checked.connector.manifest


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_after_each_edit_the_diagnostics_are_those_of_the_text(choose: Random) -> None:
    last: Checked | None = None
    for text in edits(choose, 15):
        checked = typed(text, last)
        assert shown(checked) == shown(typed(text))
        last = checked


def test_what_an_edit_leaves_as_it_was_is_not_decoded_again() -> None:
    first = typed(START)
    second = typed(START.replace("Coffee", "Coffees"), first)
    before, after = manifest_of(first).value, manifest_of(second).value
    assert after["locales"]["en"]["short_description"] == "Coffees"
    assert after["permissions"] is before["permissions"]
    assert after["locales"]["fr"] is before["locales"]["fr"]


def test_this_holds_after_the_text_was_not_json_for_a_while() -> None:
    first = typed(START)
    last = typed(START.replace('"Coffee"', '"Coffee'), first)
    last = typed(START.replace('"Coffee"', '"Coffee, "t'), last)
    last = typed(START.replace('"Coffee"', '"Coffee, tea"'), last)
    assert manifest_of(last).value["permissions"] is manifest_of(first).value["permissions"]


def test_of_many_edits_only_the_last_manifest_is_kept() -> None:
    last = typed(START)
    gone = [manifest_of(last)]
    for number in range(3):
        last = typed(START.replace("Coffee", "Coffee" * number), last)
        gone.append(manifest_of(last))
    held = {id(one) for one in reachable(manifest_of(last)) if isinstance(one, Document)}
    assert held == {id(manifest_of(last))}


def reachable(start: Any) -> list[Any]:
    """Return the objects of this package's data that one refers to, by attributes and items."""
    found: dict[int, Any] = {}
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if id(one) in found or isinstance(one, str | int | float | type) or callable(one):
            continue
        found[id(one)] = one
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif hasattr(one, "__dict__"):
            waiting += vars(one).values()
    return list(found.values())

"""A manifest after an edit: only what the edit changed is decoded, and searched, again.

An editor has it checked at each keystroke, which changes one place. Around that place is an object
or a list that the edit leaves closed; all outside of it is as it was, and so are its values: the
same objects. A search that found nothing before need look only at what is new.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple, Protocol

from manifest_lint.document.go_json import NotJson, decode, deeper_than
from manifest_lint.document.secret_names import name_for_a_value
from manifest_lint.document.spans import Span, Spans

_FAR = 20
_DEEP = 60
"""Steps to what is decoded again, and levels in it: together far from what no search reaches."""

_CONTAINERS = (dict, list)


class Edit(NamedTuple):
    """What is new in a manifest after an edit.

    `value` is the whole value, `end` and `spans` are where it ends and its parts are. `new` is that
    value without the objects and lists that are as before, which at the top are empty instead.
    `start` and `stop` are where the text changed. `known` is what searches found before.
    """

    value: Any
    end: int
    spans: Spans
    new: Any
    start: int
    stop: int
    known: dict[str, Any]

    def found_nothing(self, search: str) -> bool:
        """Return whether a search was made before, and found nothing."""
        return self.known.get(search) == ()

    def lines(self, text: str) -> str:
        """Return the lines of the text that changed."""
        end = text.find("\n", self.stop)
        return text[text.rfind("\n", 0, self.start) + 1 : end if end >= 0 else len(text)]

    def around(self, text: str, most: int) -> str:
        """Return what changed in the text, with at most `most` characters before and after it."""
        return text[max(0, self.start - most) : self.stop + most]


class Before(Protocol):
    """What is known of the manifest before an edit: see document/document.py."""

    value: Any
    end: int
    may_repeat_keys: bool
    edit: Edit | None
    known: dict[str, Any]

    @property
    def body(self) -> str:
        """The text that was decoded."""

    @property
    def spans(self) -> Spans | object | None:
        """Where each value is: Spans, if the text is one JSON value."""


def edit_of(before: Before, body: str) -> Edit | None:
    """Return what is new in a text that was the manifest `before`; None if it may be everything."""
    if not isinstance(before.value, dict) or not isinstance(before.spans, Spans):
        return None
    if before.may_repeat_keys:
        return None  # a copy would need the right one of the members with a key
    if not before.edit and deeper_than(_FAR + _DEEP, before.body) is not None:
        return None
    if body == before.body:
        return Edit(before.value, before.end, before.spans, {}, 0, 0, before.known)
    start, end = _changed(before.body, body)
    longer = len(body) - len(before.body)
    path = _path(before, start, end)
    if len(path) < 2:
        return None  # all is around the edit
    first, last = path[-1].span
    text = body[first : last + longer]
    try:
        value, length = decode(text) if deeper_than(_DEEP, text) is None else (None, 0)
    except NotJson:
        return None
    if length != len(text):
        return None
    new = value
    for depth in reversed(range(len(path) - 1)):
        around, step = path[depth].value, path[depth + 1].step
        value = _with(around, step, value)
        is_one = any(map(_may_be_about_a_secret, (around, value)))
        new = _with(value if is_one else _scalars(around, is_top=not depth), step, new)
    spans = before.spans.edited(body[: before.end + longer], [one.span for one in path], longer)
    return Edit(value, before.end + longer, spans, new, start, end + longer, before.known)


class _Around(NamedTuple):
    """An object or a list around an edit, as it was: the step to it, where it was, its value."""

    step: str | int
    span: Span
    value: Any


def _path(before: Before, start: int, end: int) -> list[_Around]:
    """Return what was around a part of the text, from the top."""
    assert isinstance(before.spans, Spans)
    path: list[_Around] = []
    value = before.value
    for step, span in before.spans.around(start, end)[: _FAR + 1]:
        if path:
            value = value[step]
        path.append(_Around(step, span, value))
    return path


def _with(around: Any, step: str | int, value: Any) -> Any:
    """Return a copy of an object or a list with another value at a step."""
    changed = copy(around)
    changed[step] = value
    return changed


def _may_be_about_a_secret(around: Any) -> bool:
    """Return whether one part of an object or a list may make another part of it a secret."""
    if isinstance(around, list):
        return True
    return "kty" in around or around.get("type") == "password" or bool(name_for_a_value(around))


def _scalars(around: dict[str, Any], *, is_top: bool) -> dict[str, Any]:
    """Return an object without objects and lists; at the top they are empty, as its keys count."""
    if is_top:
        return {key: _emptied(one) for key, one in around.items()}
    return {key: one for key, one in around.items() if not isinstance(one, _CONTAINERS)}


def _emptied(value: Any) -> Any:
    if isinstance(value, dict):
        return {}
    return [] if isinstance(value, list) else value


def _changed(before: str, after: str) -> tuple[int, int]:
    """Return from where to where a text was changed, as offsets in the text before."""
    most = min(len(before), len(after))
    start = _same(most, lambda low, high: before[low:high] == after[low:high])

    def ends_alike(low: int, high: int) -> bool:
        one, other = len(before), len(after)
        return before[one - high : one - low] == after[other - high : other - low]

    return start, len(before) - _same(most - start, ends_alike)


def _same(most: int, are_alike: Callable[[int, int], bool]) -> int:
    """Return how many characters are alike, of at most `most`: each step halves what is left."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if are_alike(low, middle):
            low = middle
        else:
            most = middle - 1
    return low

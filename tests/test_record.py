"""What a Record shares with the NamedTuple that it replaces."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from manifest_lint.finding import Record


class Point(Record):
    x: int
    y: int = 0


class Quick(Record):
    def __init__(self, x: int, y: int = 0):
        self.x = x
        self.y = y


BOTH = pytest.mark.parametrize("kind", [Point, Quick])


@BOTH
def test_a_value_has_its_fields_and_defaults(kind: Any) -> None:
    assert [(one.x, one.y) for one in (kind(1), kind(1, 2), kind(x=1, y=2), kind(1, y=2))] == [
        (1, 0),
        (1, 2),
        (1, 2),
        (1, 2),
    ]


@BOTH
@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((), {"y": 1})],
)
def test_missing_repeated_and_unknown_fields_are_refused(
    kind: Any, values: tuple[int, ...], named: dict[str, int]
) -> None:
    with pytest.raises(TypeError):
        kind(*values, **named)


@BOTH
def test_values_are_compared_by_their_fields(kind: Any) -> None:
    assert kind(1) == kind(1, 0)
    assert kind(1) != kind(2)
    assert len({kind(1), kind(1, 0), kind(1, 2)}) == 2
    assert sorted([kind(2), kind(1, 3), kind(1)]) == [kind(1), kind(1, 3), kind(2)]


def test_values_of_different_kinds_differ() -> None:
    assert Point(1) != Quick(1)


@BOTH
def test_a_copy_has_other_values_for_some_fields(kind: Any) -> None:
    assert kind(1)._replace(y=2) == kind(1, 2)
    with pytest.raises(TypeError):
        kind(1)._replace(z=2)


@BOTH
def test_a_value_shows_its_fields_and_can_be_sent_to_another_process(kind: Any) -> None:
    assert repr(kind(1)) == f"{kind.__name__}(x=1, y=0)"
    assert pickle.loads(pickle.dumps(kind(1, 2))) == kind(1, 2)

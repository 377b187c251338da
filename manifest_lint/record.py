"""A value with named parts, as NamedTuple and dataclass make them, that is cheap to define.

A check has forty such classes. As NamedTuples they took a tenth of its time, as dataclasses a
third, even if it made none of their values: both write and compile code for each class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_):  # noqa: D103  # typing has it since 3.11
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Record:
    """The base of such a class, which lists its fields as a dataclass does.

    A default is an attribute of the class. Values are compared and sorted by their fields. They
    must not be changed, which a type checker sees. Raises TypeError, as a function does, if a field
    is missing or unknown.
    """

    _fields: tuple[str, ...] = ()
    _known: frozenset[str] = frozenset()
    _needed: frozenset[str] = frozenset()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._known = frozenset(cls._fields)
        cls._needed = cls._known.difference(cls.__dict__)

    def __init__(self, *values: Any, **named: Any):
        given = self.__dict__
        given.update(zip(self._fields, values, strict=False), **named)
        is_each_once = len(given) == len(values) + len(named)
        if not (is_each_once and self._needed <= given.keys() <= self._known):
            wanted = ", ".join(self._fields)
            raise TypeError(f"{type(self).__name__} needs its fields, each once: {wanted}")

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self._fields])

    def _replace(self, **changes: Any) -> Self:
        """Return a copy with other values for some fields."""
        return type(self)(**{**dict(zip(self._fields, self._values(), strict=True)), **changes})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __lt__(self, other: Self) -> bool:
        return self._values() < other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        parts = (f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({', '.join(parts)})"

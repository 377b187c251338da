"""What is called in place of a hiding function, which may be removed; copied into the package.

Nothing here imports the package, so that it can be imported from any of its modules.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

LOG, REMOVED = "UNHIDE_LOG", "UNHIDE_REMOVED"
"""Environment variables: the file for the numbers of hidings that made a difference, and the
numbers of those that are removed."""

_log = ""
_removed: set[int] = set()


def start() -> None:
    """Do as the variables say."""
    global _log
    _log = os.environ.get(LOG, "")
    _removed.clear()
    _removed.update(map(int, os.environ.get(REMOVED, "").split()))
    _seen.clear()


class Nothing:
    """Hides nothing: called, it returns its first argument."""

    def __call__(self, first: Any, *_: Any) -> Any:
        return first

    def finds(self, _: str) -> bool:
        """Return that a text has no secret."""
        return False


first = Nothing()


def second(_: Any, value: Any, *__: Any) -> Any:
    """Return the second argument, where the first is a name."""
    return value


def nothing(*_: Any, **__: Any) -> Nothing:
    """Return what hides nothing, where a function makes a hider."""
    return first


def false(*_: Any, **__: Any) -> bool:
    """Return False, where a function says what is a secret."""
    return False


def empty(*_: Any, **__: Any) -> tuple[()]:
    """Return no secrets, where a function finds them."""
    return ()


def no_text(*_: Any, **__: Any) -> str:
    """Return no part of a text that is a secret."""
    return ""


def no_quoted(*_: Any) -> tuple[str, str]:
    """Return no quoted secret."""
    return "", ""


def edits(finding: Any, *_: Any) -> Any:
    """Return all edits of a finding."""
    return finding.fix.edits if finding.fix else ()


def usual(one: Any) -> str:
    """Return what shows an object of a class without a `__repr__` of its own."""
    return tuple.__repr__(one) if isinstance(one, tuple) else repr(vars(one))


def reveal(value: Any) -> Any:
    """Return a secret."""
    return value if isinstance(value, str) else value.reveal()


_seen: set[int] = set()
start()


def is_removed(number: int) -> bool:
    """Return whether a hiding is removed."""
    return number in _removed


def _noted(number: int) -> None:
    if number not in _seen:
        _seen.add(number)
        with open(_log, "a", encoding="ascii") as file:  # noqa: PTH123
            file.write(f"{number}\n")


def function(number: int, old: Callable[..., Any], new: Callable[..., Any]) -> Any:
    """Return what calls the function `old`, or `new` where it is removed.

    It notes each time that `new` would return something else.
    """

    class Either(Nothing):
        def __call__(self, *arguments: Any, **named: Any) -> Any:
            if number in _removed:
                return new(*arguments, **named)
            if not _log:
                return old(*arguments, **named)
            # Some arguments are read only once.
            arguments = tuple(map(_kept, arguments))
            result = _kept(old(*arguments, **named))
            return _compared(number, result, lambda: new(*arguments, **named))

        def finds(self, text: str) -> bool:
            if number in _removed:
                return False
            found: bool = old.finds(text)  # type: ignore[attr-defined]
            if found and _log:
                _noted(number)
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(old, name)

    return Either()


def value(number: int, old: Callable[[], Any], new: Callable[[], Any]) -> Any:
    """Return the value of an expression, or the other one where it is removed.

    It notes that the other one is different.
    """
    if number in _removed:
        return new()
    return _compared(number, old(), new) if _log else old()


def _kept(result: Any) -> Any:
    is_read_once = isinstance(result, Iterable) and iter(result) is result
    return list(result) if is_read_once else result


def _compared(number: int, result: Any, new: Callable[[], Any]) -> Any:
    """Return a result; note that another one is different: for a hider, once it hides more."""
    try:
        other = new()
        if hasattr(result, "finds") and hasattr(other, "finds"):
            return _Hiders(number, result, other)
        is_same = result is other or _kept(other) == result
        if other == ():
            is_same = not result
    except Exception:
        is_same = False
    if not is_same:
        _noted(number)
    return result


class _Hiders(Nothing):
    """A hider; notes each time that another one would hide less."""

    def __init__(self, number: int, old: Any, new: Any):
        self._number = number
        self._old = old
        self._new = new

    def __call__(self, first: Any, *_: Any) -> Any:
        shown = self._old(first)
        if shown != self._new(first):
            _noted(self._number)
        return shown

    def finds(self, text: str) -> bool:
        found: bool = self._old.finds(text)
        if found != self._new.finds(text):
            _noted(self._number)
        return found

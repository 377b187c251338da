"""What is called in place of a hiding function that is removed; copied into the package.

Nothing here imports the package, so that it can be imported from any of its modules.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

LOG = "UNHIDE_LOG"
"""The environment variable with the file for the numbers of hidings that made a difference."""


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


def endpoint(request: Any) -> Any:
    """Return the endpoint of a request."""
    return request.endpoint


def reveal(value: Any) -> Any:
    """Return a secret."""
    return value if isinstance(value, str) else value.reveal()


def _noted(number: int) -> None:
    if number not in _seen and (log := os.environ.get(LOG)):
        _seen.add(number)
        with open(log, "a", encoding="ascii") as file:  # noqa: PTH123
            file.write(f"{number}\n")


_seen: set[int] = set()


def function(number: int, old: Callable[..., Any], new: Callable[..., Any]) -> Any:
    """Return the function `old`; note each time that `new` would return something else."""

    class Both(Nothing):
        def __call__(self, *arguments: Any, **named: Any) -> Any:
            # Some arguments are read only once.
            arguments = tuple(map(_kept, arguments))
            result = _kept(old(*arguments, **named))
            _compared(number, result, lambda: new(*arguments, **named))
            return result

        def finds(self, text: str) -> bool:
            found: bool = old.finds(text)  # type: ignore[attr-defined]
            _compared(number, found, lambda: False)
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(old, name)

    return Both()


def value(number: int, old: Callable[[], Any], new: Callable[[], Any]) -> Any:
    """Return the value of an expression; note that another one has a different value."""
    result = old()
    _compared(number, result, new)
    return result


def _kept(result: Any) -> Any:
    is_read_once = isinstance(result, Iterable) and iter(result) is result
    return list(result) if is_read_once else result


def _compared(number: int, result: Any, new: Callable[[], Any]) -> None:
    try:
        other = new()
        is_same = result is other or _kept(other) == result
        if isinstance(other, Nothing):
            is_same = not getattr(result, "_secrets", True)
        elif other == ():
            is_same = not result
    except Exception:
        is_same = False
    if not is_same:
        _noted(number)

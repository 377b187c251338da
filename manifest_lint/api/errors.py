"""Errors of the functions of this package, as everyone may see them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from manifest_lint.errors import UserError
from manifest_lint.text.user_info import without_user_info

P = ParamSpec("P")
R = TypeVar("R")


def shown_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function whose UserErrors are without the user information of URLs."""

    @wraps(function)
    def shown(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except UserError as error:
            message = str(error)
            if without_user_info(message) == message:
                raise
            raise UserError(without_user_info(message)) from None

    return shown

"""Errors of the functions of this package, as everyone may see them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from manifest_lint.errors import UserError

P = ParamSpec("P")
R = TypeVar("R")


def shown_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function whose UserErrors have no known form of a secret, nor user information."""

    @wraps(function)
    def shown(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except UserError as error:
            from manifest_lint.document.masking import shown_text  # only for an error

            message = str(error)
            if shown_text(message) == message:
                raise
            raise UserError(shown_text(message)) from None

    return shown

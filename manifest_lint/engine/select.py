"""Which rules run: those that the selected codes mean, without the ignored ones."""

from __future__ import annotations

from collections.abc import Iterable

from manifest_lint.errors import UserError
from manifest_lint.finding import is_selected
from manifest_lint.rules.base import Rule
from manifest_lint.rules.registry import all_rules
from manifest_lint.text.wording import nearest, short


def selected(
    select: Iterable[str], ignore: Iterable[str], *, plugins: bool = True
) -> tuple[Rule, ...]:
    """Return the rules to run. Raises UserError for a code that no rule's code starts with."""
    select, ignore = tuple(select), tuple(ignore)
    for code in (*select, *ignore):
        refuse_unknown(code, plugins=plugins)
    return tuple(
        rule
        for rule in all_rules(plugins=plugins)
        if (not select or is_selected(rule.code, select)) and not is_selected(rule.code, ignore)
    )


def refuse_unknown(code: str, whole: bool = False, *, plugins: bool = True) -> None:
    """Raise UserError, with the nearest code, for a code that no rule's code starts with.

    With `whole` it must be the complete code of a rule.
    """
    codes = [rule.code for rule in all_rules(plugins=plugins)]
    if code in codes or (not whole and any(is_selected(known, [code]) for known in codes)):
        return
    near = nearest(code, codes)
    families = ", ".join(sorted({known.rstrip("0123456789") for known in codes}))
    hint = f"did you mean {near}?" if near else f"families are {families}"
    what = "no rule has this code" if whole else "no rule has a code that starts with it"
    raise UserError(f"{short(code)}: {what}; {hint}")

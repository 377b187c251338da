"""Which rules run: those that the selected codes mean, without the ignored ones."""

from __future__ import annotations

from collections.abc import Iterable

from manifest_lint.errors import UserError
from manifest_lint.finding import is_selected
from manifest_lint.rules.base import Rule, Subject
from manifest_lint.rules.registry import all_rules, rules_on
from manifest_lint.text.wording import nearest, quoted, short


def selected(
    select: Iterable[str],
    ignore: Iterable[str],
    on: Subject | None = None,
    *,
    plugins: bool = True,
) -> tuple[Rule, ...]:
    """Return the rules to run, of those on a subject or of all.

    `select` and `ignore` are codes and names as for `code_of`. Raises UserError as it does.
    """
    select = [code_of(code, plugins=plugins) for code in select]
    ignore = [code_of(code, plugins=plugins) for code in ignore]
    rules = rules_on(on, plugins=plugins) if on else all_rules(plugins=plugins)
    if not select and not ignore:
        return rules
    return tuple(
        rule
        for rule in rules
        if (not select or is_selected(rule.code, select)) and not is_selected(rule.code, ignore)
    )


def code_of(given: str, whole: bool = False, *, plugins: bool = True) -> str:
    """Return the code of a rule, or the start of several, for a code or the name of a rule.

    Names may be in any case. Raises UserError, with what is nearest, if no rule's code starts with
    it and no rule has the name. With `whole` it must be one rule.
    """
    rules = all_rules(plugins=plugins)
    codes = {rule.code for rule in rules}
    if given in codes or (not whole and any(is_selected(code, [given]) for code in codes)):
        return given
    names = {rule.name: rule.code for rule in rules}
    if code := names.get(given.lower()):
        return code
    if "-" in given:
        near, hint = nearest(given.lower(), names), "'manifest-lint rules' lists them"
        what = "no rule has this name"
    else:
        near = nearest(given, sorted(codes)) or nearest(given.lower(), names)
        families = ", ".join(sorted({code.rstrip("0123456789") for code in codes}))
        hint = f"families are {families}"
        what = "no rule has this code" if whole else "no rule has a code that starts with it"
    shown = short(given) or quoted(given)
    raise UserError(f"{shown}: {what}; {f'did you mean {near}?' if near else hint}")

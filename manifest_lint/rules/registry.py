"""Every rule, ours and those of plugins: importing a module adds its rules.

Few checks need all modules, so each is imported when the rules on its subject are asked for.
"""

# ruff: noqa: F401  # importing a module adds its rules

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import get_args

from manifest_lint.rules.base import RULES, Rule, Subject

_OURS = f"{__package__}."


@cache
def all_rules(*, plugins: bool = True) -> tuple[Rule, ...]:
    """Return every rule, with `plugins` those of installed plugins too, sorted by code.

    Raises UserError with the name of a plugin that cannot be loaded.
    """
    _import_all()
    if plugins:
        _load_plugins()
    return _sorted(RULES.values(), plugins=plugins)


@cache
def rules_on(subject: Subject, *, plugins: bool = True) -> tuple[Rule, ...]:
    """Return the rules on one subject, as `all_rules` does."""
    _import(subject)
    if plugins:
        _load_plugins()
    every = [rule for rule in RULES.values() if rule.subject == subject]
    return _sorted(every, plugins=plugins)


def rule_of(code: str) -> Rule:
    """Return the rule with a code; loads no plugins for one of our own."""
    known = {rule.code: rule for rule in all_rules(plugins=False)}
    return known.get(code) or {rule.code: rule for rule in all_rules()}[code]


def _sorted(rules: Iterable[Rule], *, plugins: bool) -> tuple[Rule, ...]:
    """Return rules sorted by code, without `plugins` only our own."""
    if not plugins:
        rules = [rule for rule in rules if rule.check.__module__.startswith(_OURS)]
    return tuple(sorted(rules, key=attrgetter("code")))


@cache
def _load_plugins() -> None:
    from manifest_lint.rules import plugins

    installed = plugins.installed()
    if installed:
        _import_all()  # first, so that none of them gets a code of ours
    plugins.load(installed, RULES)


def _import_all() -> None:
    for subject in get_args(Subject):
        _import(subject)


@cache
def _import(subject: Subject) -> None:
    """Import the modules with our rules on a subject."""
    if subject == "archive":
        from manifest_lint.rules import archive_entries, archive_registry, secrets
    elif subject == "provider":
        from manifest_lint.rules import provider_metadata
    elif subject == "upgrade":
        from manifest_lint.rules import update_accounts, update_consent, update_version
    elif subject == "workspace":
        from manifest_lint.rules import cross_workspace
    else:
        from manifest_lint.rules import (
            account_type_copied,
            account_type_endpoints,
            account_type_grants,
            account_type_keys,
            account_type_mixed_up,
            cross_connector,
            files_icon,
            files_named,
            json_size,
            json_text,
            locale_markdown,
            locale_texts,
            locale_unmatched,
            manifest_fields,
            manifest_identifier,
            manifest_keys,
            manifest_links,
            manifest_listed,
            manifest_missing,
            manifest_names,
            manifest_shapes,
            manifest_template,
            manifest_values,
            permission_account,
            permission_asked,
            permission_used,
            redirect_uri,
            scope_block,
            scope_text,
            scope_words,
            secrets,
        )

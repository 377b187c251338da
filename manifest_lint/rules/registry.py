"""Every rule, ours and those of plugins: importing a module adds its rules."""

from __future__ import annotations

from functools import cache

from manifest_lint.rules.base import RULES, Rule

_OURS = f"{__package__}."


@cache
def all_rules(*, plugins: bool = True) -> tuple[Rule, ...]:
    """Return every rule, with `plugins` those of installed plugins too, sorted by code.

    Raises UserError with the name of a plugin that cannot be loaded.
    """
    own = _own_rules()
    if not plugins:
        return own
    from manifest_lint.rules import plugins as installed

    installed.load(RULES)
    return tuple(RULES[code] for code in sorted(RULES))


def rule_of(code: str) -> Rule:
    """Return the rule with a code; loads no plugins for one of our own."""
    known = {rule.code: rule for rule in _own_rules()}
    return known.get(code) or {rule.code: rule for rule in all_rules()}[code]


@cache
def _own_rules() -> tuple[Rule, ...]:
    from manifest_lint.rules import (  # noqa: F401  # importing them adds their rules
        account_type_copied,
        account_type_endpoints,
        account_type_grants,
        account_type_keys,
        account_type_mixed_up,
        account_type_renewal,
        archive_entries,
        archive_registry,
        cross_connector,
        cross_renewal,
        cross_workspace,
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
        provider_metadata,
        redirect_uri,
        scope_block,
        scope_text,
        scope_words,
        secrets,
        update_accounts,
        update_consent,
        update_version,
    )

    ours = (code for code in sorted(RULES) if RULES[code].check.__module__.startswith(_OURS))
    return tuple(RULES[code] for code in ours)

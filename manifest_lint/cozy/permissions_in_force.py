"""The permissions that a connector has after an update: more than its manifest asks for.

[cozy-stack model/app/installer.go, update; model/app/konnector.go, Update; model/permission:
permissions.go, MergeExtraPermissions; rule.go, Merge]
"""

from __future__ import annotations

from manifest_lint.cozy.permission_set import Rule, Rules, difference, stored

ADDED_BY_A_RUN = "referenced folders"
"""The key of the permission that a run adds."""


def in_force(old: Rules, new: Rules, slug: str, *, has_run: bool) -> Rules:
    """Return the permissions after an update, as the stack writes them to the database.

    `old` and `new` are those of the two manifests. The stack means to keep what was added to the
    old ones since the installation. If nothing was added, it adds all the old ones; if the
    connector `has_run`, it adds each old title with all verbs on all documents.
    """
    before = stored(old)
    altered = stored(_after_a_run(before, slug)) if has_run else before
    return _merged(new, difference(before, altered))


def _after_a_run(rules: Rules, slug: str) -> Rules:
    """Return rules with the one that a run adds.

    [cozy-stack worker/exec/konnector.go, ensurePermissions]
    """
    folder = f"io.cozy.konnectors/{slug}"
    for rule in rules:
        is_on_references = rule.doctype == "io.cozy.files" and rule.selector == "referenced_by"
        if is_on_references and folder in (rule.values or ()):
            return rules
    added = Rule(ADDED_BY_A_RUN, "io.cozy.files", frozenset(), "referenced_by", (folder,))
    return (*rules, added)


def _merged(rules: Rules, extra: Rules) -> Rules:
    titles = {rule.title for rule in rules}
    named: dict[str, list[Rule]] = {}
    for one in extra:
        named.setdefault(one.title, []).append(one)
    merged = []
    for rule in rules:
        others = (one for one in named.get(rule.title, ()) if one.doctype == rule.doctype)
        other = next(others, None)
        merged.append(_united(rule, other) if other else rule)
    return (*(one for one in extra if one.title not in titles), *merged)


def _united(rule: Rule, other: Rule) -> Rule:
    """Return a rule with the verbs and values of another one on the same doctype.

    All verbs stay all verbs, but no values get those of the other: it is then limited to them.
    """
    verbs = rule.verbs | other.verbs if rule.verbs else rule.verbs
    values = dict.fromkeys((*(rule.values or ()), *(other.values or ())))
    return rule._replace(verbs=verbs, values=tuple(values) or rule.values)

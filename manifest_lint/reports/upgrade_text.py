"""What an upgrade does to people, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.cozy.upgrade import Upgrade
from manifest_lint.reports.upgrade import facts, verdict
from manifest_lint.reports.upgrade_table import Row, table
from manifest_lint.text.wording import count, short


def lines(upgrade: Upgrade) -> Iterator[str]:
    """Yield the facts as lines of text: the sentence, the facts, the permissions that change."""
    yield verdict(upgrade)
    for label, text in facts(upgrade):
        yield f"{label}: {text}."
    if not upgrade.is_changed:
        return
    changed = table(upgrade, only_changed=True)
    if changed.rows:
        only_written = not (upgrade.opened or upgrade.lost or upgrade.kept)
        yield f"Permissions that {'are written differently' if only_written else 'change'}:"
    for row in changed.rows:
        yield f"  {short(row.key)}: {row.old or 'none'} -> {row.new or 'none'}{_in_force(row)}"
    if changed.more:
        yield f"  and {count(changed.more, 'permission')} more"


def _in_force(row: Row) -> str:
    """Return what a connector has after the update, where it is not what the new version asks."""
    if row.in_force == row.after_a_run:
        return "" if row.in_force == row.new else f"; in force: {row.in_force}"
    return f"; in force: {row.in_force}; if it has run: {row.after_a_run}"

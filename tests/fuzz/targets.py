"""All targets, by name."""

from __future__ import annotations

from tests.fuzz import archives, documents, edits, files

TARGETS = {
    target.name: target
    for module in (documents, files, archives, edits)
    for target in module.TARGETS
}

"""What differs between the connectors of a tree and others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from manifest_lint.document.document import Document
from manifest_lint.errors import UserError

TypesOf = Callable[[Path], tuple[Path, ...]]
"""Returns the paths of the account types that are named for a manifest, whatever is next to it."""


@dataclass
class Changes:
    """What differs between the connectors of a tree and those it is compared with, `to`.

    `checked` are the files to check: manifests, and named files of account types. `before` has the
    old manifest by the name of the new one; it is published if `is_published`. `not_compared` says
    why, for those without one. The others are names: `changed`, `added` and `deleted` manifests,
    `renamed` ones by their old name, those whose account types differ in `types`; `unchanged` is a
    number. `refused` and `skipped` are as in Sources.
    """

    to: str
    is_published: bool = False
    checked: list[Path] = field(default_factory=list)
    before: dict[str, Document] = field(default_factory=dict)
    not_compared: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[UserError] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

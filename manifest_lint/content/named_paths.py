"""The files that a JavaScript source names: literal paths in `require`, `import` and the like.

Nothing is run: a path that the code computes is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

From = Literal["module", "folder", "url", "output", "working folder"]
"""How a path is resolved: as Node resolves modules; from the source's own folder (`__dirname`); as
a relative URL; from the folder that webpack wrote; from the folder in which the program runs."""

_FORMS = rb"""
    (?:
        \b(?P<module>(?:require(?:\.resolve)?|import)\s{0,9}\(|from\b|import\b)
        (?:\s{0,9}/\*[^*]{0,200}\*/)?
      | (?P<url>\bnew\s{1,9}URL\s{0,9}\()
      | (?P<output>\.p\s{0,9}\+)
      | (?P<working>\b(?:readFile|readFileSync|createReadStream)\)?\s{0,9}\()
      | (?P<folder>(?:\b__dirname|\bimport\.meta\.dirname)\s{0,9}(?P<join>[,+]))
    )
    \s{0,99}(?P<quote>["'`])(?P<path>[^"'`$\\\n]{1,400})(?P=quote)
    (?P<more>(?:\s{0,99},\s{0,99}(?:"[^"\\\n]{1,400}"|'[^'\\\n]{1,400}')){0,9})
  | \$\{\s{0,9}__dirname\s{0,9}\}(?P<template>/[^`$\\\n]{1,400})`
"""
_FROM: dict[str, From] = {
    "module": "module",
    "url": "url",
    "output": "output",
    "working": "working folder",
    "folder": "folder",
    "template": "folder",
}


@dataclass(frozen=True, slots=True)
class NamedPath:
    """A literal path in a source: its text, how it is resolved, and the offset in bytes."""

    text: str
    resolved: From
    offset: int


def named_paths(source: bytes) -> Iterator[NamedPath]:
    """Yield the paths that a source seems to name, in order; some may be in comments or strings.

    [Source: the documentation of Node, "Modules" and "Path"; what webpack 5 writes for an asset.]
    """
    for found in re.finditer(_FORMS, source, re.VERBOSE):
        kind = next(name for name in _FROM if found[name] is not None)
        text = found["template"] if kind == "template" else found["path"]
        if found["join"] == b",":  # path.join(__dirname, "certs", "ca.pem")
            text = b"/".join([text, *(one[1:-1] for one in re.findall(_STRING, found["more"]))])
        yield NamedPath(text.decode("utf-8", "replace"), _FROM[kind], found.start())


_STRING = rb"""\"[^"]*\"|'[^']*'"""

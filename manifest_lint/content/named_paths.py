"""The files that a JavaScript source names: literal paths in `require`, `import` and the like.

Nothing is run: a path that the code computes is not seen, except one in a variable that has no
other value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from manifest_lint.content.escapes import text_of

From = Literal["module", "folder", "url", "output", "working folder"]
"""How a path is resolved: as Node resolves modules; from the source's own folder (`__dirname`); as
a relative URL; from the folder that webpack wrote; from the folder in which the program runs."""

_STRING = rb"""(?:
    "(?:[^"\\\n]|\\[^\n]){1,400}" | '(?:[^'\\\n]|\\[^\n]){1,400}'
  | `(?:[^`\\\n$]|\\[^\n]|\$(?!\{)){1,400}`
)"""

_NAME = rb"[A-Za-z_$][\w$]{0,60}"

_FORMS = rb"""
    (?=[%s])
    (?:
        (?P<module>
            (?:
                \b(?:require(?:\.resolve)?|import|__non_webpack_require__)
              | \bcreateRequire\)?\s{0,9}\([^()\n]{0,99}\)
              | (?<![\w$.])(?:%s)
            )\s{0,9}\(
          | \b(?:from|import)\b
        )(?:\s{0,9}/\*[^*]{0,200}\*/)?
      | (?P<url>\bnew\s{1,9}URL\s{0,9}\()
      | (?P<output>\.p\s{0,9}\+)
      | (?P<working>
            \b(?:readFile|readFileSync|createReadStream)\)?\s{0,9}\(
          | \bprocess\.cwd\(\)\s{0,9}(?P<below>[,+])
        )
      | (?P<folder>
            (?:
                \b__dirname | \bimport\.meta\.dirname
              | \bdirname\)?\s{0,9}\(\s{0,9}
                (?:__filename | (?:[\w$]{1,60}\.)?fileURLToPath\)?\(import\.meta\.url\))\s{0,9}\)
            )\s{0,9}(?P<join>[,+])
        )
    )
    \s{0,99}(?:
        (?P<path>%s)(?P<more>(?:\s{0,99},\s{0,99}%s){0,9})
      | (?P<variable>%s)(?=\s{0,99}[,)])
    )
  | \$\{\s{0,9}__dirname\s{0,9}\}(?P<template>/(?:[^`\\\n$]|\\[^\n]|\$(?!\{)){1,400})`
"""

_FIRST = b"_$.cdfinpr"
"""The characters that a form starts with: elsewhere, no alternative is tried."""

_FROM: dict[str, From] = {
    "module": "module",
    "url": "url",
    "output": "output",
    "working": "working folder",
    "folder": "folder",
    "template": "folder",
}

_DEFINED = (
    rb"\b(?:const|let|var)\s{1,99}(%s)\s{0,99}=\s{0,99}(%s)(?=\s{0,99}[;,}\n])(?!\s{0,99}[+.])"
)
_BOUND = rb"(?<![\w$.])(%s)\s{0,99}=\s{0,99}[\w$.(,\s]{0,99}\bcreateRequire\)?\s{0,9}\("
_MOST_NAMES = 50
"""Variables with a path, and names for `require`, that are followed in one source."""


class NamedPath(NamedTuple):
    """A literal path in a source: its text, how it is resolved, and the offset in bytes."""

    text: str
    resolved: From
    offset: int


def named_paths(source: bytes) -> Iterator[NamedPath]:
    """Yield the paths that a source seems to name, in order; some may be in comments or strings.

    [Source: the documentation of Node, "Modules" and "Path"; what webpack 5 writes for an asset.]
    """
    bound = ()
    if b"createRequire" in source:
        names = re.findall(_BOUND % _NAME, source)
        bound = tuple(sorted(set(names))[:_MOST_NAMES])
    found = [*_forms(bound).finditer(source)]
    values = _values(source, found)
    for one in found:
        kind = next(name for name in _FROM if one[name] is not None)
        if variable := one["variable"]:
            if variable not in values:
                continue
            parts = [values[variable]]
        elif kind == "template":
            parts = [one["template"]]
        else:
            parts = [one["path"][1:-1]]
            if b"," in (one["join"], one["below"]):  # path.join(__dirname, "certs", "ca.pem")
                parts += [part[1:-1] for part in _strings().findall(one["more"])]
        text = b"/".join(map(text_of, parts)).decode("utf-8", "replace")
        yield NamedPath(text, _FROM[kind], one.start())


def _values(source: bytes, found: list[re.Match[bytes]]) -> dict[bytes, bytes]:
    """Return the text of each variable that is used as a path and is known to have no other value.

    It is defined once, as a string, and the rest of the source only uses it as a path.
    """
    used = [one["variable"] for one in found if one["variable"]]
    if not used:
        return {}
    values: dict[bytes, bytes] = {}
    wanted = set(used)
    for name, string in _defined().findall(source):
        if name in wanted and name not in values and len(values) < _MOST_NAMES:
            values[name] = string[1:-1]
    return {
        name: text
        for name, text in values.items()
        if _count(name, source) - _count(name, text) == used.count(name) + 1
    }


def _count(name: bytes, source: bytes) -> int:
    return len(re.findall(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])", source))


@cache
def _forms(bound: tuple[bytes, ...]) -> re.Pattern[bytes]:
    names = b"|".join(map(re.escape, bound)) or rb"(?!)"
    first = _FIRST + b"".join(name[:1] for name in bound)
    return re.compile(_FORMS % (first, names, _STRING, _STRING, _NAME), re.VERBOSE)


@cache
def _strings() -> re.Pattern[bytes]:
    return re.compile(_STRING, re.VERBOSE)


@cache
def _defined() -> re.Pattern[bytes]:
    return re.compile(_DEFINED % (_NAME, _STRING), re.VERBOSE)

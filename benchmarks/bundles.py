"""The bundle that packaging is measured on: 10 MB of minified JavaScript, the same each time."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZE = 10_000_000
LARGE = 38_000_000
"""Bytes of a script: that which is built, and one whose archive the registry just takes."""

SECRET = "b3nchm4rk-S3CRET"

_SHAPES = (
    "function {}({},{}){{return {}.{}({},{{{}:{}}})}}",
    'var {}={}.{}||"{}",{}=new {};',
    "if({}!=={}&&!{}.{}){{for(const {} of {})await {}({});}}",
    "module.exports.{}=async({{{}:{}}})=>`${{{}}}/{}`;",
    '{}["{}"]={}?{}:{}>>>{};',
)


def write_connector(folder: Path, size: int = SIZE) -> Path:
    """Write a connector whose built script has `size` bytes, and an account type with a secret."""
    shutil.copytree(ROOT / "fixtures" / "sunmeter", folder)
    account_types = folder / "account-types-def.json"
    value = json.loads(account_types.read_text("utf-8"))
    account_types.write_text(json.dumps({**value, "client_secret": SECRET}))
    with (folder / "build" / "index.js").open("w") as script:
        script.writelines(code(size))
    return folder


def code(size: int) -> Iterator[str]:
    luck = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = ["".join(luck.choices(letters, k=luck.choice((1, 1, 2, 2, 3, 9)))) for _ in range(9000)]
    written = 0
    while written < size:
        shape = luck.choice(_SHAPES)
        code = shape.format(*luck.choices(names, k=10))
        written += len(code)
        yield code

"""The kinds of input that growth is measured on: each is made with any number of parts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.bundles import code
from benchmarks.manifests import generated, write
from benchmarks.processes import ROOT

FIXTURE = ROOT / "fixtures" / "sunmeter"
Command = tuple[str, ...]
_CHECK = ("check", "--isolated")
_ONLY = ("--select", "P002,P003")
"""The rules that find something in each wrong permission, at most 10,000 times in a file."""


class Kind(NamedTuple):
    """What grows, its smaller number, what writes that many into a folder, and what is measured.

    Both commands run in that folder; `first` is not measured.
    """

    name: str
    number: int
    make: Callable[[Path, int], object]
    command: Command
    first: Command = ()


def _manifest(folder: Path, value: object, indent: int | None = 1) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    (folder / "manifest.konnector").write_text(text, "utf-8")


def _good(name: str = "manifest.konnector") -> dict[str, Any]:
    value: dict[str, Any] = json.loads((FIXTURE / name).read_text("utf-8"))
    return value


def findings(folder: Path, number: int) -> None:
    """Write four manifests with as many findings in all, two for each wrong permission."""
    for one in range(4):
        (folder / str(one)).mkdir()
        _wrong(folder / str(one), number // 8)


def _wrong(folder: Path, number: int) -> None:
    wrong = {"type": "io.cozy.bills", "verbs": ["get"], "description": 3}
    value = _good()
    value["permissions"] |= {f"p{one}": wrong for one in range(number)}
    _manifest(folder, value)


def exemptions(folder: Path, number: int) -> None:
    """Write a manifest of wrong permissions, each with an exemption; they are at most 1 MiB."""
    _wrong(folder, number)
    entries = ",\n".join(
        f'{{code="P003",path="*",pointer="/permissions/p{one}/description",reason="x"}}'
        for one in range(number)
    )
    (folder / "exempt.toml").write_text(f"per-file-ignores = [\n{entries}\n]\n", "utf-8")


def connectors(folder: Path, number: int) -> None:
    """Write as many manifests, each in its folder."""
    write(folder / "all", islice(generated(), number))


def keys(folder: Path, number: int) -> None:
    """Write a manifest with as many keys at the top that nothing knows, and a value for each."""
    _manifest(folder, _good() | {f"key{one}": [one, "value"] for one in range(number)})


def texts(folder: Path, number: int) -> None:
    """Write a manifest with as many keys in its locales."""
    value = _good()
    value["locales"]["en"] |= {f"key{one}": "A text of our own." for one in range(number)}
    _manifest(folder, value)


def one_line(folder: Path, number: int) -> None:
    """Write a manifest of as many bytes on one line."""
    value = _good()
    each = {"type": "io.cozy.bills", "verbs": ["GET"], "description": "bills, " * 4}
    value["permissions"] |= {f"p{one}": each for one in range(number // len(json.dumps(each)))}
    _manifest(folder, value, None)


def one_text(folder: Path, number: int) -> None:
    """Write a manifest with one text of as many bytes."""
    value = _good()
    value["locales"]["en"]["long_description"] = "Imports *bills*, 1 & all. " * (number // 26)
    _manifest(folder, value)


def account_types(folder: Path, number: int) -> None:
    """Write a manifest, and a file of as many account types."""
    _manifest(folder, _good())
    one = _good("account-types-def.json")
    many = [one | {"_id": f"sunmeter{number or ''}"} for number in range(number)]
    (folder / "types.json").write_text(json.dumps(many, indent=1))


def account_type_files(folder: Path, number: int) -> None:
    """Write a manifest, and as many files with an account type each."""
    _manifest(folder, _good())
    one = _good("account-types-def.json")
    (folder / "types").mkdir()
    for each in range(number):
        text = json.dumps(one | {"_id": f"sunmeter{each or ''}"}, indent=1)
        (folder / "types" / f"{each}.json").write_text(text)


def script(folder: Path, number: int) -> None:
    """Write a built connector whose script has as many bytes on one line."""
    shutil.copytree(FIXTURE, folder, dirs_exist_ok=True)
    with (folder / "build" / "index.js").open("w") as file:
        file.writelines(code(number))


def files(folder: Path, number: int) -> None:
    """Write a built connector of as many small files more, a hundred in each folder."""
    shutil.copytree(FIXTURE, folder, dirs_exist_ok=True)
    lines = code(10**9)
    for one in range(number):
        file = folder / "build" / "lib" / f"{one // 100}" / f"{one}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(islice(lines, 30)))


_ARCHIVE = "dist/sunmeter-1.2.0.tar.gz"
_BUILD = ("build", "--isolated", "--just-built")

KINDS = (
    Kind("findings, in text", 5000, findings, (*_CHECK, *_ONLY)),
    Kind("findings, in json", 5000, findings, (*_CHECK, *_ONLY, "--format", "json")),
    Kind("findings, in sarif", 5000, findings, (*_CHECK, *_ONLY, "--format", "sarif")),
    Kind("findings, in html", 5000, findings, (*_CHECK, *_ONLY, "--format", "html")),
    Kind("findings, fixed", 5000, findings, (*_CHECK, *_ONLY, "--fix", "--diff")),
    Kind("exemptions", 1250, exemptions, ("check", *_ONLY, "--config", "exempt.toml")),
    Kind(
        "findings in a baseline",
        5000,
        findings,
        (*_CHECK, *_ONLY, "--baseline", "known.json"),
        (*_CHECK, *_ONLY, "--baseline", "known.json", "--write-baseline"),
    ),
    Kind("connectors, one process", 400, connectors, (*_CHECK, "all", "--jobs", "1")),
    Kind("connectors", 400, connectors, (*_CHECK, "all", "--jobs", "2")),
    Kind("keys at the top", 8000, keys, _CHECK),
    Kind("keys of a locale", 24_000, texts, _CHECK),
    Kind("bytes of a manifest, one line", 600_000, one_line, _CHECK),
    Kind("bytes of a text of a manifest", 2_400_000, one_text, _CHECK),
    Kind(
        "account types in a file",
        800,
        account_types,
        (*_CHECK, "--account-types", "types.json"),
    ),
    Kind(
        "account types, a file each",
        500,
        account_type_files,
        (*_CHECK, "--account-types", "types"),
    ),
    Kind("bytes of a script, one line", 4_500_000, script, _BUILD),
    Kind("the same, verified", 4_500_000, script, ("verify", "--isolated", _ARCHIVE), _BUILD),
    Kind("files in a bundle", 2000, files, _BUILD),
    Kind("entries in an archive", 2400, files, ("verify", "--isolated", _ARCHIVE), _BUILD),
)

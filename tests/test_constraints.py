"""The pinned versions are for each Python: the action, CI and the image use them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from manifest_lint.config.toml import decode
from tests.command import ROOT

PROJECT: dict[str, Any] = decode((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
EXTRAS = PROJECT["optional-dependencies"]
PINNED = {
    "constraints.txt": ("test", "dev", "docs", "fast", "lsp", "watch", "bench"),
    "constraints-lowest.txt": ("test", "fast", "lsp", "watch"),
}


def applicable(requirement: Requirement, python: str) -> bool:
    """Return whether a requirement is for Linux with this Python."""
    here = {"python_version": python, "python_full_version": f"{python}.9", "extra": ""}
    here |= {"sys_platform": "linux", "platform_machine": "x86_64"}
    here |= {"platform_python_implementation": "CPython", "implementation_name": "cpython"}
    return requirement.marker is None or requirement.marker.evaluate(here)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("file", PINNED)
def test_each_dependency_has_one_version_that_is_allowed(file: str, python: str) -> None:
    lines = [line for line in (ROOT / file).read_text("utf-8").splitlines() if line[0] != "#"]
    pins = [one for one in map(Requirement, lines) if applicable(one, python)]
    versions = {canonicalize_name(one.name): str(one.specifier)[2:] for one in pins}
    assert len(versions) == len(pins)
    named = [*PROJECT["dependencies"], *(one for name in PINNED[file] for one in EXTRAS[name])]
    wanted = [one for one in map(Requirement, named) if one.name != PROJECT["name"]]
    assert [
        str(one)
        for one in wanted
        if applicable(one, python)
        and not one.specifier.contains(versions.get(canonicalize_name(one.name), "0"))
    ] == []

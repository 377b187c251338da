"""Kept inputs, and a few thousand changed ones, break no law; faults that were fixed are found."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.command import ROOT
from tests.fuzz.faults import FAULTS, found
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

KEPT = [(target, *one) for target in TARGETS.values() for one in target.kept()]

NUMBERS = {
    **{"manifest": 250, "account-types": 300, "package": 200, "readme": 1_000},
    **{"configuration": 1_500, "baseline": 3_000, "icon": 4_000, "archive": 1_000, "edits": 150},
}
"""How many inputs of each target take about two seconds of CPU."""


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_has_seeds(name: str) -> None:
    assert len(list(TARGETS[name].kept())) >= 2


@pytest.mark.parametrize(
    ("target", "data"), [pytest.param(target, data, id=name) for target, name, data in KEPT]
)
def test_every_law_holds_for_what_is_kept(target: Target, data: bytes) -> None:
    target.check(data, True)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_law_holds_for_changed_inputs(name: str) -> None:
    for data in TARGETS[name].inputs(NUMBERS[name]):
        TARGETS[name].check(data, False)


def test_the_same_seed_gives_the_same_inputs() -> None:
    one, other = (list(TARGETS["manifest"].inputs(50)) for _ in range(2))
    assert one == other
    assert len(set(one)) > 40


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_is_put_back_is_found(name: str) -> None:
    assert found(name, 1_000)


def test_atheris_runs_a_target() -> None:
    if not find_spec("atheris"):
        pytest.skip("needs atheris, which `make fuzz` installs where it has a wheel")
    command = [sys.executable, "-m", "tests.fuzz", "icon", "--runs", "300"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert "icon: 300 inputs" in done.stdout
    assert done.returncode == 0, done.stdout

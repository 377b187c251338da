"""Which mutants are tried: a sample of each folder, the same for the same seed."""

from __future__ import annotations

import ast
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast_from_path  # type: ignore[import-not-found]
from cosmic_ray.mutating import mutate_code  # type: ignore[import-not-found]
from cosmic_ray.plugins import get_operator, operator_names  # type: ignore[import-not-found]
from cosmic_ray.work_item import MutationSpec  # type: ignore[import-not-found]

import tests.mutants.operators  # noqa: F401  # cosmic-ray finds it then

GENERATED = ("accept_konnector.py",)
"""Made by tests/compile_schemas.py, which has tests of its own."""

Position = tuple[int, int]
"""A line, from 1, and a column, from 0."""

_CACHES = ("cache", "lru_cache")


_ARITHMETIC = (
    *("Add_Sub", "Sub_Add", "Mul_FloorDiv", "FloorDiv_Mul", "Div_Mul", "Mod_Mul"),
    *("BitOr_BitAnd", "BitAnd_BitOr", "BitXor_BitOr", "LShift_RShift", "RShift_LShift", "Pow_Mul"),
)
"""Of 132 changes of such a sign, one for each: a test that notices none of them is rare."""


def sampled(folder: Path, many: int, seed: int) -> list[Any]:
    """Return `many` mutants of the modules in a folder, each at a place of its own.

    Which ones depends on their lines alone, so a change of the code leaves others in the sample.
    A change that is not Python, such as of the `*` between parameters, is none: no test notices it.
    """
    modules = [path for path in sorted(folder.glob("*.py")) if path.name not in GENERATED]
    places = [place for module in modules for place in _places(module)]
    lots = [(random.Random(f"{seed} {written}"), mutants) for written, mutants in places]
    lots.sort(key=lambda one: one[0].random())
    return list(islice(filter(_compiles, (lot.choice(mutants) for lot, mutants in lots)), many))


def _compiles(mutant: Any) -> bool:
    operator = get_operator(mutant.operator_name)()
    code = mutate_code(mutant.module_path.read_text("utf-8"), operator, mutant.occurrence)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # as of `is "a"`
        try:
            compile(code or "", str(mutant.module_path), "exec")
        except SyntaxError:
            return False
    return code is not None


def _places(module: Path) -> list[tuple[str, list[MutationSpec]]]:
    """Return what is written at each place of a module in turn, and the mutants there."""
    nodes, without = list(ast_nodes(get_ast_from_path(module))), list(_without_effect(module))
    found: dict[Position, list[MutationSpec]] = {}
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or ("Binary" in name and not name.endswith(_ARITHMETIC)):
            continue
        positions = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(positions):
            if not any(first <= start < last for first, last in without):
                mutant = MutationSpec(module, name, occurrence, start, end)
                found.setdefault(start, []).append(mutant)
    lines, seen = module.read_text("utf-8").splitlines(), Counter[str]()
    places = []
    for line, column in sorted(found):
        before, after = lines[line - 1][:column], lines[line - 1][column:]
        written = f"{module.name} {before!r} {after!r}"
        seen[written] += 1  # some lines are written several times
        places.append((f"{written} {seen[written]}", found[line, column]))
    return places


def _without_effect(module: Path) -> Iterator[tuple[Position, Position]]:
    """Yield the spans of a module that no test could notice.

    They are annotations, which are not read at run time, imports for them, and the decorators of
    caches, which only save time.
    """
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            yield _span(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            if node.returns:
                yield _span(node.returns)
            for one in node.decorator_list:
                if ast.unparse(one).partition("(")[0] in _CACHES:
                    (line, column), end = _span(one)
                    yield (line, column - 1), end
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield _span(node)


def _span(node: Any) -> tuple[Position, Position]:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)

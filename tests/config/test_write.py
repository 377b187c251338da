"""An entry is added to a configuration, and all else in it stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.config.toml import decode
from manifest_lint.config.write import insertions, with_insertions
from tests.growth import grows_with_its_input

ENTRY: dict[str, str | date] = {"code": "M003", "path": "/m", "reason": 'it\'s "so"\x7f'}
LINES = 'code = "M003"\npath = "/m"\nreason = "it\'s \\"so\\"\\u007F"\n'
OURS = f"[[per-file-ignores]]\n{LINES}"
THEIRS = f"[[tool.manifest-lint.per-file-ignores]]\n{LINES}"
INLINE = '{ code = "M003", path = "/m", reason = "it\'s \\"so\\"\\u007F" }'
OLD = '[[per-file-ignores]] # a\ncode = "S"\npath = "y"\nreason = "q"  # why\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", OURS),
        ("# only a comment", f"# only a comment\n\n{OURS}"),
        ("select = []\n", f"select = []\n\n{OURS}"),
        ('select = ["M"]', f'select = ["M"]\n\n{OURS}'),
        ('[build]\nout = "x" # c\n', f'[build]\nout = "x" # c\n\n{OURS}'),
        (f"{OLD}\n# b\n[build]\n", f"{OLD}\n{OURS}\n# b\n[build]\n"),
        (f"{OLD}\n{OLD}# end\n", f"{OLD}\n{OLD}# end\n\n{OURS}"),
        (f"{OLD}# until = 1\n  # 2\n\n[build]\n", f"{OLD}# until = 1\n  # 2\n\n{OURS}\n[build]\n"),
        (f"{OLD}# b\n[build]\n", f"{OLD}\n{OURS}# b\n[build]\n"),
        ("per-file-ignores = []\nselect = []\n", f"per-file-ignores = [{INLINE}]\nselect = []\n"),
        (
            'per-file-ignores = [{code="S",path="x",reason="y"}]\n',
            f'per-file-ignores = [{{code="S",path="x",reason="y"}}, {INLINE}]\n',
        ),
        (
            'per-file-ignores = [\n  # 1\n  {code="S",path="x",reason="y"}, # 2, {\n  # 3\n]\n',
            'per-file-ignores = [\n  # 1\n  {code="S",path="x",reason="y"}, # 2, {\n'
            f"  {INLINE},\n  # 3\n]\n",
        ),
        (
            'per-file-ignores = [\n\t{code="S",path="x",reason="y"} # 2\n]\n',
            f'per-file-ignores = [\n\t{{code="S",path="x",reason="y"}}, # 2\n\t{INLINE},\n]\n',
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_entry_is_added_in_the_form_of_the_file(before: str, after: str, newline: str) -> None:
    before, after = (text.replace("\n", newline) for text in (before, after))
    if "\n" not in before:
        after = after.replace("\r\n", "\n")
    made = insertions(before, Path("manifest-lint.toml"), ENTRY)
    assert made
    assert with_insertions(before, made) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "[tool.manifest-lint]\n\n[tool.ruff]\n",
            f"[tool.manifest-lint]\n\n{THEIRS}\n[tool.ruff]\n",
        ),
        (
            '[tool.manifest-lint]\nignore = []\n\n[tool.manifest-lint.build]\nout = "x"\n[x]\n',
            '[tool.manifest-lint]\nignore = []\n\n[tool.manifest-lint.build]\nout = "x"\n'
            f"\n{THEIRS}[x]\n",
        ),
        (
            "[tool]\nmanifest-lint.select = []\nx.y = 1\n",
            f"[tool]\nmanifest-lint.select = []\nx.y = 1\n\n{THEIRS}",
        ),
        (
            "[tool.manifest-lint]\n# ignore = []\n \n[tool.ruff]\n",
            f"[tool.manifest-lint]\n# ignore = []\n\n{THEIRS} \n[tool.ruff]\n",
        ),
        ("[tool]\nmanifest-lint = {select = []}\n", None),
        ("tool = {manifest-lint = {}}\n", None),
    ],
)
def test_in_a_pyproject_the_entry_goes_next_to_our_table(before: str, after: str | None) -> None:
    made = insertions(before, Path("pyproject.toml"), ENTRY)
    assert (with_insertions(before, made) if made else None) == after


PARTS = st.lists(
    st.sampled_from(
        [
            'select = ["M"]\n',
            "# per-file-ignores = []\n",
            "[build]\n",
            'out = "x"\n',
            "\n",
            OLD,
            'per-file-ignores = [\n  {code = "S", path = "x", reason = "]"},\n]\n',
            "per-file-ignores = []",
            "[severity]\n",
            'S001 = """\n[[per-file-ignores]]\n"""\n',
        ]
    ),
    max_size=6,
).map("".join)


@given(PARTS, st.text(max_size=10))
def test_the_result_has_one_entry_more_and_nothing_is_lost(text: str, reason: str) -> None:
    try:
        before = decode(text)
        reason.encode()
    except ValueError:
        return
    entry: dict[str, str | date] = {"code": "M", "reason": reason, "until": date(2030, 1, 2)}
    made = insertions(text, Path("manifest-lint.toml"), entry)
    assert made
    after = with_insertions(text, made)
    ours = decode(after).pop("per-file-ignores")
    assert ours == [*before.get("per-file-ignores", []), entry]
    left = after
    for at, inserted in reversed([(one.at, one.text) for one in made]):
        shift = sum(len(other.text) for other in made if other.at < at)
        left = left[: at + shift] + left[at + shift + len(inserted) :]
    assert left == text


@pytest.mark.parametrize("filling", [" ", "#", "\n", "\n#", "\n #"])
def test_the_time_to_add_an_entry_grows_with_the_length(filling: str) -> None:
    def add(text: str) -> None:
        insertions(text, Path("manifest-lint.toml"), ENTRY)

    def in_list(size: int) -> str:
        return f'per-file-ignores = [\n  {{code = "S"}}{filling * size}\n]\n'

    def table(size: int) -> str:
        return f"[[per-file-ignores]]\ncode = 1{filling * size}"

    assert grows_with_its_input(in_list, add, 4_000)
    assert grows_with_its_input(table, add, 4_000)

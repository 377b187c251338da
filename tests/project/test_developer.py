"""A developer's configuration, into which a login is written."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.comments import comments_in
from manifest_lint.document.document import Document
from manifest_lint.document.set_fields import with_fields
from manifest_lint.errors import UserError
from manifest_lint.project.developer import developer_in

NAME = "konnector-dev-config.json"
KIND: Any = "developer's configuration"


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ('{"fields":{}}', {"a": "1"}, '{"fields":{"a": "1"}}'),
        ('{\n  "fields": {}\n}\n', {"a": "1"}, '{\n  "fields": {\n    "a": "1"\n  }\n}\n'),
        ('{"fields": {"a": 1, "b": 2}}', {"a": "x"}, '{"fields": {"a": "x", "b": 2}}'),
        ('{"fields": {"a": 1, "b": 2}}', {"a": None}, '{"fields": {"b": 2}}'),
        ('{"fields": {"a": 1, "b": 2}}', {"b": None}, '{"fields": {"a": 1}}'),
        ('{"fields": {"a": 1}}', {"b": None}, '{"fields": {"a": 1}}'),
        (
            '{\n\t"fields": { // here\n\t\t"a": 1 // one\n\t\t/* end\n\t\t*/\n\t}\n}',
            {"b": "2"},
            '{\n\t"fields": { // here\n\t\t"a": 1, // one\n\t\t"b": "2"'
            "\n\t\t/* end\n\t\t*/\n\t}\n}",
        ),
        (
            '{\r\n  "fields": {\r\n    "a": 1, // one\r\n    "b": 2\r\n  }\r\n}\r\n',
            {"a": None, "c": "3"},
            '{\r\n  "fields": {\r\n    // one\r\n    "b": 2,\r\n    "c": "3"\r\n  }\r\n}\r\n',
        ),
        (
            '{\n  "fields": {\n    "a": {"x": [1]}, // the "b": no\n    "b": 2\n  }\n}',
            {"b": "3"},
            '{\n  "fields": {\n    "a": {"x": [1]}, // the "b": no\n    "b": "3"\n  }\n}',
        ),
        ('\ufeff{"fields": {"\\u00e9": "é"}}', {"a": "1"}, None),
        ('{"other": {"fields": 1}, "fields": {"a": 1}, "z": {"a": 1}}', {"a": "2"}, None),
    ],
)
def test_fields_are_set_and_the_rest_stays_as_it_is_written(
    before: str, values: dict[str, str | None], after: str | None
) -> None:
    data = with_fields(Document("c", before.encode(), KIND), "fields", values)
    if after is not None:
        assert data.decode() == after
    wanted = Document("c", before.encode(), KIND).value
    wanted["fields"] = {
        **{key: value for key, value in wanted["fields"].items() if key not in values},
        **{key: value for key, value in values.items() if value is not None},
    }
    assert Document("c", data, KIND).value == wanted


SPACES = st.text(" \t\n", max_size=3)
GAPS = st.one_of(
    SPACES, st.sampled_from(["// a }\n", "/* , */", " /* \n */ ", '// "a": 1,\n', "\r\n"])
)
VALUES = st.one_of(
    st.integers(), st.text('ab"\\/*é\u2028', max_size=4), st.lists(st.integers(), max_size=2)
)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), VALUES, GAPS, GAPS), unique_by=lambda m: m[0]),
    GAPS,
    st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), st.text(max_size=3))),
)
def test_any_layout_keeps_its_comments_and_other_values(
    members: list[tuple[str, Any, str, str]], gap: str, values: dict[str, str | None]
) -> None:
    inside = ",".join(
        f"{one}{json.dumps(key)}:{json.dumps(value)}{other}" for key, value, one, other in members
    )
    text = f'{{"fields": {{{gap}{inside}}}\n}}'
    before = Document("c", text.encode(), KIND)
    assert not before.error
    after = Document("c", with_fields(before, "fields", values), KIND)
    wanted = {key: value for key, value, *_ in members if key not in values}
    wanted |= {key: value for key, value in values.items() if value is not None}
    assert after.value["fields"] == wanted
    assert comments(before) == comments(after)


def comments(document: Document) -> list[str]:
    return [document.text[slice(*span)].rstrip() for span in comments_in(document.text)]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "is not an object"),
        ("null", "is not an object"),
        ("{}", "has no `fields`"),
        ('{"Fields": {}}', "has no `fields`"),
        ('{"fields": []}', "`fields` is not an object"),
        ('{"fields": null}', "`fields` is not an object"),
        ('{"fields": {},}', "is not JSON"),
        ('{"fields": {}} x', "is not JSON"),
    ],
)
def test_a_configuration_without_fields_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(UserError, match=why):
        developer_in(tmp_path)


def test_a_configuration_in_git_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(UserError, match="git does not ignore it"):
        developer_in(tmp_path)
    (tmp_path / ".gitignore").write_text(f"{NAME}\n")
    assert developer_in(tmp_path).before is None
    (tmp_path / NAME).write_text('{"fields": {}}')
    assert developer_in(tmp_path).before
    git(tmp_path, "add", "-f", NAME)
    with pytest.raises(UserError, match="git tracks it"):
        developer_in(tmp_path)


def test_a_connector_below_the_top_of_a_repository_is_asked_for_its_own_file(
    tmp_path: Path,
) -> None:
    git(tmp_path, "init", "-q")
    folder = tmp_path / "a" / "-b:c"
    folder.mkdir(parents=True)
    with pytest.raises(UserError, match="git does not ignore it"):
        developer_in(folder)
    (tmp_path / ".gitignore").write_text("/a/\n")
    developer_in(folder)


def test_a_link_and_what_is_not_a_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="is a link"):
        developer_in(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(UserError, match="is a folder"):
        developer_in(tmp_path)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(UserError, match="is not a regular file"):
        developer_in(tmp_path)


@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_a_read_only_file_is_refused_at_once_also_for_root(tmp_path: Path, mode: int) -> None:
    (tmp_path / NAME).write_text('{"fields": {}}')
    (tmp_path / NAME).chmod(mode)
    with pytest.raises(UserError, match="is read-only, and was not written"):
        developer_in(tmp_path)


def test_what_a_killed_run_has_left_is_deleted(tmp_path: Path) -> None:
    left = f".{NAME}.0123abcd.manifest-lint.unfinished"
    others = [
        f"{NAME}.0123abcd.manifest-lint.unfinished",
        f".x{NAME}.0123abcd.manifest-lint.unfinished",
        f".{NAME}.0123abcd",
    ]
    for name in (left, *others):
        (tmp_path / name).write_text("a token")
    developer_in(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(others)


@pytest.mark.parametrize("before", [None, '{"fields": {}}'])
def test_what_has_changed_meanwhile_is_not_written(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / NAME
    if before:
        path.write_text(before)
    developer = developer_in(tmp_path)
    path.write_text('{"fields": {"another": 1}}')
    with pytest.raises(UserError, match="meanwhile, and was not written"):
        developer.write({"access_token": "x"})
    assert path.read_text() == '{"fields": {"another": 1}}'


def test_a_file_that_others_could_read_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text('{"fields": {}}')
    path.chmod(0o644)
    developer_in(tmp_path).write({"access_token": "x"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [NAME]

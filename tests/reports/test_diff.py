"""Git applies the diff of fixes, and the diff shows no secret."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from manifest_lint.document.document import Document
from manifest_lint.engine.report import Rewrite
from manifest_lint.reports.diff import render


def rewrite(before: bytes, after: bytes, kind: str = "manifest", name: str = "file") -> Rewrite:
    return Rewrite(Document(name, before, kind), after, ())  # type: ignore[arg-type]  # a kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"a": 1}\n', b'{"a": 2}\n'),
        (b'{"a": 1}', b'{"a": 2}'),
        (b'{\r\n  "a": 1\r\n}\r\n', b'{\r\n  "a": 2\r\n}\r\n'),
        (
            b'{\n"a": "\xc3\xa9\xe2\x80\xa8",\n"b": 1\n}',
            b'{\n"a": "\xc3\xa9\xe2\x80\xa8",\n"b": 2\n}',
        ),
        (b"{\n\n\n}\n\n", b"{\n\n \n}\n\n"),
    ],
)
def test_git_applies_it(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "file").write_bytes(before)
    diff = "".join(render([rewrite(before, after)])).encode()
    done = subprocess.run(
        ["git", "apply", "-p0", "--whitespace=nowarn"],
        input=diff,
        cwd=tmp_path,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "file").read_bytes() == after


HOSTILE = {
    "ordinary": "file",
    "not ASCII": "\u00e9t\u00e9 \U0001f600",
    "spaces": "my folder ",
    "forged hunk": "a\n::error::pwned\n--- etc\n+++ etc\n@@ -0,0 +1 @@\n+x\n",
    "escapes": "\x1b]8;;http:e.example\x07 \x7f\x9b\u202e\u2028\u3164",
    "tabs": "a\tb\r\x0b\x0c",
    "quotes": 'a "b" \\ \\n\\',
    "command": "##[error] ###vso[x]",
    "not UTF-8": os.fsdecode(b"\xff\xc3"),
}


@pytest.mark.skipif(os.name == "nt", reason="no file can have such a name there")
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("program", [["git", "apply"], ["patch", "-s"]], ids=["git", "patch"])
def test_a_name_is_quoted_and_the_diff_can_be_applied(
    tmp_path: Path, program: list[str], name: str
) -> None:
    if not shutil.which(program[0]):
        pytest.skip(f"needs {program[0]}")
    (tmp_path / name).mkdir()
    file = tmp_path / name / "file"
    file.write_bytes(b"{}\n")
    [*lines] = render([rewrite(b"{}\n", b"[]\n", name=f"{name}/file")])
    diff = "".join(lines)
    assert diff.count("\n") == len(lines) == 5
    assert diff.replace("\n", "").replace("\t", "").isprintable()
    assert "##" not in diff
    data = diff.encode()
    subprocess.run([*program, "-p0"], input=data, cwd=tmp_path, check=True, capture_output=True)
    assert file.read_bytes() == b"[]\n"


def test_an_ordinary_name_is_not_quoted() -> None:
    name = "\u00e9t\u00e9/a-b_c#1.json"
    [head, *_] = render([rewrite(b"{}", b"[]", name=name)])
    assert head == f"--- {name}\n"


def test_no_name_without_a_code_in_utf_8_stops_the_diff() -> None:
    [head, *_] = render([rewrite(b"{}", b"[]", name="\ud800")])
    assert head == '--- "\\355\\240\\200"\n'


def test_secrets_are_masked() -> None:
    text = b'{"client_secret": "S3CRET",\n"redirect_url": "https://a.example/"}'
    after = text.replace(b"redirect_url", b"redirect_uri")
    diff = "".join(render([rewrite(text, after, "account types")]))
    assert "S3CRET" not in diff
    assert '+"redirect_uri": "https://a.example/"}' in diff


def test_lines_that_cannot_be_masked_are_hidden() -> None:
    diff = "".join(render([rewrite(b'{"client_secret": "S3CRET",}', b"{}", "account types")]))
    assert "S3CRET" not in diff

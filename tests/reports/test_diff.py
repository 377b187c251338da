"""Git applies the diff of fixes, and the diff shows no secret."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from manifest_lint.document.document import Document
from manifest_lint.engine.report import Rewrite
from manifest_lint.reports.diff import render


def rewrite(before: bytes, after: bytes, kind: str = "manifest") -> Rewrite:
    return Rewrite(Document("file", before, kind), after, ())  # type: ignore[arg-type]  # a kind


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


def test_secrets_are_masked() -> None:
    text = b'{"client_secret": "S3CRET",\n"redirect_url": "https://a.example/"}'
    after = text.replace(b"redirect_url", b"redirect_uri")
    diff = "".join(render([rewrite(text, after, "account types")]))
    assert "S3CRET" not in diff
    assert '+"redirect_uri": "https://a.example/"}' in diff


def test_lines_that_cannot_be_masked_are_hidden() -> None:
    diff = "".join(render([rewrite(b'{"client_secret": "S3CRET",}', b"{}", "account types")]))
    assert "S3CRET" not in diff

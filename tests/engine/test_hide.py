"""Findings are without the secrets that they are about, wherever these are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from manifest_lint.api.connectors import check
from manifest_lint.api.logins import preview
from manifest_lint.document.document import Document
from manifest_lint.engine.hide import shown_edits
from manifest_lint.engine.hider import hider_of
from manifest_lint.engine.run import check_sources
from manifest_lint.finding import Edit, Fix
from manifest_lint.project.sources import gather
from manifest_lint.reports import json as report
from manifest_lint.reports.preview import text as login_text
from manifest_lint.reports.text import render
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.secret_samples import SAMPLES

TOKEN = SAMPLES["GitHub Token: fine-grained"]
KEY = SAMPLES["Google Client Secret"]
URL = f"https://me:zqj{'x' * 60}@h.example/"


@pytest.mark.parametrize(
    ("changes", "secret"),
    [
        ({"fields": {"token": "zqj"}}, "zqj"),
        ({"fields": {"token": 987}}, "987"),
        ({"permissions": {"apiKey": "zqj"}}, "zqj"),
        ({"developer": {"secret": 987}}, "987"),
        ({"oauth": {"scope": ["a"], KEY: 1}}, KEY),
        ({KEY: {KEY: KEY}}, KEY),
        ({TOKEN: 1}, TOKEN[11:50]),
        ({"type": TOKEN}, TOKEN[11:50]),
        ({"categories": [TOKEN]}, TOKEN[11:50]),
        ({"type": URL}, "zqj"),
        ({URL: 1}, "zqj"),
        ({"categories": ["https://me:a zqj@h.example/"]}, "zqj"),
        ({"type": "https://me%3Azqj%40h.example/"}, "zqj"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_no_finding_shows_a_secret(changes: dict[str, Any], secret: str) -> None:
    text = json.dumps(with_changes(MANIFEST, **changes))
    done = check(stdin=(None, text.encode()))
    assert done.findings
    shown = "\n".join((*render(done), json.dumps(report.render(done))))
    assert secret not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    ("key", "word"),
    [
        *(("tokenName", word) for word in ("name", "manifest", "displayName", "token", "consumer")),
        *(("secret", word) for word in ("manifest", "production", "oauth", "changeme", "<token>")),
        ("password", "ab1"),
    ],
)
def test_an_ordinary_word_is_hidden_only_under_its_own_key(key: str, word: str) -> None:
    text = json.dumps(with_changes(MANIFEST, parameters={key: word}))
    [document] = check(stdin=(None, text.encode())).documents.values()
    assert hider_of(document)(f"did you mean `{word}`?") == f"did you mean `{word}`?"


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("tokenName", "a1b2c3d4"),
        ("client_secret", "hunterpassphrase"),
        ("password", "motdepasse1"),
        ("secret", "ab1!"),
    ],
)
def test_another_secret_is_hidden_in_every_text(key: str, secret: str) -> None:
    text = json.dumps(with_changes(MANIFEST, parameters={key: secret}))
    [document] = check(stdin=(None, text.encode())).documents.values()
    assert hider_of(document)(f"did you mean `{secret}`?") == "did you mean `***`?"


def parts_of(value: Any, seen: set[int]) -> Iterator[Any]:
    """Yield an object of ours and all objects of ours in it."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if type(value).__module__.startswith("manifest_lint."):
        yield value
        inside = value if isinstance(value, tuple) else getattr(value, "__dict__", {}).values()
    elif isinstance(value, Mapping):
        inside = value.values()
    else:
        inside = value if isinstance(value, list | tuple | set | frozenset) else ()
    for one in list(inside):
        yield from parts_of(one, seen)


def test_a_secret_that_no_document_has_is_hidden_too() -> None:
    hide = hider_of(Document("x", b'{"token": "zqj-of-the-file"}'), others=["zqj-of-a-variable"])
    assert hide("zqj-of-the-file, zqj-of-a-variable, zqj") == "***, ***, zqj"


def test_no_object_in_a_report_shows_a_secret_where_python_shows_it(tmp_path: Path) -> None:
    secret = "hunterpassphrase"
    manifest = with_changes(MANIFEST, client_secret=secret, licence="MIT", license=...)
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    example = {"_id": "x", "grant_mode": "secret", "client_id": "a", "client_secret": secret}
    (tmp_path / "README.md").write_text(f"```json\n{json.dumps(example)}\n```\n")
    entry = f'path = "*"\ncode = "M003"\npointer = "/client_secret"\nreason = "it is {secret}"'
    (tmp_path / "manifest-lint.toml").write_text(f"[[per-file-ignores]]\n{entry}\n")
    report = check([tmp_path], fix="unsafe")
    assert report.exempted
    assert report.rewrites
    kinds = set()
    for part in parts_of(report, set()):
        kinds.add(type(part).__name__)
        assert secret not in repr(part), type(part)
        assert secret not in repr([part]), type(part)
    assert kinds >= {"Report", "Finding", "Exempted", "Exemption", "Rewrite", "Document", "Found"}


@pytest.mark.parametrize("separator", ["&", "%26", "%2526", "#", ";", "%3B"])
@pytest.mark.parametrize("start", ["https://me:zqj7", "zqj7"])
def test_the_start_of_a_secret_is_hidden_where_a_login_cuts_it(
    tmp_path: Path, start: str, separator: str
) -> None:
    # Harvest and the mobile application decode the URL that has the scope.
    scope = f"{start}{separator}kvw81%2B@h.example/"
    is_known = start == "zqj7"  # as the value of a key, not as user information
    oauth = {"scope": ["a", "b", scope], **({"client_secret": scope} if is_known else {})}
    text = json.dumps(with_changes(MANIFEST, oauth=oauth))
    (tmp_path / "manifest.konnector").write_text(text)
    done = check([tmp_path])
    login = preview(tmp_path)
    shown = "\n".join((*render(done), *login_text(login), str(login)))
    assert "scope" in shown
    assert "zqj7" not in shown
    assert "kvw81" not in shown


def shown_of(folder: Path, manifest: str, client_secret: str) -> str:
    """Return what is shown of a manifest whose account type has a secret, and all its lines."""
    given = with_changes(ACCOUNT_TYPE, _id=MANIFEST["slug"], client_secret=client_secret)
    (folder / "manifest.konnector").write_text(manifest)
    types = folder / "account-types-def.json"
    types.write_text(json.dumps(given))
    done = check([folder], account_types=[types])
    lines = [document.masked or "" for document in done.documents.values()]
    login = () if "[1,}" in manifest else (*login_text(preview(folder)), str(preview(folder)))
    return "\n".join((*render(done), json.dumps(report.render(done)), *lines, *login))


@pytest.mark.parametrize("written", [r"zK9\/wxQ7vLm2T", r"\u007aK9/wxQ7v\u004cm2T"])
@pytest.mark.parametrize("change", [("[1]", "[1]"), ("[1]", "[1,}"), ('"type"', '"%s"')])
def test_no_line_shows_a_secret_of_another_file_that_json_escapes(
    tmp_path: Path, change: tuple[str, str], written: str
) -> None:
    manifest = with_changes(MANIFEST, type="@@", langs=[1])
    text = json.dumps(manifest, indent=1).replace("[\n  1\n ]", "[1]")
    text = text.replace(change[0], change[1].replace("%s", written)).replace("@@", written)
    shown = shown_of(tmp_path, text, "zK9/wxQ7vLm2T")
    assert "wxQ7v" not in shown
    assert ('"editor": ' in shown) == (change[1] != "[1,}")


@pytest.mark.parametrize(
    "written", [r"https:\/\/zqj7@h", r"https:\u002f\u002fzqj7@h", r"https\u003a//me:zqj7\u0040h"]
)
@pytest.mark.parametrize("end", ["[1]", "[1,}"])
def test_no_line_shows_user_information_that_json_escapes(
    tmp_path: Path, end: str, written: str
) -> None:
    manifest = with_changes(MANIFEST, type="@@", vendor="caf\u00e9", langs=[1])
    text = json.dumps(manifest, indent=1).replace("[\n  1\n ]", end).replace("@@", written)
    shown = shown_of(tmp_path, text, "$NAME")
    assert "zqj7" not in shown
    assert (r"caf\u00e9" in shown) == (end == "[1]" or r"\u00" not in written)


@pytest.mark.parametrize("separator", ["&", "%26", "#", ";"])
def test_no_part_of_a_secret_of_another_file_is_shown_where_a_login_cuts_it(
    tmp_path: Path, separator: str
) -> None:
    secret = f"pk7Lm2Qx{separator}Rt9Vb4Zn"
    manifest = with_changes(MANIFEST, oauth={"scope": [f"read {secret}", "b"]})
    shown = shown_of(tmp_path, json.dumps(manifest), secret)
    assert "the provider receives" in shown or separator == ";"  # which the stack drops
    assert "pk7Lm2Qx" not in shown
    assert "Rt9Vb4Zn" not in shown


@pytest.mark.parametrize(
    "secret", ["zK9 w!xQ7v", "zK9/w+x(Q7v)", "zK9%2bw!xQ7v", "zK9%252bw!xQ7v", "zK9/wx!'*~Q7v"]
)
def test_no_secret_is_shown_as_a_login_encodes_it(tmp_path: Path, secret: str) -> None:
    manifest = with_changes(MANIFEST, oauth={"scope": [secret]})
    shown = shown_of(tmp_path, json.dumps(manifest), secret)
    assert "scope=***" in shown
    assert "Q7v" not in shown


def test_no_secret_is_shown_as_the_name_of_a_host(tmp_path: Path) -> None:
    secret = "Qz7KxWv9TbLm"
    given = with_changes(
        ACCOUNT_TYPE,
        _id=MANIFEST["slug"],
        client_secret=secret,
        redirect_uri=f"https://{secret}/accounts/x/redirect",
    )
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (tmp_path / "account-types-def.json").write_text(json.dumps(given))
    shown = "\n".join(render(check([tmp_path])))
    assert "R002" in shown
    assert secret.lower() not in shown


@pytest.mark.parametrize(
    ("document", "are_shown"),
    [
        (Document("x", b'{"a": 1}'), True),
        (Document("x", b'{"a": 1,}'), True),
        (Document("x", b'{"a": 1}').withheld(), False),
        (Document("x", b'{"client_secret": "abcdefgh",}', kind="account types"), False),
        (None, True),
    ],
    ids=["whole", "broken", "with a secret in its name", "broken account types", "unknown"],
)
def test_an_edit_of_a_file_whose_lines_are_hidden_is_not_shown(
    document: Document | None, *, are_shown: bool
) -> None:
    [finding] = check_sources(gather([], stdin=("x", b'{"slug": 1}'))).findings[:1]
    place = Document("x", b"{}").at(())
    for text, shown in (("abcdefgh", are_shown), ("abc", True)):
        edits = (Edit(place, text),)
        one = finding._replace(path="x", fix=Fix("write it", True, edits))
        found = shown_edits(one, {"x": document} if document else {})
        assert found == (edits if shown else ())


@pytest.mark.parametrize("text", ["token={}", "password: {}", "login --token {}", "Bearer {}"])
def test_a_secret_in_a_text_of_account_types_is_one_everywhere(text: str) -> None:
    secret = "Vb3xQ9zLw2Kt8Rm5Yp1N"
    value = {"_id": "x", "note": text.format(secret)}
    assert hider_of(Document("x", json.dumps(value).encode(), "account types")).finds(secret)

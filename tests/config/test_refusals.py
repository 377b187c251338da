"""Every mistake in a configuration is reported in one line with its place."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from manifest_lint import UserError
from manifest_lint.config.find import Config
from manifest_lint.config.settings import Settings
from manifest_lint.config.toml import decode
from manifest_lint.config.toml_file import LIMIT
from manifest_lint.engine.select import code_of
from tests.command import ROOT
from tests.config.configured import SCHEMA, TEXT, configured, write

WRONG = [
    ('\n\nslect = ["S"]', '3:1: unknown key "slect"; did you mean "select"?'),
    ('[biuld]\nout = "x"', '1:2: unknown key "biuld"; did you mean "build"?'),
    ('[build]\nbuilddir = "x"', '2:1: unknown key "builddir"; did you mean "build-dir"?'),
    (
        '[build]\ninclude = ["a", "../x:r"]',
        "2:17: ../x:REASON: is not a path in the built folder; name the one file or folder",
    ),
    ('[build]\ninclude = ["./x"]', '2:12: "./x" starts with a dot and a slash, which never'),
    ('[build]\nexclude = ["./x"]', '2:12: "./x" starts with a dot and a slash, which never'),
    ('select = "S"', '1:10: "select" must be a list, not "S"'),
    (
        'select = [\n  "S", # é\n  1,\n]',
        '3:3: "select[1]" must be a string in quotes, not the number 1',
    ),
    ("ignore = [1979-05-27]", '1:11: "ignore[0]" must be a string in quotes, not a date or a time'),
    ("ignore = [true]", '1:11: "ignore[0]" must be a string in quotes, not `true`'),
    ('select = ["S", "S"]', '1:16: "S" is listed twice; remove one'),
    ('ignore = ["é", "é"]', '1:16: "é" is listed twice; remove one'),
    (
        'select = ["A", "S"]\nignore = ["F", "S"]',
        '2:16: "S" is in both "select" and "ignore"; remove one',
    ),
    (
        'select = ["A", "S002"]\nignore = ["S00"]',
        '2:11: "S00" ignores "S002", which is in "select"; remove one',
    ),
    ('select = ["Q"]', "1:11: Q: no rule has a code that starts with it; families are A, "),
    (
        'ignore = ["S", "s001"]',
        "1:16: s001: no rule has a code that starts with it; did you mean S001?",
    ),
    ('[severity]\nS0001 = "note"', "2:1: S0001: no rule has this code; did you mean S001?"),
    ('[severity]\n"" = "note"', '2:1: "": no rule has this code; families are A, '),
    ('[severity]\nS = "note"', "2:1: S: no rule has this code; families are A, "),
    (
        'severity.S001 = "eror"',
        '1:17: "severity.S001" must be "error", "warning" or "note", not "eror";'
        ' did you mean "error"?',
    ),
    (
        "fail-on = 3",
        '1:11: "fail-on" must be "error", "warning", "note" or "never", not the number 3',
    ),
    ("build = 1", '1:9: "build" must be a table, not the number 1'),
    ('build.out = ""', '1:13: "build.out" must not be empty'),
    ("build.time-limit = 0", '1:20: "build.time-limit" must be at least 1'),
    (
        'build.url = "x"',
        '1:13: "build.url" cannot be "***"; use an address such as https://downloads.example',
    ),
    (
        'build.secret-variables = "hunter2-hunter2"',
        '1:26: "build.secret-variables" must be a list, not "***"',
    ),
    (
        'build.url = "ftp://x/?key=hunter2"',
        '1:13: "build.url" cannot be "ftp://x/?key=***"',
    ),
    ('build.url = "https://x/{slag}"', '1:13: "build.url" cannot be'),
    (
        'build.secret-variables = ["$A"]',
        '1:27: "build.secret-variables[0]" cannot be "$A"; use the name of an environment',
    ),
    (
        'account-types = ["nix"]',
        '1:18: "nix" not found next to this configuration; check the path',
    ),
    ('account-types = ["a\\u0000b"]', '1:18: "a\\u0000b" not found next to this configuration'),
    ('build.out = "\\u0000"', "1:13: contains a NUL character; remove it"),
    ('build.command = "a\\u0000b"', "1:17: contains a NUL character; remove it"),
    ('baseline = "\\u0000"', "1:12: contains a NUL character; remove it"),
    (
        'redirect-domains = ["https://x.example/y"]',
        '1:21: "redirect-domains[0]" cannot be "https://x.example/y"; use a domain, without path,'
        " user name or `*`",
    ),
    (
        'endpoint-families = [["a.example"]]',
        '1:22: "endpoint-families[0]" must have at least 2 items',
    ),
    ('extra-categories = [""]', '1:21: "extra-categories[0]" must not be empty'),
    ("per-file-ignores = [1]", '1:21: "per-file-ignores[0]" must be a table, not the number 1'),
    (
        '[[per-file-ignores]]\ncode = "S"\npath = "x"',
        '1:1: "per-file-ignores[0]" needs "reason"; add it',
    ),
    (
        '[[per-file-ignores]]\ncode = "S"\npath = "x"\nreason = " "',
        '4:10: "per-file-ignores[0].reason" must not be empty',
    ),
    (
        '[[per-file-ignores]]\ncode = []\npath = "x"\nreason = "y"',
        '2:8: "per-file-ignores[0].code" must not be empty',
    ),
    (
        '[[per-file-ignores]]\ncode = "S"\nreason = "y"\npath = "a\\\\b"',
        '4:8: "per-file-ignores[0].path" cannot be "a\\\\b"; separate names with "/"',
    ),
    (
        '[[per-file-ignores]]\ncode = "S"\nreason = "y"\npath = "*a*a*a*a*b"',
        '4:8: "*a*a*a*a*b" has more than 3 "*" in a name; use fewer',
    ),
    (
        '[[per-file-ignores]]\ncode = "S"\nreason = "y"\npath = "**/a/**/a/**/b"',
        '4:8: "**/a/**/a/**/b" has more than 2 "**"; use fewer',
    ),
    (
        'per-file-ignores = [{ code = "S", path = "x", reason = "y", until = "2030-01-01" }]',
        '1:69: "per-file-ignores[0].until" must be a date without quotes, such as 2030-12-31',
    ),
    (
        'per-file-ignores = [{ code = "S", path = "x", reason = "y", until = 07:00:00 }]',
        '1:69: "per-file-ignores[0].until" must be a date without quotes, such as 2030-12-31',
    ),
    (
        'per-file-ignores = [{ code = "Q", path = "x", reason = "y" }]',
        "1:30: Q: no rule has a code that starts with it",
    ),
    (
        '[[per-file-ignores]]\ncode = "S"\npath = "x"\nreason = "y"\n'
        '[[per-file-ignores]]\ncode = "S"\npath = "x"\nreason = "z"',
        '5:1: "S" is ignored in "x" twice; remove one',
    ),
    ("select = ", "1:10: is not TOML: invalid value"),
    ('ignore = ["S"]\nselect = "', "2:11: is not TOML: unterminated string"),
    ('select = ["S"]\nselect = ["S"]', "2:15: is not TOML: cannot overwrite a value"),
    ("[severity\n", "1:10: is not TOML: expected ']' at the end of a table declaration"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text for text, _ in WRONG])
@pytest.mark.usefixtures("root")
def test_a_mistake_is_reported_in_one_line_with_its_place(text: str, message: str) -> None:
    with pytest.raises(UserError) as refusal:
        configured(text)
    assert str(refusal.value).startswith(f"manifest-lint.toml:{message}")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tool.manifest-lint = 3", '1:22: "tool.manifest-lint" must be a table, not the number 3'),
        ('[tool.manifest-lint]\nslect = ["S"]', '2:1: unknown key "slect"'),
        ("[tool]\nmanifest-lint = { slect = 1 }", '2:19: unknown key "slect"'),
        ("[tool]\nmanifest-lint.select = 1", '2:24: "select" must be a list'),
        ("[[tool.manifest-lint.per-file-ignores]]\n", '1:1: "per-file-ignores[0]" needs "code"'),
        ("[tool.manifest-lint]\n[", "2:2: is not TOML"),
    ],
)
@pytest.mark.usefixtures("root")
def test_a_mistake_in_pyproject_is_reported_with_its_place(text: str, message: str) -> None:
    write("pyproject.toml", text)
    with pytest.raises(UserError) as refusal:
        Config()(Path("x"))
    assert str(refusal.value).startswith(f"pyproject.toml:{message}")


@pytest.mark.parametrize(
    "pattern", ["!x", "#x", "a\\b", "[a]", "./x", "../x", "..", "/", " ", "a\nb"]
)
@pytest.mark.usefixtures("root")
def test_a_pattern_that_could_match_nothing_is_refused(pattern: str) -> None:
    entry = f'{{ code = "S", path = {json.dumps(pattern)}, reason = "y" }}'
    with pytest.raises(
        UserError, match=r':1:42: "per-file-ignores\[0\].path" (cannot|must not) be'
    ):
        configured(f"per-file-ignores = [{entry}]")


@pytest.mark.parametrize(
    "domain",
    [
        *("", ".x", "a..b", "x:", "x:y", "x:1x", "x:100000", "x/y", "u@x", "*.x"),
        *(
            "x y",
            "x\n",
            "\nx",
            "x?",
            "x#",
            "x%",
            "x\\y",
            "ftp://x",
            "https://",
            "https://.x",
            "https://u@x",
        ),
    ],
)
@pytest.mark.usefixtures("root")
def test_an_invalid_domain_is_refused(domain: str) -> None:
    with pytest.raises(UserError, match=':1:21: "redirect-domains'):
        configured(f"redirect-domains = [{json.dumps(domain)}]")
    with pytest.raises(UserError, match=r':1:34: "endpoint-families\[0\]\[1\]"'):
        configured(f'endpoint-families = [["other.x", {json.dumps(domain)}]]')


@pytest.mark.parametrize(
    "domain",
    [
        *("mycozy.cloud", "MyCozy.Cloud", "https://mycozy.cloud", "HTTPS://mycozy.cloud:443/"),
        *("cozy.tools:8080", "mycozy.cloud.", "Müller.example", "localhost", "x_y.example"),
    ],
)
@pytest.mark.usefixtures("root")
def test_a_domain_may_be_written_as_people_type_it(domain: str) -> None:
    assert configured(f'redirect-domains = ["{domain}"]').redirect_domains == (domain,)
    families = configured(f'endpoint-families = [["a.x", "{domain}"]]').endpoint_families
    assert families == (frozenset(("a.x", domain)),)


@pytest.mark.parametrize(
    "key", ["extend", "account-types", "baseline", "build.build-dir", "build.out", "build.command"]
)
@pytest.mark.usefixtures("root")
def test_what_no_system_accepts_as_a_path_or_command_is_refused(key: str) -> None:
    most = 32_000 if key == "build.command" else 4096
    text = json.dumps(["a" * (most + 1)] if key == "account-types" else "a" * (most + 1))
    named = rf"{re.escape(key)}(\[0\])?"
    with pytest.raises(UserError, match=rf':1:\d+: "{named}" must have at most {most:,} char'):
        configured(f"{key} = {text}")


@pytest.mark.usefixtures("root")
def test_account_types_with_a_name_longer_than_a_disk_has_are_not_found() -> None:
    with pytest.raises(UserError, match=r':1:18: "a+\.\.\." not found next to this configuration'):
        configured(f'account-types = ["{300 * "a"}"]')


@pytest.mark.usefixtures("root")
def test_two_configurations_in_one_folder_are_refused() -> None:
    write("manifest-lint.toml")
    write("pyproject.toml", "[tool.manifest-lint]")
    message = r"^manifest-lint.toml: pyproject.toml next to it also has \[tool.manifest-lint\]"
    with pytest.raises(UserError, match=message):
        Config()(Path("x"))


@pytest.mark.parametrize("name", ["manifest-lint.toml", "pyproject.toml"])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Path.mkdir, "is a folder, not a file; name a file"),
        (lambda path: path.symlink_to("nowhere"), "there is no such file"),
        (lambda path: path.symlink_to(path.name), "cannot be read"),
        (os.mkfifo, "is not a regular file; use --isolated for no configuration"),
        (lambda path: path.write_bytes(b"#" * (LIMIT + 1)), "is larger than 1 MiB"),
    ],
    ids=["a folder", "a broken link", "a link to itself", "a named pipe", "too large"],
)
@pytest.mark.usefixtures("root")
def test_an_unreadable_configuration_is_refused(name: str, make: Any, message: str) -> None:
    make(Path(name))
    for config in (lambda: Config()(Path("a/x")), lambda: Config(Path(name))):
        with pytest.raises(UserError) as refusal:
            config()
        assert str(refusal.value).startswith(f"{name}: {message}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.usefixtures("root")
def test_a_configuration_without_read_permission_is_refused() -> None:
    write("manifest-lint.toml").chmod(0)
    with pytest.raises(UserError, match="permission denied"):
        Config()(Path("x"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'ignore = ["S"]\n# \xc3\xa9\xff', ":2:4: is not UTF-8; save it as UTF-8"),
        (b"\xef\xbb\xbfse\xc3", ":1:3: is not UTF-8; save it as UTF-8"),
        (b"x = " + b"[" * 5000, ": values are nested too deeply; remove that value"),
        (b"x = " + b"{a=" * 5000, ": values are nested too deeply; remove that value"),
        (b"a" + b".a" * 500_000 + b" = 1", ": tables are nested too deeply"),
        (b"[a" + b".a" * 500_000 + b"]", ": tables are nested too deeply"),
        (b"x = 1" + b"0" * 5000, ": a number is too long; remove it"),
        (b"fail-on = 0x" + b"f" * 5000, ": a number is too long; remove it"),
        (b"select = [" + b"1," * 400_000 + b"]", ':1:11: "select[0]" must be a string'),
        (b'select = ["x"' + b',"x"' * 200_000 + b"]", ':1:15: "x" is listed twice'),
        (b"".join(b"a%d=1\n" % n for n in range(60_000)), ':1:1: unknown key "a0"'),
    ],
    ids=lambda value: str(value[:12]),
)
@pytest.mark.usefixtures("root")
def test_hostile_files_are_refused_quickly(data: bytes, message: str) -> None:
    Path("manifest-lint.toml").write_bytes(data)
    with pytest.raises(UserError) as refusal:
        Config(code_of=code_of)(Path("x"))
    assert str(refusal.value).startswith(f"manifest-lint.toml{message}")


def test_a_named_configuration_must_be_valid() -> None:
    message = r"pyproject.toml: has no table \[tool.manifest-lint\]"
    with pytest.raises(UserError, match=message):
        Config(ROOT / "pyproject.toml")
    with pytest.raises(UserError, match="there is no such file"):
        Config(Path("no-such-file.toml"))


@given(data=TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=40))
@pytest.mark.parametrize("name", ["manifest-lint.toml", "pyproject.toml"])
def test_any_file_gives_settings_or_one_line(
    name: str, data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    above = b"[tool.manifest-lint]\n" if name == "pyproject.toml" else b""
    (folder / name).write_bytes(above + data)
    try:
        assert isinstance(Config(code_of=code_of)(folder / "x"), Settings)
    except UserError as error:
        message = str(error)
        assert message.startswith(f"{folder / name}:")
        assert "\n" not in message


@given(TEXT)
def test_the_compiled_schema_accepts_exactly_what_jsonschema_accepts(text: str) -> None:
    from manifest_lint.config import accept
    from manifest_lint.config.read import _as_schema_has_it

    try:
        value = _as_schema_has_it(decode(text))
    except (ValueError, RecursionError):
        return
    try:
        accept.validate(value)  # type: ignore[no-untyped-call]  # generated
        accepted = True
    except accept.Rejected:
        accepted = False
    assert accepted is Draft7Validator(SCHEMA).is_valid(value)

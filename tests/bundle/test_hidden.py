"""What a build knows to be a secret is in none of its outputs, and what it did not do is."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from base64 import b64encode
from pathlib import Path

import pytest

from manifest_lint.reports.names import FORMATS
from tests.command import run
from tests.connectors import SUNMETER

SECRET = "Cq7Zx-91kPlmQ3wR"
ENVIRONMENT = {"SUNMETER_CLIENT_SECRET": SECRET}


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A built connector without findings, whose secret is in the environment."""
    connector = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    [file] = connector.glob("account-types*.json")
    account_type = json.loads(file.read_text())
    account_type["client_secret"] = "$SUNMETER_CLIENT_SECRET"
    file.write_text(json.dumps(account_type))
    return connector


def outputs(connector: Path, *arguments: str) -> str:
    """Return all that a command prints and writes, but for the archive."""
    done = run(*arguments, cwd=connector, environment=ENVIRONMENT)
    assert "Traceback" not in done.stderr
    files = [*connector.rglob("*.report.json"), *connector.rglob("*.publish.json")]
    files += [*connector.rglob("*.intoto.json"), *connector.rglob("out.*")]
    return "\n".join((done.stdout, done.stderr, *(file.read_text() for file in files)))


@pytest.mark.parametrize(
    "command", ["./b.sh {}", "echo {}; false", "x={} y", "sh -c './b.sh {}' && false"]
)
@pytest.mark.parametrize("options", [(), ("-q",), ("--json",)])
def test_a_known_secret_in_the_command_is_hidden(
    connector: Path, command: str, options: tuple[str, ...]
) -> None:
    settings = (
        f"[build]\ncommand = {json.dumps(f'exec 2>&1 >/dev/null; {command}'.format(SECRET))}\n"
    )
    (connector / "manifest-lint.toml").write_text(settings)
    (connector / "b.sh").write_text("#!/bin/sh\nexit 3\n")
    (connector / "b.sh").chmod(0o755)
    done = run("build", *options, cwd=connector, environment=ENVIRONMENT)
    [first, *_, last] = [one for one in done.stderr.splitlines() if "exec" in one]
    assert "***" in first
    assert "Running" in first
    assert "failed with" in last
    assert SECRET not in f"{first}{last}{done.stdout}"
    for form in ("text", "json"):
        shown = outputs(connector, "config", "--format", form)
        assert "exec" in shown
        assert SECRET not in shown


@pytest.mark.parametrize(
    "options",
    [
        ("--include", f"a.pem:{SECRET}"),
        ("--include", f"{SECRET}/a.pem:a reason"),
        ("--allow-leak", f"K001:index.js:0123abcd:{SECRET}"),
        ("--allow-leak", f"K001:{SECRET}.js:0123abcd:a reason"),
        ("--out", f"out-{SECRET}"),
        ("--exclude", f"{SECRET}/"),
    ],
)
def test_a_known_secret_in_an_option_is_hidden(connector: Path, options: tuple[str, ...]) -> None:
    (connector / "build" / SECRET).mkdir()
    (connector / "build" / SECRET / ".npmrc").write_text("")
    (connector / "build" / "a.pem").write_text("")
    arguments = ("build", "--just-built", *options)
    for form in (
        ("--format=html",),
        ("--format=markdown",),
        ("--json",),
        ("-q",),
        (),
    ):
        assert SECRET not in outputs(connector, *arguments, *form)
    done = run(*arguments, cwd=connector, environment=ENVIRONMENT)
    assert "Packed " in done.stdout
    assert "***" in done.stdout


FIELDS: dict[str, dict[str, object]] = {
    "a scope": {"oauth": {"scope": [f"a {SECRET}"]}},
    "the version": {"version": SECRET},
    "the name": {"name": SECRET},
    "the editor": {"editor": SECRET},
    "the icon": {"icon": f"{SECRET}/icon.svg"},
    "a screenshot": {"screenshots": [f"{SECRET}.png"]},
    "a category": {"categories": [SECRET]},
    "a field": {"fields": {SECRET: {"type": "text"}}},
    "a doctype": {"permissions": {"a": {"type": f"io.cozy.{SECRET}"}}},
    "a doctype in another case": {"permissions": {"a": {"type": "io.cozy.zq7Hunter2Kx93"}}},
}
ALL_FORMATS = (
    *("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "rdjson", "junit"),
    *("markdown", "html"),
)


@pytest.mark.parametrize("field", FIELDS)
def test_a_known_secret_in_the_manifest_is_in_no_report(connector: Path, field: str) -> None:
    secret = "zq7Hunter2Kx93" if "case" in field else SECRET
    environment = {"SUNMETER_CLIENT_SECRET": secret}
    for file in connector.rglob("manifest.konnector"):
        file.write_text(json.dumps({**json.loads(file.read_text()), **FIELDS[field]}, indent=2))
    with tarfile.open(connector / "a.tar", "w") as archive:
        archive.add(connector / "build", "build")
    files = [f"--output-file={one}=out.{one}" for one in ALL_FORMATS]
    given = ("--account-types", "account-types-def.json")
    for arguments in (("build", "--just-built"), ("verify", "a.tar")):
        run(*arguments, *given, *files, cwd=connector, environment=environment)
        reports = {one: (connector / f"out.{one}").read_text() for one in ALL_FORMATS}
        assert "K001" in reports["text"]
        plain = {one: re.sub(r"[\W_]", "", text).lower() for one, text in reports.items()}
        shown = re.sub(r"[\W_]", "", secret).lower()
        assert [one for one, text in plain.items() if shown in text] == []


def test_a_known_secret_in_the_path_of_a_file_is_hidden(connector: Path) -> None:
    [file] = connector.glob("account-types*.json")
    account_type = {**json.loads(file.read_text()), "comment": "a finding"}
    (connector / f"{SECRET}.json").write_text(json.dumps(account_type))
    (connector / f"{SECRET}.toml").write_text(
        f'per-file-ignores = [{{ code = "A012", path = "/{SECRET}.json", reason = "{SECRET}" }}]\n'
    )
    formats = ("html", "json", "sarif", "junit", "markdown", "github", "gitlab", "rdjson", "text")
    given = ("--config", f"{SECRET}.toml", "--account-types", f"{SECRET}.json")
    files = [f"--output-file={form}=out.{form}" for form in formats]
    shown = outputs(connector, "build", "--just-built", *given, *files)
    assert shown.count("***.json") > len(formats)
    assert SECRET not in shown


def test_a_known_secret_in_an_output_that_cannot_be_written_is_hidden(connector: Path) -> None:
    (connector / SECRET).write_text("")
    shown = outputs(connector, "build", "--just-built", "--out", f"{SECRET}/x")
    assert "***/x" in shown
    assert SECRET not in shown


SAID = (
    "$SUNMETER_CLIENT_SECRET is not set",
    "--allow-leak K001:x.js:0123abcd accepts nothing",
    "--include lost.key:REASON packs nothing",
)


@pytest.mark.parametrize(
    ("options", "stream"),
    [
        ((), "stdout"),
        (("-q",), "stderr"),
        (("--format=concise",), "stderr"),
        (("--format=gitlab",), "stderr"),
        (("--format=github",), "stdout"),
        (("--format=junit",), "stdout"),
        (("--format=sarif",), "stdout"),
        (("--format=markdown",), "stdout"),
        (("--format=html",), "stdout"),
    ],
)
def test_every_format_says_what_was_not_searched_for_and_not_needed(
    connector: Path, options: tuple[str, ...], stream: str
) -> None:
    given = ("--include=lost.key:old", "--allow-leak=K001:x.js:0123abcd:a test")
    done = run("build", "--just-built", *given, *options, cwd=connector)
    assert done.returncode == 0, done.stderr
    shown, other = done.stdout, done.stderr
    if stream == "stderr":
        shown, other = other, shown
    shown = shown.replace("\\", "")  # Markdown
    assert [one for one in SAID if one not in shown] == []
    assert [one for one in SAID if one in other] == []


FORMS = {
    "hexadecimal": SECRET.encode().hex(),
    "hexadecimal in capitals": SECRET.encode().hex().upper(),
    "base64": b64encode(SECRET.encode()).decode().rstrip("="),
    "base64 of more": b64encode(f"sunmeter:{SECRET}:x".encode()).decode(),
    "URL-encoded": "".join(f"%{byte:02x}" for byte in SECRET.encode()),
    "numbers": ",".join(str(byte) for byte in SECRET.encode()),
    "JavaScript": "".join(f"\\u{byte:04x}" for byte in SECRET.encode()),
    "JavaScript in capitals": "".join(f"\\u{byte:04X}" for byte in SECRET.encode()),
    "JavaScript with two digits": "".join(f"\\x{byte:02x}" for byte in SECRET.encode()),
}
REPORTS = ("json", "html", "markdown", "sarif", "junit")


def with_files(connector: Path, name: str, category: str) -> None:
    """Put a file and a folder of a name into the build, and a category into both manifests."""
    (connector / "build" / name).mkdir()
    for path in (f"{name}.js", f"{name}/x.js", f"{name}/.npmrc"):
        (connector / "build" / path).write_text("1")
    for folder in (connector, connector / "build"):
        file = folder / "manifest.konnector"
        file.write_text(json.dumps({**json.loads(file.read_text()), "categories": [category]}))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("category", [True, False], ids=["also quoted", "only a name"])
def test_the_form_of_a_secret_that_is_reported_is_not_shown(
    connector: Path, form: str, *, category: bool
) -> None:
    (connector / "out").mkdir()
    name = FORMS[form]
    with_files(connector, name, name if category else "energy")
    files = [f"--output-file={one}=out/out.{one}" for one in REPORTS]
    shown = outputs(connector, "build", "--just-built", *files)
    assert "in its name" in shown
    # The first and last characters of base64 depend on what is before and after the secret.
    core = name[14:-6] if form == "base64 of more" else name[:-1]
    assert core not in shown.replace("\\\\", "\\")  # in JSON and in Markdown
    given = ("--account-types", "account-types-def.json")
    shown = outputs(connector, "verify", "build", *given, *files)
    assert "in its name" in shown
    assert core not in shown.replace("\\\\", "\\")  # in JSON and in Markdown


def test_the_form_of_an_accepted_secret_is_not_shown_where_files_are_listed(
    connector: Path,
) -> None:
    (connector / "out").mkdir()
    name = FORMS["hexadecimal"]
    with_files(connector, name, "energy")
    first = run("build", "--just-built", "--json", cwd=connector, environment=ENVIRONMENT)
    prints = re.findall(r"fingerprint (\w+)", first.stdout)
    paths = (f"{name}.js", f"{name}/x.js", f"{name}/.npmrc")
    leaks = [f"K001:{path}:{one}:tested" for path in paths for one in prints]
    options = [option for leak in leaks for option in ("--allow-leak", leak)]
    files = [f"--output-file={one}=out/out.{one}" for one in REPORTS]
    shown = outputs(connector, "build", "--just-built", *options, *files)
    assert "Packed " in shown
    assert name not in shown


@pytest.mark.parametrize("name", [SECRET, FORMS["hexadecimal"]], ids=["plain", "hexadecimal"])
def test_no_fact_about_an_archive_shows_a_secret(connector: Path, name: str) -> None:
    (connector / "out").mkdir()
    manifest = connector / "build" / "manifest.konnector"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "slug": name}))
    with tarfile.open(connector / f"{name}.tar", "w") as archive:
        archive.add(connector / "build", name)
    files = [f"--output-file={one}=out/out.{one}" for one in REPORTS]
    given = ("--account-types", "account-types-def.json")
    for form in ("text", "json", "jsonl"):
        shown = outputs(connector, "verify", f"{name}.tar", *given, *files, "--format", form)
        assert "***" in shown
        assert name not in shown


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "editor",
    [f'"editor": "Example", // {SECRET}', f'"editor": "{SECRET}"', ""],
    ids=["comment", "missing comma", "nothing but the secret"],
)
def test_a_known_secret_in_a_manifest_that_cannot_be_read_is_hidden(
    connector: Path, form: str, editor: str
) -> None:
    manifest = connector / "manifest.konnector"
    text = manifest.read_text().replace('"editor": "Example",', editor)
    manifest.write_text(text if editor else f'"{SECRET}"')
    shown = outputs(connector, "build", "--just-built", "--format", form)
    assert "J001" in shown
    assert SECRET not in shown
    [types] = connector.glob("account-types*.json")
    types.write_text(types.read_text().replace("$SUNMETER_CLIENT_SECRET", SECRET))
    for command in ("build", "check"):
        assert SECRET not in outputs(connector, command, ".", "--format", form)

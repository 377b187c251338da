"""What users expect in a terminal: examples, completion, links, watching, man pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest

from manifest_lint.cli.commands.schema import NAMES
from manifest_lint.cli.main import COMMANDS, cli
from manifest_lint.cli.watch import follow
from manifest_lint.document import schema
from manifest_lint.errors import Interrupted
from tests import man_pages
from tests.command import PATIENCE, ROOT, moments, on_a_terminal, run
from tests.connectors import FIXTURES, SUNMETER
from tests.servers import installed

FAULTY = FIXTURES / "faulty"


def test_the_main_help_has_a_whole_sentence_for_each_command() -> None:
    shown = run("--help", environment={"COLUMNS": "80"}).stdout.split("Commands:\n")[1]
    lines = dict(line.split(maxsplit=1) for line in shown.splitlines())
    assert list(lines) == list(COMMANDS)
    assert [line for line in lines.values() if line.endswith("...")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_with_real_options(name: str) -> None:
    context = click.Context(cli, info_name="manifest-lint")
    command = cli.get_command(context, name)
    assert command
    assert command.epilog
    shown = run(name, "--help").stdout
    examples = shown.split("Examples:")[1]
    assert f"manifest-lint {name}" in examples
    own = examples.split(" | ")[0]
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"(?<=\s)--[\w-]+", own)) <= known


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_printed_as_shipped(name: str) -> None:
    done = run("schema", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8")
    assert json.loads(done.stdout) == schema.load(name)
    assert name in run("schema").stdout


def test_an_unknown_schema_is_reported_in_one_line() -> None:
    done = run("schema", "konector")
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert "konnector" in line


ASK = """
const { getLanguageService, TextDocument } = require('vscode-json-languageservice')
const { readFileSync } = require('node:fs')
const { schema, texts } = JSON.parse(readFileSync(0, 'utf-8'))
const service = getLanguageService({})
const uri = 'file:///schema.json'
service.configure({ schemas: [{ uri, fileMatch: ['*.konnector'], schema: JSON.parse(schema) }] })
const answer = async marked => {
  const text = marked.replace('|', '')
  const document = TextDocument.create('file:///manifest.konnector', 'json', 1, text)
  const parsed = service.parseJSONDocument(document)
  const position = document.positionAt(marked.indexOf('|'))
  const completion = await service.doComplete(document, position, parsed)
  const hover = await service.doHover(document, position, parsed)
  const found = await service.doValidation(document, parsed, {})
  return {
    labels: completion.items.map(item => item.label),
    hover: JSON.stringify(hover?.contents ?? ''),
    warnings: found.map(one => one.message)
  }
}
Promise.all(texts.map(answer)).then(answers => console.log(JSON.stringify(answers)))
"""
"""What Visual Studio Code asks of its JSON language service."""

DEPRECATED = '{"uuid": "x", "slug": "y"}|'
BY_THE_SCHEMA = {
    '{"sl|": ""}': ("slug", ""),
    '{"categories": ["|"]}': ('"telecom"', ""),
    '{"slug|": "x"}': ("editor", "Identifier of the connector in the registry"),
    '{"permissions": {"x": {"verbs": ["|"]}}}': ('"POST"', ""),
}


@pytest.mark.parametrize("text", BY_THE_SCHEMA)
def test_visual_studio_code_completes_and_explains_by_the_schema(
    answers: dict[str, dict[str, Any]], text: str
) -> None:
    label, hover = BY_THE_SCHEMA[text]
    assert label in answers[text]["labels"]
    assert hover in answers[text]["hover"]


def test_visual_studio_code_warns_of_what_is_deprecated(
    answers: dict[str, dict[str, Any]],
) -> None:
    assert answers[DEPRECATED]["warnings"] == ["Leave it out: a slug never changes today."]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return what Visual Studio Code completes, explains and warns of at the bar of each text."""
    folder, texts = tmp_path_factory.mktemp("code"), [*BY_THE_SCHEMA, DEPRECATED]
    (folder / "node_modules").symlink_to(installed("vscode-json-languageservice").parent)
    (folder / "ask.js").write_text(ASK)
    given = json.dumps({"schema": schema.text("konnector"), "texts": texts})
    done = subprocess.run(["node", "ask.js"], cwd=folder, input=given.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return dict(zip(texts, json.loads(done.stdout), strict=True))


def completed(shell: str, line: str, tmp_path: Path) -> list[str]:
    """Return what a shell offers after a line that a user has typed."""
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"needs {shell}, which is not installed")
    binary = tmp_path / "manifest-lint"
    binary.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m manifest_lint "$@"\n')
    binary.chmod(0o755)
    script = run("completion", shell).stdout
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    if shell == "bash":
        script += (
            f"\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}"
            "\n_manifest_lint_completion manifest-lint\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
        )
    else:
        script += f"\ncomplete --do-complete '{line}'\n"
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run([program, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [offered.split("\t")[0] for offered in done.stdout.splitlines() if offered]


@pytest.mark.parametrize("shell", ["bash", "fish"])
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("manifest-lint che", ["check"]),
        ("manifest-lint check --sele", ["--select"]),
        ("manifest-lint check --select S00", [f"S00{number}" for number in range(1, 10)]),
        ("manifest-lint explain R00", None),
        ("manifest-lint check --format sa", ["sarif"]),
        ("manifest-lint check --output-file jsonl", ["jsonl="]),
        ("manifest-lint schema acc", ["account-type"]),
        ("manifest-lint build --channel ", ["beta", "dev"]),
    ],
)
def test_a_shell_completes(
    shell: str, line: str, offered: list[str] | None, tmp_path: Path
) -> None:
    found = completed(shell, line, tmp_path)
    if offered is None:
        assert found
        assert all(code.startswith("R00") for code in found)
    else:
        assert sorted(found) == offered


def test_zsh_accepts_the_script() -> None:
    script = run("completion", "zsh").stdout
    assert script.startswith("#compdef manifest-lint")
    if not (zsh := shutil.which("zsh")):
        pytest.skip("needs zsh, which is not installed")
    done = subprocess.run([zsh, "-n"], input=script, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


LINK = re.compile("\x1b]8;;(file://[^\x1b]*)\x1b\\\\")


@pytest.mark.parametrize(
    ("environment", "linked"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7603"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4402"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb", "TERM_PROGRAM": "vscode"}, False),
        ({"TERM": "xterm-256color", "FORCE_HYPERLINK": "1"}, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_codes_link_to_their_pages_if_the_terminal_supports_links(
    environment: dict[str, str], linked: bool
) -> None:
    cleared = {"VTE_VERSION": "", "TERM_PROGRAM": "", "FORCE_HYPERLINK": "", **environment}
    _, shown = on_a_terminal("check", FAULTY, "-q", environment=cleared)
    pages = {Path(link.removeprefix("file://")) for link in LINK.findall(shown)}
    assert bool(pages) == linked
    assert all(page.read_text("utf-8").startswith(f"# {page.stem}") for page in pages)
    assert "\x1b]8" not in run("check", FAULTY, environment=environment).stdout


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize(
    "arguments",
    [
        ("rules",),
        ("check", FAULTY),
        ("preview", FIXTURES / "facebook"),
        ("explain", "S002"),
    ],
)
def test_lines_below_a_headline_fit_the_terminal(
    arguments: tuple[str | Path, ...], width: int
) -> None:
    # A headline is one line, so that users can search it; a name or an address is not broken, and
    # a name with its value in a request is meant to be copied.
    environment = {"COLUMNS": str(width), "NO_COLOR": "1"}
    shown = run(*arguments, environment=environment).stdout.splitlines()
    prose = (
        shown[1:] if "explain" in arguments else [line for line in shown if line.startswith(" ")]
    )
    below = [line for line in prose if len(line.split()) > 2]
    assert below
    for line in below:
        unbroken = len(line) - len(line.lstrip()) + max(map(len, line.split()))
        assert len(line) <= max(width, unbroken), line


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize(("seconds", "shows"), [(-1.0, True), (1e9, False)])
def test_a_progress_bar_is_shown_on_a_terminal_for_a_long_run(
    tmp_path: Path, command: str, seconds: float, *, shows: bool
) -> None:
    shutil.copytree(SUNMETER, tmp_path / "sunmeter")
    script = (
        "from manifest_lint.cli import main as cli; from manifest_lint.cli import options;"
        f"options._BEFORE_A_BAR = {seconds}; cli.main()"
    )
    code, shown = on_a_terminal(command, "sunmeter", cwd=tmp_path, program=("-c", script))
    assert code == 0
    assert ("100%" in shown) == shows


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[tuple[Callable[[str], None], Path]]:
    """Watch a folder; yield a function that waits for a string in the output, and the log."""
    log = folder.parent / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "manifest_lint", "check", "--watch", *arguments],
            cwd=folder,
            stdout=file,
            stderr=file,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    read = 0

    def wait_for(text: str) -> None:
        nonlocal read
        for _ in moments():
            output = log.read_text("utf-8")
            if text in output[read:]:
                read = len(output)
                return
        raise AssertionError(f"{text!r} was not printed:\n{log.read_text('utf-8')}")

    try:
        yield wait_for, log
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait(PATIENCE)


def test_watching_checks_after_each_change_and_survives_errors(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SUNMETER, tmp_path / "sunmeter"))
    manifest = folder / "manifest.konnector"
    good = manifest.read_text("utf-8")
    report = folder / "report.json"
    with watching(folder, f"--output-file=json={report}") as (wait_for, log):
        wait_for("No findings in 1 manifest")
        manifest.write_text(good.replace('"konnector"', '"node"', 1))
        wait_for("M006")
        config = folder / "manifest-lint.toml"
        config.write_text("ignroe = []\n")
        wait_for("manifest-lint: manifest-lint.toml:1:1")
        config.write_text('ignore = ["M006"]\n')
        wait_for("No findings in 1 manifest")
        config.unlink()
        wait_for("M006")
        manifest.unlink()
        wait_for("No findings in 0 manifests")
        manifest.write_text(good)
        wait_for("No findings in 1 manifest")
        before = log.read_text("utf-8")
        time.sleep(1.5)  # its own report must not start another check
        assert log.read_text("utf-8") == before
    assert json.loads(report.read_text("utf-8"))["verdict"] == "pass"


def test_watching_sees_a_configuration_above_and_a_replaced_folder(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "tree" / "connectors"
    shutil.copytree(SUNMETER, folder / "sunmeter")
    (tmp_path / "tree" / ".git").mkdir()
    with watching(folder, "sunmeter") as (wait_for, _):
        wait_for("No findings in 1 manifest")
        config = tmp_path / "tree" / "manifest-lint.toml"
        config.write_text("ignroe = []\n")
        wait_for('unknown key "ignroe"')
        config.unlink()
        wait_for("No findings in 1 manifest")
        shutil.rmtree(folder / "sunmeter")
        wait_for("there is no such file")
        shutil.copytree(FAULTY, folder / "sunmeter")
        wait_for("S002")


def test_watching_sees_a_configuration_that_another_extends(tmp_path: Path) -> None:
    folder = tmp_path / "tree" / "connectors"
    shutil.copytree(FAULTY, folder / "faulty")
    (tmp_path / "tree" / ".git").mkdir()
    shared = tmp_path / "tree" / "shared" / "lint.toml"
    shared.parent.mkdir()
    shared.write_text('select = ["S002"]\n')
    (tmp_path / "tree" / "manifest-lint.toml").write_text('extend = "shared/lint.toml"\n')
    with watching(folder, "faulty") as (wait_for, log):
        wait_for("S002")
        shared.write_text('select = ["M005"]\nignroe = 1\n')
        wait_for('unknown key "ignroe"')
        shared.write_text('select = ["X007"]\n')
        wait_for("No findings in 1 manifest")
        before = log.read_text("utf-8")
        time.sleep(1.5)  # what it has read for the first time must not start another check
        assert log.read_text("utf-8") == before


def test_watching_reads_again_what_changes_while_it_is_read_for_the_first_time(
    tmp_path: Path,
) -> None:
    shared, read, texts = tmp_path / "shared.toml", set[Path](), []
    shared.write_text("old")
    (tmp_path / "tree" / ".git").mkdir(parents=True)

    def once() -> int:
        texts.append(shared.read_text())
        read.add(shared)
        if len(texts) > 1:
            raise Interrupted
        shared.write_text("new one")
        return 0

    limit = threading.Timer(PATIENCE, interrupt_main)  # it would wait forever
    limit.start()
    assert follow([tmp_path / "tree"], once, (), read) == 0
    limit.cancel()
    assert texts == ["old", "new one"]


def test_watching_follows_no_link_out_of_the_tree(tmp_path: Path) -> None:
    tree, outside = tmp_path / "dist" / "tree", tmp_path / "outside"
    for number in range(300):
        (outside / str(number)).mkdir(parents=True)
    shutil.copytree(SUNMETER, tree / "sunmeter")
    (tree / "outside").symlink_to(outside)
    (tree / "root").symlink_to("/")
    with watching(tree, ".") as (wait_for, log):
        wait_for("Found 2 warnings in 1 manifest")
        before = log.read_text("utf-8")
        for folder in (outside, outside / "1", tree / "sunmeter" / "node_modules"):
            folder.mkdir(exist_ok=True)
            (folder / "manifest.konnector").write_text("{")
        time.sleep(1.5)
        assert log.read_text("utf-8") == before
        (tree / "sunmeter" / "manifest.konnector").write_text("[]")
        wait_for("J001")


def test_watching_sees_every_folder_that_a_check_searches(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in ("dist", "__pycache__"):
        shutil.copytree(SUNMETER, tree / name / "sunmeter")
    with watching(tree, ".") as (wait_for, _):
        wait_for("No findings in 2 manifests")
        for name in ("dist", "__pycache__"):
            manifest = tree / name / "sunmeter" / "manifest.konnector"
            good = manifest.read_text("utf-8")
            manifest.write_text("[]")
            wait_for("J001")
            manifest.write_text(good)
            wait_for("No findings in 2 manifests")
        (tmp_path / "aside").mkdir()
        shutil.copytree(SUNMETER, tmp_path / "aside" / "new~").rename(tree / "new~")
        wait_for("No findings in 3 manifests")


def test_watching_sees_new_folders_and_changes_in_them(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(SUNMETER, tree / "sunmeter")
    with watching(tree, ".") as (wait_for, _):
        wait_for("No findings in 1 manifest")
        new = Path(shutil.copytree(SUNMETER, tree / "a" / "b" / "new"))
        wait_for("No findings in 2 manifests")
        manifest = new / "manifest.konnector"
        good = manifest.read_text("utf-8")
        for text, shown in (("[]", "J001"), (good, "No findings in 2 manifests")):
            manifest.write_text(text)
            wait_for(shown)
        shutil.rmtree(tree / "a")
        wait_for("No findings in 1 manifest and")
        new.parent.mkdir(parents=True)
        (tmp_path / "aside").mkdir()
        shutil.copytree(SUNMETER, tmp_path / "aside" / "new").rename(new)
        wait_for("No findings in 2 manifests")


@pytest.mark.parametrize("arguments", [("--diff",), ("--write-baseline",), ("-",)])
def test_options_that_do_not_go_with_watch_are_refused(arguments: tuple[str, ...]) -> None:
    done = run("check", "--watch", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("manifest-lint: --watch cannot be used with ")


def test_without_the_extra_watching_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['watchfiles'] = None\n"
        "from manifest_lint.cli import main as cli; cli.main(['check', '--watch'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install watchfiles" in done.stderr


def test_every_command_has_a_man_page_that_groff_reads_without_a_warning(tmp_path: Path) -> None:
    pages = man_pages.pages()
    assert set(pages) == {"manifest-lint.1", *(f"manifest-lint-{name}.1" for name in COMMANDS)}
    groff = shutil.which("groff")
    for name, text in pages.items():
        assert "EXAMPLES" in text or name == "manifest-lint.1"
        if groff:
            (tmp_path / name).write_text(text, "utf-8")
            command = [groff, "-man", "-Tutf8", "-ww", "-z", str(tmp_path / name)]
            done = subprocess.run(command, capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, ""), name
    if not groff:
        pytest.skip("needs groff, which is not installed")

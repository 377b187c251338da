"""The command line: exit codes, and one clear line for each error."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from manifest_lint.reports.names import FORMATS
from tests.command import PATIENCE, ROOT, complaint, moments, run
from tests.connectors import FIXTURES, SUNMETER

FAULTY = FIXTURES / "faulty"
FOR_PEOPLE = ("text", "concise")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", SUNMETER], 0),
        (["check", FAULTY], 1),
        (["check", FAULTY, "--fail-on", "never"], 0),
        (["check", FAULTY, "--select", "M003"], 0),
        (["check", FAULTY, "--select", "M003", "--fail-on", "warning"], 1),
        (["check", FAULTY, "--format", "json"], 1),
        (["--version"], 0),
        ([], 0),
        (["check", FAULTY, "--select", "M003,", "--select", "P S"], 1),
        (["--help"], 0),
        (["check", "--help"], 0),
        (["build", "--help"], 0),
    ],
)
def test_the_exit_code_shows_findings(arguments: list[str | Path], code: int) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chekc"], "--help"),
        (["check", "--fial-on"], "--fail-on"),
        (["check", "--fail-on", "bad"], "never"),
        (["check", "no-such-file"], "no-such-file: there is no such file"),
        (["check", "tests/rules"], "tests/rules: no manifest.konnector"),
        (["check", "--select", "Q"], "no rule has a code"),
        (["check", "--stdin-filename", "x"], "unless the path is -"),
        (["check", "--account-types", "no-such-file", "fixtures"], "no-such-file"),
        (["check", "x" * 5000], "too long"),
        (["build", "no-such-folder"], "no-such-folder: is not a folder"),
        (["build", "fixtures/faulty"], "fixtures/faulty/build: there is no built connector"),
        (["build", "tests"], "tests: has no manifest.konnector"),
        (["build", "fixtures/sunmeter", "--out", "fixtures/sunmeter/build/x"], "choose another"),
    ],
)
def test_an_error_is_reported_in_one_line(arguments: list[str], message: str) -> None:
    assert message in complaint(run(*arguments))


@pytest.mark.parametrize(
    "url",
    [
        *("https://h.invalid/?sig=X", "https://h.invalid/secret=X/y", "https://h.invalid/;k=X"),
        *("https://h.invalid/#X", "https://h.invalid?X"),
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "{}"],
        ["check", "{}"],
        ["check", "--config", "{}", "."],
        ["check", "--format", "{}", "."],
        ["verify", "x.tar", "--account-types={}"],
        ["preview", "--account-types", "{}", "."],
    ],
)
@pytest.mark.parametrize("user", ["", "u:X@"])
def test_no_error_shows_what_a_url_has_in_its_query(
    tmp_path: Path, arguments: list[str], url: str, user: str
) -> None:
    secret = "Qz7KxWv9"
    address = url.replace("X", secret).replace("//", f"//{user.replace('X', secret)}")
    (tmp_path / "x.tar").write_bytes(b"")
    done = run(*(one.format(address) for one in arguments), cwd=tmp_path)
    assert secret not in complaint(done)


def test_a_folder_named_like_a_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").mkdir()
    assert "is a folder; a manifest is a file" in complaint(run("check", tmp_path))
    assert "manifest.konnector" in complaint(run("check", tmp_path / "manifest.konnector"))


@pytest.mark.parametrize("name", ["loop", "loop/dist"])
def test_a_link_to_itself_as_the_output_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "is a link to itself" in complaint(run("build", SUNMETER, "--out", tmp_path / name))


@pytest.mark.parametrize("value", ["x", "-1", "1" * 5000, "99999999999", "1.5"])
def test_an_invalid_source_date_epoch_is_refused(tmp_path: Path, value: str) -> None:
    environment = {"SOURCE_DATE_EPOCH": value}
    done = run("build", SUNMETER, "--out", tmp_path, environment=environment)
    assert "SOURCE_DATE_EPOCH" in complaint(done)


def test_letters_that_the_output_cannot_encode_are_escaped() -> None:
    text = '{"slug": "\u6f22"}'.encode()
    environment = {"PYTHONIOENCODING": "cp1252"}
    done = run("check", "-", "-q", stdin=text, environment=environment)
    assert "\\u6f22" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("options", "encoding"),
    [
        *((["--format", form], "utf-8") for form in FORMATS if form not in FOR_PEOPLE),
        *((["--format", form], "cp1252") for form in FOR_PEOPLE),
        (["--format", "junit", "--fix"], "utf-8"),
        (["--diff"], "utf-8"),
    ],
)
def test_what_programs_read_is_utf8_whatever_the_locale(options: list[str], encoding: str) -> None:
    text = '{"version": "1.é", "categories": ["other"], "type": "\u6f22"}\n'
    shown = {}
    for locale in ("utf-8", "cp1252"):
        command = [sys.executable, "-m", "manifest_lint", "check", "-", *options]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": locale, "SOURCE_DATE_EPOCH": "0"},
            input=text.encode(),
            capture_output=True,
        )
        shown[locale] = done.stderr if "--fix" in options else done.stdout
    assert "é" in shown["utf-8"].decode() or shown["utf-8"].isascii()
    assert shown["cp1252"] == shown["utf-8"].decode().encode(encoding, "backslashreplace")


@pytest.mark.parametrize(
    ("name", "message"),
    [("chek", "No such command 'chek'. Did you mean 'check'?"), ("xyz", "No such command 'xyz'; ")],
)
def test_an_unknown_command_is_reported_with_the_nearest_one(name: str, message: str) -> None:
    assert message in complaint(run(name))


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("ZeroDivisionError", "internal error (ZeroDivisionError)"),
        ("MemoryError", "no memory is left; check less at once"),
    ],
)
def test_an_internal_error_is_reported_in_one_line(error: str, line: str) -> None:
    script = (
        "from manifest_lint.api import connectors\n"
        "from manifest_lint.cli import main as cli\n"
        f"def fail(*_, **__): raise {error}\n"
        "connectors.check = fail\n"
        "cli.main(['check', 'fixtures'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert line in complaint(done)
    assert done.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="no signals are sent to a process there")
def test_a_second_interruption_changes_nothing() -> None:
    script = (
        "import os, signal\n"
        "from manifest_lint.api import connectors\n"
        "from manifest_lint.cli import main as cli\n"
        "say = cli.complain\n"
        "def stop(*_, **__): os.kill(os.getpid(), signal.SIGINT)\n"
        "connectors.check = stop\n"
        "cli.complain = lambda message: (stop(), say(message))\n"
        "cli.main(['check', 'fixtures'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "manifest-lint: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="no signals are sent to a process there")
def test_stopped_while_its_modules_load_it_says_nothing() -> None:
    script = (
        "import os, signal, sys\n"
        "class Stop:\n"
        "    def find_spec(name, *_):\n"
        "        if name == 'click': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop)\n"
        "import manifest_lint.__main__"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP on this system")
def test_a_signal_that_nohup_ignores_does_not_stop_a_run() -> None:
    script = (
        "import os, signal, sys\n"
        "from manifest_lint.api import connectors\n"
        "from manifest_lint.cli import main as cli\n"
        "check = connectors.check\n"
        "def hang_up(*given, **options):\n"
        "    os.kill(os.getpid(), signal.SIGHUP)\n"
        "    return check(*given, **options)\n"
        "connectors.check = hang_up\n"
        "signal.signal(signal.SIGHUP, getattr(signal, sys.argv[1]))\n"
        "cli.main(['check', 'fixtures/sunmeter'])"
    )
    ends = {}
    for how in ("SIG_IGN", "SIG_DFL"):
        command = [sys.executable, "-c", script, how]
        ends[how] = subprocess.run(command, cwd=ROOT, capture_output=True).returncode
    assert ends == {"SIG_IGN": 0, "SIG_DFL": 2}


def test_a_named_pipe_does_not_block_a_check(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manifest.konnector")
    line = complaint(run("check", tmp_path / "manifest.konnector"))
    assert "is not a regular file" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to run as a user who may not read")
def test_an_unreadable_file_is_reported() -> None:
    # Not below tmp_path, whose parents are closed to others.
    folder = Path("/tmp") / f"manifest-lint-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        manifest = folder / "manifest.konnector"
        manifest.write_text("{}")
        manifest.chmod(0)
        script = (
            "import os; from manifest_lint import UserError, check;"
            "check(['fixtures/sunmeter', 'fixtures/faulty']);"
            "os.setuid(65534)\n"
            f"try: check([{str(manifest)!r}])\n"
            "except UserError as error: print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True
        )
        assert "permission denied; check its permissions" in done.stdout
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"[" * 25_000_000, "J001"),
        (b'{"a":' * 5_000_000, "J001"),
        (b'{"slug": "' + b"x" * 25_000_000 + b'"}', "J005"),
        (b"\0" * 1_000_000, "J001"),
        (b"\xff" * 1_000_000, "J001"),
    ],
    ids=["lists", "objects", "text", "NUL", "not UTF-8"],
)
def test_hostile_input_gets_a_finding(tmp_path: Path, text: bytes, code: str) -> None:
    manifest = tmp_path / "manifest.konnector"
    manifest.write_bytes(text)
    done = run("check", manifest, "--format", "json")
    assert done.returncode == 1
    assert code in {finding["code"] for finding in json.loads(done.stdout)["findings"]}


def test_standard_input_is_reported_under_the_given_name() -> None:
    text = (FAULTY / "manifest.konnector").read_bytes()
    done = run("check", "-", "--stdin-filename", "some/where.konnector", "-q", stdin=text)
    assert done.returncode == 1
    assert all(line.startswith("some/where.konnector:") for line in done.stdout.splitlines())
    assert run("check", "-", "-q", stdin=text).stdout.startswith("<stdin>:")


@pytest.mark.parametrize(
    "arguments",
    [
        "check fixtures",
        "check fixtures --format html",
        "check fixtures/sunmeter --format json",
        "schema konnector",
        "rules --format json",
        "check --help",
        "--help",
        "--version",
    ],
)
def test_a_closed_output_pipe_is_a_failure_without_a_message(arguments: str) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "manifest_lint", *arguments.split()]
    done = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (done.returncode, done.stderr) == (2, b"")


def test_a_reader_that_stops_early_gets_what_it_has_read() -> None:
    command = f"{sys.executable} -m manifest_lint check fixtures 2>&1 | head -n 1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith("fixtures/")
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


FULL = Path("/dev/full")

UNWRITTEN = (
    "manifest-lint: standard output cannot be written: No space left on device;"
    " free some space or send it elsewhere\n"
)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full on this system")
@pytest.mark.parametrize(
    ("arguments", "redirected", "message"),
    [
        (["check", FAULTY], ["stdout"], UNWRITTEN),
        (["check", FAULTY, "--format", "html"], ["stdout"], UNWRITTEN),
        (["check", "-", "--fix"], ["stdout"], UNWRITTEN),
        (["--version"], ["stdout"], UNWRITTEN),
        (["nope"], ["stderr"], ""),
        (["check", "nothere"], ["stdout", "stderr"], ""),
        (["check", SUNMETER], ["stdout", "stderr"], ""),
        (["build", SUNMETER, "-q"], ["stderr"], ""),
    ],
)
def test_output_that_cannot_be_written_is_a_failure(
    tmp_path: Path, arguments: list[str | Path], redirected: list[str], message: str
) -> None:
    command = [sys.executable, "-m", "manifest_lint", *map(str, arguments)]
    if "build" in arguments:
        command += ["--out", str(tmp_path)]
    with FULL.open("w") as full:
        to: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        to |= dict.fromkeys(redirected, full)
        done = subprocess.run(command, cwd=ROOT, **to, text=True, input="{}")
    assert (done.returncode, done.stderr or "") == (2, message)


@pytest.mark.skipif(os.name == "nt", reason="the current folder cannot be deleted there")
@pytest.mark.parametrize(
    "arguments",
    [
        *("check", "check .", "build", "config", "preview", "init -y", "login", "provision x"),
        *("verify x", "upgrade a b", "check - --output-file json=x.json"),
    ],
)
def test_a_deleted_current_folder_is_named(tmp_path: Path, arguments: str) -> None:
    script = (
        "import os, sys\n"
        "folder = sys.argv.pop(1)\n"
        "os.chdir(folder), os.rmdir(folder)\n"
        "from manifest_lint.cli.main import main\n"
        "main()"
    )
    folder = tmp_path / "deleted"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(folder), *arguments.split()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, input="{}")
    what = "the current folder does not exist any more; change to another one"
    assert complaint(done) == f"manifest-lint: {what}"


@pytest.mark.parametrize("name", ["check", "verify"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_reported_in_one_line(number: int, name: str) -> None:
    command = [sys.executable, "-m", "manifest_lint", name, "-"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write("{")
        process.stdin.flush()
        wait_until_reading(process.pid)
        process.send_signal(number)
        assert process.stderr.read() == "manifest-lint: interrupted\n"
        process.stdin.close()
        assert process.wait(PATIENCE) == 2


def wait_until_reading(pid: int) -> None:
    """Wait until a process sleeps in a read, which is when it has started."""
    wchan = Path(f"/proc/{pid}/wchan")
    if not wchan.exists():
        pytest.skip("needs /proc to see when the process waits for its input")
    for _ in moments():
        if "pipe" in wchan.read_text():
            return
    pytest.skip("this system does not show what a process waits for")

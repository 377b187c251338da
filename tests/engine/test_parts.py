"""Many connectors are checked in parts and in processes: the report is the same."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import _ExecutorManagerThread
from multiprocessing import queues
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, check, write_baseline
from manifest_lint.api import connectors, many
from manifest_lint.document.document import Document
from manifest_lint.engine import parts, pool
from manifest_lint.engine.report import Report
from manifest_lint.finding import Finding
from manifest_lint.reports import formats, jsonl
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.pieces import text_of
from manifest_lint.reports.text import render
from manifest_lint.rules.registry import all_rules
from tests.command import ROOT, run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes
from tests.rules.test_plugins import install
from tests.secret_samples import SAMPLES

TOKEN = SAMPLES["GitHub Token: fine-grained"]
PASSWORD = "q7Jx0vTz9Lw3"


def written(folder: Path, number: int = 24) -> Path:
    """Write connectors of all kinds: nested, broken, alike, with secrets that others quote."""
    for at in range(number):
        slug = f"c{at // 2 if at % 5 == 4 else at}"
        manifest = with_changes(MANIFEST, slug=slug, version=f"1.{at}.0")
        if at % 3 == 1:
            manifest |= {"oauth": {"scope": ["a", "b"]}, "type": PASSWORD, "categories": ["other"]}
        if at % 3 == 2:
            manifest |= {"clientSide": "true", "langs": ["en", "en"]}
        here = folder / ("a/b" if at % 4 else "a-b") / f"c{at}"
        here = here / "inner" if at == 7 else here
        here.mkdir(parents=True)
        text = json.dumps(manifest, indent=2)
        (here / "manifest.konnector").write_text(text[:-3] if at == 5 else text)
        own = {**ACCOUNT_TYPE, "_id": slug, "slug": f"c{at // 2}"}
        if at % 4 == 1:
            own |= {"grant_mode": "secret", "client_secret": PASSWORD, "token_field": TOKEN}
        if at % 2:
            (here / "account-types-def.json").write_text(json.dumps(own, indent=1))
        if at % 6 == 3:
            (here / "README.md").write_text(f"```json\n{json.dumps(own)}\n```\n")
    (folder / "a" / "manifest.konnector").write_text(json.dumps(MANIFEST | {"slug": "top"}))
    return folder


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors, "_FEWEST_IN_PARTS", 2)
    monkeypatch.setattr(many, "MANY", 2)
    monkeypatch.setattr(many, "_LARGEST_PART", 5)


def as_text(report: Report, form: str) -> str:
    lines = (
        render(report, statistics=True) if form == "text" else formats.find(form)(Outcome(report))
    )
    return "".join(text_of(lines))


def reports(folder: Path, **how: Any) -> dict[str, str]:
    """Return the report in each format; parts make the text of findings where formats allow it."""
    made = {form: check(folder, **how, as_text=formats.as_text(form)) for form in FORMATS}
    return {form: as_text(report, form) for form, report in made.items()}


@pytest.mark.parametrize(
    "how",
    [{"jobs": 1}, {"jobs": 2}, {"jobs": 2, "method": "spawn"}, {"jobs": 3, "ignore": ["M", "A"]}],
    ids=str,
)
def test_every_format_has_the_same_text(
    tmp_path: Path, how: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    folder = written(tmp_path)
    ignore = how.get("ignore", ())
    whole = reports(folder, ignore=ignore)
    request.getfixturevalue("in_parts")
    assert not isinstance(check(folder, **how).findings, tuple)  # it was in parts
    found = reports(folder, **how)
    for form in FORMATS:
        assert found[form] == whole[form], form
        assert PASSWORD not in found[form]
        assert TOKEN not in found[form]
    assert as_text(check(folder, **how), "json") == whole["json"]


@pytest.mark.parametrize(
    ("inner", "shared"),
    [
        ("account-types", "account-types/account-types/x.json"),
        ("account_types/deep", "account_types/deep/account-types.json"),
        ("data", "data/importedData.json"),
    ],
)
def test_a_file_of_two_connectors_is_checked_once(
    tmp_path: Path, inner: str, shared: str, request: pytest.FixtureRequest
) -> None:
    folder = written(tmp_path)
    outer = folder / "a/b/c1"
    file = outer / shared
    file.parent.mkdir(parents=True)
    (outer / inner / "manifest.konnector").write_text(json.dumps(MANIFEST | {"slug": "inner"}))
    bad = {**ACCOUNT_TYPE, "_id": "c1", "grant_mode": "bad"}
    file.write_text("{" if inner == "data" else json.dumps(bad))
    whole = check(folder)
    assert str(file) in {one.path for one in whole.findings}
    request.getfixturevalue("in_parts")
    monkeypatch = request.getfixturevalue("monkeypatch")
    for size in range(1, 6):
        monkeypatch.setattr(many, "_LARGEST_PART", size)
        found = check(folder, jobs=2)
        assert as_text(found, "json") == as_text(whole, "json")


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("has_secret", [False, True])
def test_findings_are_written_once_unless_a_secret_of_another_part_may_be_in_them(
    tmp_path: Path, has_secret: bool
) -> None:
    for at in range(20):  # in parts of 5
        here = tmp_path / f"c{at:02}"
        here.mkdir()
        kind = PASSWORD if at == 2 else "connector"
        manifest = with_changes(MANIFEST, slug=f"c{at}", type=kind)
        (here / "manifest.konnector").write_text(json.dumps(manifest))
    if has_secret:
        own = {**ACCOUNT_TYPE, "_id": "c19", "slug": "c19", "client_secret": PASSWORD}
        (here / "account-types-def.json").write_text(json.dumps({**own, "grant_mode": "secret"}))
    paths: Counter[str] = Counter()

    def as_text(findings: Iterable[Finding], documents: Mapping[str, Document]) -> str:
        findings = [*findings]
        paths.update({one.path for one in findings})
        return jsonl.as_text(findings, documents)

    report = check(tmp_path, jobs=1, as_text=as_text)
    assert len(paths) >= 20
    text = "\n".join(report.texts(as_text))
    assert text == "\n".join(jsonl.as_text([one], report.documents) for one in report.findings)
    assert (PASSWORD in text) is not has_secret
    again = {Path(path).parent.name for path, number in paths.items() if number > 1}
    assert again == ({"c00", "c01", "c02", "c03", "c04"} if has_secret else set())


@pytest.mark.parametrize("number", [1, 9, 128, 1526, 5000])
@pytest.mark.parametrize("jobs", [1, 2, 16])
def test_parts_have_each_connector_once_and_become_smaller(number: int, jobs: int) -> None:
    files = [str(at) for at in range(number)]
    tasks = list(many._tasks([(Path("a"), ["x", "y"]), (Path("b"), files)], jobs))
    assert [name for _, some in tasks for name in some] == ["x", "y", *files]
    assert tasks[0] == (Path("a"), ["x", "y"])
    sizes = [len(some) for _, some in tasks[1:]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] <= 250
    assert sizes[-1] <= 8  # the end of one does not wait long for that of another


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("exempted", [(), (("M", "a/**"), ("S", "none/**"), ("A", "*/c1*/**"))])
def test_exemptions_and_baselines_suppress_the_same(
    tmp_path: Path, exempted: tuple[tuple[str, str], ...]
) -> None:
    folder = written(tmp_path / "x")
    (folder / "manifest-lint.toml").write_text(
        "".join(
            f'[[per-file-ignores]]\ncode = "{code}"\npath = "{path}"\nreason = "it is old"\n'
            for code, path in exempted
        )
    )
    in_parts = reports(folder, jobs=1)
    assert ("exempted" in in_parts["text"]) is bool(exempted)
    write_baseline(check(folder), folder / "baseline.json")
    baselined = reports(folder, baseline=folder / "baseline.json", jobs=1)
    assert "No findings" in baselined["text"]
    assert reports(folder) == in_parts
    assert reports(folder, baseline=folder / "baseline.json") == baselined


CHECKING = """
import os, sys, time
from pathlib import Path
from manifest_lint.api import connectors, many
from manifest_lint.document.document import Document
from manifest_lint.engine import pool

connectors._FEWEST_IN_PARTS, many._LARGEST_PART = 2, 1
read = many.gather_files

def slowly(files, folder, settings_of):
    started = Path(sys.argv[2], "started")
    started.mkdir(exist_ok=True)
    Path(started, str(os.getpid())).touch()
    time.sleep(600)
    return read(files, folder, settings_of)

many.gather_files = slowly
if __name__ == "__main__":
    from manifest_lint.__main__ import main
    method = sys.argv[1]
    pool._method = lambda: method
    sys.argv[1:] = ["check", sys.argv[2], "--jobs", "2"]
    main()
"""
"""A check whose processes never end by themselves, and say who they are."""


@pytest.fixture
def checking(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Yield a running check in a process group of its own, and the processes that it started.

    The parameter is how these are started; by default they are forked.
    """
    written(tmp_path / "x")
    script = tmp_path / "checking.py"
    script.write_text(CHECKING)
    method = getattr(request, "param", "fork")
    process = subprocess.Popen(
        [sys.executable, script, method, tmp_path / "x"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        started = tmp_path / "x" / "started"
        until(lambda: started.exists() and len(list(started.iterdir())) == 2)
        yield process, [int(one.name) for one in started.iterdir()]
    finally:
        process.kill()
        process.communicate()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail if it does not within minutes."""
    for _ in range(6000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


FORKS = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked only there")


@FORKS
@pytest.mark.parametrize("checking", ["fork", "spawn"], indirect=True)
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("whom", [os.killpg, os.kill])
def test_a_stopped_check_leaves_no_process(
    checking: tuple[subprocess.Popen[str], list[int]],
    stop: signal.Signals,
    whom: Callable[[int, int], None],
) -> None:
    process, started = checking
    whom(process.pid, stop)
    out, errors = process.communicate()
    assert (out, errors, process.returncode) == ("", "manifest-lint: interrupted\n", 2)
    until(lambda: all(map(is_gone, started)))


@FORKS
def test_a_killed_check_leaves_no_process(
    checking: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, started = checking
    process.kill()
    until(lambda: all(map(is_gone, started)))


@FORKS
def test_a_killed_process_ends_the_check_with_one_line(
    checking: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, started = checking
    os.kill(started[0], signal.SIGKILL)
    out, errors = process.communicate()
    assert (out, errors) == ("", f"manifest-lint: --jobs 2: {WAS_KILLED}\n")
    assert process.returncode == 2
    until(lambda: all(map(is_gone, started)))


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("depth", [450, 700, 950, 5000])
def test_a_value_that_is_nested_deeply_is_checked_as_in_one_process(
    tmp_path: Path, jobs: int, depth: int
) -> None:
    folder = written(tmp_path, 6)
    text = json.dumps({**MANIFEST, "slug": "deep", "oauth": "@"})
    manifest = folder / "a" / "manifest.konnector"
    manifest.write_text(text.replace('"@"', "[" * depth + "]" * depth))
    found = as_text(check(folder, jobs=jobs), "json")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(many, "_is_for_parts", lambda *_: False)
        assert found == as_text(check(folder), "json")


@pytest.mark.usefixtures("in_parts")
def test_checks_in_threads_keep_their_settings(tmp_path: Path) -> None:
    folder = written(tmp_path)

    def codes(select: str) -> set[str]:
        return {one.code for one in check(folder, select=[select], jobs=1).findings}

    alone = {select: codes(select) for select in ("M", "S", "A")}
    with ThreadPoolExecutor(3) as threads:
        for _ in range(4):
            assert dict(zip(alone, threads.map(codes, alone), strict=True)) == alone


def fails(number: int) -> int:
    if number == 3:
        raise UserError("x: is wrong; change it")
    return number * 2


def prepares_nothing() -> None:
    """Nothing is needed."""


@pytest.mark.parametrize("method", [None, "spawn"])
def test_results_come_in_order_and_errors_are_raised(method: str | None) -> None:
    found = pool.run(fails, range(3), 2, prepares_nothing, (), method)
    assert list(found) == [0, 2, 4]
    with pytest.raises(UserError, match="x: is wrong; change it"):
        list(pool.run(fails, range(9), 2, prepares_nothing, (), method))


def handlers(_: int) -> list[Any]:
    return [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signals")
@pytest.mark.parametrize("method", [None, "spawn"])
def test_a_process_ends_by_each_signal_but_that_of_the_terminal(method: str | None) -> None:
    """On Ctrl-C the process that has started them ends them."""
    expected = [signal.SIG_IGN, signal.SIG_DFL, signal.SIG_DFL]
    assert [*pool.run(handlers, range(2), 2, prepares_nothing, (), method)] == [expected] * 2


def test_only_a_rule_of_a_plugin_on_what_is_checked_needs_whole_manifests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of_provider = [one for one in all_rules(plugins=False) if one.subject == "provider"]
    of_plugin = [one._replace(plugin="acme") for one in of_provider]
    monkeypatch.setattr(parts, "rules_on", lambda on, **_: of_plugin if on == "provider" else [])

    def ask(_: Any) -> Any:
        raise AssertionError

    assert not parts.whole_values_needed(None, plugins=True)
    assert parts.whole_values_needed(ask, plugins=True)


def test_a_process_with_threads_is_not_forked() -> None:
    end = threading.Event()
    threading.Thread(target=end.wait).start()
    try:
        assert pool._method() == "spawn"
    finally:
        end.set()


NO_THREAD = RuntimeError("can't start new thread")
WAS_KILLED = "a process of this check was killed, or had no memory left; use --jobs 1"


@FORKS
@pytest.mark.parametrize(
    ("where", "name", "error", "why"),
    [
        (os, "fork", BlockingIOError(11, "No more"), "processes cannot be started: No more;"),
        (_ExecutorManagerThread, "start", NO_THREAD, "processes cannot be started: can't "),
        (queues.Queue, "_start_thread", NO_THREAD, WAS_KILLED),
    ],
)
def test_where_processes_and_threads_are_limited_a_check_says_so(
    where: Any,
    name: str,
    error: Exception,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(where, name, fail)
    with pytest.raises(UserError) as raised:
        list(pool.run(fails, range(3), 2, prepares_nothing, (), "fork"))
    assert str(raised.value).startswith(f"--jobs 2: {why}")
    assert not multiprocessing.active_children()
    assert capfd.readouterr().err == ""


@FORKS
def test_a_process_that_cannot_watch_the_check_ends(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    here, start = os.getpid(), threading.Thread.start

    def fail(thread: threading.Thread) -> None:
        if os.getpid() != here:
            raise NO_THREAD
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(UserError, match=WAS_KILLED):
        list(pool.run(fails, range(3), 2, prepares_nothing, (), "fork"))
    assert capfd.readouterr().err == ""


@FORKS
def test_another_child_and_held_signals_are_left_alone() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
    try:
        found = pool.run(fails, range(3), 2, prepares_nothing, ())
        assert next(found) == 0
        other = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
        other.start()
        assert list(found) == [2, 4]
        assert other.is_alive()
        assert signal.SIGHUP in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        other.kill()
        other.join()


def test_another_thread_that_fails_is_shown_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda what: shown.append(what.exc_value))
    found = pool.run(fails, range(3), 2, prepares_nothing, ())
    assert next(found) == 0
    other = threading.Thread(target=fails, args=(3,))
    other.start()
    other.join()
    assert list(found) == [2, 4]
    assert [type(one) for one in shown] == [UserError]


@pytest.mark.usefixtures("in_parts")
def test_without_room_for_temporary_files_a_check_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        file = type("", (), {"seek": lambda *_: 0, "write": full, "close": lambda _: None})
        patched.setattr(tempfile, "TemporaryFile", lambda **_: file())
        where = re.escape(tempfile.gettempdir())
        with pytest.raises(UserError, match=f"^{where}: .*: No space left on device; set TMPDIR$"):
            check(folder, jobs=1)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: [str(tmp_path / "none")])
    with pytest.raises(UserError, match=r"^TMPDIR: there is no folder for temporary files"):
        check(folder, jobs=1)


@pytest.mark.usefixtures("in_parts")
def test_a_baseline_alone_suppresses_the_same(tmp_path: Path) -> None:
    folder, baseline = written(tmp_path, 8), tmp_path / "baseline.json"
    found = len(check(folder).findings)
    assert write_baseline(check(folder, jobs=1), baseline) == [(baseline, found)]
    report = check(folder, baseline=baseline, jobs=1)
    assert (len(report.findings), len(report.baselined)) == (0, found)


@pytest.mark.usefixtures("in_parts")
def test_a_file_that_changes_meanwhile_is_not_shown(tmp_path: Path) -> None:
    report = check(written(tmp_path), jobs=1)
    for file in tmp_path.rglob("manifest.konnector"):
        file.write_text(file.read_text() + "\n")
    with pytest.raises(UserError, match="has changed meanwhile; run it again"):
        as_text(report, "text")


ON_ALL = '''
from manifest_lint.rules.base import NOTE, Finding, rule

@rule("ACME001", "compared", on="workspace", severity=NOTE)
def compared(workspace):
    """All are compared."""
    for one in workspace.connectors:
        yield Finding(f"version {one.value['version']}", ("version",), document=one.manifest)
        name = f"{one.package['name']} of {one.value['slug']}"
        yield Finding(f"package {name}", document=one.manifest)
        for other in one.developers_files:
            yield Finding("developer's", document=other)
    for one in workspace.account_types:
        yield Finding(f"of {workspace.owner_of(one)}", document=one.document)
'''


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rule_on_many_connectors_reports_on_each_document(tmp_path: Path, jobs: str) -> None:
    installed = install(tmp_path / "site", ON_ALL)
    for at in range(130):  # enough for parts, see api/connectors.py
        folder = tmp_path / "all" / f"c{at}"
        shutil.copytree(SUNMETER, folder, ignore=shutil.ignore_patterns("build", "src"))
        (folder / "konnector-dev-config.json").write_text("{}")
        (folder / "package.json").write_text(json.dumps({"name": f"p{at}"}))
        manifest = json.loads((folder / "manifest.konnector").read_text("utf-8"))
        (folder / "manifest.konnector").write_text(json.dumps(manifest | {"slug": f"s{at}"}))
    options = ("--select", "ACME001", "--format", "json", "--jobs", jobs)
    done = run("check", tmp_path / "all", *options, environment=installed)
    assert done.stderr == ""
    messages = [one["message"] for one in json.loads(done.stdout)["findings"]]
    assert sorted(one for one in messages if one.startswith("of")) == sorted(
        f"of s{at}" for at in range(130)
    )
    assert sorted(one for one in messages if one.startswith("package")) == sorted(
        f"package p{at} of s{at}" for at in range(130)
    )
    for start in ("version", "developer"):
        assert sum(one.startswith(start) for one in messages) == 130

"""House rules: rules of a package run like ours, and its errors name the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

from manifest_lint.document.document import Document
from manifest_lint.finding import REFUSALS
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector
from manifest_lint.project.workspace import Workspace
from manifest_lint.rules import plugins
from tests.command import PATIENCE, ROOT, run
from tests.connectors import FIXTURES, SUNMETER
from tests.outside import installing

HOUSE_RULES = FIXTURES / "house-rules"
GUIDE = (ROOT / "docs/house-rules.md").read_text("utf-8")
ACME = (HOUSE_RULES / "acme_rules.py").read_text("utf-8")

GOOD = '''
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Edit, Fix, Finding, rule

@rule("ACME001", "greeting", severity=NOTE)
def greeting(connector):
    """Everything is greeted."""
    yield Finding("hello")
'''


def install(
    folder: Path,
    source: str,
    *,
    package: str = "acme-rules",
    module: str = "acme_rules",
    entries: tuple[str, ...] = (),
) -> dict[str, str]:
    """Put a package with house rules into a folder; return the environment that finds it there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{module}.py").write_text(source, "utf-8")
    dist_info = folder / f"{package.replace('-', '_')}-1.0.0.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
    lines = [f"{number} = {entry}" for number, entry in enumerate(entries or (module,))]
    text = "\n".join(["[manifest_lint.rules]", *lines, ""])
    (dist_info / "entry_points.txt").write_text(text)
    return environment(folder)


def environment(*folders: Path) -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(map(str, (*folders, ROOT)))}


def found(installed: dict[str, str], *arguments: str) -> list[str]:
    """Check a good connector with the installed package; return the codes of house rules found."""
    done = run("check", SUNMETER, "--format", "json", *arguments, environment=installed)
    assert done.stderr == ""
    codes = [finding["code"] for finding in json.loads(done.stdout)["findings"]]
    return [code for code in codes if code[:2].isalpha()]


def complaint(installed: dict[str, str]) -> str:
    """Check a good connector with the installed package; return the one line of the failed run."""
    done = run("check", SUNMETER, environment=installed)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert "Traceback" not in line
    assert "internal error" not in line
    return line


def test_the_worked_example_runs_next_to_our_rules(tmp_path: Path) -> None:
    installed = install(tmp_path, ACME)
    done = run("check", SUNMETER, "--fail-on", "warning", environment=installed)
    assert done.returncode == 1
    assert "ACME001 `developer.url` is not Acme's support address [warning]" in done.stdout
    assert "why: The store shows it to users who need help" in done.stdout
    assert found(installed, "--ignore", "ACME001") == []


def test_the_rules_of_the_worked_example_name_their_package(tmp_path: Path) -> None:
    installed = install(tmp_path, ACME)
    script = (
        "from manifest_lint.rules.registry import all_rules\n"
        "print([(r.code, r.plugin, r.since) for r in all_rules() if r.plugin])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **installed}, capture_output=True
    )
    rules = [("ACME001", "acme-rules", "1.0.0"), ("ACME002", "acme-rules", "1.0.0")]
    assert done.stdout.decode().strip() == str(rules)


def test_the_tests_of_the_worked_example_pass(tmp_path: Path) -> None:
    installed = install(tmp_path / "site", ACME)
    shutil.copytree(HOUSE_RULES / "tests", tmp_path / "tests")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path / "tests"],
        cwd=tmp_path,
        env={**os.environ, **installed},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_examples_of_the_worked_example_are_correct(tmp_path: Path) -> None:
    """Docstrings are documentation, so their examples are checked as ours are."""
    installed = install(tmp_path, ACME)
    manifest = json.loads((SUNMETER / "manifest.konnector").read_text("utf-8"))
    account_type = json.loads((SUNMETER / "account-types-def.json").read_text("utf-8"))
    for code, base, name in (
        ("ACME001", manifest, "manifest.konnector"),
        ("ACME002", account_type, "account-types-def.json"),
    ):
        text = ACME.split(f'@rule("{code}"')[1]
        for label, expected in (("Bad", [code]), ("Good", [])):
            fragment = json.loads(text.split(f"{label}: ")[1].split("\n")[0])
            data = json.dumps({**base, **fragment}).encode()
            arguments = ("-", "--stdin-filename", name, "--format", "json", "--select", code)
            done = run("check", *arguments, stdin=data, environment=installed)
            codes = [finding["code"] for finding in json.loads(done.stdout)["findings"]]
            assert codes == expected


def test_pip_installs_the_worked_example(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    source = shutil.copytree(HOUSE_RULES, tmp_path / "source")
    for number, how in enumerate((["--no-deps"], ["--no-deps", "--editable"])):
        target = tmp_path / str(number)
        done = subprocess.run(
            [*pip, "--target", target, *how, source],
            env=installing(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no word why"])[-1]
            pytest.skip(f"needs pip and a build backend that it downloads: {last}")
        installed = environment(target, *([source] if number else []))
        assert found(installed) == ["ACME001"]


def test_an_editable_install_of_the_old_kind(tmp_path: Path) -> None:
    installed = install(tmp_path, GOOD)
    (tmp_path / "acme_rules-1.0.0.dist-info").rename(tmp_path / "acme_rules.egg-info")
    (tmp_path / "acme_rules.egg-info/METADATA").rename(tmp_path / "acme_rules.egg-info/PKG-INFO")
    assert found(installed) == ["ACME001"]


def test_a_package_in_an_archive(tmp_path: Path) -> None:
    install(tmp_path / "site", GOOD)
    with zipfile.ZipFile(tmp_path / "acme.whl", "w") as archive:
        for path in sorted((tmp_path / "site").rglob("*")):
            archive.write(path, path.relative_to(tmp_path / "site"))
    assert found(environment(tmp_path / "acme.whl")) == ["ACME001"]


def test_several_entry_points_and_several_packages(tmp_path: Path) -> None:
    (tmp_path / "more_rules.py").write_text(GOOD.replace("ACME001", "ACME002"))
    entries = ("acme_rules", "more_rules", "acme_rules:greeting")
    install(tmp_path, GOOD, entries=entries)
    zulu = GOOD.replace("ACME001", "ZULU999")
    installed = install(tmp_path, zulu, package="zulu", module="zulu_rules")
    assert found(installed) == ["ACME001", "ACME002", "ZULU999"]


def test_entry_points_are_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "acme-1.0.0.dist-info"
    folder.mkdir()
    lines = ("b = one", "c = one", "a = one", "d = another")
    text = "\n".join(["[manifest_lint.rules]", *lines, ""])
    (folder / "entry_points.txt").write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert [entry.name for entry in plugins.installed()] == ["d", "a", "b", "c"]


def test_a_package_that_is_found_twice_counts_once(tmp_path: Path) -> None:
    install(tmp_path / "one", GOOD)
    install(tmp_path / "two", GOOD)
    assert found(environment(tmp_path / "one", tmp_path / "two")) == ["ACME001"]


def test_rules_that_were_imported_before(tmp_path: Path) -> None:
    """The tests of a plugin import its module first."""
    script = (
        "import acme_rules\n"
        "from manifest_lint import check\n"
        "from manifest_lint.rules.registry import all_rules\n"
        f"print([f.code for f in check([{str(SUNMETER)!r}], select=['ACME']).findings])\n"
        "print({r.plugin for r in all_rules() if r.code.startswith('ACME')})"
    )
    installed = install(tmp_path, GOOD)
    for package in ("acme-rules", "acme_rules"):
        done = subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, **installed}, capture_output=True
        )
        assert done.stdout.decode() == f"['ACME001']\n{ {package} }\n", done.stderr
        shutil.rmtree(tmp_path / "acme_rules-1.0.0.dist-info", ignore_errors=True)


def test_a_rule_without_a_docstring_is_an_error(tmp_path: Path) -> None:
    source = GOOD.replace('"""Everything is greeted."""', "")
    installed = install(tmp_path, source)
    assert found(installed) == ["ACME001"]
    shown = run("check", SUNMETER, "--select", "ACME", environment=installed).stdout
    assert "hello" in shown
    assert found(installed, "--select", "ACME", "--statistics") == ["ACME001"]


@pytest.mark.parametrize(
    ("source", "reported"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("raise RuntimeError('two\\nlines')", "RuntimeError: two lines"),
        ("def", "SyntaxError"),
        ("import sys; sys.exit()", "SystemExit"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("import asyncio; raise asyncio.CancelledError", "CancelledError"),
        ("class Panic(BaseException): pass\nraise Panic('at the lib')", "Panic: at the lib"),
        (GOOD.replace("ACME001", "S002"), "manifest_lint.rules.scope_text already has a rule"),
        (GOOD + GOOD, "acme_rules already has a rule with this code"),
        (GOOD.replace("ACME001", "acme001"), "two or more capitals and three digits"),
        (GOOD.replace("ACME001", "ACME01"), "two or more capitals and three digits"),
        (GOOD.replace("ACME001", "A999"), "two or more capitals and three digits"),
        (GOOD.replace('"ACME001"', "None"), "two or more capitals and three digits"),
        (GOOD.replace('"greeting"', '"A Greeting"'), "such as support-address"),
        (GOOD.replace('"greeting"', "1"), "such as support-address"),
        (GOOD.replace("severity=NOTE", ""), "an error needs refused_by"),
        (GOOD.replace("NOTE)", "WARNING, refused_by='login')"), "an error needs refused_by"),
        (GOOD.replace("severity=NOTE", "refused_by='me'"), "refused_by must be of install"),
        (GOOD.replace("severity=NOTE", "severity='note'"), "must be ERROR, WARNING or NOTE"),
        (GOOD.replace("severity=NOTE", "severity=NOTE, on='manifest'"), "`on` must be one of"),
        (GOOD.replace("severity=NOTE", "severity=NOTE, fix='yes'"), "`fix` must be safe"),
        (GOOD + "\nrule('ACME002', 'x', severity=NOTE)('text')", "must be a function"),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_an_error(
    tmp_path: Path, source: str, reported: str
) -> None:
    line = complaint(install(tmp_path, source))
    assert line.startswith("manifest-lint: acme-rules: this plugin of manifest-lint")
    assert reported in line


@pytest.mark.parametrize("entry", ["no_such_module", "acme_rules:no_such_name", "not a module"])
def test_an_entry_point_to_a_missing_module_is_an_error(tmp_path: Path, entry: str) -> None:
    line = complaint(install(tmp_path, GOOD, entries=(entry,)))
    assert f"acme-rules: this plugin of manifest-lint cannot be loaded ({entry}" in line


def test_a_code_in_two_plugins_is_an_error(tmp_path: Path) -> None:
    install(tmp_path, GOOD)
    line = complaint(install(tmp_path, GOOD, package="zulu", module="zulu_rules"))
    assert "zulu: this plugin" in line
    assert "ACME001: acme_rules already has a rule with this code" in line


def test_packages_with_broken_metadata(tmp_path: Path) -> None:
    installed = install(tmp_path / "one", "raise RuntimeError")
    (tmp_path / "one/acme_rules-1.0.0.dist-info/METADATA").unlink()
    assert "acme_rules: this plugin" in complaint(installed)
    installed = install(tmp_path / "two", GOOD)
    text = "[manifest_lint.rules]\nno equals sign\n"
    (tmp_path / "two/acme_rules-1.0.0.dist-info/entry_points.txt").write_text(text)
    assert "entry" in complaint(installed)


def test_a_finding_may_be_in_any_document_that_was_given(tmp_path: Path) -> None:
    source = GOOD.replace('yield Finding("hello")', "yield Finding('hello', document=connector)")
    for number, (on, document) in enumerate(
        [
            ("connector", "given.manifest"),
            ("connector", "given.account_types[0].document"),
            ("account type", "given.document"),
            ("text", "given"),
            ("workspace", "given.connectors[0].manifest"),
            ("workspace", "given.account_types[0].document"),
        ]
    ):
        text = source.replace("NOTE)", f"NOTE, on={on!r})").replace(
            "document=connector", f"document={document}"
        )
        installed = install(tmp_path / str(number), text.replace("(connector)", "(given)"))
        assert set(found(installed)) == {"ACME001"}


@pytest.mark.parametrize(
    ("body", "reported"),
    [
        ("yield {}['url']", "KeyError: 'url', acme_rules.py line 7"),
        ("raise SystemExit", "SystemExit"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("import asyncio; raise asyncio.CancelledError", "CancelledError"),
        ("yield Finding('a'); raise GeneratorExit", "GeneratorExit"),
        ("return None", "'NoneType' object is not iterable"),
        ("return ['hello']", "it yields str, not Finding"),
        ("yield None", "it yields NoneType, not Finding"),
        ("yield Finding(1)", "message or why is not a string"),
        ("yield Finding('a', why=1)", "message or why is not a string"),
        ("yield Finding('a', severity='note')", "severity is str"),
        ("yield Finding('a', severity=ERROR)", "its refused_by is empty"),
        ("yield Finding('a', severity=ERROR, refused_by='login')", "not a tuple of install"),
        ("yield Finding('a', severity=ERROR, refused_by=('me',))", "not a tuple of install"),
        ("yield Finding('a', refused_by=([],))", "not a tuple of install"),
        ("yield Finding('a', 'slug')", "a tuple of keys and indexes"),
        ("yield Finding('a', ['slug'])", "a tuple of keys and indexes"),
        ("yield Finding('a', (None,))", "a tuple of keys and indexes"),
        ("yield Finding('a', (), 'middle')", "is not a part: use one of key, value"),
        ("yield Finding('a', span=(1, 2, 3))", "a tuple of two offsets"),
        ("yield Finding('a', document='manifest')", "not one of those that the rule got"),
        (
            "yield Finding('a', document=type(connector.manifest)('x', b'{}'))",
            "not one of those that the rule got",
        ),
        ("yield Finding('a', fix='write it')", "fix is not a Fix"),
        ("yield Finding('a', fix=Fix('b', False, Edit('c')))", "(Edit(...),)"),
        ("yield Finding('a', fix=Fix('b', False, ('c',)))", "(Edit(...),)"),
        ("yield Finding('a', fix=Fix('b', False, (Edit(1),)))", "text is not a string"),
        ("yield Finding('a', fix=Fix('b', False, (Edit('c', 1),)))", "keys and indexes"),
    ],
)
def test_a_failing_rule_is_an_error(tmp_path: Path, body: str, reported: str) -> None:
    line = complaint(install(tmp_path, GOOD.replace('yield Finding("hello")', body)))
    assert "ACME001: this rule of the plugin acme-rules fails" in line
    assert reported in line


def test_a_failing_rule_can_be_ignored(tmp_path: Path) -> None:
    installed = install(tmp_path, GOOD.replace('yield Finding("hello")', "yield 1"))
    done = run("check", SUNMETER, "--ignore", "ACME", environment=installed)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_attempt_fails_in_the_same_way(tmp_path: Path) -> None:
    """An editor's server goes on after a failure."""
    installed = install(tmp_path, GOOD + "\nraise RuntimeError('later')")
    script = (
        "from manifest_lint import UserError, check\n"
        "for _ in range(2):\n"
        "    try: check(['fixtures/sunmeter'])\n"
        "    except UserError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **installed},
        capture_output=True,
        text=True,
    )
    first, second = done.stdout.splitlines()
    assert first == second
    assert "RuntimeError: later" in first


def test_an_interruption_is_not_a_failure_of_the_plugin(tmp_path: Path) -> None:
    """A user who stops a run while a plugin works does not see an error of the plugin."""
    stop = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(9)"
    for source in (stop, GOOD.replace('yield Finding("hello")', stop)):
        folder = tmp_path / str(len(source))
        done = run("check", SUNMETER, environment=install(folder, source))
        assert (done.returncode, done.stderr) == (2, "manifest-lint: interrupted\n")


def test_the_guide_shows_the_worked_example() -> None:
    entry, example, testing = re.findall(r"```(?:toml|python)\n(.*?)```", GUIDE, re.DOTALL)
    assert entry in (HOUSE_RULES / "pyproject.toml").read_text("utf-8")
    assert example in ACME
    assert testing in (HOUSE_RULES / "tests/test_acme_rules.py").read_text("utf-8").replace(
        "    report", "report"
    )
    assert all(f"`{name}`" in GUIDE for name in REFUSALS)


def test_every_public_name_of_the_guide_exists() -> None:
    """Attributes are looked up in the objects that rules get."""
    account_type = AccountType(Document("x", b"{}"), (), {}, "x")
    given = [Connector(Document("x", b"{}")), account_type, account_type.document]
    objects: dict[str, object] = {type(one).__name__: one for one in given}
    objects["Workspace"] = Workspace((), ())
    rows = re.findall(r"^\| `(manifest_lint[\w.]*)` \| (.*) \|$", GUIDE, re.MULTILINE)
    assert len(rows) == 7
    for module, text in rows:
        for owner, names in re.findall(r"(?:`(\w+)`: )?((?:`\w+`(?:, )?)+)", text):
            source = import_module(module)
            target = objects.get(owner, getattr(source, owner)) if owner else source
            for name in re.findall(r"`(\w+)`", names):
                assert hasattr(target, name), f"{module}: {owner}.{name}"


def test_a_baseline_keeps_findings_of_plugins_that_are_not_loaded(tmp_path: Path) -> None:
    installed = install(tmp_path / "site", GOOD)
    shutil.copytree(SUNMETER, tmp_path / "sunmeter")
    name = "manifest-lint-baseline.json"

    def check(*arguments: str) -> str:
        done = run("check", "sunmeter", *arguments, cwd=tmp_path, environment=installed)
        assert done.returncode == 0, done.stderr
        return done.stdout

    check("--write-baseline")
    assert "ACME001" in (tmp_path / name).read_text()
    assert "obsolete" not in check("--baseline", name, "--isolated")
    check("--write-baseline", "--isolated")
    assert "ACME001" in (tmp_path / name).read_text()
    installed = {}
    assert "obsolete" in check("--baseline", name)

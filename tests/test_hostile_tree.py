"""A hostile tree: nothing outside it is read or written, and one bad file stops no check."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import check, write_fixes
from manifest_lint.files.disk import Folder, Tree
from manifest_lint.files.write import write_file
from manifest_lint.reports.names import FORMATS
from tests.command import INSTALL, ROOT, run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes
from tests.language_server import Server

OUTSIDE = "0UTS1DE-T3XT"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder outside the tree, with files that must not be shown or changed."""
    folder = tmp_path / "outside"
    (folder / "folder").mkdir(parents=True)
    manifest = with_changes(MANIFEST, slug=OUTSIDE, categories=["other"], x=OUTSIDE)
    for name in ("manifest.konnector", "folder/manifest.konnector", "package.json", "icon.svg"):
        (folder / name).write_text(json.dumps(manifest))
    types = json.dumps(with_changes(ACCOUNT_TYPE, _id=OUTSIDE, redirect_uri=OUTSIDE))
    for name in ("account-types-def.json", "types.json", "folder/x.json"):
        (folder / name).write_text(types)
    (folder / "environ").write_text(f"HOME=/\0TOKEN={OUTSIDE}\0")
    return folder


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SUNMETER, tmp_path / "tree"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def findings(folder: Path, *arguments: str | Path) -> list[tuple[str, str]]:
    """Check with fixes, which must show nothing outside; return path and severity of F007."""
    done = run("check", folder, "--format", "json", "--unsafe-fixes", *arguments)
    assert OUTSIDE not in done.stdout + done.stderr
    report = json.loads(done.stdout)
    found = [one for one in report["findings"] if one["code"] == "F007"]
    return [(one["path"].rpartition("tree/")[2], one["severity"]) for one in found]


@pytest.mark.parametrize(
    ("link", "target", "severity"),
    [
        ("manifest.konnector", "manifest.konnector", "error"),
        ("manifest.konnector", "environ", "error"),
        ("account-types-def.json", "account-types-def.json", "error"),
        ("account_types", "folder", "error"),
        ("account_types/x.json", "types.json", "error"),
        ("package.json", "package.json", "error"),
        ("README.md", "environ", "error"),
        ("konnector-dev-config.json", "types.json", "error"),
        ("data/importedData.json", "types.json", "error"),
        ("assets/icon.svg", "icon.svg", "error"),
        ("src/index.js", "environ", "error"),
        ("src", "folder", "error"),
        ("src/share", "folder", "error"),
        ("share", "folder", "error"),
        ("below/manifest.konnector", "manifest.konnector", "error"),
        ("below/other", "folder", "warning"),
    ],
)
def test_a_link_out_of_the_tree_is_a_finding_and_is_not_followed(
    tree: Path, outside: Path, link: str, target: str, severity: str
) -> None:
    before = contents(outside)
    path = tree / link
    path.parent.mkdir(exist_ok=True)
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to(outside / target)
    assert findings(tree) == [(link, severity)]
    if link.endswith(".konnector"):
        assert findings(path) == [(link, severity)]
        assert run("preview", path).returncode == 2
    for command in ("build", "init", "config"):
        arguments = (command, tree, *(["--yes", *INSTALL] if command == "init" else []))
        done = run(*arguments)
        assert OUTSIDE not in done.stdout + done.stderr
        assert "internal error" not in done.stderr
    server = Server("utf-16")
    server.open((tree / "manifest.konnector").as_uri(), "{}")
    server.stop()
    assert OUTSIDE not in json.dumps(server.shown)
    assert contents(outside) == before
    assert path.is_symlink()


def test_links_in_a_named_folder_of_account_types_are_checked(tree: Path, outside: Path) -> None:
    types = tree / "types"
    types.mkdir()
    (types / "x.json").symlink_to(outside / "types.json")
    assert findings(tree / "manifest.konnector", "--account-types", types) == [
        ("types/x.json", "error")
    ]
    done = run("provision", types, "--dry-run")
    assert (done.returncode, OUTSIDE in done.stdout) == (1, False)


@pytest.mark.parametrize("target", ["environ", "folder", "nothing"])
def test_links_out_of_a_build_are_reported(tree: Path, outside: Path, target: str) -> None:
    (tree / "build/more").symlink_to(outside / target)
    done = run("build", tree, "--format", "json")
    assert done.returncode == 1
    assert [one["path"] for one in json.loads(done.stdout)["findings"]] == [
        str(tree / "build/more")
    ]
    assert not (tree / "dist").exists()
    assert findings(tree / "build") == [("build/more", "error")]


@pytest.mark.parametrize("link", ["src/share", "share", "below/share", "build/share"])
def test_a_build_stops_at_a_link_to_a_folder_if_it_is_an_error(
    tree: Path, outside: Path, link: str
) -> None:
    (tree / link).parent.mkdir(exist_ok=True)
    (tree / link).symlink_to(outside / "folder")
    found = findings(tree / "build" if link.startswith("build") else tree)
    is_searched_only = link == "below/share"
    assert found == [(link, "warning" if is_searched_only else "error")]
    done = run("build", tree, "--just-built")
    assert done.returncode == int(not is_searched_only)


def test_a_link_to_a_folder_that_is_never_packed_stops_no_build(tree: Path, outside: Path) -> None:
    (tree / "build/node_modules").symlink_to(outside / "folder")
    assert run("build", tree, "--just-built").returncode == 0
    shutil.rmtree(tree / "build")
    (tree / "build").symlink_to(outside)
    done = run("build", tree)
    assert (done.returncode, "a link leads out of" in done.stderr) == (2, True)


def test_links_within_the_tree_are_followed(tree: Path) -> None:
    (tree / "a").mkdir()
    (tree / "manifest.konnector").rename(tree / "a/real.konnector")
    (tree / "manifest.konnector").symlink_to("a/real.konnector")
    assert findings(tree) == []
    assert check([tree]).manifests == 1


def test_the_tree_is_the_whole_work_tree(tree: Path) -> None:
    """Any part of it may be named; git made the `.git` here."""
    (tree.parent / ".git").mkdir()
    (tree.parent / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (tree / "README.md").unlink(missing_ok=True)
    (tree.parent / "shared.md").write_text("# Shared")
    (tree / "README.md").symlink_to("../shared.md")
    assert Tree(tree).holds(tree / "README.md")
    (tree.parent / ".git/HEAD").unlink()
    assert not Tree(tree).holds(tree / "README.md")


def test_a_fix_writes_the_target_of_a_link_in_the_tree(tree: Path) -> None:
    manifest = tree / "manifest.konnector"
    manifest.write_text(json.dumps(with_changes(MANIFEST, categories=["other"])))
    manifest.rename(tree / "real")
    manifest.symlink_to("real")
    assert write_fixes(check([tree], fix="unsafe")) == []
    assert manifest.is_symlink()
    assert '"others"' in (tree / "real").read_text()


def test_init_writes_only_in_the_repository_wherever_it_is_started(
    tree: Path, outside: Path
) -> None:
    before = contents(outside)
    (tree / ".github").symlink_to(outside)
    for cwd in (tree, ROOT):
        done = run("init", tree, "--yes", "--ci", "github", *INSTALL, cwd=cwd)
        assert (done.returncode, "a link leads out of" in done.stderr) == (2, True)
    assert contents(outside) == before


def test_a_named_account_type_is_checked_with_its_manifest(tree: Path) -> None:
    types = tree / "account_types"
    types.mkdir()
    (tree / "account-types-def.json").rename(types / "sunmeter.json")
    report = check([types / "sunmeter.json"])
    assert [finding.code for finding in report.findings] == []
    assert (report.manifests, report.account_types) == (1, 1)


@pytest.mark.parametrize("link", ["manifest.konnector", "account-types-def.json", "assets", "x"])
def test_loops_of_links_do_not_crash(tree: Path, link: str) -> None:
    path = tree / link
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.symlink_to("between")
    (tree / "between").symlink_to(link)
    (tree / "up").symlink_to("..")
    commands: list[list[str | Path]] = [[name, tree] for name in ("check", "build", "preview")]
    commands += [["verify", tree], ["upgrade", tree, tree], ["check", tree, "--against", tree]]
    for arguments in commands:
        done = run(*arguments)
        assert done.returncode in (0, 1, 2)
        assert "internal error" not in done.stderr


def test_a_named_pipe_neither_stops_nor_blocks_a_run(tree: Path) -> None:
    pipe = tree / "pipe"
    os.mkfifo(pipe)
    for arguments in (
        ("verify", pipe),
        ("upgrade", pipe, tree),
        ("upgrade", tree, pipe),
        ("check", tree, "--against", pipe),
        ("check", pipe),
        ("check", tree, "--config", pipe),
        ("check", tree, "--account-types", pipe),
        ("check", tree, "--baseline", pipe),
        ("check", tree, f"--output-file=json={pipe}"),
        ("provision", pipe),
        ("preview", pipe),
    ):
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert "is not a regular file" in done.stderr.splitlines()[-1], arguments


def test_an_unreadable_file_does_not_stop_the_check_of_a_tree(tree: Path) -> None:
    many = tree.parent / "many"
    for name in ("a", "b", "c", "d"):
        shutil.copytree(tree, many / name)
    (many / "b/manifest.konnector").unlink()
    os.mkfifo(many / "b/manifest.konnector")
    (many / "c/manifest.konnector").unlink()
    (many / "c/manifest.konnector").mkdir()
    (many / "d/account-types-def.json").write_text('[{"_id": "x"}, 1]')
    done = run("check", many, "--format", "json")
    assert done.returncode == 2
    assert "internal error" not in done.stderr
    files = sorted(line.split("many/")[1][:20] for line in done.stderr.splitlines())
    assert files == ["b/manifest.konnector", "c/manifest.konnector", "d/account-types-def."]
    assert json.loads(done.stdout)["summary"]["manifests"] >= 1
    sarif = json.loads(run("check", many, "--format", "sarif").stdout)
    [invocation] = sarif["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    assert len(invocation["toolExecutionNotifications"]) == 3
    for option in ("--diff", "--write-baseline"):
        again = run("check", ".", option, cwd=many)
        assert again.returncode == 2
        assert "b/manifest.konnector" in again.stderr


@pytest.mark.parametrize("kind", ["wrong", "pipe", "link"])
def test_a_broken_configuration_does_not_stop_the_check_of_other_connectors(
    tree: Path, outside: Path, kind: str
) -> None:
    for name in ("a", "b", "c"):
        shutil.copytree(SUNMETER, tree / "many" / name)
    file = tree / "many/b/manifest-lint.toml"
    if kind == "wrong":
        file.write_text("nonsense = 1")
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to(outside / "environ")
    done = run("check", tree / "many")
    assert done.returncode == 2
    assert "2 manifests" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "many/b/manifest-lint.toml" in done.stderr


def test_a_failing_rule_does_not_stop_the_check_of_other_connectors(tree: Path) -> None:
    many = tree.parent / "many"
    for name in ("a", "b"):
        shutil.copytree(tree, many / name)
    manifest = with_changes(MANIFEST, slug="broken", categories=["other"])
    (many / "b/manifest.konnector").write_text(json.dumps(manifest))
    script = (
        "from manifest_lint.cli import main as cli\n"
        "from manifest_lint.project.connector import Connector\n"
        "before = Connector.sent_scope.func\n"
        "def breaks(self):\n"
        "    if self.value['slug'] == 'broken': raise KeyError('x')\n"
        "    return before(self)\n"
        "Connector.sent_scope = property(breaks)\n"
        "import sys; cli.main(['check', sys.argv[1], '--format', 'json'])"
    )

    def checked(folder: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", script, str(folder)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    done = checked(many)
    assert done.returncode == 2
    assert all(
        "b/manifest.konnector: internal error (KeyError in S" in line
        for line in done.stderr.splitlines()
    )
    codes = {one["code"] for one in json.loads(done.stdout)["findings"]}
    assert "M008" in codes
    alone = checked(many / "b")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "internal error (KeyError)" in alone.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_an_incomplete_run_is_never_shown_as_passed(tree: Path, form: str) -> None:
    many = tree / "many"
    for name in ("good", "bad"):
        shutil.copytree(SUNMETER, many / name)
    (many / "bad/manifest.konnector").unlink()
    os.mkfifo(many / "bad/manifest.konnector")
    done = run("check", many, "--format", form)
    why = "is not a regular file"
    assert (done.returncode, why in done.stderr) == (2, True)
    if form not in ("text", "concise"):  # they are shown on standard error too
        assert why in done.stdout
    if form == "json":
        assert json.loads(done.stdout)["verdict"] == "incomplete"
    assert "passed" not in done.stdout.lower()


@pytest.mark.parametrize(
    "arguments", [("-q",), ("--format=concise",), ("--format=gitlab",), ("--format=text",)]
)
def test_every_format_shows_what_was_skipped(tree: Path, arguments: tuple[str, ...]) -> None:
    types = with_changes(ACCOUNT_TYPE, client_secret="s3cr3t-0f-twelve")
    (tree / "account-types-def.json").write_text(json.dumps(types))
    subprocess.run(["git", "init", "-q", tree], check=True)
    env = {**os.environ, "PATH": ""}
    command = [sys.executable, "-m", "manifest_lint", "check", str(tree), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert "Skipped .gitignore and K003: git is not installed" in done.stdout + done.stderr


def test_a_planted_link_is_replaced_and_not_followed(tree: Path, outside: Path) -> None:
    before = contents(outside)
    (tree / "report.json").symlink_to(outside / "environ")
    run("check", ".", "--output-file=json=report.json", cwd=tree)
    assert not (tree / "report.json").is_symlink()
    assert json.loads((tree / "report.json").read_text())
    (tree / "manifest-lint-baseline.json").symlink_to(outside / "environ")
    done = run("check", ".", "--write-baseline", cwd=tree)
    assert (done.returncode, "is a link out of its folder" in done.stderr) == (2, True)
    (tree / "reports").symlink_to(outside)
    for cwd, folder in ((tree, Path()), (tree.parent, Path("tree"))):
        baseline = folder / "reports/b.json"
        done = run("check", folder, "--write-baseline", "--baseline", baseline, cwd=cwd)
        assert (done.returncode, "a link leads out of" in done.stderr) == (2, True)
    assert contents(outside) == before


def test_planted_links_in_the_output_folder_are_not_followed(tree: Path, outside: Path) -> None:
    before = contents(outside)
    (tree / "dist").mkdir()
    for name in ("sunmeter-1.2.0.tar.gz", "sunmeter-1.2.0.report.json"):
        (tree / "dist" / name).symlink_to(outside / "environ")
    assert run("build", tree).returncode == 0
    assert not any(path.is_symlink() for path in (tree / "dist").iterdir())
    shutil.rmtree(tree / "dist")
    (tree / "dist").symlink_to(outside)
    assert "a link leads out of" in run("build", tree).stderr
    done = run("check", ".", "--output-file=json=dist/x.json", cwd=tree)
    assert (done.returncode, "a link leads out of" in done.stderr) == (2, True)
    done = run("check", tree, "--output-file", f"json={tree}/dist/x.json")
    assert (done.returncode, "a link leads out of" in done.stderr) == (2, True)
    assert contents(outside) == before


@pytest.mark.parametrize("path", ["{outside}", "../outside", "link"])
@pytest.mark.parametrize(
    ("setting", "command"),
    [
        ('account-types = ["{}/environ"]', "check ."),
        ('account-types = ["{}/environ"]', "verify build"),
        ('account-types = ["{}/environ"]', "preview ."),
        ('baseline = "{}/environ"', "check ."),
        ('baseline = "{}/environ"', "check . --write-baseline"),
        ('build.out = "{}"', "build ."),
        ('build.build-dir = "{}"', "build ."),
    ],
)
def test_a_found_configuration_may_not_name_a_path_outside_the_tree(
    tree: Path, outside: Path, path: str, setting: str, command: str
) -> None:
    before = contents(outside)
    if path == "link":
        (tree / "link").symlink_to(outside)
    text = setting.format(path.format(outside=outside))
    (tree / "manifest-lint.toml").write_text(f"# mine\n{text}\n")
    done = run(*command.split(), cwd=tree)
    key = setting.partition(" ")[0]
    assert (done.returncode, OUTSIDE in done.stdout, done.stderr.count("\n")) == (2, False, 1)
    assert f'manifest-lint.toml:2: "{key}" leads out of the tree' in done.stderr
    assert contents(outside) == before
    option = f"--{key.removeprefix('build.')}=elsewhere"
    for said in ("--isolated", "--config=manifest-lint.toml", option):
        assert f'"{key}" leads' not in run(*command.split(), said, cwd=tree).stderr


def test_a_named_link_out_of_its_work_tree_is_not_followed(tree: Path, outside: Path) -> None:
    shutil.copytree(SUNMETER, outside / "connector")
    before = contents(outside)
    (tree / "away").symlink_to(outside / "connector")
    shutil.copytree(SUNMETER, tree / "sub")
    (tree / "here").symlink_to("sub")
    for path in ("away", "away/manifest.konnector"):
        assert run("check", tree / path).returncode == 0  # the user has named it
    subprocess.run(["git", "init", "-q", tree], check=True)
    for command, path in [
        ("check", "away"),
        ("check", "away/manifest.konnector"),
        ("build", "away"),
    ]:
        done = run(command, tree / path)
        assert (done.returncode, "leads through a link out of" in done.stderr) == (2, True)
    assert run("check", tree / "here").returncode == 0
    assert contents(outside) == before


def test_init_writes_nothing_if_one_file_would_be_outside_the_tree(
    tree: Path, outside: Path
) -> None:
    (tree / ".github").symlink_to(outside)
    before = contents(tree)
    done = run("init", tree, "--ci", "github", "--yes", *INSTALL)
    assert (done.returncode, "a link leads out of" in done.stderr) == (2, True)
    assert contents(tree) == before


def test_a_device_that_a_link_leads_to_is_not_replaced(tmp_path: Path) -> None:
    if not Path("/dev/stdout").is_symlink():
        pytest.skip("needs /dev/stdout to be a link")
    done = run("check", SUNMETER, "--output-file=json=/dev/stdout")
    assert "is not a regular file" in done.stderr
    assert Path("/dev/stdout").is_symlink()
    write_file(tmp_path / "x", b"x")
    assert (tmp_path / "x").read_bytes() == b"x"


def test_standard_input_can_be_named_by_its_device() -> None:
    if not Path("/dev/stdin").is_symlink():
        pytest.skip("needs /dev/stdin to be a link")
    manifest = SUNMETER / "manifest.konnector"
    with manifest.open("rb") as file:
        command = [sys.executable, "-m", "manifest_lint", "check", "/dev/stdin"]
        done = subprocess.run(command, cwd=ROOT, stdin=file, capture_output=True, text=True)
    assert "F007" not in done.stdout
    assert "1 manifest" in done.stdout
    assert "is not a regular file" in run("check", "/dev/stdin", stdin=b"{}").stderr


def test_a_folder_lists_no_link_that_leaves_it(tree: Path, outside: Path) -> None:
    (tree / "src").mkdir(exist_ok=True)
    (tree / "src/a.js").symlink_to(outside / "environ")
    (tree / "away").symlink_to(outside)
    folder = Folder(tree)
    assert "src/a.js" not in list(folder.list("src/"))
    assert list(folder.outside("src/")) == ["away", "src/a.js"]
    assert not folder.exists("src/a.js")
    assert not folder.exists("away/environ")


PLUGIN = "open({mark!r}, 'w').close()\n"


def hostile_modules(folder: Path, mark: Path) -> None:
    """A plugin, and modules with the names of others that are loaded lazily."""
    dist_info = folder / "evil-1.0.dist-info"
    dist_info.mkdir()
    (dist_info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    groups = "[manifest_lint.rules]\nx = evil\n[manifest_lint.reports]\nevil = evil:lines\n"
    (dist_info / "entry_points.txt").write_text(groups)
    for name in ("evil", "pathspec", "jsonschema", "difflib", "tomllib", "jinja2"):
        (folder / f"{name}.py").write_text(PLUGIN.format(mark=str(mark)))


@pytest.mark.parametrize("path", [str(ROOT), f"{os.pathsep}{ROOT}", f".{os.pathsep}{ROOT}"])
def test_no_module_of_the_checked_folder_is_loaded(tree: Path, path: str) -> None:
    mark = tree.parent / "mark"
    hostile_modules(tree, mark)
    (tree / "manifest-lint.toml").write_text('ignore = ["M010"]')
    environment = {"PYTHONPATH": path}
    for arguments in (["check", "."], ["check", ".", "--format", "html"], ["build", "."]):
        run(*arguments, cwd=tree, environment=environment)
        assert not mark.exists(), arguments
    done = run("check", ".", "--format", "evil", cwd=tree, environment=environment)
    assert "unknown format" in done.stderr
    assert not mark.exists()


@pytest.mark.parametrize(
    "name", ["typing", "re", "__future__", "enum", "copyreg", "dataclasses", "json", "click"]
)
def test_no_standard_library_module_is_loaded_from_the_checked_folder(
    tree: Path, name: str
) -> None:
    """Python loads some before any code of ours runs: those are not in this list."""
    mark = tree.parent / "mark"
    (tree / f"{name}.py").write_text(PLUGIN.format(mark=str(mark)))
    done = run("check", ".", cwd=tree, environment={"PYTHONPATH": str(ROOT)})
    assert (done.returncode, mark.exists()) == (0, False)


def test_a_check_works_in_a_deleted_current_folder(tree: Path, tmp_path: Path) -> None:
    script = (
        f"import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone');"
        f" sys.argv = ['manifest-lint', 'check', {str(tree)!r}];"
        " from manifest_lint.__main__ import main; main()"
    )
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_isolated_loads_no_plugin(tree: Path, tmp_path: Path) -> None:
    site, mark = tmp_path / "site", tmp_path / "mark"
    site.mkdir()
    hostile_modules(site, mark)
    for name in ("pathspec", "jsonschema", "difflib", "tomllib", "jinja2"):
        (site / f"{name}.py").unlink()
    environment = {"PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}
    commands: list[list[str | Path]] = [
        ["build", tree],
        ["verify", tree / "build"],
        ["upgrade", tree, tree / "build"],
        ["config", tree, "--select", "S"],
    ]
    commands += [["check", tree, "--format", form] for form in ("text", "sarif", "html")]
    for arguments in commands:
        done = run(*arguments, "--isolated", environment=environment)
        assert done.returncode in (0, 1), done.stderr
        assert not mark.exists(), arguments
    assert run("check", tree, "--isolated", "--format", "evil", environment=environment).returncode
    assert not mark.exists()
    run("check", tree, environment=environment)
    assert mark.exists(), "the plugin is one"


def test_only_build_runs_the_configured_command(tree: Path) -> None:
    mark = tree.parent / "mark"
    (tree / "manifest-lint.toml").write_text(f"[build]\ncommand = \"touch '{mark}'\"\n")
    commands: list[list[str | Path]] = [
        ["check", tree],
        ["check", tree, "--fix"],
        ["preview", tree],
        ["config", tree],
        ["verify", tree / "build"],
        ["upgrade", tree, tree / "build"],
        ["init", tree, "--yes", *INSTALL],
        ["build", tree, "--isolated"],
        ["build", tree, "--no-run-build"],
    ]
    for arguments in commands:
        run(*arguments)
        assert not mark.exists(), arguments
    server = Server("utf-16")
    server.open((tree / "manifest.konnector").as_uri(), "{}")
    server.stop()
    assert not mark.exists()
    done = run("build", tree)
    assert done.stderr.startswith(f"Running touch '{mark}' (")
    assert mark.exists()


def with_surrogates(value: Any) -> Any:
    """Add half of a surrogate pair to every string and every key."""
    if isinstance(value, dict):
        return {f"{key}\udc00": with_surrogates(inner) for key, inner in value.items()} | {
            key: with_surrogates(inner) for key, inner in value.items()
        }
    if isinstance(value, list):
        return [with_surrogates(inner) for inner in value]
    return f"{value[:3]}\ud800{value[3:]}" if isinstance(value, str) else value


def test_five_connectors_with_half_surrogates_do_not_stop_the_check_of_fifty(
    tmp_path: Path,
) -> None:
    def written(folder: Path, number: int) -> None:
        place = Path(shutil.copytree(SUNMETER, folder / f"c{number:02}"))
        manifest = with_changes(MANIFEST, slug=f"c{number:02}", categories=["other"])
        (place / "manifest.konnector").write_text(json.dumps(manifest))
        if number % 10 == 7:
            for name in ("manifest.konnector", "account-types-def.json", "package.json"):
                value = json.loads((place / name).read_text("utf-8"))
                (place / name).write_text(json.dumps(with_surrogates(value)))

    for number in range(50):
        written(tmp_path / "all", number)
        if number % 10 != 7:
            written(tmp_path / "good", number)

    def found(folder: str) -> dict[str, list[dict[str, Any]]]:
        done = run("check", ".", "--format", "json", cwd=tmp_path / folder)
        assert (done.returncode, done.stderr) == (1, "")
        report = json.loads(done.stdout)
        by_path: dict[str, list[dict[str, Any]]] = {}
        for one in report["findings"]:
            by_path.setdefault(one["path"].split("/")[0], []).append(one)
        return by_path

    everything, good = found("all"), found("good")
    bad = {name for name in everything if name.endswith("7")}
    assert len(bad) == 5
    assert {name: ones for name, ones in everything.items() if name not in bad} == good
    for form in ("sarif", "html", "markdown", "junit", "gitlab", "github", "jsonl", "text"):
        done = run("check", "all", "--format", form, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (1, "")
    for name in sorted(bad):
        for command in ("preview", "build", "verify"):
            done = run(command, tmp_path / "all" / name)
            assert "internal error" not in done.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_a_build_does_not_show_a_secret_in_a_file_with_findings(tree: Path, form: str) -> None:
    file = tree / "account-types-def.json"
    secret = "a1b2c3d4e5f6"
    value = {**json.loads(file.read_text()), "client_secret": secret, "token_mode": "get"}
    file.write_text(json.dumps({**value, "redirect_url": f"https://x/{secret}"}))
    for command, where in (("build", tree), ("verify", tree / "build")):
        done = run(command, where, "--isolated", "--format", form, "--account-types", file)
        assert done.returncode in (0, 1)
        assert done.stderr == ""
        assert secret not in done.stdout
    assert secret not in "".join(
        path.read_text("utf-8", "replace") for path in tree.glob("dist/*.json")
    )


def test_a_format_that_fails_does_not_lose_the_others(tree: Path) -> None:
    script = (
        "from manifest_lint.cli import main as cli\n"
        "from manifest_lint.reports import sarif\n"
        "def fail(_): yield 'half'; raise KeyError('x')\n"
        "sarif.lines = fail\n"
        f"cli.main(['check', {str(tree)!r}, '--format', 'sarif', *{{}}])"
    )
    files = [f"--output-file={form}={tree / form}" for form in ("json", "sarif", "html")]
    done = subprocess.run(
        [sys.executable, "-c", script.replace("*{}", f"*{files!r}")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "internal error (KeyError)" in done.stderr
    assert json.loads((tree / "json").read_text())["verdict"] == "pass"
    assert (tree / "html").exists()
    assert not (tree / "sarif").exists()

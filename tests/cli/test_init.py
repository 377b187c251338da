"""`manifest-lint init`, as an author runs it in a connector's repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from manifest_lint.scaffold.repository import CI_FILES
from tests import command
from tests.command import COMMIT, INSTALL, PUBLIC, ROOT, on_a_terminal
from tests.connectors import MANIFEST, SUNMETER, with_changes

OAUTH = (
    "--oauth",
    *("--scope", "openid consumption.read"),
    *("--domain", "mycozy.cloud"),
    *("--auth-endpoint", "https://service.example/oauth/authorize"),
    *("--token-endpoint", "https://service.example/oauth/token"),
)
NEW = {
    *("manifest-lint.toml", ".gitignore", ".pre-commit-config.yaml"),
    ".github/workflows/manifest-lint.yml",
}


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the tool; `init` gets an address for others, as this checkout may have none."""
    named = INSTALL if arguments[0] == "init" and "--install" not in arguments else ()
    return command.run(*arguments, *named, **options)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A connector without OAuth, in a repository cloned from GitHub."""
    folder = tmp_path / "sunmeter"
    hidden = shutil.ignore_patterns("account-types-def.json", "build")
    shutil.copytree(SUNMETER, folder, ignore=hidden)
    without_oauth(folder)
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "remote", "add", "origin", "git@github.com:a/b.git"], check=True)
    return folder


def without_oauth(folder: Path, **layout: Any) -> str:
    """Write a manifest without anything OAuth needs; return its text."""
    text = json.dumps(with_changes(MANIFEST, oauth=..., fields={}), **{"indent": 2, **layout})
    (folder / "manifest.konnector").write_text(text, "utf-8", newline="")
    return text


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, without those of git."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: data for name, data in found.items() if not name.startswith(".git/")}


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line of a run that failed."""
    assert done.returncode == 2, done.stdout + done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("manifest-lint: ")
    assert "internal error" not in line
    return line


def test_init_writes_what_the_repository_lacks(repository: Path) -> None:
    before = files(repository)
    done = run("init", "--yes", cwd=repository)
    assert (done.returncode, done.stderr) == (0, "")
    after = files(repository)
    assert after.keys() - before.keys() == NEW
    assert all(after[name] == before[name] for name in before)
    for name in NEW:
        assert f"Wrote {name}." in done.stdout
        for line in after[name].decode().splitlines():
            assert f"  {line}".rstrip() in done.stdout.splitlines()
    assert "Next: manifest-lint check" in done.stdout


def test_everything_init_writes_passes_a_check(repository: Path) -> None:
    assert run("init", repository, "--yes", *OAUTH).returncode == 0
    done = run("check", ".", "--fail-on", "note", cwd=repository)
    assert (done.returncode, done.stdout) == (0, "No findings in 1 manifest and 1 account type.\n")
    manifest = json.loads((repository / "manifest.konnector").read_text("utf-8"))
    assert manifest == with_changes(
        MANIFEST,
        oauth={"scope": ["openid consumption.read"]},
        fields={"access_token": {"type": "hidden"}},
    )


def test_the_help_shows_examples() -> None:
    done = run("init", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "manifest-lint init --oauth --yes --scope 'openid profile'" in done.stdout


def test_a_second_run_writes_nothing(repository: Path) -> None:
    assert run("init", "--yes", *OAUTH, cwd=repository).returncode == 0
    before = files(repository)
    done = run("init", *OAUTH, cwd=repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(" exists already.\n") == 6
    assert re.search(r"^Not used: --scope, .*; they are set already", done.stdout, re.M)
    assert files(repository) == before


def test_without_a_terminal_init_only_shows_what_it_would_write(repository: Path) -> None:
    before = files(repository)
    done = run("init", *OAUTH, cwd=repository, stdin=b"y\n" * 9)
    assert "not a terminal; pass --yes to confirm" in complaint(done)
    assert "manifest-lint.toml: the configuration; new file:" in done.stdout
    assert '+    "scope": ["openid consumption.read"]' in done.stdout
    assert files(repository) == before


def test_existing_files_are_never_replaced(repository: Path) -> None:
    own = {
        ".pre-commit-config.yaml": b"repos: []\n",
        ".travis.yml": b"script: yarn test\n",
        "account-types-def.json": b'{"_id": "other"}\n',
        "manifest-lint.toml": b'fail-on = "note"\n',
    }
    for name, data in own.items():
        (repository / name).write_bytes(data)
    before = files(repository)
    done = run("init", "--yes", *OAUTH, cwd=repository)
    assert done.returncode == 0
    after = files(repository)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"manifest.konnector", ".gitignore"}
    assert f"- repo: {PUBLIC}" in done.stdout
    assert "~/.local/bin/manifest-lint check" in done.stdout
    assert '"_id": "sunmeter"' in done.stdout
    assert done.stdout.count("the file exists and is not changed. Add:") == 3


def test_an_example_in_a_readme_is_not_an_account_type(repository: Path) -> None:
    example = (SUNMETER / "account-types-def.json").read_text("utf-8")
    (repository / "README.md").write_text(f"# Sunmeter\n\n```json\n{example}```\n")
    assert run("init", "--yes", *OAUTH, cwd=repository).returncode == 0
    assert (repository / "account-types-def.json").exists()


def test_configured_account_types_are_not_written_again(repository: Path) -> None:
    (repository / "ops").mkdir()
    shutil.copy(SUNMETER / "account-types-def.json", repository / "ops/sunmeter.json")
    (repository / "manifest-lint.toml").write_text('account-types = ["ops/"]\n')
    done = run("init", "--yes", "--oauth", "--scope", "openid", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert "ops/sunmeter.json: the account type exists already." in done.stdout
    assert not (repository / "account-types-def.json").exists()


def test_oauth_adds_the_permission_to_read_the_account_and_says_why(repository: Path) -> None:
    others = {name: one for name, one in MANIFEST["permissions"].items() if name != "accounts"}
    text = json.dumps(with_changes(MANIFEST, oauth=..., permissions=others), indent=2)
    (repository / "manifest.konnector").write_text(text)
    done = run("init", "--yes", *OAUTH, cwd=repository)
    assert "Without it every run ends in an error." in done.stdout
    assert "P013" not in run("check", cwd=repository).stdout
    assert "Without it" not in run("init", "--yes", *OAUTH, cwd=repository).stdout


def test_a_dangling_link_is_not_replaced(repository: Path) -> None:
    (repository / "manifest-lint.toml").symlink_to("elsewhere/manifest-lint.toml")
    (repository / ".pre-commit-config.yaml").symlink_to("nowhere")
    run("init", "--yes", cwd=repository)
    assert (repository / ".pre-commit-config.yaml").is_symlink()
    assert not (repository / "nowhere").exists()


@pytest.mark.parametrize(
    ("ci", "name"),
    [
        ("github", ".github/workflows/manifest-lint.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("travis", ".travis.yml"),
        ("none", None),
    ],
)
def test_the_ci_service_can_be_chosen(repository: Path, ci: str, name: str | None) -> None:
    before = files(repository)
    assert run("init", "--yes", "--ci", ci, cwd=repository).returncode == 0
    after = files(repository)
    assert after.keys() - before.keys() == {*NEW - {CI_FILES["github"]}, *([name] if name else [])}
    if name:
        assert f'"manifest-lint @ git+{PUBLIC}@{COMMIT}"'.encode() in after[name]


def test_a_missing_ci_service_is_reported(repository: Path) -> None:
    subprocess.run(["git", "remote", "remove", "origin"], cwd=repository, check=True)
    done = run("init", "--yes", cwd=repository)
    assert "No CI service recognised" in done.stdout
    assert not (repository / ".github").exists()


def test_init_works_below_the_root_of_the_repository(repository: Path) -> None:
    inner = repository / "connectors/one"
    inner.mkdir(parents=True)
    (repository / "manifest.konnector").rename(inner / "manifest.konnector")
    assert run("init", "--yes", *OAUTH, cwd=inner).returncode == 0
    assert files(inner).keys() == {
        *("manifest.konnector", "manifest-lint.toml", "account-types-def.json", ".gitignore")
    }
    workflow = (repository / ".github/workflows/manifest-lint.yml").read_text("utf-8")
    assert "- run: manifest-lint check connectors/one --format github\n" in workflow
    assert (repository / ".pre-commit-config.yaml").exists()


@pytest.mark.parametrize(
    "layout",
    [
        {"indent": "\t"},
        {"indent": 4},
        {"indent": None, "separators": (",", ":")},
        {"indent": None},
        {"indent": 2, "ensure_ascii": False},
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_manifest_keeps_its_layout(repository: Path, layout: Any, newline: str) -> None:
    text = without_oauth(repository, **layout).replace("\n", newline)
    path = repository / "manifest.konnector"
    path.write_text(text, "utf-8", newline="")
    path.chmod(0o640)
    assert run("init", "--yes", *OAUTH, cwd=repository).returncode == 0
    after = path.read_bytes().decode()
    assert path.stat().st_mode & 0o777 == 0o640
    whole = with_changes(
        MANIFEST,
        oauth={"scope": ["openid consumption.read"]},
        fields={"access_token": {"type": "hidden"}},
    )
    assert json.loads(after) == whole
    head, _, tail = text.partition('"fields"')
    assert after.startswith(head)
    assert after.endswith(tail.partition("{}")[2])
    assert run("check", "--fail-on", "note", cwd=repository).returncode == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "has no manifest.konnector; name a connector's folder"),
        ("", "is not JSON; fix it first"),
        ('{"slug": "x",}', "is not JSON; fix it first"),
        ("[]", "is not an object"),
        ("{}", "has no `slug`"),
        ('{"slug": "My Bank"}', '"My Bank" is not a valid slug'),
        ('{"slug": "x", "oauth": false}', "has a value that means no OAuth"),
    ],
)
def test_manifests_without_room_for_oauth_are_refused(
    repository: Path, text: str | None, message: str
) -> None:
    path = repository / "manifest.konnector"
    path.unlink()
    if text is not None:
        path.write_text(text)
    before = files(repository)
    assert message in complaint(run("init", "--yes", *OAUTH, cwd=repository))
    assert files(repository) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-folder"], "no-such-folder: is not a folder"),
        (["manifest.konnector"], "is not a folder"),
        (["src"], "src: no manifest.konnector found in or below it"),
        (["--ci", "jenkins"], "github"),
        (["--install", "x; rm -rf $HOME"], "--install: not known where that is"),
        (["--install", "manifest-lint==0.1.0"], "--install: no package index has"),
        (["--install", "/srv/x"], "--install: a path of this machine is of no use to others"),
        (["--scope", "a"], "--scope has no effect without --oauth"),
        (["--token-mode", "get"], "--token-mode has no effect without --oauth"),
        (["--oauth"], "--auth-endpoint is needed with --yes or without a terminal"),
        (["--oauth", "--yes"], "--auth-endpoint is needed"),
        ([*OAUTH[:5]], "--auth-endpoint is needed"),
        ([*OAUTH[:7]], "--token-endpoint is needed"),
        ([*OAUTH[:3], *OAUTH[5:]], "--domain is needed"),
        ([*OAUTH, "--auth-endpoint", "service.example"], "--auth-endpoint is not a URL"),
        ([*OAUTH, "--token-endpoint", "http://service.example"], "must be https"),
        ([*OAUTH, "--domain", "https://mycozy.cloud/apps"], "is not a domain; use the domain"),
        ([*OAUTH, "--scope", "a&b"], "would be lost on the way"),
        ([*OAUTH, "--grant-mode", "refresh_token"], "authorization_code"),
        ([*OAUTH, "--grant-mode", "token"], "authorization_code+secret"),
        ([*OAUTH, "--client-secret", "S3CRET"], "--help"),
    ],
)
def test_an_error_is_reported_in_one_line(
    repository: Path, arguments: list[str], message: str
) -> None:
    before = files(repository)
    assert message in complaint(run("init", *arguments, cwd=repository))
    assert files(repository) == before


def test_init_sets_up_checks_for_a_broken_manifest(repository: Path) -> None:
    (repository / "manifest.konnector").write_text("{")
    assert run("init", "--yes", cwd=repository).returncode == 0
    assert run("check", cwd=repository).returncode == 1


def test_a_read_only_folder_is_reported(repository: Path) -> None:
    """As a user who is not root: root may write everywhere."""
    outside = Path(tempfile.mkdtemp())  # not below tmp_path, whose parents are closed to others
    try:
        folder = shutil.copytree(repository, outside / "connector")
        outside.chmod(0o755)
        folder.chmod(0o555)
        script = (
            "import os, shutil, subprocess, sys\n"
            "from manifest_lint.cli import main as cli\n"
            "arguments, warm, folder = sys.argv[1:-2], sys.argv[-2], sys.argv[-1]\n"
            # Python itself may be where only root can read, so import everything first.
            "cli.cli.main([*arguments, warm], standalone_mode=False)\n"
            "if os.geteuid() == 0: os.setuid(65534)\n"
            "cli.main([*arguments, folder])\n"
        )
        before = files(folder)
        for arguments in (["init", "--yes", *INSTALL], ["init", "--yes", *OAUTH, *INSTALL]):
            done = subprocess.run(
                [sys.executable, "-c", script, *arguments, repository, folder],
                cwd=ROOT,
                capture_output=True,
                text=True,
            )
            line = complaint(done)
            assert "permissions" in line or "is read-only" in line
        assert files(folder) == before
    finally:
        folder.chmod(0o755)
        shutil.rmtree(outside)


def test_a_manifest_that_changes_during_the_question_is_skipped(repository: Path) -> None:
    """An editor may write it between showing it and writing it."""
    script = (
        "import sys\n"
        "from manifest_lint.cli import main as cli\n"
        "from manifest_lint.cli.commands import init\n"
        "show = init._show\n"
        "def shown(proposal):\n"
        "    show(proposal)\n"
        "    if proposal.before: open('manifest.konnector', 'a').write('\\n')\n"
        "init._show = shown\n"
        "cli.main(sys.argv[1:])\n"
    )
    before = (repository / "manifest.konnector").read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", script, "init", "--yes", *OAUTH, *INSTALL],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "has changed meanwhile, and was not written" in complaint(done)
    assert (repository / "manifest.konnector").read_bytes() == before + b"\n"


def test_on_a_terminal_init_asks_before_each_file(repository: Path) -> None:
    code, shown = on_a_terminal("init", *INSTALL, cwd=repository, answers="y\ny\nn\n\n")
    assert code == 0
    assert shown.count("[Y/n]") == 4
    assert (repository / "manifest-lint.toml").exists()
    assert not (repository / ".pre-commit-config.yaml").exists()
    assert (repository / ".github/workflows/manifest-lint.yml").exists()


def test_on_a_terminal_init_asks_for_what_oauth_needs(repository: Path) -> None:
    answers = [
        "openid+read",  # refused, so it asks again
        "openid read",
        "",  # authorization_code
        "service.example",
        "https://service.example/authorize",
        "https://service.example/token",
        "basic",
        "mycozy.cloud",
        *("y", "y", "n", "n", "n", "n"),
    ]
    code, shown = on_a_terminal(
        "init", "--oauth", *INSTALL, cwd=repository, answers="\n".join([*answers, ""])
    )
    assert code == 0, shown
    assert "would be lost on the way" in shown
    assert "--auth-endpoint is not a URL" in shown
    redirect_uri = "https://oauthcallback.mycozy.cloud/accounts/sunmeter/redirect"
    assert f"Register {redirect_uri} with the service" in shown
    account_type = json.loads((repository / "account-types-def.json").read_text("utf-8"))
    assert account_type["token_mode"] == "basic"
    assert account_type["redirect_uri"] == redirect_uri
    manifest = json.loads((repository / "manifest.konnector").read_text("utf-8"))
    assert manifest["oauth"] == {"scope": ["openid read"]}
    assert not files(repository).keys() & NEW
    assert run("check", "--fail-on", "note", cwd=repository).returncode == 0


@pytest.mark.parametrize("answers", ["\x04", "y\n\x04"])
def test_an_interruption_is_reported(repository: Path, answers: str) -> None:
    code, shown = on_a_terminal("init", *INSTALL, cwd=repository, answers=answers)
    assert code == 2
    assert shown.endswith("manifest-lint: interrupted\r\n")
    assert not (repository / ".pre-commit-config.yaml").exists()


def recorded(folder: Path, url: str, **record: Any) -> dict[str, str]:
    """Return the environment of a tool that was installed from an address (PEP 610)."""
    about = folder / "site" / "manifest_lint-0.1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: manifest-lint\nVersion: 0.1.0\n")
    if url:
        (about / "direct_url.json").write_text(json.dumps({"url": url, **record}))
    return {"PYTHONPATH": f"{about.parent}{os.pathsep}{ROOT}"}


def test_others_get_the_tool_from_where_it_was_installed(repository: Path, tmp_path: Path) -> None:
    versioned = {"vcs": "git", "commit_id": COMMIT}
    url = PUBLIC.replace("://", "://me:S3CRET@")
    environment = recorded(tmp_path, url, vcs_info=versioned)
    done = command.run("init", "--yes", cwd=repository, environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Others get this program from {PUBLIC} at {COMMIT[:12]}." in done.stdout
    written = (repository / ".pre-commit-config.yaml").read_text("utf-8")
    assert f"repo: {PUBLIC}\n    rev: {COMMIT}\n" in written
    shown = written + done.stdout + (repository / CI_FILES["github"]).read_text("utf-8")
    assert "S3CRET" not in shown


@pytest.mark.parametrize(
    ("url", "record", "reason"),
    [
        ("", {}, "no package index has our manifest-lint yet"),
        ("file:///srv/x", {"dir_info": {}}, "installed from a path of this machine"),
        ("file:///srv/x.whl", {"archive_info": {}}, "installed from a path of this machine"),
        (PUBLIC, {}, "nothing records where this program was installed from"),
    ],
)
def test_nothing_is_guessed_without_a_source(
    repository: Path, tmp_path: Path, url: str, record: Any, reason: str
) -> None:
    environment = recorded(tmp_path, url, **record)
    before = files(repository)
    done = command.run("init", "--yes", cwd=repository, environment=environment)
    line = complaint(done)
    assert line.startswith("manifest-lint: --install is needed: ")
    assert reason in line
    assert line.endswith(", or none for neither")
    assert files(repository) == before
    answers = f"/srv/x\n{PUBLIC}\n{PUBLIC}@{COMMIT}\ny\ny\ny\ny\n"
    code, shown = on_a_terminal("init", cwd=repository, answers=answers, environment=environment)
    assert code == 0, shown
    assert "a path of this machine is of no use to others" in shown
    assert "add @ and a full commit" in shown
    assert f"rev: {COMMIT}" in (repository / ".pre-commit-config.yaml").read_text("utf-8")
    # All is there now, so that no source is needed.
    again = command.run("init", "--yes", cwd=repository, environment=environment)
    assert (again.returncode, again.stderr) == (0, "")


def test_without_a_source_neither_a_hook_nor_a_job_is_written(repository: Path) -> None:
    before = files(repository)
    assert run("init", "--yes", "--install", "none", cwd=repository).returncode == 0
    assert files(repository).keys() - before.keys() == {"manifest-lint.toml", ".gitignore"}


def test_a_wheel_of_the_repository_is_written_as_a_path_in_it(repository: Path) -> None:
    wheel = repository / "tools/manifest_lint-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.touch()
    for name in (wheel.relative_to(repository), wheel):
        assert run("init", "--yes", "--install", name, cwd=repository).returncode == 0
        job = repository / CI_FILES["github"]
        assert f'pip install "./tools/{wheel.name}"' in job.read_text("utf-8")
        job.unlink()


IGNORED = b"dist/\nkonnector-dev-config.json\n"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (None, IGNORED),
        (b"", IGNORED),
        (b"node_modules/", b"\n" + IGNORED),
        (b"node_modules/\n", IGNORED),
        (b"a\r\nb\r\n", IGNORED.replace(b"\n", b"\r\n")),
        (b"dist\n", b"konnector-dev-config.json\n"),
        (b"/dist/\n*-dev-config.json\n", b""),
        (b"dist/\n!dist/\n", b"konnector-dev-config.json\n"),  # as its owner wants it
        (IGNORED, b""),
        (b"\xff\n", IGNORED),
    ],
)
def test_what_must_not_be_committed_is_ignored(
    repository: Path, before: bytes | None, added: bytes
) -> None:
    path = repository / ".gitignore"
    if before is not None:
        path.write_bytes(before)
    assert run("init", "--yes", cwd=repository).returncode == 0
    assert path.read_bytes() == (before or b"") + added
    run("init", "--yes", cwd=repository)
    assert path.read_bytes() == (before or b"") + added


def test_the_folder_that_the_configuration_packs_into_is_ignored(repository: Path) -> None:
    (repository / "manifest-lint.toml").write_text('[build]\nout = "made/packages"\n')
    run("init", "--yes", cwd=repository)
    assert (repository / ".gitignore").read_bytes() == IGNORED.replace(b"dist", b"made/packages")


def test_a_link_to_ignored_names_is_not_replaced(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("a\n")
    (repository / ".gitignore").symlink_to(tmp_path / "shared")
    done = run("init", "--yes", cwd=repository)
    assert "the file exists and is not changed. Add:\n  dist/" in done.stdout
    assert (tmp_path / "shared").read_text() == "a\n"


@pytest.mark.parametrize(("typed", "scope"), [("commas", "read,write"), ("spaces", "read write")])
def test_a_scope_with_commas_is_questioned(repository: Path, typed: str, scope: str) -> None:
    options = (*OAUTH[:1], "--scope", "read,write", *OAUTH[3:])
    defaults = "\n" * 2  # grant mode and token mode
    answers = typed + "\n" + defaults + "y\n" * 6
    code, shown = on_a_terminal("init", *options, *INSTALL, cwd=repository, answers=answers)
    assert code == 0, shown
    assert "separate scopes by commas or by spaces" in shown
    manifest = json.loads((repository / "manifest.konnector").read_text("utf-8"))
    assert manifest["oauth"] == {"scope": [scope]}


def test_without_a_terminal_a_scope_keeps_its_commas_and_the_output_says_so(
    repository: Path,
) -> None:
    done = run("init", "--yes", *OAUTH[:1], "--scope", "read,write", *OAUTH[3:], cwd=repository)
    assert 'The scope "read,write" is sent with its commas: most services want spaces.' in (
        done.stdout
    )
    manifest = json.loads((repository / "manifest.konnector").read_text("utf-8"))
    assert manifest["oauth"] == {"scope": ["read,write"]}


FORM = {
    "login": {"type": "text"},
    "password": {"type": "password"},
    "pin": {"type": "password"},
    "folder": {"type": "dropdown"},
}


@pytest.mark.parametrize("typed", ["remove", "keep"])
def test_the_fields_of_a_login_form_are_questioned(repository: Path, typed: str) -> None:
    path = repository / "manifest.konnector"
    path.write_text(json.dumps(with_changes(MANIFEST, oauth=..., fields=FORM), indent=2))
    answers = typed + "\n" + "\n" * 2 + "y\n" * 6
    code, shown = on_a_terminal("init", *OAUTH, *INSTALL, cwd=repository, answers=answers)
    assert code == 0, shown
    assert "Harvest shows a button and no fields: `login`, `password`, `pin`" in shown
    kept = FORM if typed == "keep" else {"folder": FORM["folder"]}
    after = json.loads(path.read_text("utf-8"))
    assert after["fields"] == {**kept, "access_token": {"type": "hidden"}}
    assert after["oauth"] == {"scope": ["openid consumption.read"]}


def test_without_a_terminal_the_fields_of_a_login_form_are_named(repository: Path) -> None:
    path = repository / "manifest.konnector"
    path.write_text(json.dumps(with_changes(MANIFEST, oauth=..., fields=FORM), indent=2))
    done = run("init", "--yes", *OAUTH, cwd=repository)
    assert "no fields, and you may remove: `login`, `password`, `pin`." in done.stdout
    assert json.loads(path.read_text("utf-8"))["fields"].keys() == {*FORM, "access_token"}
    assert "you may remove" not in run("init", "--yes", *OAUTH, cwd=repository).stdout

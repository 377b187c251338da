"""What a build packs, which leaks it accepts, and what it writes next to the archive."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from manifest_lint import UserError, build
from manifest_lint.bundle.allowances import fingerprint
from manifest_lint.document.secret import Secret
from manifest_lint.engine.built import Build
from tests.command import ROOT, complaint, moments, run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER, with_changes

CANARY = "c4n4ry-S3CRET"
VERSION = MANIFEST["version"]
SCHEMA = json.loads((ROOT / "schemas/report.schema.json").read_text("utf-8"))


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A built connector without findings."""
    return Path(shutil.copytree(SUNMETER, tmp_path / "connector"))


def packed(done: Build) -> list[str]:
    return [file.path for file in done.files]


def codes(done: Build) -> list[str]:
    return [finding.code for finding in done.report.findings]


def left(connector: Path, suffix: str) -> Any:
    [file] = (connector / "dist").glob(f"*{suffix}")
    return json.loads(file.read_text())


BASIC = ["manifest.konnector", "icon.svg", "index.js", "package.json"]


@pytest.mark.parametrize("code", ["M001", "A001", "B013"])
def test_an_exemption_that_is_not_needed_is_listed(connector: Path, code: str) -> None:
    """Rules run on the manifest, its account types, or the archive."""
    entry = f'{{code = "{code}", path = "/manifest.konnector", reason = "old"}}'
    (connector / "manifest-lint.toml").write_text(f"per-file-ignores = [{entry}]\n")
    [needless] = build(connector, just_built=True).report.needless
    assert needless.codes == (code,)


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ([], [], [*BASIC[:3], "index.js.map", "lib/a.js", "lib/b.js", "package.json"]),
        ([], ["*.map"], [*BASIC[:3], "lib/a.js", "lib/b.js", "package.json"]),
        ([], ["lib/"], [*BASIC[:3], "index.js.map", "package.json"]),
        ([], ["/lib/*", "!/lib/a.js", "*.map"], [*BASIC[:3], "lib/a.js", "package.json"]),
        (["*.js", "*.svg"], ["b.js"], [*BASIC[:3], "lib/a.js"]),
        (["/index.js", "*.svg", "lib/"], ["/manifest*"], [*BASIC[:3], "lib/a.js", "lib/b.js"]),
        (["*.pem", "*"], ["*.map", "lib"], BASIC),
    ],
)  # fmt: skip
def test_patterns_are_those_of_a_gitignore(
    connector: Path, include: list[str], exclude: list[str], expected: list[str]
) -> None:
    for name in ("lib/a.js", "lib/b.js", "index.js.map", "a.pem"):
        (connector / "build" / name).parent.mkdir(exist_ok=True)
        (connector / "build" / name).write_text("1")
    (connector / "build/konnector-dev-config.json").unlink(missing_ok=True)
    done = build(connector, include=include, exclude=exclude)
    assert packed(done) == expected
    assert ("a.pem", "a key or a certificate") in [(one.path, one.why) for one in done.left_out]
    text = f"[build]\ninclude = {json.dumps(include)}\nexclude = {json.dumps(exclude)}\n"
    (connector / "manifest-lint.toml").write_text(text)
    assert packed(build(connector)) == expected


@pytest.mark.parametrize("option", ["--include", "--exclude"])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("!", '"!" is not a pattern as in .gitignore'),
        ("[z-a]", '"[z-a]" is not a pattern as in .gitignore'),
        ("*a*a*a*a*b", 'has more than 3 "*" in a name; use fewer'),
        ("./a", "starts with a dot and a slash, which never match"),
    ],
)
def test_an_invalid_pattern_is_refused(connector: Path, option: str, text: str, why: str) -> None:
    assert why in complaint(run("build", connector, option, text))


def test_an_excluded_icon_is_reported_missing(connector: Path) -> None:
    assert codes(build(connector, exclude=["*.svg"])) == ["F001"]


SCRIPT = "console.log('{planted}')"
ACCOUNT_TYPES = json.dumps(with_changes(ACCOUNT_TYPE, _id="sunmeter", client_secret=CANARY))


@pytest.mark.parametrize(
    "place",
    [
        "account types",
        "variable",
        "developer: konnector-dev-config.json",
        "developer: data/importedData.json",
    ],
)
def test_a_known_secret_stops_the_build_and_is_not_shown(connector: Path, place: str) -> None:
    planted = base64.b64encode(CANARY.encode()).decode()
    (connector / "build/lib.js").write_text(SCRIPT.format(planted=planted))
    environment = {}
    if place == "account types":
        redirect = "https://oauthcallback.cozy.rocks/accounts/sunmeter/redirect"
        value = with_changes(json.loads(ACCOUNT_TYPES), redirect_uri=redirect)
        (connector / "account-types-def.json").write_text(json.dumps(value))
    elif place == "variable":
        (connector / "manifest-lint.toml").write_text('build.secret-variables = ["S", "OTHER"]')
        environment = {"S": CANARY}
    else:
        config = json.dumps({"fields": {"access_token": CANARY}})
        file = connector / place.partition(": ")[2]
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"// mine\n{config} /* never closed")
    done = run("build", connector, environment=environment)
    assert done.returncode == 1
    assert " K001 lib.js contains the secret " in done.stdout
    assert "at byte 13, base64" in done.stdout
    assert CANARY not in done.stdout + done.stderr
    assert not (connector / "dist").exists()


def test_an_allowed_leak_is_recorded(connector: Path) -> None:
    (connector / "build/lib").mkdir()
    (connector / "build/lib/a.js").write_text(f"var s = '{CANARY}'")
    (connector / "manifest-lint.toml").write_text('build.secret-variables = ["S"]')
    digits = fingerprint("K001", "lib/a.js", Secret(CANARY))
    allowed = f"k001:lib/a.js:{digits}:a test key: see the wiki"
    arguments = ["--allow-leak", allowed, "--allow-leak", "K002:x:01234567:y"]
    done = run("build", connector, *arguments, environment={"S": CANARY})
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        f"Allowed K001 in lib/a.js ({digits}): a test key: see the wiki\n"
        "  $S in lib/a.js at byte 9\n"
        "--allow-leak K002:x:01234567 accepts nothing: correct or remove it.\n"
    ) in done.stdout
    report = left(connector, ".report.json")
    jsonschema.validate(report, SCHEMA)
    assert report["secrets"]["allowed"] == [
        {
            "code": "K001",
            "path": "lib/a.js",
            "fingerprint": digits,
            "reason": "a test key: see the wiki",
            "found": ["$S in lib/a.js at byte 9"],
        },
        {"code": "K002", "path": "x", "fingerprint": "01234567", "reason": "y", "found": []},
    ]
    predicate = left(connector, ".intoto.json")["predicate"]
    assert (predicate["result"], predicate["warnedTests"]) == ("WARNED", ["K001"])


def test_a_build_writes_the_request_that_publishes_the_archive(connector: Path) -> None:
    done = build(connector)
    body = {
        "editor": MANIFEST["editor"],
        "version": VERSION,
        "url": None,
        "sha256": done.sha256,
        "type": "konnector",
    }
    assert left(connector, ".publish.json") == body
    url = "https://x.example/{slug}/{version}/{file}?{sha256}"
    (connector / "manifest-lint.toml").write_text(f'build.url = "{url}"')
    build(connector)
    body["url"] = f"https://x.example/sunmeter/{VERSION}/sunmeter-{VERSION}.tar.gz?{done.sha256}"
    assert left(connector, ".publish.json") == body


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("https://me:pw1234@x.example/{file}", "a user name or a password"),
        ("https://token@x.example/{file}", "a user name or a password"),
        ("http://[::1:pw1234@x.example/{file}", "a user name or a password"),
        ("https://x.example/{file}?k=c4n4ry-S3CRET", "a secret"),
        ("https://x.example/@me/{file}?a@b", ""),
        ("https://[x/{file}", ""),
    ],
)
def test_an_address_with_a_secret_is_not_published(connector: Path, url: str, what: str) -> None:
    settings = f'build.url = "{url}"\nbuild.secret-variables = ["CANARY"]\n'
    (connector / "manifest-lint.toml").write_text(settings)
    environment = {"CANARY": "c4n4ry-S3CRET"}
    if not what:
        assert build(connector, environment=environment).url
        return
    with pytest.raises(UserError) as caught:
        build(connector, environment=environment)
    assert str(caught.value).endswith(f"everyone to read, and has {what}; remove it")
    assert not (connector / "dist").exists()


INTOTO = {
    "type": "object",
    "required": ["_type", "subject", "predicateType", "predicate"],
    "additionalProperties": False,
    "properties": {
        "_type": {"const": "https://in-toto.io/Statement/v1"},
        "subject": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "digest"],
                "properties": {
                    "digest": {
                        "required": ["sha256"],
                        "properties": {"sha256": {"pattern": "^[0-9a-f]{64}$"}},
                    }
                },
            },
        },
        "predicateType": {"const": "https://in-toto.io/attestation/test-result/v0.1"},
        "predicate": {
            "type": "object",
            "required": ["result", "configuration"],
            "additionalProperties": False,
            "properties": {
                "result": {"enum": ["PASSED", "WARNED", "FAILED"]},
                "configuration": {"type": "array", "minItems": 1, "items": {"type": "object"}},
                "url": {"type": "string"},
                "passedTests": {"type": "array", "items": {"type": "string"}},
                "warnedTests": {"type": "array", "items": {"type": "string"}},
                "failedTests": {"type": "array", "items": {"type": "string"}},
            },
        },
    },
}
"""The fields that the in-toto attestation framework requires [spec/v1/statement.md,
spec/predicates/test-result.md]."""


def test_the_test_result_is_an_in_toto_statement(connector: Path) -> None:
    done = build(connector)
    statement = left(connector, ".intoto.json")
    jsonschema.validate(statement, INTOTO)
    assert done.archive
    name, digest = done.archive.name, {"sha256": done.sha256}
    assert statement["subject"] == [{"name": name, "digest": digest}]
    predicate = statement["predicate"]
    assert predicate["result"] == "PASSED"
    assert {"S002", "B001", "K001", "M001"} <= set(predicate["passedTests"])
    for folder in ("", "build"):
        text = json.dumps(with_changes(MANIFEST, categories=["other"]))
        (connector / folder / "manifest.konnector").write_text(text)
    build(connector)
    predicate = left(connector, ".intoto.json")["predicate"]
    assert (predicate["result"], predicate["warnedTests"]) == ("WARNED", ["M008"])
    assert "M008" not in predicate["passedTests"]


SETTINGS = """\
ignore = ["L", "M023"]
severity = { S002 = "note", M008 = "error", M003 = "note" }
[[per-file-ignores]]
code = "M008"
path = "manifest.konnector"
reason = "in January: https://me:S3CRET@wiki.example/store"
until = 2999-01-01
"""


def test_the_test_result_names_what_the_configuration_changes(connector: Path) -> None:
    for folder in ("", "build"):
        text = json.dumps(with_changes(MANIFEST, categories=["other"]), indent=1)
        (connector / folder / "manifest.konnector").write_text(text)
    file = connector / "manifest-lint.toml"
    file.write_text(SETTINGS)
    done = build(connector)
    assert done.archive
    statement = left(connector, ".intoto.json")
    jsonschema.validate(statement, INTOTO)
    predicate = statement["predicate"]
    tool, configuration = predicate["configuration"]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert configuration == {"name": "manifest-lint.toml", "digest": {"sha256": digest}}
    changes = tool["annotations"]
    assert changes["rulesOff"] == [
        code for code in changes["rulesOff"] if code.startswith("L") or code == "M023"
    ]
    assert {"L001", "L004", "M023"} <= set(changes["rulesOff"])
    assert not set(changes["rulesOff"]) & {*predicate["passedTests"], *predicate["warnedTests"]}
    assert changes["rulesLowered"] == {"M003": "note", "S002": "note"}
    # M008 is an error here; the entry exempts it, which everyone sees.
    assert [one["rule"] for one in changes["exempted"]] == ["M008"]
    assert changes["exempted"][0] == {
        "rule": "M008",
        "severity": "error",
        "file": "manifest.konnector",
        "pointer": "/categories/0",
        "configuration": "manifest-lint.toml",
        "line": 3,
        "reason": "in January: https://***@wiki.example/store",
        "until": "2999-01-01",
    }
    assert changes["baselined"] == []
    assert predicate["warnedTests"] == ["M008"]


def test_the_test_result_lists_what_a_baseline_has(connector: Path) -> None:
    for folder in ("", "build"):
        text = json.dumps(with_changes(MANIFEST, categories=["other"]), indent=1)
        (connector / folder / "manifest.konnector").write_text(text)
    (connector / "manifest-lint.toml").write_text('baseline = "known.json"\n')
    done = run("check", "--write-baseline", cwd=connector)
    assert done.returncode == 0, done.stderr
    build(connector)
    predicate = left(connector, ".intoto.json")["predicate"]
    assert (predicate["result"], predicate["warnedTests"]) == ("WARNED", ["M008"])
    tool = predicate["configuration"][0]["annotations"]
    assert {one["rule"] for one in tool["baselined"]} == {"M008"}
    report = left(connector, ".report.json")
    jsonschema.validate(report, SCHEMA)
    assert {one["suppressed_by"] for one in report["suppressed"]} == {"baseline"}


def test_without_a_configuration_nothing_is_changed(connector: Path) -> None:
    build(connector)
    [tool] = left(connector, ".intoto.json")["predicate"]["configuration"]
    nothing: dict[str, Any] = {
        "rulesOff": [],
        "rulesLowered": {},
        "exempted": [],
        "baselined": [],
    }
    assert {key: tool["annotations"][key] for key in nothing} == nothing
    assert tool["uri"].startswith("pkg:generic/manifest-lint@")


def test_the_report_follows_its_schema(connector: Path) -> None:
    (connector / "build/run.sh").write_text("")
    (connector / "build/run.sh").chmod(0o700)
    build(connector)
    report = left(connector, ".report.json")
    jsonschema.validate(report, SCHEMA)
    modes = {file["path"]: file["mode"] for file in report["bundle"]["files"]}
    assert (modes["run.sh"], modes["index.js"]) == ("755", "644")


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=x", "-c", "user.email=x@x.example"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def test_a_channel_derives_the_version_from_git(connector: Path) -> None:
    line = complaint(run("build", connector, "--channel", "dev"))
    assert "needs a git repository with a commit" in line
    git(connector, "init", "-q")
    assert "commit first" in complaint(run("build", connector, "--channel", "beta"))
    git(connector, "add", ".")
    git(connector, "commit", "-qm", "x")
    git(connector, "commit", "-qm", "y", "--allow-empty")
    commit = git(connector, "rev-parse", "HEAD")
    assert build(connector, channel="dev").version == f"{VERSION}-dev.{commit}"
    done = build(connector, channel="beta")
    assert done.version == f"{VERSION}-beta.2"
    assert done.archive
    assert done.archive.name == f"sunmeter-{VERSION}-beta.2.tar.gz"
    assert (
        json.loads((connector / f"dist/sunmeter-{VERSION}-beta.2.publish.json").read_text())[
            "version"
        ]
        == f"{VERSION}-beta.2"
    )
    shallow = connector.parent / "shallow"
    git(connector.parent, "clone", "-q", "--depth=1", connector.as_uri(), str(shallow))
    assert "shallow clone" in complaint(run("build", shallow, "--channel", "beta"))


BUILDS = f"{sys.executable} -c \"import shutil; shutil.copytree('made', 'build'); print('built')\""


@pytest.fixture
def unbuilt(connector: Path) -> Path:
    (connector / "build").rename(connector / "made")
    (connector / "dist").mkdir()
    return connector


def configure(connector: Path, command: str, limit: int = 60) -> None:
    text = f"[build]\ncommand = {json.dumps(command)}\ntime-limit = {limit}\n"
    (connector / "manifest-lint.toml").write_text(text)


def test_a_configured_build_runs_first(unbuilt: Path) -> None:
    configure(unbuilt, BUILDS)
    assert "build it first" in complaint(run("build", unbuilt, "--no-run-build"))
    assert run("build", unbuilt, "--build-dir", unbuilt / "made", "--json").returncode == 0
    assert not (unbuilt / "build").exists()
    done = run("build", unbuilt, "--json")
    shown, output = done.stderr.splitlines()
    assert shown == f"Running {BUILDS} ({unbuilt / 'manifest-lint.toml'}:2)"
    assert (done.returncode, output) == (0, "built")
    assert "build it first" not in run("build", unbuilt, "--isolated").stderr
    assert json.loads(done.stdout)["verdict"] == "pass"


def test_the_script_of_the_package_is_run_on_request(unbuilt: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("needs npm, which is not installed")
    package = json.loads((unbuilt / "package.json").read_text())
    script = "node -e \"require('fs').cpSync('made', 'build', {recursive: true})\""
    text = json.dumps({**package, "scripts": {"build": script}})
    (unbuilt / "package.json").write_text(text)
    assert "build it first" in complaint(run("build", unbuilt))
    assert run("build", unbuilt, "--run-build").returncode == 0


@pytest.mark.parametrize(
    ("command", "limit", "arguments", "message"),
    [
        ("echo reason; exit 3", 60, [], "failed with exit code 3; see the output above"),
        ("kill -9 $$", 60, [], "failed with signal 9"),
        ("no-such-command-here", 60, [], "failed with exit code 127"),
        ("sleep 60", 1, [], "stopped after 1 second"),
        ("sleep 60 & wait", 1, [], "stopped after 1 second"),
        ("true", 1, ["--run-build", "--build-dir", "x"], "cannot be used with --build-dir"),
    ],
)
def test_a_failing_build_command_is_reported_in_one_line(
    unbuilt: Path, command: str, limit: int, arguments: list[str], message: str
) -> None:
    configure(unbuilt, command, limit)
    done = run("build", unbuilt, *arguments)
    assert done.returncode == 2
    *output, line = done.stderr.splitlines()
    assert message in line
    assert output[1:] == (["reason"] if "reason" in command else output[1:])
    assert list((unbuilt / "dist").iterdir()) == []


@pytest.mark.parametrize(("end", "limit"), [("exit 0", 60), ("exit 3", 60), ("wait", 3)])
def test_processes_that_a_build_command_started_end_with_it(
    unbuilt: Path, end: str, limit: int
) -> None:
    configure(unbuilt, f"sleep 98765 & echo $! > pid; {end}", limit)
    run("build", unbuilt)
    pid = int((unbuilt / "pid").read_text())
    for _ in moments():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":  # it has ended, and no parent has waited for it
            return
    pytest.fail(f"{pid} is still running")


def test_without_package_json_there_is_no_default_build(unbuilt: Path) -> None:
    (unbuilt / "package.json").unlink()
    assert "set `build.command`" in complaint(run("build", unbuilt, "--run-build"))


def test_a_secret_in_the_manifest_stops_the_build(connector: Path) -> None:
    for file in (connector / "manifest.konnector", connector / "build/manifest.konnector"):
        value = json.loads(file.read_text())
        file.write_text(json.dumps({**value, "parameters": {"api_secret": CANARY}}))
    done = run("build", connector)
    assert done.returncode == 1
    assert " K005 `api_secret` contains a secret" in done.stdout
    assert CANARY not in done.stdout + done.stderr
    assert not (connector / "dist").exists()

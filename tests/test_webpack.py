"""A connector built by webpack: packed afterwards, and by our plugin in its configuration."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.command import INSTALL, PATIENCE, ROOT, moments, run
from tests.connectors import FIXTURES
from tests.servers import npm

TIDEBOOK = FIXTURES / "connectors" / "tidebook"
PLUGIN = ROOT  # its package.json names the files that are published
ARCHIVE = "tidebook-1.4.0.tar.gz"
BUILT = [
    "manifest.konnector",
    "LICENSE",
    "README.md",
    "icon.svg",
    "index.js",
    "package.json",
]


def copied(folder: Path) -> Path:
    """Copy the connector as committed."""
    return Path(
        shutil.copytree(
            TIDEBOOK, folder, ignore=shutil.ignore_patterns("node_modules", "build", "dist")
        )
    )


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The npm packages that the connector names, and our plugin as npm would publish it."""
    folder = copied(tmp_path_factory.mktemp("packages") / "tidebook")
    options = ("--install-links", "--no-package-lock")
    npm("install", *options, str(PLUGIN), folder=folder, package="webpack")
    return folder / "node_modules"


@pytest.fixture
def connector(packages: Path, tmp_path: Path) -> Path:
    """The connector, ready to be built, in a folder whose name needs shell quotes."""
    folder = copied(tmp_path / "a sailor's tidebook")
    (folder / "node_modules").symlink_to(packages)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which `manifest-lint` is installed; it logs each start and end."""
    tool = tmp_path / "bin" / "manifest-lint"
    tool.parent.mkdir()
    log = tmp_path / "runs"
    tool.write_text(
        f'#!/bin/sh\necho start >> "{log}"\n"{sys.executable}" -m manifest_lint "$@"\n'
        f'code=$?\necho end >> "{log}"\nexit $code\n'
    )
    tool.chmod(0o755)
    path = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"
    quiet = {"npm_config_loglevel": "error"}  # npm 11 warns of settings that it does not know
    return {**os.environ, **quiet, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def change_manifest(connector: Path, **changes: Any) -> None:
    file = connector / "manifest.konnector"
    manifest = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**manifest, **changes}, indent=2), "utf-8")


def with_plugin(connector: Path, **options: Any) -> list[str]:
    """Put our plugin into the connector's configuration; return the command that builds it."""
    with (connector / "webpack.config.js").open("a") as file:
        file.write("const ManifestLintPlugin = require('manifest-lint-webpack-plugin')\n")
        plugin = f"new ManifestLintPlugin({json.dumps(options)})"
        file.write(f"module.exports.plugins.push({plugin})\n")
    return [str(connector / "node_modules" / ".bin" / "webpack")]


def built(
    command: list[str], cwd: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )


def names(archive: Path) -> list[str]:
    with tarfile.open(archive) as file:
        return file.getnames()


def test_the_output_of_webpack_is_packed_without_findings(
    connector: Path, environment: dict[str, str]
) -> None:
    done = built(["npm", "run", "package"], connector, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "No findings in 1 manifest and 1 account type." in done.stdout
    with tarfile.open(connector / "dist" / ARCHIVE) as archive:
        assert archive.getnames() == BUILT
        packed = archive.extractfile("manifest.konnector")
        assert packed
        assert packed.read() == (TIDEBOOK / "manifest.konnector").read_bytes()
    report = json.loads((connector / "dist/tidebook-1.4.0.report.json").read_text())
    assert report["bundle"]["left_out"] == []


SET_UP = """
--scope=openid --domain=mycozy.cloud --auth-endpoint=https://tidebook.example/authorize
--token-endpoint=https://tidebook.example/token
"""
"""What the tutorial says of a service, for `init --oauth`."""

VARIABLE = "TIDEBOOK_CLIENT_SECRET"
SECRET = "é7~F\"2\\vZ'xK`4/"
INLINED = {
    "DefinePlugin": f"{{ 'process.env.{VARIABLE}': JSON.stringify(process.env.{VARIABLE}) }}",
    "EnvironmentPlugin": f"['{VARIABLE}']",
}
"""Two ways in which webpack writes the value of a variable into a bundle."""


@pytest.mark.parametrize("minimize", [False, True])
@pytest.mark.parametrize("plugin", INLINED)
def test_a_secret_that_webpack_takes_from_the_environment_is_refused(
    connector: Path, environment: dict[str, str], plugin: str, minimize: bool
) -> None:
    (connector / "account-types-def.json").unlink()
    manifest = json.loads((connector / "manifest.konnector").read_text("utf-8"))
    del manifest["oauth"]
    (connector / "manifest.konnector").write_text(json.dumps(manifest, indent=2), "utf-8")
    environment.pop(VARIABLE, None)
    tool = ["manifest-lint"]
    done = built(
        [*tool, "init", "--oauth", "--yes", *INSTALL, *SET_UP.split()], connector, environment
    )
    assert (done.returncode, done.stderr) == (0, "")
    account_type = json.loads((connector / "account-types-def.json").read_text("utf-8"))
    assert account_type["client_secret"] == f"${VARIABLE}"

    with (connector / "src/index.js").open("a") as file:
        file.write(
            f"globalThis.renew = id => fetch(`${{id}}?secret=${{process.env.{VARIABLE}}}`)\n"
        )
    with (connector / "webpack.config.js").open("a") as file:
        file.write(f"const {{ {plugin} }} = require('webpack')\n")
        file.write(f"module.exports.optimization.minimize = {json.dumps(minimize)}\n")
        file.write(f"module.exports.plugins.push(new {plugin}({INLINED[plugin]}))\n")
    with_secret = {**environment, VARIABLE: SECRET}
    done = built(["npm", "run", "package"], connector, with_secret)
    assert (done.returncode, (connector / "dist").exists()) == (1, False)
    assert (
        f"K001 index.js contains the secret `client_secret` of tidebook (${VARIABLE})"
        in done.stdout
    )
    assert SECRET not in done.stdout + done.stderr

    done = built([*tool, "build", "--require-secrets"], connector, environment)
    assert (done.returncode, (connector / "dist").exists()) == (2, False)
    assert f"${VARIABLE} is not set" in done.stderr


FILES = """
const fs = require('node:fs')
const path = require('node:path')
exports.bundled = fs.readFileSync(new URL('./ca.pem', import.meta.url))
exports.copied = fs.readFileSync(path.join(__dirname, 'certs', 'own.pem'))
exports.external = require('canvas')
// exports.old = require('./certs/old.pem')
exports.types = () => import(/* webpackChunkName: "account-types" */ './account-types')
"""
"""Code that needs files next to the bundle: an asset of webpack, a copied file, and a package."""


@pytest.mark.parametrize("minimize", [False, True])
def test_a_file_that_the_bundle_requires_and_that_is_left_out_is_a_warning(
    connector: Path, environment: dict[str, str], minimize: bool
) -> None:
    for name in ("ca.pem", "own.pem", "old.pem"):
        (connector / "src" / name).write_text(f"public {name}")
    (connector / "src/account-types.js").write_text("export default ['sunmeter']\n")
    (connector / "src/files.js").write_text(FILES)
    config = f"""
Object.assign(module.exports, {{
  entry: './src/files.js',
  externals: {{ canvas: 'commonjs canvas' }},
  node: {{ __dirname: false }}
}})
module.exports.output.chunkFilename = '[name].[contenthash:4].js'
module.exports.output.assetModuleFilename = '[name].[contenthash:4][ext]'
module.exports.optimization.minimize = {json.dumps(minimize)}
module.exports.plugins.push(new CopyPlugin({{
  patterns: [
    {{ from: 'src/own.pem', to: 'certs/' }},
    {{ from: 'src/old.pem', to: 'certs/' }},
    {{ from: 'src/account-types.js', to: 'node_modules/canvas/index.js' }}
  ]
}}))
"""
    with (connector / "webpack.config.js").open("a") as file:
        file.write(config)
    done = built([str(connector / "node_modules/.bin/webpack")], connector, environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    [asset] = (connector / "build").glob("ca.*.pem")
    [chunk] = (connector / "build").glob("account-types.*.js")
    result = run("build", connector, "--just-built", "--no-run-build", "--json")
    report = json.loads(result.stdout)
    found = [finding["message"] for finding in report["findings"] if finding["code"] == "B016"]
    assert [message.split(" requires ")[1].split(", ")[0] for message in found] == [
        asset.name,
        "certs/own.pem",
        "node_modules/canvas",
    ]
    assert chunk.name in [file["path"] for file in report["bundle"]["files"]]
    names = ("ca.*.pem", "certs/own.pem", "certs/old.pem", "node_modules/canvas/")
    options = [f"--include={name}:public" for name in names]
    result = run("build", connector, "--just-built", "--no-run-build", "--json", *options)
    report = json.loads(result.stdout)
    assert [finding["code"] for finding in report["findings"]] == []
    assert {path for one in report["bundle"]["packed_anyway"] for path in one["files"]} == {
        *(asset.name, "certs/own.pem", "certs/old.pem", "node_modules/canvas/index.js")
    }


INTERNET = """
const answers = {
  'GET https://alice.cozy.example/data/io.cozy.accounts/ACCOUNT': [
    [200, { oauth: { access_token: 'OLD' } }]
  ],
  'POST https://alice.cozy.example/accounts/tidebook/ACCOUNT/refresh': [
    [200, { data: { attributes: { oauth: { access_token: 'NEW' } } } }]
  ],
  'GET https://api.tidebook.example/v1/trips': [
    [401, {}],
    [200, { trips: [{ id: 7, name: 'Out and back', track: '_p~iF~ps|U_ulLnnqC' }] }]
  ],
  'PUT https://alice.cozy.example/data/io.cozy.timeseries.geojson/tidebook-7': [
    [409, {}]
  ]
}
globalThis.fetch = async (url, { method = 'GET', headers, body }) => {
  const [status, answer] = answers[`${method} ${url}`].shift()
  const series = body && JSON.parse(body).series[0].geometry.coordinates
  console.log(JSON.stringify([method, headers.authorization, ...(series ?? [])]))
  return Response.json(answer, { status })
}
"""
"""A Cozy, and a Tidebook that no longer knows the account's token."""


def test_the_packed_files_are_enough_to_run_the_connector(
    connector: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    built(["npm", "run", "package"], connector, environment)
    with tarfile.open(connector / "dist" / ARCHIVE) as archive:
        index = archive.extractfile("index.js")
        assert index
        (tmp_path / "index.js").write_bytes(index.read())
    (tmp_path / "internet.js").write_text(INTERNET)
    command = ["node", "--require", "./internet.js", "index.js"]
    stack = {
        "COZY_URL": "https://alice.cozy.example/",
        "COZY_CREDENTIALS": "COZY\n",
        "COZY_FIELDS": '{"account": "ACCOUNT"}',
    }
    done = built(command, tmp_path, {**environment, **stack})
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        ["GET", "Bearer COZY"],
        ["GET", "Bearer OLD"],
        ["POST", "Bearer COZY"],
        ["GET", "Bearer NEW"],
        ["PUT", "Bearer COZY", [-120.2, 38.5], [-120.95, 40.7]],
    ]
    assert (done.returncode, done.stderr) == (0, "")
    done = built(command, tmp_path, environment)
    assert (done.returncode, json.loads(done.stdout)["type"]) == (1, "critical")


@pytest.mark.parametrize(
    ("options", "archive"),
    [
        ({}, f"dist/{ARCHIVE}"),
        ({"command": [sys.executable, "-m", "manifest_lint"]}, f"dist/{ARCHIVE}"),
        ({"out": "to publish", "folder": "."}, f"to publish/{ARCHIVE}"),
        ({"args": ["--account-types", "account-types-def.json"]}, f"dist/{ARCHIVE}"),
    ],
)
def test_the_plugin_packs_a_good_connector(
    connector: Path, environment: dict[str, str], options: dict[str, Any], archive: str
) -> None:
    done = built(with_plugin(connector, **options), connector, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "compiled successfully" in done.stdout
    assert names(connector / archive) == BUILT


def test_the_plugin_packs_a_connector_in_another_folder(
    connector: Path, environment: dict[str, str]
) -> None:
    command = with_plugin(connector, folder="connector", out="dist")
    (connector / "connector").mkdir()
    for name in ("manifest.konnector", "account-types-def.json"):
        shutil.copy2(connector / name, connector / "connector" / name)
    change_manifest(connector / "connector", categories=["other"])
    done = built(command, connector, environment)
    assert (done.returncode, (connector / "dist" / ARCHIVE).is_file()) == (0, True)
    assert "(connector/manifest.konnector:" in done.stdout


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"oauth": {"scope": ["a", "b"]}}, "ERROR"),
        ({"categories": ["other"]}, "WARNING"),
    ],
)
def test_webpack_reports_the_same_findings_as_check(
    connector: Path, environment: dict[str, str], changes: dict[str, Any], level: str
) -> None:
    change_manifest(connector, **changes)
    done = built(with_plugin(connector), connector, environment)
    failed = level == "ERROR"
    assert done.returncode == failed
    assert (connector / "dist").exists() != failed
    report = json.loads(run("check", connector, "--format", "json").stdout)
    findings = [finding for finding in report["findings"] if finding["severity"] != "note"]
    assert level.lower() in {finding["severity"] for finding in findings}
    for finding in findings:
        place = f"(manifest.konnector:{finding['line']}:{finding['column']})"
        lines = [
            f"{finding['severity'].upper()} in {finding['code']} {finding['message']} {place}",
            finding["why"],
            f"fix: {finding['fix']['title']}",
        ]
        assert "\n".join(lines) in done.stdout
    assert sum(done.stdout.count(f"\n{word} in ") for word in ("ERROR", "WARNING")) == len(findings)


@pytest.mark.parametrize("notes", [False, True])
def test_notes_are_reported_only_if_enabled(
    connector: Path, environment: dict[str, str], notes: bool
) -> None:
    change_manifest(connector, license="MIT licence")
    done = built(with_plugin(connector, notes=notes), connector, environment)
    assert done.returncode == 0
    assert ("WARNING in M017" in done.stdout) == notes


def printing(text: str) -> list[str]:
    return ["node", "-e", f"console.log({json.dumps(text)})"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"command": "no-such-tool"}, "no-such-tool: not found. Install it with pip from"),
        ({"command": ["./LICENSE"]}, "./LICENSE: cannot be run: spawn ./LICENSE EACCES"),
        ({"command": "a\0b"}, "cannot be run: "),
        ({"out": "build/dist"}, "manifest-lint: build/dist: is inside the folder to pack; choose"),
        ({"folder": "nowhere"}, "manifest-lint: nowhere: is not a folder; name the connector's"),
        ({"args": ["--jsn"]}, "manifest-lint: No such option"),
        ({"command": [sys.executable, "-m", "nothing"]}, "No module named nothing"),
        ({"command": ["node", "-e", "process.exit(3)"]}, ": ended with 3, without a report"),
        ({"command": ["node", "-e", "process.kill(process.pid)"]}, ": ended with SIGTERM, without"),
        ({"command": printing("{")}, ": ended with 0, without a report"),
        (
            {"command": printing('{"schema_version": 2, "tool": {"version": "9.0"}}')},
            "manifest-lint 9.0 needs a later ManifestLintWebpackPlugin: update that",
        ),
    ],
)
def test_a_failure_of_the_tool_is_one_error(
    connector: Path, environment: dict[str, str], options: dict[str, Any], message: str
) -> None:
    done = built(with_plugin(connector, **options), connector, environment)
    assert (done.returncode, done.stderr) == (1, "")
    [error] = done.stdout.split("\nERROR in ")[1:]
    assert message in error
    assert "compiled with 1 error" in error
    assert not (connector / "dist").exists()


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("comand", 'did you mean "command"?'),
        ("Notes", 'did you mean "notes"?'),
        ("arg", 'did you mean "args"?'),
        ("verbose", "use command, folder, out, args, notes"),
        ("toString", "use command, folder, out, args, notes"),
    ],
)
def test_an_unknown_option_is_refused(
    connector: Path, environment: dict[str, str], option: str, hint: str
) -> None:
    done = built(with_plugin(connector, **{option: True}), connector, environment)
    assert done.returncode == 2
    message = f'ManifestLintWebpackPlugin: unknown option "{option}"; {hint}'
    assert message in done.stdout + done.stderr
    assert not (connector / "dist").exists()


@pytest.mark.parametrize("mode", ["production", "development"])
def test_a_failed_webpack_build_is_not_packed(
    connector: Path, environment: dict[str, str], mode: str
) -> None:
    (connector / "src/index.js").write_text("const lost = require('./nowhere')\n")
    done = built([*with_plugin(connector), "--mode", mode], connector, environment)
    assert done.returncode == 1
    assert not (connector.parent / "runs").exists()


@contextmanager
def watching(command: list[str], cwd: Path, environment: dict[str, str]) -> Iterator[Path]:
    """Run webpack in watch mode, and yield the file with its output."""
    log = cwd.parent / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, "--watch"], cwd=cwd, env=environment, stdout=file, stderr=file
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_until(came: Callable[[], bool]) -> None:
    for _ in moments():
        if came():
            return
    raise AssertionError("it has not come")


def test_in_watch_mode_the_plugin_runs_after_each_change_but_not_its_own(
    connector: Path, environment: dict[str, str]
) -> None:
    command = with_plugin(connector, out=".")
    with (connector / "webpack.config.js").open("a") as file:
        # Looking for such files means watching the connector's whole folder, with the archive.
        pattern = "{ patterns: [{ from: '*.txt', noErrorOnMissing: true }] }"
        file.write(f"module.exports.plugins.push(new CopyPlugin({pattern}))\n")
    good = (connector / "manifest.konnector").read_bytes()
    runs = connector.parent / "runs"
    packed = connector / ARCHIVE
    with watching(command, connector, environment) as log:
        wait_until(lambda: packed.is_file() and "end" in runs.read_text())
        first = packed.read_bytes()
        change_manifest(connector, oauth={"scope": ["a", "b"]})
        wait_until(lambda: "ERROR in S002" in log.read_text())
        assert packed.read_bytes() == first
        # A failed packing is tried again, though webpack writes the same.
        (connector / "manifest-lint.toml").write_text('ignore = ["S002"]\n')
        wait_until(lambda: packed.read_bytes() != first)
        (connector / "manifest.konnector").write_bytes(good)
        (connector / "more.txt").touch()
        wait_until(lambda: "more.txt" in names(packed))
        (connector / "more.txt").unlink()
        wait_until(lambda: names(packed) == BUILT)
        wait_until(lambda: runs.read_text().endswith("end\n"))
        count = runs.read_text().count("end\n")
        time.sleep(3)  # its own output must not start another run
    assert runs.read_text() == "start\nend\n" * count
    assert packed.read_bytes() == first

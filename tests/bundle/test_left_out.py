"""Files that a build leaves out although the packed code requires them, and how to pack them."""

from __future__ import annotations

import gzip
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from manifest_lint import UserError, build, verify
from manifest_lint.archive.streams import BLOCK
from manifest_lint.engine.built import Build
from tests.command import ROOT, complaint, run
from tests.connectors import SUNMETER

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
REASON = "the provider's public certificate"


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A built connector without findings, in which nothing is left out."""
    ignore = shutil.ignore_patterns("konnector-dev-config.json")
    return Path(shutil.copytree(SUNMETER, tmp_path / "connector", ignore=ignore))


def write(connector: Path, name: str, text: str) -> None:
    file = connector / "build" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def packed(done: Build) -> set[str]:
    return {file.path for file in done.files} - {
        *("manifest.konnector", "icon.svg", "index.js", "package.json")
    }


def left_out(done: Build) -> dict[str, str]:
    return {item.path: item.why for item in done.left_out}


def required(done: Build) -> list[str]:
    return [finding.message for finding in done.report.findings if finding.code == "B016"]


@pytest.mark.parametrize(
    ("code", "file", "is_found"),
    [
        ('require("./certs/ca.pem")', "certs/ca.pem", True),
        ('require("./account_types/list")', "account_types/list.json", True),
        ('require("./account_types.json")', "account_types.json", True),
        ('import key from "./locales/main.key"', "locales/main.key", True),
        ('import("./a.sql")', "a.sql", True),
        ('fs.readFileSync(path.join(__dirname, "certs", "ca.pem"))', "certs/ca.pem", True),
        ('fs.readFileSync(__dirname + "/ca.pem")', "ca.pem", True),
        ('require(__dirname + "/secrets")', "secrets.json", True),
        ('require(path.join(__dirname, "account_types"))', "account_types/index.json", True),
        ("fs.readFile(`${__dirname}/ca.pem`, f)", "ca.pem", True),
        ('fs.readFileSync("ca.pem")', "ca.pem", True),
        ('new URL("./ca.pem?x#y", import.meta.url)', "ca.pem", True),
        ('e.exports=n.p+"3f2a.pem"', "3f2a.pem", True),
        ('require("canvas")', "node_modules/canvas/index.js", True),
        ('require("@a/b/c")', "node_modules/@a/b/index.js", True),
        ('require("./node_modules/canvas")', "node_modules/canvas/index.js", True),
        ('require("./certs/c\\u0061.p\\x65m")', "certs/ca.pem", True),
        ('require("./certs/\\xe9t\\xe9.json.pem")', "certs/été.json.pem", True),
        ("fs.readFileSync(path.join(__dirname, `certs`, `ca.pem`))", "certs/ca.pem", True),
        ('createRequire(import.meta.url)("./secrets.json")', "secrets.json", True),
        ('const r = createRequire(u); r("./secrets.json")', "secrets.json", True),
        ('const ca = "./certs/ca.pem"; require(ca)', "certs/ca.pem", True),
        ('require("./konnector-dev-config.js")', "konnector-dev-config.js", True),
        ('const ca = "./ca.pem"; f(ca); require(ca)', "ca.pem", False),
        ("require(`./${a}/ca.pem`)", "ca.pem", False),
        ('r("./secrets.json")', "secrets.json", False),
        ('require("util")', "node_modules/util/index.js", False),
        ('require("node:util")', "node_modules/util/index.js", False),
        ('require("https://example.com/ca.pem")', "ca.pem", False),
        ('require("./ca.pem.js")', "ca.pem", False),
        ('require("../ca.pem")', "ca.pem", False),
        ('require("/ca.pem")', "ca.pem", False),
        ('require("./certs")', "certs/ca.pem", False),
        ('require("./other/ca.pem")', "certs/ca.pem", False),
        ('// require("./ca.pem")', "ca.pem", False),
        ("log(\"require('./ca.pem')\")", "ca.pem", False),
        ('log("ca.pem")', "ca.pem", False),
        ('require("./" + "ca.pem")', "ca.pem", False),
        ('require("./node_modules/a\0")', "node_modules/a/index.js", False),
        (f'require("./node_modules/{"a" * 300}")', "node_modules/a/index.js", False),
        ('require(".")', "ca.pem", False),
    ],
)
def test_a_file_that_is_left_out_and_required_is_a_warning(
    connector: Path, code: str, file: str, is_found: bool
) -> None:
    write(connector, "index.js", f"\n{code}\n")
    write(connector, file, "[1]")
    done = build(connector, just_built=True)
    assert done.archive is not None
    assert len(required(done)) == is_found
    for finding in done.report.findings:
        assert finding.severity.label == "warning"
        assert finding.message.startswith("index.js:2 requires ")


@pytest.mark.parametrize("before", [0, BLOCK - 5, 2 * BLOCK])
def test_a_path_far_into_a_source_is_found(connector: Path, before: int) -> None:
    write(connector, "index.js", " " * before + 'require("./ca.pem")')
    write(connector, "ca.pem", CERTIFICATE)
    assert len(required(build(connector, just_built=True))) == 1


@pytest.mark.parametrize(("size", "is_found"), [(4 << 20, False), ((4 << 20) + 1, True)])
def test_what_a_comment_names_counts_in_a_source_of_more_than_4_mib(
    connector: Path, size: int, is_found: bool
) -> None:
    start = '// require("./ca.pem")\n//'
    write(connector, "index.js", start + " " * (size - len(start)))
    write(connector, "ca.pem", CERTIFICATE)
    assert len(required(build(connector, just_built=True))) == is_found


@pytest.mark.parametrize("folder", ["", "lib/", "lib/inner/"])
def test_a_package_is_found_in_every_folder_above_the_source(connector: Path, folder: str) -> None:
    write(connector, "lib/inner/a.js", 'require("canvas")')
    write(connector, f"{folder}node_modules/canvas/index.js", "1")
    done = build(connector, just_built=True)
    assert len(required(done)) == 1


@pytest.mark.parametrize(
    ("name", "package"), [("canvas/a", "canvas"), ("@a/b", "@a/b"), ("@a/b/c/d", "@a/b")]
)
def test_a_package_is_named_whole_with_its_scope(connector: Path, name: str, package: str) -> None:
    write(connector, "index.js", f'require("{name}")')
    write(connector, f"node_modules/{package}/index.js", "1")
    [message] = required(build(connector, just_built=True))
    assert message.startswith(f"index.js:1 requires node_modules/{package}, which is left out")


def test_the_path_is_relative_to_the_code_that_names_it(connector: Path) -> None:
    write(connector, "lib/a/index.js", 'require("../certs/ca.pem")')
    write(connector, "lib/b.js", 'require("certs/ca.pem"); require("./certs/ca.pem")')
    write(connector, "lib/certs/ca.pem", CERTIFICATE)
    write(connector, "certs/ca.pem", CERTIFICATE)
    [finding] = build(connector, just_built=True).report.findings
    why = "a key or a certificate"
    assert finding.message == (
        f"lib/a/index.js:1 requires lib/certs/ca.pem, which is left out: {why}"
    )
    assert finding.fix
    assert finding.fix.title == "if it is not secret, pack it: --include lib/certs/ca.pem:REASON"


def test_a_file_that_node_finds_first_and_is_packed_is_enough(connector: Path) -> None:
    write(connector, "index.js", 'require("./account_types")')
    write(connector, "account_types.js", "")
    write(connector, "account_types.json", "[]")
    assert required(build(connector, just_built=True)) == []


@pytest.mark.parametrize(
    ("options", "why"),
    [({"exclude": ["lib/"]}, "excluded"), ({"include": ["/*.js*", "*.svg"]}, "not included")],
)
def test_a_file_that_the_user_s_patterns_leave_out_is_reported_too(
    connector: Path, options: dict[str, Any], why: str
) -> None:
    write(connector, "index.js", 'require("./lib/a")')
    write(connector, "lib/a.js", "")
    [finding] = build(connector, just_built=True, **options).report.findings
    assert finding.message == f"index.js:1 requires lib/a.js, which is left out: {why}"
    assert finding.fix
    assert finding.fix.title.startswith("pack it: change `include` or `exclude`")


def test_code_with_the_name_of_account_types_is_packed(connector: Path) -> None:
    for name in ("account-types.3f2a.js", "account_types/list.js"):
        write(connector, name, "")
    write(connector, "account_types/facebook.json", "{}")
    done = build(connector, just_built=True)
    assert packed(done) == {"account-types.3f2a.js", "account_types/list.js"}
    assert list(left_out(done)) == ["account_types/facebook.json"]


def test_many_files_are_counted(connector: Path) -> None:
    names = [f"{number}.pem" for number in range(9)]
    write(connector, "index.js", "".join(f'require("./{name}")\n' for name in names))
    for name in names:
        write(connector, name, "")
    assert len(required(build(connector, just_built=True))) == 6


ALL = {
    "certs/ca.pem": "a key or a certificate",
    "certs/own.key": "a key",
    "node_modules": "dependencies: webpack has bundled what is used",
    ".aws": "keys to a service",
}
FILES = (
    *("certs/ca.pem", "certs/own.key", "node_modules/a/index.js", "node_modules/a/.npmrc"),
    *("node_modules/b/index.js", ".aws/config", "lib/a.js"),
)


@pytest.mark.parametrize(
    ("include", "exclude", "expected", "still_out"),
    [
        ([], [], {"lib/a.js"}, {*ALL}),
        (["certs/ca.pem:why"], [], {"lib/a.js", "certs/ca.pem"}, {*ALL} - {"certs/ca.pem"}),
        (["/certs//ca.pem : why: because"], [], {"lib/a.js", "certs/ca.pem"}, {*ALL} - {FILES[0]}),
        (["certs/c*.pem:why"], [], {"lib/a.js", "certs/ca.pem"}, {*ALL} - {"certs/ca.pem"}),
        (["certs/ca*:why", "c*:why"], [], {"lib/a.js", "certs/ca.pem"}, {*ALL} - {FILES[0]}),
        # Not what has another place, or is only similar.
        (
            ["ca.pem:why", "certs/ca.pe:why", "ca*:why", "certs/[c]a.pem:why"],
            [],
            {"lib/a.js"},
            {*ALL},
        ),
        # A folder: not what would not be packed in any folder.
        (["certs/:why"], [], {"lib/a.js"}, {*ALL}),
        (
            ["node_modules/:why"],
            [],
            {"lib/a.js", "node_modules/a/index.js", "node_modules/b/index.js"},
            {"certs/ca.pem", "certs/own.key", "node_modules/a/.npmrc", ".aws"},
        ),
        (
            ["node_modules/a/i*.js:why", "node_modules/b/package.json:why"],
            [],
            {"lib/a.js", "node_modules/a/index.js"},
            {"certs/ca.pem", "certs/own.key", "node_modules/a/.npmrc", "node_modules/b", ".aws"},
        ),
        ([".aws/config:why"], [], {"lib/a.js", ".aws/config"}, {*ALL} - {".aws"}),
        # It only adds to the other patterns, and what is excluded stays out.
        (
            ["*.json", "*.svg", "index.js", "certs/ca.pem:why"],
            [],
            {"certs/ca.pem"},
            {*ALL, "lib/a.js"} - {"certs/ca.pem"},
        ),
        (["certs/ca.pem:why"], ["certs/"], {"lib/a.js"}, {*ALL, "certs"} - {*FILES[:2]}),
        (["lost.pem:why"], [], {"lib/a.js"}, {*ALL}),
        # What is packed without a reason is not packed for one.
        (["lib/a.js:why", "lib/:why", "index.js:why"], [], {"lib/a.js"}, {*ALL}),
    ],
)
def test_a_reason_packs_what_is_never_packed(
    connector: Path,
    include: list[str],
    exclude: list[str],
    expected: set[str],
    still_out: set[str],
) -> None:
    for name in FILES:
        write(connector, name, "1")
    done = build(connector, just_built=True, include=include, exclude=exclude)
    assert done.archive is not None
    assert (packed(done), set(left_out(done))) == (expected, still_out)
    assert [finding.code for finding in done.report.findings] == []
    back = {path for one in done.packed_anyway for path in one.files}
    assert back == expected - {"lib/a.js"}
    with tarfile.open(done.archive) as archive:
        assert back <= set(archive.getnames())
    lists = f"include = {json.dumps(include)}\nexclude = {json.dumps(exclude)}\n"
    (connector / "manifest-lint.toml").write_text(f"[build]\n{lists}")
    again = build(connector, just_built=True)
    assert (packed(again), again.packed_anyway) == (expected, done.packed_anyway)
    assert [f.code for f in verify(done.archive).report.findings if f.code == "B013"] == []


def test_an_archive_with_such_a_file_is_refused_where_no_configuration_says_why(
    connector: Path,
) -> None:
    write(connector, "certs/ca.pem", CERTIFICATE)
    done = build(connector, just_built=True, include=[f"certs/ca.pem:{REASON}"])
    assert done.archive is not None
    [finding] = verify(done.archive).report.findings
    assert finding.code == "B013"
    assert finding.fix
    assert finding.fix.title.endswith("give the reason in `build.include` of the configuration")


@pytest.mark.parametrize(
    ("include", "message"),
    [
        ("certs/ca.pem", "certs/ca.pem: is never packed without a reason (a key or a certificate)"),
        ("ca.pem", "certs/ca.pem: is never packed without a reason (a key or a certificate)"),
        ("/certs/ca.pem", "include certs/ca.pem:REASON, or remove /certs/ca.pem"),
        ("certs/ca.pem:", "certs/ca.pem:: is not PATH:REASON; give both to include this file"),
        (":why", ":REASON: is not PATH:REASON"),
        (" : ", ":: is not PATH:REASON"),
        ("../ca.pem:why", "../ca.pem:REASON: is not a path in the built folder"),
        ("/:why", "/:REASON: is not a path in the built folder"),
        (".:why", ".:REASON: is not a path in the built folder"),
        *(
            (f"{text}:why", f"{text}:REASON: is a pattern; name the one file or folder")
            for text in (
                *("!", "!certs/ca.pem", "**", "*", "*.pem", "certs/*.pem", "certs/*", "**/ca.pem"),
                *("/certs/**", "certs/c?.pem", "c*/c*.pem", ".*/*", "./*.pem"),
            )
        ),
    ],
)
def test_a_missing_reason_is_one_clear_line(connector: Path, include: str, message: str) -> None:
    write(connector, "certs/ca.pem", CERTIFICATE)
    assert message in complaint(run("build", connector, "--include", include))
    (connector / "manifest-lint.toml").write_text(f"[build]\ninclude = [{json.dumps(include)}]")
    with pytest.raises(UserError) as caught:
        build(connector)
    assert message in str(caught.value)


def test_the_report_says_what_was_packed_anyway_and_why(connector: Path) -> None:
    write(connector, "certs/ca.pem", CERTIFICATE)
    given = (f"certs/c*.pem:{REASON}", "lost.key:old", "index.js:packed without it", "certs/:all")
    options = ("--just-built", *(f"--include={one}" for one in given))
    text = run("build", connector, *options).stdout
    packed_already = "it is packed without a reason, or by another item"
    unused = [
        f"--include {path}:REASON packs nothing: {why}; correct or remove it."
        for path, why in (
            ("lost.key", "no such file is in the built folder"),
            ("index.js", packed_already),
            ("certs/", packed_already),
        )
    ]
    lines = [f"Packed anyway: certs/c*.pem: {REASON}", "  certs/ca.pem"]
    assert "\n".join(lines) in text
    assert "\n".join(unused) in text
    assert text.count("Packed anyway") == 1
    report = json.loads(run("build", connector, *options, "--json").stdout)
    jsonschema.validate(report, json.loads((ROOT / "schemas/report.schema.json").read_text()))
    assert report["bundle"]["packed_anyway"] == [
        {"path": "certs/c*.pem", "reason": REASON, "files": ["certs/ca.pem"]},
        {"path": "lost.key", "reason": "old", "files": []},
        {"path": "index.js", "reason": "packed without it", "files": []},
        {"path": "certs/", "reason": "all", "files": []},
    ]
    assert report["bundle"]["left_out"] == []
    for form in ("markdown", "html"):
        shown = run("build", connector, *options, "--format", form).stdout
        assert "certs/ca.pem" in shown
        assert "public certificate" in shown
        assert shown.count("acked anyway") == 1


@pytest.mark.parametrize(
    ("item", "exclude", "why"),
    [
        ("certs", [], "certs/ca.pem needs an item of its own"),
        ("./certs/", [], "certs/ca.pem needs an item of its own"),
        ("node_modules", [], ""),
        ("node_modules/a", [], ""),
        ("node_modules/b", [], "node_modules/b/.npmrc needs an item of its own"),
        ("nope.pem", [], "no such file is in the built folder"),
        ("ca.pem", [], "no such file is in the built folder"),
        ("node_modules/c", [], "no such file is in the built folder"),
        ("certs/ca.pem", ["certs/ca.pem"], "`exclude` leaves it out"),
        ("index.js", [], "it is packed without a reason, or by another item"),
        ("./certs/ca.pem", [], ""),
    ],
)
def test_an_item_that_packs_nothing_says_why(
    connector: Path, item: str, exclude: list[str], why: str
) -> None:
    for name in ("certs/ca.pem", "node_modules/a/index.js", "node_modules/b/.npmrc"):
        write(connector, name, "1")
    done = build(connector, just_built=True, include=[f"{item}:why"], exclude=exclude)
    [one] = done.packed_anyway
    assert (one.unused, bool(one.files)) == (why, not why)


def test_a_file_that_is_packed_anyway_is_searched_for_secrets(connector: Path) -> None:
    write(connector, "certs/ca.pem", f"{CERTIFICATE}c4n4ry-S3CRET")
    (connector / "manifest-lint.toml").write_text('[build]\nsecret-variables = ["CANARY"]')
    done = build(
        connector,
        just_built=True,
        include=[f"certs/ca.pem:{REASON}"],
        environment={"CANARY": "c4n4ry-S3CRET"},
    )
    assert done.archive is None
    assert [finding.code for finding in done.report.findings] == ["K001"]


def test_a_link_that_is_packed_anyway_may_not_lead_out(connector: Path) -> None:
    (connector / "own.key").write_text("SECRET")
    (connector / "build/own.key").symlink_to("../own.key")
    with pytest.raises(UserError, match=r"own\.key: links out of the folder"):
        build(connector, include=["own.key:why"])
    assert "own.key" in left_out(build(connector))


def test_what_is_left_out_is_nowhere_in_the_archive(connector: Path) -> None:
    names = ("home/.docker/config.json", ".ssh/config", "._index.js", "__MACOSX/._x", "a.HAR")
    for name in names:
        write(connector, name, "S3CRET-BYTES")
    done = build(connector, just_built=True)
    assert done.archive is not None
    assert b"S3CRET-BYTES" not in gzip.decompress(done.archive.read_bytes())
    assert set(left_out(done)) == {*names[:1], ".ssh", "._index.js", "__MACOSX", "a.HAR"}

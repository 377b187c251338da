"""Every format is accepted by its readers and shows every finding."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from junitparser import Failure, JUnitXml
from markdown_it import MarkdownIt

import manifest_lint.document.schema
from manifest_lint import Build, Finding, Report, Severity, check
from manifest_lint.bundle.outputs import publication
from manifest_lint.reports.formats import find
from manifest_lint.reports.markdown import within
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from tests.command import ROOT, run
from tests.conformance import SHARED
from tests.connectors import ACCOUNT_TYPE, FIXTURES, MANIFEST, SUNMETER, with_changes
from tests.growth import grows_with_its_input

SCHEMAS = SHARED / "formats"
ODD = '<b>`x`</b> ![i](//e.example/i.png) [l](//e.example) | & "q" %0A::error ]]> \U0001f600\u202e'
"""Characters with a meaning in some format."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A tree with odd characters, odd paths, broken files, and a finding without a place."""
    root = tmp_path_factory.mktemp("root") / "a tree, with: odd #names & 100%"
    manifest = with_changes(MANIFEST, categories=[ODD, "other"], type=ODD, vendorLink=ODD)
    for name, text in {
        "one/manifest.konnector": json.dumps(manifest, ensure_ascii=False),
        "two/manifest.konnector": '{\n  "\U0001f600": "\U0001f600", "type": "node",\n}',
        "\u00e9t\u00e9/manifest.konnector": json.dumps(MANIFEST),
        "\u00e9t\u00e9/account-types-def.json": json.dumps({**ACCOUNT_TYPE, "redirect_url": ODD}),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    report = check([root])
    assert report.count(Severity.ERROR) > 1
    return Outcome(report, root=root)


@pytest.fixture(scope="module")
def placeless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive without a manifest: its finding has no line or column."""
    import tarfile

    archive = tmp_path_factory.mktemp("archives") / "my archive.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(SUNMETER / "build" / "index.js", "index.js")
    return archive


def text_of(name: str, outcome: Outcome) -> str:
    return "".join(f"{line}\n" for line in find(name)(outcome))


def schema(name: str) -> Path:
    if not SCHEMAS.exists():
        pytest.skip("needs the published schemas of ../shared/formats, which are not there")
    return SCHEMAS / name


def sarif_of(outcome: Outcome) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(text_of("sarif", outcome))
    return log


def results(outcome: Outcome) -> Iterator[tuple[Finding, dict[str, Any]]]:
    [of_run] = sarif_of(outcome)["runs"]
    yield from zip(outcome.report.findings, of_run["results"], strict=True)


@pytest.fixture(scope="module")
def real() -> Outcome:
    """The report on real connectors, with paths from a forge's repository root."""
    folder = SHARED / "corpus" / "connectors"
    if not folder.exists():
        pytest.skip("needs the connectors of ../shared/corpus, which are not there")
    return Outcome(check([folder]), root=folder)


def test_every_format_of_real_connectors_is_accepted_by_its_readers(
    real: Outcome, tmp_path: Path
) -> None:
    import xmlschema

    findings = real.report.findings
    log = sarif_of(real)
    validator = Draft7Validator(json.loads(schema("sarif-2.1.0.schema.json").read_text("utf-8")))
    validator.validate(log)
    assert len(log["runs"][0]["results"]) == len(findings) > 100
    entries = json.loads(text_of("gitlab", real))
    Draft7Validator(GITLAB).validate(entries)
    assert len({entry["fingerprint"] for entry in entries}) == len(findings)
    (tmp_path / "junit.xml").write_text(text_of("junit", real), "utf-8")
    junit_schema = xmlschema.XMLSchema10(str(schema("junit-10.xsd")))
    junit_schema.validate(str(tmp_path / "junit.xml"))
    failures = sum(suite.failures for suite in JUnitXml.fromfile(str(tmp_path / "junit.xml")))
    assert failures == real.report.count(Severity.ERROR)
    *commands, _ = find("github")(real)
    assert len([as_github_reads(line) for line in commands]) == len(findings)
    assert len(list(find("concise")(real))) == len(findings)
    assert len(list(find("jsonl")(real))) == len(findings) + 1
    report_schema = Draft7Validator(manifest_lint.document.schema.load("report"))
    report_schema.validate(json.loads(text_of("json", real)))
    assert text_of("html", real).count('<article class="finding') == len(findings)


def test_sarif_follows_its_schema(odd: Outcome, placeless: Path) -> None:
    validator = Draft7Validator(json.loads(schema("sarif-2.1.0.schema.json").read_text("utf-8")))
    validator.validate(sarif_of(odd))
    done = run("verify", placeless, "--format", "sarif")
    log = json.loads(done.stdout)
    validator.validate(log)
    locations = [result["locations"][0] for result in log["runs"][0]["results"]]
    assert locations
    assert all(one["physicalLocation"]["region"] == {"startLine": 1} for one in locations)
    assert locations[0]["physicalLocation"]["artifactLocation"]["uri"].endswith(
        "/my%20archive.tar.gz"
    )


def test_sarif_has_a_result_for_each_finding(odd: Outcome) -> None:
    [of_run] = sarif_of(odd)["runs"]
    levels = [result["level"] for result in of_run["results"]]
    for severity in Severity:
        assert levels.count(severity.label) == odd.report.count(severity)


def test_sarif_counts_columns_in_utf16_units(odd: Outcome) -> None:
    for finding, result in results(odd):
        document = odd.report.documents[finding.path]
        region = result["locations"][0]["physicalLocation"]["region"]
        if region["startLine"] != region["endLine"]:
            continue
        line = document.text.split("\n")[region["startLine"] - 1].encode("utf-16-le")
        units = line[2 * (region["startColumn"] - 1) : 2 * (region["endColumn"] - 1)]
        place = finding.place
        assert units.decode("utf-16-le") == document.text[place.start : place.end]


def test_sarif_paths_are_relative_to_the_root_and_encoded(odd: Outcome) -> None:
    for finding, result in results(odd):
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact["uri"].isascii()
        assert odd.root / unquote(artifact["uri"]) == Path(finding.path)
        assert artifact["uriBaseId"] == "%SRCROOT%"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("/r/a b/m", "a b/m"),
        ("/r/../x/m", "/x/m"),
        ("/rest/m", "/rest/m"),
        ("<stdin>", "<stdin>"),
        ("http://h:5984/db/x", "http://h:5984/db/x"),
        ("/r/..m", "..m"),
    ],
)
def test_paths_are_relative_to_the_root(name: str, shown: str) -> None:
    assert Outcome(check([SUNMETER]), root=Path("/r")).path(name) == shown


def test_sarif_lists_every_rule_once_with_its_page(odd: Outcome) -> None:
    [of_run] = sarif_of(odd)["runs"]
    rules = of_run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({f.code for f in odd.report.findings})
    assert all(rule["help"]["markdown"].startswith(f"# {rule['id']}") for rule in rules)
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in of_run["results"])


def test_a_fix_in_sarif_has_the_same_result_as_fix(tmp_path: Path) -> None:
    file = tmp_path / "account-types-def.json"
    value = {"_id": "\U0001f600", **with_changes(ACCOUNT_TYPE, redirect_uri=..., redirect_url="x")}
    text = json.dumps(value, ensure_ascii=False)
    file.write_text(text, "utf-8")
    report = check([file], select=["A001"])
    [(_, result)] = results(Outcome(report, root=tmp_path))
    [fix] = result["fixes"]
    [change] = fix["artifactChanges"]
    units = text.encode("utf-16-le")
    for one in reversed(change["replacements"]):
        region, new = one["deletedRegion"], one["insertedContent"]["text"].encode("utf-16-le")
        start, end = 2 * (region["startColumn"] - 1), 2 * (region["endColumn"] - 1)
        units = units[:start] + new + units[end:]
    [rewrite] = check([file], select=["A001"], fix="safe").rewrites
    assert units.decode("utf-16-le") == rewrite.after.decode()


def fingerprints(text: str) -> list[str]:
    report = check(stdin=("manifest.konnector", text.encode()))
    return [digest for _, digest in Outcome(report).fingerprints()]


def test_fingerprints_survive_unrelated_edits_and_no_two_are_the_same() -> None:
    faulty = with_changes(MANIFEST, categories=["other", "other"], type="node", vendorLink="x")
    before = fingerprints(json.dumps(faulty))
    assert len(set(before)) == len(before) > 3
    assert fingerprints(json.dumps(faulty, indent=4)) == before
    assert sorted(fingerprints("\n\n" + json.dumps({"developer": {}, **faulty}))) >= sorted(before)
    other = fingerprints(json.dumps({**faulty, "type": "nodes"}))
    assert len(set(before) & set(other)) == len(before) - 1


def test_findings_beyond_the_upload_limit_are_cut_to_the_worst(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("manifest_lint.reports.sarif.MOST_RESULTS", 3)
    [of_run] = sarif_of(Outcome(check([FIXTURES / "faulty"])))["runs"]
    assert [result["level"] for result in of_run["results"]] == ["error"] * 3
    [notification] = of_run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("10 findings more")


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def as_github_reads(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does: commas separate properties, `::` ends them."""
    found = COMMAND.fullmatch(line)
    assert found, line
    level, parts, text = found.groups()
    pairs = [part.partition("=") for part in parts.split(",")]
    return level, {name: unquote(value) for name, _, value in pairs}, unquote(text)


def test_github_gets_one_command_per_finding_with_its_place(odd: Outcome, placeless: Path) -> None:
    *commands, last = find("github")(odd)
    assert last.startswith("Found ")
    for finding, line in zip(odd.report.findings, commands, strict=True):
        level, parts, text = as_github_reads(line)
        assert level == {"note": "notice"}.get(finding.severity.label, finding.severity.label)
        assert odd.root / parts["file"] == Path(finding.path)
        assert (parts["line"], parts["title"].split()[0]) == (str(finding.place.line), finding.code)
        assert ("col" in parts) == (finding.place.line == finding.place.end_line)
        assert text.count("\n") == 1 + (finding.fix is not None)
    *commands, _ = run("verify", placeless, "--format", "github").stdout.splitlines()
    assert "line" not in as_github_reads(commands[0])[1]


def test_github_gets_a_job_summary_if_it_asks_for_one(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environment = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(FIXTURES)}
    done = run("check", "fixtures/faulty", "--format", "github", environment=environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert "::error file=faulty/manifest.konnector,line=16" in done.stdout
    text = summary.read_text("utf-8")
    assert text.startswith("before\n## manifest-lint: failed\n")
    assert "### faulty/manifest.konnector" in text
    done = run("check", FIXTURES / "faulty", environment=environment)
    assert summary.read_text("utf-8") == text


def test_a_job_summary_without_room_is_one_line() -> None:
    done = run("check", FIXTURES / "faulty", "--format", "github", environment=FULL)
    why = "the job summary cannot be written: No space left on device; unset it"
    assert (done.returncode, done.stderr) == (2, f"manifest-lint: GITHUB_STEP_SUMMARY: {why}\n")


FULL = {"GITHUB_STEP_SUMMARY": "/dev/full"}


def test_a_job_summary_stays_within_its_limit(odd: Outcome) -> None:
    whole = within(odd, 10**6)
    assert whole == text_of("markdown", odd).encode()
    for limit in range(0, len(whole), 97):
        cut = within(odd, limit)
        assert len(cut) <= limit
        assert cut == b"" or cut.endswith(b"too long. See the log of the run for the rest.\n")


GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "positions"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^[^/\\]"},
                    "positions": {
                        "required": ["begin"],
                        "properties": {
                            "begin": {
                                "required": ["line", "column"],
                                "additionalProperties": {"type": "integer", "minimum": 1},
                            }
                        },
                    },
                },
            },
        },
    },
}
"""What GitLab's page on Code Quality says of the format; no schema is published."""


def test_gitlab_gets_a_code_quality_report(odd: Outcome) -> None:
    entries = json.loads(text_of("gitlab", odd))
    Draft7Validator(GITLAB).validate(entries)
    assert len({entry["fingerprint"] for entry in entries}) == len(odd.report.findings)
    assert json.loads(text_of("gitlab", Outcome(check([SUNMETER])))) == []


def test_junit_follows_its_schema_and_fails_as_the_run_does(
    odd: Outcome, placeless: Path, tmp_path: Path
) -> None:
    import xmlschema

    junit = xmlschema.XMLSchema10(str(schema("junit-10.xsd")))
    for name, text in {
        "odd": text_of("junit", odd),
        "clean": text_of("junit", Outcome(check([SUNMETER]))),
        "archive": run("verify", placeless, "--format", "junit").stdout,
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
        junit.validate(str(tmp_path / name))


@pytest.mark.parametrize("at", [*Severity, None])
def test_a_junit_parser_counts_what_fails_the_run(odd: Outcome, at: Severity | None) -> None:
    outcome = Outcome(odd.report, fail_on=at, root=odd.root)
    suites = JUnitXml.fromstring(text_of("junit", outcome).encode())
    failed = [
        case
        for suite in suites
        for case in suite
        if any(isinstance(r, Failure) for r in case.result)
    ]
    expected = sum(at is not None and f.severity >= at for f in odd.report.findings)
    assert len(failed) == sum(suite.failures for suite in suites) == expected
    assert bool(failed) == outcome.fails


def test_markdown_shows_what_a_manifest_says_as_text(odd: Outcome) -> None:
    text = text_of("markdown", odd)
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in (*tokens, *inline)}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "fence"}
    shown = "".join(token.content for token in inline)
    assert "![i](//e.example/i.png) [l](//e.example) | &" in shown
    rows = sum(token.type == "tr_open" for token in tokens)
    tables = sum(token.type == "table_open" for token in tokens)
    assert rows - tables == len(odd.report.findings)


def test_jsonl_is_the_json_report_in_lines(odd: Outcome) -> None:
    *findings, summary = map(json.loads, find("jsonl")(odd))
    whole = json.loads("".join(find("json")(odd)))
    assert [{"kind": "finding", **finding} for finding in whole.pop("findings")] == findings
    assert summary == {"kind": "summary", **whole}


def test_concise_is_one_line_per_finding(odd: Outcome) -> None:
    lines = list(find("concise")(odd))
    assert len(lines) == len(odd.report.findings)
    assert all(line.isprintable() for line in lines)


PARSERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "sarif": json.loads,
    "gitlab": json.loads,
    "rdjson": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
    "junit": lambda text: ElementTree.fromstring(text.partition("\n")[2]),
}


@settings(max_examples=40)  # in a dozen formats each
@given(st.text(max_size=200) | st.text(max_size=50).map(lambda key: json.dumps({key: 1})))
def test_every_format_is_readable_and_printable_for_any_manifest(text: str) -> None:
    manifest = "manifest.konnector", text.encode("utf-8", "surrogatepass")
    outcome = Outcome(check(stdin=manifest))  # without this name, a NUL means UTF-16
    for name in FORMATS:
        written = text_of(name, outcome)
        assert written.replace("\n", "").isprintable(), name
        PARSERS.get(name, str)(written)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("broken", [False, True])
def test_no_format_shows_a_secret(tmp_path: Path, name: str, broken: bool) -> None:
    secret = "S3CRETS3CRET"
    value = {**ACCOUNT_TYPE, "client_secret": secret, "cleint_secret": secret, "grant_mode": "x"}
    text = json.dumps({**value, "redirect_uri": f"http://u:{secret}@h/?k={secret}"})
    (tmp_path / "account-types-def.json").write_text(text[:-1] + ",}" if broken else text)
    (tmp_path / "manifest.konnector").write_text(json.dumps({**MANIFEST, "client_secret": secret}))
    report = check([tmp_path])
    assert report.findings
    assert secret not in text_of(name, Outcome(report))


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_what_is_secret_in_the_url_of_an_archive(name: str) -> None:
    report = check([FIXTURES / "sunmeter"])
    build = Build(report, archive=Path("x.tar.gz"), url="https://me:S3CRET@h.example/x?k=S3CRET")
    assert "S3CRET" not in text_of(name, Outcome(report, build=build))


def test_an_address_with_an_at_sign_in_its_path_is_published_whole() -> None:
    url = "https://h.example/@scope/x@1.0.0/x.tar.gz"
    build = Build(check([FIXTURES / "sunmeter"]), archive=Path("x.tar.gz"), url=url)
    assert publication(build)["url"] == url


def test_several_files_are_written_besides_standard_output(tmp_path: Path) -> None:
    names = [name for name in FORMATS if name != "text"]
    files = [f"--output-file={name}={tmp_path / 'reports' / name}" for name in names]
    done = run("check", "fixtures/faulty", *files)
    plain = run("check", "fixtures/faulty")
    assert (done.stdout, done.stderr, done.returncode) == (plain.stdout, "", 1)
    for name in names:
        written = (tmp_path / "reports" / name).read_text("utf-8")
        printed = run("check", "fixtures/faulty", "--format", name).stdout
        assert without_header(written) == without_header(printed)


def without_header(page: str) -> str:
    """Return a report without the time and the command that a page names."""
    return re.sub(r'<dl class="made">.*?</dl>', "", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "saarif"), "saarif: unknown format; did you mean sarif?"),
        (("--format", ""), "unknown format; use text, concise"),
        (("--output-file", "sarif"), "--output-file sarif: must be FORMAT=PATH"),
        (("--output-file", "=x"), "--output-file =x: must be FORMAT=PATH"),
        (("--output-file", "xml=x"), "xml: unknown format"),
        (("--output-file", "sarif=/dev/null"), "/dev/null: is not a regular file"),
        (("--output-file", "sarif=tests"), "tests: is not a regular file"),
        (("--output-file", "sarif=README.md/x/y"), "cannot be written"),
        (("--output-file", "sarif=-"), "- is not a file; use --format sarif"),
        (
            ("--output-file", "sarif=x/../a", "--output-file", "html=a"),
            "two reports name the same file",
        ),
        (("--diff", "--format", "sarif"), "--diff cannot be used with --format"),
        (
            ("--write-baseline", "--output-file", "sarif=x"),
            "--write-baseline cannot be used with --format",
        ),
    ],
)
def test_invalid_output_options_are_reported(arguments: tuple[str, ...], message: str) -> None:
    done = run("check", SUNMETER, *arguments)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert message in line


def test_a_report_never_replaces_a_checked_file(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SUNMETER, tmp_path / "sunmeter"))
    (folder / "link").symlink_to("manifest.konnector")
    before = (folder / "manifest.konnector").read_bytes()
    for name in ("manifest.konnector", "account-types-def.json", "link"):
        done = run("check", folder, f"--output-file=html={folder / name}")
        assert done.returncode == 2
        assert "is one of the checked files; name another file" in done.stderr
    assert (folder / "manifest.konnector").read_bytes() == before


PLUGIN = """
def upper(outcome):
    yield f"{len(outcome.report.findings)} FINDINGS"

def broken(outcome):
    yield "one"
    raise KeyError("secret")

def numbers(outcome):
    return [1]
"""


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment with a package that adds formats."""
    (tmp_path / "shouting.py").write_text(PLUGIN)
    info = tmp_path / "shouting-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1.0\n")
    names = ("upper", "broken", "numbers", "missing")
    entries = "".join(f"{name} = shouting:{name}\n" for name in names)
    more = "absent = no_such_module:x\ntext = shouting:upper\n"
    (info / "entry_points.txt").write_text(f"[manifest_lint.reports]\n{entries}{more}")
    return {"PYTHONPATH": f"{tmp_path}:{ROOT}"}


def test_another_package_can_add_a_format(installed: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "out"
    arguments = ("check", SUNMETER, "--format", "upper", f"--output-file=upper={file}")
    done = run(*arguments, environment=installed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 FINDINGS\n", "")
    assert file.read_text() == "0 FINDINGS\n"
    assert "No findings" in run("check", SUNMETER, environment=installed).stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("broken", "shouting: its format broken failed (KeyError"),
        ("numbers", "shouting: its format numbers failed (it returned int, not str)"),
        ("missing", "shouting: its format missing cannot be loaded (AttributeError"),
        ("absent", "shouting: its format absent cannot be loaded (ModuleNotFoundError"),
        ("uper", "uper: unknown format; did you mean upper?"),
    ],
)
def test_errors_of_a_plugin_format_name_its_package(
    installed: dict[str, str], name: str, message: str
) -> None:
    done = run("check", SUNMETER, "--format", name, environment=installed)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert message in line


def test_a_plain_check_imports_no_format_template_or_server() -> None:
    script = (
        "import sys; from manifest_lint.cli import main as cli\n"
        "try: cli.main(['check', 'fixtures/sunmeter'])\n"
        "except SystemExit: print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    modules = set(done.stdout.splitlines()[-1].split())
    assert "manifest_lint.reports.text" in modules
    ours = {f"manifest_lint.reports.{name}" for name in FORMATS if name != "text"}
    others = {"manifest_lint.reports.outcome", "manifest_lint.reports.formats", "json.tool"}
    heavy = {"jinja2", "markupsafe", "pygls", "lsprotocol", "asyncio", "xml.etree.ElementTree"}
    assert not modules & (ours | others | heavy)


WIDE = "\u00e9\U0001f600"

MANY: dict[str, Callable[[int], tuple[str, object]]] = {
    "keys": lambda n: (
        "manifest.konnector",
        {**MANIFEST, **{f"{WIDE}{number}": 1 for number in range(n)}},
    ),
    "permissions": lambda n: (
        "manifest.konnector",
        {**MANIFEST, "permissions": {f"{WIDE}{i}": {"type": f"io.cozy.X{i}"} for i in range(n)}},
    ),
    "account types": lambda n: (
        "account-types-def.json",
        [{**ACCOUNT_TYPE, "_id": f"{WIDE}{i}", "redirect_url": WIDE} for i in range(n)],
    ),
}
"""Files with findings everywhere, in one line."""


@pytest.mark.parametrize("name", ["sarif", "gitlab", "rdjson", "json", "junit", "markdown"])
@pytest.mark.parametrize("many", MANY)
def test_a_format_is_linear_in_the_findings_of_a_file(name: str, many: str) -> None:
    lines = find(name)
    assert grows_with_its_input(
        lambda number: with_many(many, number), lambda report: list(lines(Outcome(report))), 2400
    )


@cache
def with_many(many: str, number: int) -> Report:
    """Check a file with findings everywhere."""
    file, value = MANY[many](number)
    report = check(stdin=(file, json.dumps(value, ensure_ascii=False).encode()))
    assert len(report.findings) >= number
    return report

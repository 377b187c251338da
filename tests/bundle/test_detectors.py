"""Strings that look like secrets are found in a bundle, and others are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest_lint.bundle.allowances import fingerprint
from manifest_lint.bundle.detectors import MOST_REPORTED, TOO_MANY, Detectors, suspects
from manifest_lint.document.secret import Secret
from tests.command import run
from tests.connectors import SUNMETER
from tests.false_alarms import NotThere, bundles
from tests.secret_samples import NEAR_MISSES, SAMPLES, kind, place, some

LINE = 'function a(b,c){return b?c+"://"+b:AC[SK]}var d="BEGIN eyJ sk- SG.x";'


@pytest.fixture(scope="module")
def bundle() -> bytes:
    """Make 5 MB of one-line code in which nothing looks like a secret."""
    code = LINE + "if(a[b]!==c)return d(e,f+1);" * 40
    return (code * (5_000_000 // len(code) + 1)).encode()


@pytest.mark.parametrize("name", SAMPLES)
def test_each_form_is_found_in_a_large_bundle(bundle: bytes, name: str) -> None:
    at = 3_333_333
    quoted = b'="' + SAMPLES[name].encode() + b'";'
    [found] = suspects(bundle[:at] + quoted + bundle[at : at + 900_000], "x.js")
    assert (found.path, found.offset) == ("x.js", at + 2 + place(name))
    assert found.kind == kind(name)


def test_code_without_secrets_has_no_suspects(bundle: bytes) -> None:
    assert list(suspects(bundle[:500_000])) == []


@pytest.mark.parametrize("name", [name for name in SAMPLES if "\n" in SAMPLES[name]])
@pytest.mark.parametrize(
    "newline", ["\\n", "\\\\n", "\\r\\n", '"+\n"', '\\n" +\n  "', "\\n\\\n", '","', "%0A"]
)
def test_an_escaped_secret_over_several_lines_is_found(name: str, newline: str) -> None:
    text = SAMPLES[name].replace("\n", newline)
    assert [found.kind for found in suspects(f"x('{text}')".encode())] == [kind(name)]


def test_a_private_key_on_one_line_is_found() -> None:
    text = SAMPLES["Private Key: any"].replace("\n", " ")
    assert [found.kind for found in suspects(text.encode())] == ["Private Key"]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "around", [("'", "'"), ("`", "`"), (" ", "\n"), ("\\n", "\\n"), ("\0é", "\0")]
)
def test_what_is_around_a_secret_does_not_hide_it(name: str, around: tuple[str, str]) -> None:
    text = around[0] + SAMPLES[name] + around[1]
    assert [found.kind for found in suspects(text.encode())] == [kind(name)]


@pytest.mark.parametrize(
    "text",
    [
        "AK" + "IAIOSFODNN7EXAMPLE",
        "AK" + "IA" + "X" * 16,
        "sk_" + "live_" + "x" * 24,
        "gh" + "p_0123456789" + some(26),
        "https://user:password@host.example",
        "https://me:${PASSWORD1}@host.example",
        "https://cdn.example/react@18.2.0/x:1@2",
        "-----BEGIN RSA PRIVATE KEY-----",
        "'-----BEGIN PRIVATE KEY-----'+a+'-----END PRIVATE KEY-----'",
        "-----BEGIN PRIVATE KEY-----\\n' + body",
        "eyJhbGciOiJub25lIn0.not-json.x",
        "S" + "G." + some(10),
        *NEAR_MISSES.values(),
    ],
)
def test_lookalikes_are_not_reported(text: str) -> None:
    assert list(suspects(f"a('{text}');".encode())) == []


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from([*SAMPLES.values(), LINE, "eyJ", "://", "\0é"]), max_size=12),
    st.integers(1, 3000),
)
def test_the_block_size_does_not_change_the_result(parts: list[str], size: int) -> None:
    data = " ".join(parts).encode()
    detectors = Detectors()
    for _ in range(2):
        detectors.start("x")
        for at in range(0, len(data), size):
            detectors.feed(data[at : at + size])
    detectors.finish()
    whole = [(found.offset, found.kind) for found in suspects(data, "x")]
    assert [(found.offset, found.kind) for found in detectors.suspects] == whole * 2
    assert len(whole) == min(sum(part in SAMPLES.values() for part in parts), MOST_REPORTED)


@pytest.mark.parametrize(
    "again",
    [
        *("a", "\0", "eyJ", "eyJa.", "-----BEGIN PRIVATE KEY-----\n", "AC", "AKIA"),
        *("://", "://a:", "sk-T3BlbkFJ", "xoxb-1-", "EAA", "EAAa1", "Q~", "a8Q~", "sl.u."),
        *('kty:"RSA",', ',d:"', ',d:"' + "aZ9" * 15 + '",', "1//0", "ya29.", "AIza", "npm_aB3"),
        "BEGIN " + "PRIVATE KEY-----Abc: +\\n",
        "BEGIN " + "PRIVATE KEY-----" + "Abc: " * 50 + "\n",
        "BEGIN " + "PRIVATE KEY-----" + "\\" * 500,
    ],
)  # fmt: skip
def test_hostile_files_have_at_most_a_few_suspects(again: str) -> None:
    has_too_many = again in ("eyJ", "AC", "://")
    size = 3_000_000 if has_too_many else 1_000_000
    found = list(suspects((again * (size // len(again))).encode()))
    assert len(found) <= MOST_REPORTED
    if has_too_many:
        assert [one.kind for one in found] == [TOO_MANY]


def test_bundles_of_popular_packages_give_no_false_alarm(tmp_path: Path) -> None:
    try:
        found = {package: list(suspects(data)) for package, data in bundles(tmp_path)}
    except NotThere as error:
        pytest.skip(str(error))
    assert len(found) >= 10
    assert {package: hits for package, hits in found.items() if hits} == {}


def test_a_suspect_is_a_warning_of_the_build(tmp_path: Path) -> None:
    secret = SAMPLES["GitHub Token"]
    connector = tmp_path / "connector"
    for name in ("manifest.konnector", "build/manifest.konnector", "build/icon.svg"):
        (connector / name).parent.mkdir(parents=True, exist_ok=True)
        (connector / name).write_bytes((SUNMETER / name).read_bytes())
    (connector / "build/index.js").write_text(f"f('{secret}')")
    done = run("build", connector)
    assert (done.returncode, done.stderr) == (0, "")
    line = "K002 index.js contains a possible secret at byte 3: GitHub Token (fingerprint "
    assert line in done.stdout
    assert secret not in done.stdout + (connector / "dist/sunmeter-1.2.0.report.json").read_text()
    digits = fingerprint("K002", "index.js", Secret(secret))
    done = run("build", connector, "--allow-leak", f"K002:index.js:{digits}:revoked long ago")
    assert "K002 index.js contains" not in done.stdout
    assert "K002" in run("verify", connector / "dist/sunmeter-1.2.0.tar.gz").stdout

"""An allowance accepts one secret in one file, and no other."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from manifest_lint import verify
from manifest_lint.archive.archive import Archive, Suspect
from manifest_lint.bundle.allowances import MOST, allowed_leak, fingerprint, with_fingerprints
from manifest_lint.document.secret import Secret
from manifest_lint.rules.registry import rule_of
from tests.command import complaint, run
from tests.connectors import SUNMETER
from tests.secret_samples import SAMPLES

ENVIRONMENT = {"A": "a1b2c3d4e5", "B": "f6g7h8i9j0"}
TOKEN = SAMPLES["GitHub Token"]


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """Write a built connector with two secrets in one file, and one of them in another file."""
    folder = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    (folder / "manifest-lint.toml").write_text('build.secret-variables = ["A", "B"]')
    (folder / "build/a.js").write_text("x('a1b2c3d4e5', 'f6g7h8i9j0')")
    (folder / "build/b.js").write_text("x('a1b2c3d4e5')")
    return folder


def shown(connector: Path, *allowed: str) -> tuple[int, list[tuple[str, str, str]], str]:
    """Build; return the exit code, each finding as file, secret and fingerprint, the output."""
    arguments = [part for one in allowed for part in ("--allow-leak", one)]
    done = run("build", connector, *arguments, environment=ENVIRONMENT)
    for secret in ENVIRONMENT.values():
        assert secret not in done.stdout + done.stderr
    line = r" K001 (\S+) contains the secret \$(\w) at byte .*\(fingerprint ([0-9a-f]{8})\)"
    return done.returncode, re.findall(line, done.stdout), done.stdout


def test_an_allowed_private_key_does_not_allow_another(tmp_path: Path) -> None:
    pem = (
        "-----BEGIN "
        + "PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQ{}\\n-----END PRIVATE KEY-----"
    )
    found = []
    for body in ("EFAASCBKcwggSjAgEA", "ZZZZZZZZk2Jd9Xw8Qz"):
        (tmp_path / body).mkdir()
        (tmp_path / body / "index.js").write_text(f'k="{pem.format(body * 3)}"')
        findings = verify(tmp_path / body, isolated=True).report.findings
        found += [
            one.message.rpartition("fingerprint ")[2] for one in findings if one.code == "K002"
        ]
    assert len(found) == len(set(found)) == 2


def test_each_secret_in_each_file_has_its_own_fingerprint(connector: Path) -> None:
    code, found, _ = shown(connector)
    assert code == 1
    assert [one[:2] for one in found] == [("a.js", "A"), ("a.js", "B"), ("b.js", "A")]
    assert len({one[2] for one in found}) == 3
    assert shown(connector)[1] == found


def test_the_other_secret_in_the_file_is_still_refused(connector: Path) -> None:
    _, found, _ = shown(connector)
    allowed = [f"K001:{file}:{digits}:a test key" for file, _, digits in found]
    for number in range(3):
        code, left, text = shown(connector, allowed[number])
        assert code == 1
        assert left == [one for at, one in enumerate(found) if at != number]
        assert "accepts nothing" not in text
    code, left, text = shown(connector, *allowed)
    assert (code, left) == (0, [])
    file, name, digits = found[0]
    assert f"Allowed K001 in {file} ({digits}): a test key\n  ${name} in {file} at byte 3\n" in text


@pytest.mark.parametrize("written", ["./{}", "/{}", ".//{}", "lib/../{}"])
def test_a_path_may_be_written_in_another_way(connector: Path, written: str) -> None:
    _, [(file, _, digits), *rest], _ = shown(connector)
    assert shown(connector, f"K001:{written.format(file)}:{digits}:why")[1] == rest


@pytest.mark.parametrize("wrong", ["another file", "another secret", "unknown", "another rule"])
def test_an_allowance_that_matches_nothing_is_reported(connector: Path, wrong: str) -> None:
    _, found, _ = shown(connector)
    (first, _, digits), _, (third, _, of_third) = found
    allowance = {
        "another file": f"K001:{first}:{of_third}",
        "another secret": f"K001:{third}:{digits}",
        "unknown": f"K001:{first}:00000000",
        "another rule": f"K002:{first}:{digits}",
    }[wrong]
    code, left, text = shown(connector, f"{allowance}:why")
    assert (code, left) == (1, found)
    assert f"--allow-leak {allowance} accepts nothing: correct or remove it.\n" in text


def test_an_allowance_of_a_suspect_accepts_that_one(tmp_path: Path) -> None:
    connector = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    other = SAMPLES["Stripe Access Key"]
    (connector / "build/a.js").write_text(f"x('{TOKEN}', '{other}', '{TOKEN}')")
    line = r" K002 a.js contains a possible secret at byte \d+: (.+) \(fingerprint (\w{8})\)"
    found = re.findall(line, run("build", connector).stdout)
    assert [kind for kind, _ in found] == ["GitHub Token", "Stripe Access Key", "GitHub Token"]
    assert found[0] == found[2]
    done = run("build", connector, "--allow-leak", f"k002:a.js:{found[0][1].upper()}:revoked")
    assert re.findall(line, done.stdout) == [found[1]]
    assert (TOKEN in done.stdout) is False


@pytest.mark.parametrize(
    "text",
    ["", "K001", "K001:x", "K001:x:", "K001::01234567:x", "S002:x:01234567:y", "K001:x:01234567: "],
)
def test_an_allowance_needs_a_code_a_path_a_fingerprint_and_a_reason(
    connector: Path, text: str
) -> None:
    line = complaint(run("build", connector, "--allow-leak", text))
    assert "give CODE:PATH:FINGERPRINT:REASON" in line


@pytest.mark.parametrize("text", ["K001:a.js:why", "K001:a.js:a1b2c3d4e5:why", "k002:a b: why"])
def test_without_a_fingerprint_the_error_says_where_to_read_it(connector: Path, text: str) -> None:
    line = complaint(run("build", connector, "--allow-leak", text))
    assert "no fingerprint" in line
    assert "The finding shows the fingerprint" in line
    assert "a1b2c3d4e5" not in line


@pytest.mark.parametrize("code", ["K001", "K002"])
def test_the_name_of_a_rule_is_as_good_as_its_code(code: str) -> None:
    rest = "a.js:01234567:why"
    for given in (code, code.lower(), rule_of(code).name, rule_of(code).name.title()):
        assert allowed_leak(f"{given}:{rest}") == allowed_leak(f"{code}:{rest}")


def test_a_path_may_have_colons(connector: Path) -> None:
    for name in ("a.js", "b.js"):
        (connector / "build" / name).unlink()
    (connector / "build/c:d.js").write_text("a1b2c3d4e5")
    _, [(file, _, digits)], _ = shown(connector)
    assert shown(connector, f"K001:{file}:{digits}:why: this")[0] == 0


def test_a_fingerprint_depends_on_code_path_and_value() -> None:
    cases = [("K001", "a", "1"), ("K002", "a", "1"), ("K001", "b", "1"), ("K001", "a", "2")]
    digits = [fingerprint(code, path, Secret(value)) for code, path, value in cases]
    assert len(set(digits)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{8}", one) for one in digits)


def test_hostile_archives_get_at_most_a_few_fingerprints(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []

    def counted(_: str, path: str, __: Secret) -> str:
        computed.append(path)
        return "01234567"

    monkeypatch.setattr("manifest_lint.bundle.allowances.fingerprint", counted)
    many = tuple(Suspect(f"{n}.js", 0, "x", Secret(str(n))) for n in range(MOST * 3))
    done = with_fingerprints(Archive("x", suspects=many))
    assert len(computed) == MOST
    assert [one.fingerprint for one in done.suspects] == ["01234567"] * MOST + [""] * MOST * 2

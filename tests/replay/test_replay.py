"""The replay of repairs: made-up ones, and those of the corpus if it is here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import replay
from tests.connectors import MANIFEST, with_changes
from tests.corpus import Manifest, Unusable, manifests
from tests.replay import FIXES, MANIFESTS, Outcome, Reading
from tests.replay.__main__ import main, summary

GOOD = json.dumps(MANIFEST, indent=2)
BAD = json.dumps(with_changes(MANIFEST, categories=["x", "y"]), indent=2)
BROKEN = GOOD.replace("{", "{,", 1)[:-5]
READINGS = {"c1": Reading("wording", "reads better")}


def outcome(before: str, after: str, readings: dict[str, Reading] | None = None) -> Outcome:
    texts = {name: Manifest(name, text) for name, text in (("b", before), ("a", after))}
    repair = replay.Repair("b", "a", "c1", "some/repo", "fix: it")
    [result] = replay.replay([repair], texts, readings or {})
    return result


def with_(**changes: Any) -> str:
    return json.dumps(with_changes(MANIFEST, **changes))


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        pytest.param(with_(categories=["x"]), GOOD, ["M008"], id="a finding disappears"),
        pytest.param(with_(categories=["x"]), with_(categories=["x"]), [], id="it stays"),
        pytest.param(GOOD, with_(categories=["x"]), [], id="a finding is new"),
        pytest.param(
            with_(categories=["x", "x"]), with_(categories=["x"]), ["M008"], id="one of two goes"
        ),
        pytest.param(
            with_(categories=["energy", "x"]), with_(categories=["x"]), [], id="only its index"
        ),
        pytest.param(json.dumps(MANIFEST), GOOD, [], id="only its line"),
        pytest.param(GOOD.replace(",", "", 1), GOOD, ["J001"], id="it becomes JSON"),
        pytest.param(BROKEN, GOOD, ["J001"], id="JSON after what is not fixable"),
        pytest.param(BAD, BROKEN, [], id="broken JSON only hides findings"),
        pytest.param(
            BAD, GOOD.replace(",", ",,", 1), ["M008"], id="a fixable one is checked further"
        ),
    ],
)
def test_a_repair_is_caught_if_a_finding_disappears(
    before: str, after: str, rules: list[str]
) -> None:
    assert [code for code in outcome(before, after).rules if code != "M022"] == rules


def test_a_repair_without_a_reading_is_unread() -> None:
    assert outcome(GOOD, GOOD).is_unread
    assert not outcome(GOOD, GOOD, READINGS).is_unread
    assert not outcome(BAD, GOOD).is_unread


def test_a_finding_that_only_changes_its_message_is_marked_as_reworded() -> None:
    reworded = outcome(with_(categories=["x"]), with_(categories=["y"]))
    assert reworded.is_caught
    assert reworded.is_reworded
    assert not outcome(BAD, GOOD).is_reworded
    assert not outcome(GOOD, GOOD).is_reworded


def test_new_findings_of_a_commit_are_listed() -> None:
    worse = outcome(GOOD, with_(categories=["x"]))
    assert [code for code, _, _ in worse.come] == ["M008"]
    assert "     1  of them bring a finding that was not there before" in list(summary([worse]))


def test_a_reading_of_a_repair_that_is_caught_is_stale() -> None:
    assert outcome(BAD, GOOD, READINGS).is_stale
    assert not outcome(GOOD, GOOD, READINGS).is_stale


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a file of two repairs, one caught, and one of their manifests."""
    monkeypatch.setattr("tests.replay.__main__.read_readings", lambda: READINGS)
    texts = {"good": GOOD, "wordy": GOOD.replace("Sun", "Son"), "bad": BAD}
    repairs = [("good", "wordy", "c1"), ("bad", "good", "c2")]
    return [
        write(tmp_path / "fixes.jsonl", [repair(*names) for names in repairs]),
        write(tmp_path / "texts.jsonl", [{"id": k, "text": v} for k, v in texts.items()]),
    ]


def repair(before: str, after: str, commit: str) -> dict[str, str]:
    return {
        "before": before,
        "after": after,
        "commit": commit,
        "repo": f"some/{commit}",
        "subject": f"fix: {commit}",
    }


def write(file: Path, objects: list[Any]) -> str:
    file.write_text("".join(json.dumps(value) + "\n" for value in objects))
    return str(file)


def test_the_report_counts_and_lists(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "2 repairs, 1 caught (50 %)" in lines
    assert "     1  M008" in lines
    assert lines[-2:] == ["c1 some/c1: fix: c1", "    wording: reads better"]


def test_an_unread_repair_is_counted_and_fails(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path(files[0]), [repair("good", "wordy", "c1"), repair("good", "wordy", "c3")])
    assert main(files) == 1
    assert "     1  UNREAD: no reading says why" in capsys.readouterr().out.splitlines()
    assert main([*files, "--unread"]) == 1
    assert capsys.readouterr().out == "c3 some/c3: fix: c3\n    UNREAD\n"


def test_a_stale_reading_is_reported(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    write(Path(files[0]), [repair("bad", "good", "c1")])
    assert main(files) == 0
    assert "STALE: c1 is caught now" in capsys.readouterr().out
    assert main([*files, "--check"]) == 1
    assert capsys.readouterr() == ("", "readings.toml: c1 is caught now; remove it\n")


def test_without_a_stale_reading_or_without_the_corpus_the_check_passes(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*files, "--check"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["no-such.jsonl", "--check"]) == 0
    assert "not checked, because no-such.jsonl is not here" in capsys.readouterr().out


def test_a_repair_is_shown_with_its_findings(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*files, "--show", "c2"]) == 0
    shown = capsys.readouterr().out
    assert '-    "x",' in shown.splitlines()
    assert "M008 warning" in shown
    assert "after: 0 findings" in shown


def test_tables_show_no_subject(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files, "--markdown"]) == 0
    tables = capsys.readouterr().out
    assert "| c1 | some/c1 |  | wording: reads better |" in tables.splitlines()
    assert "| c2 | some/c2 | M008 |  |" in tables.splitlines()
    assert "fix:" not in tables


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "fixes.jsonl:1: not JSON"),
        ("[]", "fixes.jsonl:1: not an object"),
        ('{"before": "good", "after": "good"}', 'fixes.jsonl:1: no string under "commit"'),
        (json.dumps(repair("good", "gone", "c1")), "fixes.jsonl:1: no manifest has the id gone"),
        ("", "fixes.jsonl: holds no repair"),
    ],
)
def test_an_invalid_file_is_reported_in_one_line(
    files: list[str], capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    Path(files[0]).write_text(f"{line}\n")
    assert main(files) == 2
    output = capsys.readouterr()
    assert not output.out
    assert said in output.err
    assert output.err.count("\n") == 1


def test_a_missing_file_and_an_unknown_commit_are_reported(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([files[0], "no-such.jsonl"]) == 2
    assert main([*files, "--show", "fff"]) == 2
    with pytest.raises(SystemExit) as exit_:
        main(["--no-such-option"])
    assert exit_.value.code == 2
    said = capsys.readouterr().err
    assert "no-such.jsonl: cannot be read" in said
    assert "no repair has the commit fff" in said


@pytest.mark.parametrize(
    "table", ['reason = "because"', 'remark = "no reason"', 'reason = "wording"\nremrak = "x"']
)
def test_a_reading_has_a_reason_of_the_list(tmp_path: Path, table: str) -> None:
    file = tmp_path / "readings.toml"
    file.write_text(f"[c1]\n{table}\n")
    with pytest.raises(Unusable, match="c1: give `reason`, one of wording"):
        replay.read_readings(file)


def test_every_reading_is_of_a_known_repair() -> None:
    if not FIXES.exists() or not MANIFESTS.exists():
        pytest.skip("needs ../shared/corpus, which is not here")
    texts = manifests(MANIFESTS)
    repairs = replay.read_repairs(FIXES, texts)
    assert repairs
    assert replay.read_readings().keys() <= {repair.commit for repair in repairs}

"""`init` from Python: proposals, and one file written for each that the caller accepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manifest_lint import UserError, check
from manifest_lint.api import repositories
from tests.command import COMMIT, PUBLIC

ANSWERS = {
    "scope": "openid profile",
    "auth_endpoint": "https://service.example/authorize",
    "token_endpoint": "https://service.example/token",
    "domain": "mycozy.cloud",
}


def answer(question: repositories.Question) -> str:
    return question.check(ANSWERS.get(question.name, question.default or ""))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    manifest = {"slug": "x", "name": "X", "fields": {}}
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest, indent=2))
    return tmp_path


def test_a_login_is_proposed_written_and_checks_clean(folder: Path) -> None:
    setup = repositories.propose_login(folder, answer)
    assert [one.path.name for one in setup.proposals] == [
        "manifest.konnector",
        "account-types-def.json",
    ]
    assert list(folder.iterdir()) == [folder / "manifest.konnector"]
    for proposal in setup.proposals:
        repositories.write_proposal(folder, proposal)
    report = check(folder, select=["S", "A", "R", "X"])
    assert report.findings == ()
    [to_do] = setup.to_do
    assert "https://oauthcallback.mycozy.cloud/accounts/x/redirect" in to_do


def test_a_file_that_appeared_in_the_meantime_is_kept(folder: Path) -> None:
    configuration, *_ = repositories.propose_checking(folder, "none", "none").proposals
    configuration.path.write_text("mine")
    with pytest.raises(UserError, match="created in the meantime"):
        repositories.write_proposal(folder, configuration)
    assert configuration.path.read_text() == "mine"


def test_a_manifest_that_changed_in_the_meantime_is_kept(folder: Path) -> None:
    manifest, _ = repositories.propose_login(folder, answer).proposals
    manifest.path.write_text("{}")
    with pytest.raises(UserError, match=r"manifest\.konnector"):
        repositories.write_proposal(folder, manifest)
    assert manifest.path.read_text() == "{}"


def test_a_source_that_is_not_known_is_asked_for(folder: Path) -> None:
    asked = []

    def typed(question: repositories.Question) -> str:
        asked.append(question.name)
        return question.check(f"{PUBLIC}@{COMMIT}")

    setup = repositories.propose_checking(folder, "gitlab", answer=typed)
    assert asked in ([], ["install"])  # this checkout may have been cloned from an address
    assert len(setup.proposals) == 4
    with pytest.raises(UserError, match="--install: no package index has"):
        repositories.propose_checking(folder, "none", "manifest-lint==0.1.0")


def test_nothing_is_proposed_for_a_folder_without_connectors(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        repositories.propose_checking(tmp_path)

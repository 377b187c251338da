"""Where a hook or a job gets the tool from: what is accepted, and what is found out."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from manifest_lint.errors import UserError
from manifest_lint.scaffold import published
from manifest_lint.scaffold.installed import WRONG, recorded
from manifest_lint.scaffold.source import Source, source
from tests.command import COMMIT, PUBLIC
from tests.growth import grows_with_its_input

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
WHEEL = "manifest_lint-0.1.0-py3-none-any.whl"
ON_THE_WEB = f"https://files.example.org/{WHEEL}"
TOKEN = "glpat-S3CRETS3CRET"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with a wheel of the tool in it."""
    folder = tmp_path / "repository"
    (folder / "tools").mkdir(parents=True)
    (folder / "tools" / WHEEL).touch()
    (folder / "two words").mkdir()
    (folder / "two words" / WHEEL).touch()
    (tmp_path / WHEEL).touch()
    (folder / "out.whl").symlink_to(tmp_path / WHEEL)
    return folder


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (f"{PUBLIC}@{COMMIT}", PUBLIC),
        (f"git+{PUBLIC}@{COMMIT}", PUBLIC),
        (f" manifest-lint @ git+{PUBLIC}@{COMMIT}\n", PUBLIC),
        (f"manifest_lint@git+{PUBLIC}@{COMMIT}", PUBLIC),
        (f"{PUBLIC}@{COMMIT + COMMIT[:24]}", PUBLIC),  # SHA-256
        (f"git@git.example.org:cozy/x.git@{COMMIT}", "ssh://git@git.example.org/cozy/x.git"),
        (f"git@git.example.org:/cozy/x@{COMMIT}", "ssh://git@git.example.org/cozy/x"),
        (f"git+ssh://git@git.example.org:22/x@{COMMIT}", "ssh://git@git.example.org:22/x"),
        (f"ssh://git.example.org/~me/x@{COMMIT}", "ssh://git.example.org/~me/x"),
        (f"http://127.0.0.1:8000/x.git@{COMMIT}", "http://127.0.0.1:8000/x.git"),
        (f"https://[::1]:8000/x.git@{COMMIT}", "https://[::1]:8000/x.git"),
        (f"git://git.example.org/x@{COMMIT}", "git://git.example.org/x"),
    ],
)
def test_a_git_address_with_a_commit_is_accepted(top: Path, text: str, address: str) -> None:
    found = source(text, top)
    assert found.address == address
    assert found.commit in text
    assert found.requirement == f"manifest-lint @ git+{address}@{found.commit}"
    assert source(found.requirement, top) == found
    assert found.shown == f"{address} at {COMMIT[:12]}"


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        (ON_THE_WEB, f"manifest-lint @ {ON_THE_WEB}"),
        (f"{ON_THE_WEB}#sha256={SHA256}", f"manifest-lint @ {ON_THE_WEB}#sha256={SHA256}"),
        (
            f"https://git.example.org/x/archive/{COMMIT}.tar.gz",
            f"manifest-lint @ https://git.example.org/x/archive/{COMMIT}.tar.gz",
        ),
        (f"http://localhost:1/{WHEEL}", f"manifest-lint @ http://localhost:1/{WHEEL}"),
        (f"tools/{WHEEL}", f"./tools/{WHEEL}"),
        (f"./tools/{WHEEL}", f"./tools/{WHEEL}"),
    ],
)
def test_a_wheel_is_accepted(top: Path, text: str, requirement: str) -> None:
    found = source(text, top)
    assert (found.requirement, found.address) == (requirement, "")
    assert found.file == (f"tools/{WHEEL}" if "tools" in text else "")
    assert source(found.requirement, top) == found


def test_a_wheel_may_be_named_from_the_current_folder(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(top / "tools")
    assert source(WHEEL, top).file == f"tools/{WHEEL}"
    assert source(str(top / "tools" / WHEEL), top).file == f"tools/{WHEEL}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((one, "not known where that is") for one in ("", "x", "x==1", "manifest-lint[watch]==1")),
        *((one, "not known where that is") for one in ("manifest-linter==1", "x; rm -rf $HOME")),
        *((one, "no package index has") for one in ("manifest-lint", "Manifest_Lint >= 1, <2")),
        *((one, "add @ and a full commit") for one in (PUBLIC, f"{PUBLIC}@main", f"{PUBLIC}@v1.0")),
        *((one, "add @ and a full commit") for one in (f"{PUBLIC}@{COMMIT[:12]}", "git@x.y:a/b")),
        *(
            (f"{one}@{COMMIT}", "a path of this machine")
            for one in ("/srv/x", "file:///srv/x", "git+file:///srv/x", "../x", "~/x", "C:\\x")
        ),
        *((f"{one}/{WHEEL}", "a path of this machine") for one in ("..", "/srv", "file:///srv")),
        ("out.whl", "a path of this machine"),
        ("tools/other.whl", "no such wheel in the repository"),
        ("tools", "not known"),
        (f"two words/{WHEEL}", "rename"),
        (f"http://files.example.org/{WHEEL}", "use https"),
        (f"{ON_THE_WEB}#sha256=x", "after the # of a wheel's address"),
        (f"{ON_THE_WEB}#egg=x", "after the # of a wheel's address"),
        *(
            (f"{before}{name}@git.example.org/x{after}", "a user, a password or a token")
            for name in (TOKEN, f"me:{TOKEN}", f":{TOKEN}")
            for before in ("https://", "git+https://", "manifest-lint @ git+http://")
            for after in ("", f"@{COMMIT}", f"/{WHEEL}")
        ),
        (f"ssh://git:{TOKEN}@git.example.org/x@{COMMIT}", "a user, a password or a token"),
        (f"https://me:a/{TOKEN}@git.example.org/x@{COMMIT}", "the address of a git repository is"),
        (f"https://git.example.org/x?private_token={TOKEN}@{COMMIT}", "the address of a git repo"),
        (f"{ON_THE_WEB}?token={TOKEN}#sha256={SHA256}", "add @ and a full commit"),
        *(
            (f"https://git.example.org/{one}@{COMMIT}", "the address of a git repository is")
            for one in (
                'a"b',
                "a'b",
                "a b",
                "a$b",
                "a`b`",
                "a\\b",
                "a#b",
                "a;b",
                "a{b}",
                "é",
                "a\nb",
            )
        ),
        (f"ext::sh -c x@{COMMIT}", "the address of a git repository is"),
        (f"--upload-pack=x@{COMMIT}", "the address of a git repository is"),
    ],
)
def test_what_would_not_work_for_others_is_refused(top: Path, text: str, reason: str) -> None:
    with pytest.raises(UserError) as raised:
        source(text, top)
    message = str(raised.value)
    assert reason in message
    assert TOKEN not in message
    assert "\n" not in message


@given(st.text(max_size=80), st.sampled_from(["", "https://", "git+ssh://", "manifest-lint @ "]))
def test_whatever_is_accepted_needs_no_quotes_and_is_of_the_tool(text: str, start: str) -> None:
    try:
        found = source(f"{start}{text}@{COMMIT}", Path("/nowhere"))
    except UserError:
        return
    assert found.requirement.startswith("manifest-lint @ git+")
    assert not set(found.requirement) & set("\"'`$\\#\n\t{}&?%!*<>|;") - {"%"}
    assert found.requirement.count(" ") == 2


def test_once_it_is_published_a_version_of_the_index_is_accepted(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "ON_INDEX", True)
    assert source("manifest-lint == 1.0", top) == Source("manifest-lint==1.0")
    assert source("Manifest_lint >=1, <2.*", top) == Source("manifest-lint>=1,<2.*")
    for text in ("manifest-lint", "other==1"):
        with pytest.raises(UserError):
            source(text, top)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example", *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def versioned(url: str) -> dict[str, Any]:
    return {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (PUBLIC, PUBLIC),
        (f"https://{TOKEN}@git.example.org/x", "https://git.example.org/x"),
        (f"https://me:{TOKEN}@git.example.org/x", "https://git.example.org/x"),
        ("https://${USER}:${PASS}@git.example.org/x", "https://git.example.org/x"),
        ("ssh://git@git.example.org/x", "ssh://git@git.example.org/x"),
        (f"ssh://git:{TOKEN}@git.example.org/x", "ssh://git@git.example.org/x"),
    ],
)
def test_the_recorded_commit_is_the_source_without_user_info(
    top: Path, url: str, address: str
) -> None:
    assert recorded(versioned(url), top).address == address


def test_a_recorded_wheel_is_the_source_with_its_digest(top: Path) -> None:
    record = {"url": ON_THE_WEB, "archive_info": {"hash": "x", "hashes": {"sha256": SHA256}}}
    assert recorded(record, top).requirement == f"manifest-lint @ {ON_THE_WEB}#sha256={SHA256}"
    record = {"url": f"https://me:{TOKEN}@files.example.org/{WHEEL}", "archive_info": {}}
    assert recorded(record, top).requirement == f"manifest-lint @ {ON_THE_WEB}"
    record = {"url": (top / "tools" / WHEEL).as_uri(), "archive_info": {}}
    assert recorded(record, top).file == f"tools/{WHEEL}"


@pytest.mark.parametrize("url", ["file:///srv/manifest-lint", f"file:///srv/{WHEEL}"])
@pytest.mark.parametrize("kind", ["vcs_info", "dir_info", "archive_info"])
def test_what_is_on_this_machine_alone_is_no_source(top: Path, url: str, kind: str) -> None:
    record = {"url": url, kind: {"vcs": "git", "commit_id": COMMIT}}
    with pytest.raises(UserError, match="installed from a path of this machine; name"):
        recorded(record, top)


RECORDS = st.recursive(
    st.none() | st.integers() | st.sampled_from(["git", COMMIT, COMMIT[:7], PUBLIC, "file:///x"]),
    lambda inner: st.dictionaries(
        st.sampled_from(
            ["url", "vcs_info", "dir_info", "archive_info", "vcs", "commit_id", "hashes"]
        ),
        inner,
    ),
)


@given(RECORDS)
@example({"url": ON_THE_WEB, "archive_info": {"hashes": None}})
@example({"url": PUBLIC, "archive_info": {}})  # no archive by its name
@example({"url": "file:///" + "x" * 300, "dir_info": {}})  # longer than a name may be
@example({"url": "file:///" + "x" * 300, "archive_info": {}})
@example({"url": PUBLIC, "vcs_info": {"vcs": "git", "commit_id": "main"}})
@example({"url": PUBLIC, "vcs_info": {"vcs": "hg", "commit_id": COMMIT}})
def test_a_record_of_another_form_is_no_source(record: Any) -> None:
    try:
        found = recorded(record, Path("/nowhere"))
    except (UserError, *WRONG):
        return
    assert found.requirement.startswith("manifest-lint @ ")
    assert found.commit in ("", COMMIT)
    assert source(found.requirement, Path("/nowhere")) == found


@pytest.mark.parametrize("start", ["", "https://", "manifest-lint"])
@pytest.mark.parametrize("unit", ["a", "a:", "a@b:", "==1,", "://a"])
def test_a_long_text_is_refused_in_time(start: str, unit: str) -> None:
    def refused(text: str) -> None:
        with pytest.raises(UserError):
            source(text, Path("/nowhere"))

    assert grows_with_its_input(lambda size: start + unit * size, refused, 40_000)


@pytest.mark.parametrize(
    ("text", "caution"),
    [
        (f"{PUBLIC}@{COMMIT}", ""),
        (ON_THE_WEB, ""),
        (f"git@git.example.org:x/127.0.0.1@{COMMIT}", ""),
        (f"http://127.0.0.1:80/x@{COMMIT}", "Only this machine can reach that address."),
        (f"ssh://git@localhost/x@{COMMIT}", "Only this machine can reach that address."),
        (f"http://[::1]/{WHEEL}", "Only this machine can reach that address."),
        (f"tools/{WHEEL}", f"Commit tools/{WHEEL} too."),
    ],
)
def test_a_source_that_others_do_not_have_yet_is_reported(
    top: Path, text: str, caution: str
) -> None:
    assert source(text, top).caution == caution


def test_a_clone_is_its_origin_at_a_commit_that_is_pushed(top: Path, tmp_path: Path) -> None:
    bare, clone = tmp_path / "bare.git", tmp_path / "a clone"
    git(tmp_path, "init", "-q", "--bare", str(bare))
    git(tmp_path, "clone", "-q", str(bare), str(clone))
    record = {"url": clone.as_uri(), "dir_info": {"editable": True}}
    with pytest.raises(UserError, match="a path of this machine"):  # it has no commit
        recorded(record, top)
    git(clone, "commit", "-q", "--allow-empty", "-m", "x")
    git(clone, "push", "-q", "origin", "HEAD")
    with pytest.raises(UserError, match="a path of this machine"):  # nor has origin an address
        recorded(record, top)
    for origin in (PUBLIC, f"https://me:{TOKEN}@git.example.org/cozy/manifest-lint.git"):
        git(clone, "remote", "set-url", "origin", origin)
        found = recorded(record, top)
        assert (found.address, found.commit) == (PUBLIC, git(clone, "rev-parse", "HEAD"))
    git(clone, "commit", "-q", "--allow-empty", "-m", "y")
    with pytest.raises(UserError, match="is not pushed; push it"):
        recorded(record, top)
    git(clone, "remote", "remove", "origin")
    with pytest.raises(UserError, match="a path of this machine"):
        recorded(record, top)


def test_a_folder_of_another_repository_is_no_source(top: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", PUBLIC)
    (tmp_path / "inner").mkdir()
    with pytest.raises(UserError, match="a path of this machine"):
        recorded({"url": (tmp_path / "inner").as_uri(), "dir_info": {}}, top)

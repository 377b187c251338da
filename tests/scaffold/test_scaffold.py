"""What `init` proposes for a repository and for an OAuth connector."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import check
from manifest_lint.config.find import KEYS, Config
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.document.document import Document
from manifest_lint.engine.select import code_of
from manifest_lint.errors import UserError
from manifest_lint.scaffold.oauth import (
    GRANT_MODES,
    Login,
    account_type,
    account_type_id,
    checked_domain,
    checked_endpoint,
    checked_scope,
    manifest_with_oauth,
)
from manifest_lint.scaffold.repository import (
    CI_FILES,
    HOOK_FILES,
    Ci,
    ci_in_use,
    configuration,
    existing_hook,
    existing_job,
    hook,
    job,
    root_of,
)
from manifest_lint.scaffold.source import Source, archive, git_repository
from tests.command import COMMIT, PUBLIC, ROOT
from tests.connectors import MANIFEST, SUNMETER, with_changes

GIT = git_repository(PUBLIC, COMMIT)
WEB = archive("https://files.example.org/manifest_lint-0.1.0-py3-none-any.whl")
FILE = Source("./tools/manifest_lint-0.1.0.whl", file="tools/manifest_lint-0.1.0.whl")
SOURCES = (GIT, WEB, FILE)
LOGIN = Login(
    "https://service.example/oauth/authorize",
    "mycozy.cloud",
    token_endpoint="https://service.example/oauth/token",
    token_mode="basic",
)


def repository(folder: Path, *names: str, origin: str = "") -> Path:
    """Make a git work tree with some files; a name that ends in a slash is a folder."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    if origin:
        subprocess.run(["git", "remote", "add", "origin", origin], cwd=folder, check=True)
    for name in names:
        path = folder / name
        path.mkdir(parents=True) if name.endswith("/") else path.touch()
    return folder


def manifest(text: str | None = None, /, **changes: Any) -> Document:
    if text is None:
        text = json.dumps(with_changes(MANIFEST, **changes), indent=2)
    return Document("manifest.konnector", text.encode())


def yaml(text: bytes) -> Any:
    module: Any = pytest.importorskip("yaml", reason="needs PyYAML, which pre-commit brings")
    return module.safe_load(text)


@pytest.mark.parametrize(
    ("names", "origin", "expected"),
    [
        ((), "https://github.com/a/b.git", "github"),
        ((), "git@github.com:a/b.git", "github"),
        ((), "ssh://git@gitlab.example.org:22/a/b", "gitlab"),
        ((), "https://user:secret@gitlab.com/a/b", "gitlab"),
        ((), "https://git.example.org/github/b", None),
        ((), "../github/b", None),
        ((), "", None),
        ((".github/",), "", "github"),
        ((".travis.yml",), "https://github.com/a/b", "travis"),
        ((".travis.yml", ".github/"), "", "travis"),
        ((".travis.yml", ".github/workflows/"), "", "github"),
        ((".gitlab-ci.yml",), "https://github.com/a/b", "gitlab"),
    ],
)
def test_the_ci_service_in_use_is_detected(
    tmp_path: Path, names: tuple[str, ...], origin: str, expected: Ci | None
) -> None:
    assert ci_in_use(repository(tmp_path, *names, origin=origin)) == expected


def test_the_root_is_the_folder_with_git(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    assert root_of(tmp_path / "a") == tmp_path / "a"
    repository(tmp_path)
    assert root_of(tmp_path / "a/b") == tmp_path
    assert root_of(tmp_path) == tmp_path


def test_the_configuration_can_be_loaded(tmp_path: Path) -> None:
    """Both as it is written and with every setting enabled."""
    proposed = configuration(tmp_path, None)
    path = tmp_path / "manifest-lint.toml"
    assert proposed.path == path
    text = proposed.data.decode()
    path.write_text(text)
    config = Config(code_of=code_of)
    assert config(tmp_path / "manifest.konnector") == DEFAULTS._replace(files=(path,))
    assert set(config.in_force(tmp_path / "manifest.konnector").origins) == {"fail-on"}
    (tmp_path / "account-types-def.json").touch()  # named by one of them
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/manifest-lint.toml").touch()
    path.write_text(re.sub(r"^#(?! )", "", text, flags=re.MULTILINE))
    config = Config(code_of=code_of)
    in_use = set(config.in_force(tmp_path / "manifest.konnector").origins)
    assert in_use == set(KEYS) - {"baseline"}  # one is written by a run, and not by hand


def test_an_existing_configuration_is_kept() -> None:
    proposed = configuration(Path("a"), "pyproject.toml")
    assert (proposed.path, proposed.can_be_written) == (Path("pyproject.toml"), False)
    assert proposed.data == b""


def test_the_hook_runs_on_the_same_files_as_the_published_one() -> None:
    published = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    assert f"files: {HOOK_FILES}\n" in published


@pytest.mark.parametrize("source", SOURCES)
def test_the_hook_is_yaml_that_pre_commit_accepts(tmp_path: Path, source: Source) -> None:
    proposed = hook(tmp_path, source)
    [entry] = yaml(proposed.data)["repos"]
    [found] = entry["hooks"]
    assert found["id"] == "manifest-lint"
    if source == GIT:
        assert (entry["repo"], entry["rev"], len(found)) == (PUBLIC, COMMIT, 1)
    else:
        assert (entry["repo"], found["files"]) == ("local", HOOK_FILES)
        how = {WEB: ("python", [WEB.requirement]), FILE: ("system", None)}[source]
        assert (found["language"], found.get("additional_dependencies")) == how
    assert (b"pip install tools/manifest_lint" in proposed.data) == (source == FILE)
    proposed.path.write_text("repos: []\n")
    by_hand = hook(tmp_path, source)
    assert not by_hand.can_be_written
    assert yaml(b"repos:\n" + by_hand.data) == yaml(proposed.data)
    assert existing_hook(tmp_path) is None
    proposed.path.write_bytes(proposed.data)
    again = existing_hook(tmp_path)
    assert again
    assert (again.data, again.can_be_written) == (b"", False)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("ci", CI_FILES)
def test_a_job_is_yaml_that_installs_and_checks(tmp_path: Path, ci: Ci, source: Source) -> None:
    proposed = job(tmp_path, tmp_path, ci, source)
    assert proposed.path == tmp_path / CI_FILES[ci]
    lines = json.dumps(yaml(proposed.data))
    assert re.search(rf'pip3? install .*\\"{re.escape(source.requirement)}\\"', lines)
    assert re.search(r'manifest.lint check[" ]', lines)
    assert existing_job(tmp_path, ci) is None
    proposed.path.parent.mkdir(parents=True, exist_ok=True)
    proposed.path.write_bytes(proposed.data)
    again = existing_job(tmp_path, ci)
    assert again
    assert (again.data, again.can_be_written) == (b"", False)


@pytest.mark.parametrize("ci", ["gitlab", "travis"])
def test_an_existing_job_file_is_not_replaced(tmp_path: Path, ci: Ci) -> None:
    (tmp_path / CI_FILES[ci]).write_text("script: [yarn test]\n")
    proposed = job(tmp_path, tmp_path, ci, GIT)
    assert not proposed.can_be_written
    assert yaml(proposed.data)


def test_a_workflow_that_already_runs_the_tool_is_found(tmp_path: Path) -> None:
    path = repository(tmp_path, ".github/workflows/") / ".github/workflows/ci.yaml"
    path.write_text("run: manifest-lint check\n")
    found = existing_job(tmp_path, "github")
    assert found
    assert found.path == path


@pytest.mark.parametrize(
    ("name", "checked"), [("a/b", "check a/b"), (".", "check"), ("it's", "check")]
)
def test_a_job_checks_the_folder_it_was_made_for(tmp_path: Path, name: str, checked: str) -> None:
    (tmp_path / name).mkdir(parents=True, exist_ok=True)
    text = job(tmp_path / name, tmp_path, "gitlab", GIT).data.decode()
    assert f"- manifest-lint {checked} --output-file " in text


@pytest.mark.parametrize(
    ("given", "scope"),
    [("", ""), (" a  b ", "a b"), ("a b a", "a b"), ("https://x/y:z", "https://x/y:z")],
)
def test_a_scope_is_accepted(given: str, scope: str) -> None:
    assert checked_scope(given) == scope


@pytest.mark.parametrize("scope", ["a+b", "a&b", "a#b", "a;b", "a%20b", "%", 'a"b', "a\\b", "é"])
def test_a_scope_that_would_change_on_the_way_is_refused(scope: str) -> None:
    with pytest.raises(UserError, match="--scope: invalid scope"):
        checked_scope(scope)


@pytest.mark.parametrize(
    "url",
    [
        "https://service.example/a?b=c",
        "https://service.example:8443",
        "http://service.localhost/a",
    ],
)
def test_an_endpoint_is_accepted(url: str) -> None:
    assert checked_endpoint("--x", url) == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "not a URL such as"),
        ("service.example/authorize", "not a URL such as"),
        ("https://", "not a URL such as"),
        ("https:service.example", "not a URL such as"),
        ("ftp://service.example", "not a URL such as"),
        ("mailto:a@b.example", "not a URL such as"),
        ("https://user:pass@service.example", "not a URL such as"),
        ("https://service.example/a b", "not a URL such as"),
        ("https://service.example/\u00a0", "not a URL such as"),
        ("https://service.example/%zz", "two hex digits"),
        ("https://service.example:x/", "port"),
        ("https://a b/", "host"),
        ("http://service.example/", "must be https"),
        ("https://service.example/#a", "fragment"),
    ],
)
def test_an_invalid_endpoint_is_refused(url: str, message: str) -> None:
    with pytest.raises(UserError, match=f"--x:? .*{message}"):
        checked_endpoint("--x", url)


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        *((one, one) for one in ("mycozy.cloud", "cozy.tools:8080", "localhost", "a-b.cozy.tools")),
        *((one, "mycozy.cloud") for one in ("Mycozy.Cloud", "https://mycozy.cloud:443/")),
        ("é.fr", "xn--9ca.fr"),
    ],
)
def test_a_domain_is_accepted_as_people_type_it(typed: str, domain: str) -> None:
    assert checked_domain(typed) == domain


@pytest.mark.parametrize(
    "domain",
    [
        *("", "cozy", "mycozy.cloud:8080", "https://mycozy.cloud/apps", "a..b", "-a.b", "a b.c"),
        *("oauthcallback.mycozy.cloud", "OAuthCallback.mycozy.cloud", "cozy.tools:x", "<domain>"),
    ],
)
def test_an_invalid_domain_is_refused(domain: str) -> None:
    with pytest.raises(UserError, match="--domain: "):
        checked_domain(domain)


def test_the_id_is_the_one_that_harvest_uses() -> None:
    assert account_type_id(manifest(oauth=...)) == "sunmeter"
    assert account_type_id(manifest(oauth={"account_type": "other"})) == "other"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (manifest('{"slug": "x",}'), "is not JSON; fix it first"),
        (manifest("[]"), "is not an object"),
        (manifest("null"), "is not an object"),
        (manifest(""), "is not JSON"),
        (manifest(oauth=False), "means no OAuth"),
        (manifest(oauth=None), "means no OAuth"),
        (manifest(oauth=..., clientSide=True), "`clientSide` is true"),
        (manifest(slug=..., oauth=...), "has no `slug`"),
        (manifest(slug="", oauth=...), "has no `slug`"),
        (manifest(slug=1, oauth=...), "has no `slug`"),
        (manifest(slug=None, oauth=...), "has no `slug`"),
        (manifest(slug="My Bank", oauth=...), '"My Bank" is not a valid slug'),
        (manifest(slug="../x", oauth=...), "is not a valid slug"),
        (manifest(oauth={"account_type": None}), "has no `slug`"),
        (manifest(oauth={"account_type": "a/b"}), "is not a valid slug"),
    ],
)
def test_a_manifest_without_an_account_type_id_is_refused(document: Document, message: str) -> None:
    with pytest.raises(UserError, match=message):
        account_type_id(document)


@pytest.mark.parametrize(
    ("changes", "scope", "expected"),
    [
        ({"oauth": ...}, "a b", {"oauth": {"scope": ["a b"]}}),
        ({"oauth": ...}, "", {"oauth": {"scope": None}}),
        ({"fields": {}}, "", {"fields": {"access_token": {"type": "hidden"}}}),
        ({"fields": ...}, "", {"fields": {"access_token": {"type": "hidden"}}}),
        (
            {"fields": {"login": {}}, "oauth": ...},
            "a",
            {
                "fields": {"login": {}, "access_token": {"type": "hidden"}},
                "oauth": {"scope": ["a"]},
            },
        ),
        ({"fields": [], "oauth": ...}, "a", {"fields": [], "oauth": {"scope": ["a"]}}),
    ],
)
def test_missing_parts_are_added_to_a_manifest(
    changes: dict[str, Any], scope: str, expected: dict[str, Any]
) -> None:
    before = manifest(**changes)
    proposed = manifest_with_oauth(Path("x"), before, scope)
    assert proposed.can_be_written
    assert json.loads(proposed.data) == with_changes(before.value, **expected)


PERMISSION = {
    "description": "Required to use the account that you connect",
    "type": "io.cozy.accounts",
    "verbs": ["GET", "PUT"],
}
WRITES = {"type": "io.cozy.accounts", "verbs": ["PUT"]}
TEMPLATES = {"type": "io.cozy.accounts", "selector": "account_type", "values": ["template"]}


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (..., "accounts"),
        ({}, "accounts"),
        ({"f": {"type": "io.cozy.files"}}, "accounts"),
        ({"a": WRITES}, "accounts"),
        ({"accounts": TEMPLATES}, "accounts2"),
        ({"accounts": WRITES, "accounts2": {}}, "accounts3"),
    ],
)
def test_a_permission_to_read_the_account_is_added(asked: Any, name: str) -> None:
    """Without it, P013 would report each file that `init` has just written."""
    before = manifest(permissions=asked)
    proposed = json.loads(manifest_with_oauth(Path("x"), before, "").data)
    kept = {} if asked is ... else asked
    assert proposed == with_changes(before.value, permissions=kept | {name: PERMISSION})


@pytest.mark.parametrize(
    "changes",
    [
        {"permissions": {"a": {"type": "io.cozy.accounts"}}},
        {"permissions": {"a": {"type": "io.cozy.accounts", "verbs": ["GET"]}}},
        {"permissions": {}, "clientSide": True},
        {"permissions": []},
        {"permissions": None},
        {"permissions": ..., "Permissions": {"f": {"type": "io.cozy.files"}}},
    ],
)
def test_no_permission_is_added_that_is_not_needed_or_has_no_place(changes: dict[str, Any]) -> None:
    assert not manifest_with_oauth(Path("x"), manifest(**changes), "").can_be_written


@pytest.mark.parametrize("oauth", [{}, True, {"scope": "other"}, []])
def test_existing_oauth_settings_are_kept(oauth: Any) -> None:
    proposed = manifest_with_oauth(Path("x"), manifest(oauth=oauth), "a b")
    assert (proposed.data, proposed.can_be_written) == (b"", False)


@pytest.mark.parametrize("grant_mode", GRANT_MODES)
@pytest.mark.parametrize("slug", ["sunmeter", "2fa-demo"])
def test_the_proposed_files_have_no_findings(tmp_path: Path, slug: str, grant_mode: str) -> None:
    asked = {name: one for name, one in MANIFEST["permissions"].items() if name != "accounts"}
    before = manifest(slug=slug, fields=..., oauth=..., permissions=asked)
    login = replace(LOGIN, grant_mode=grant_mode)
    after = manifest_with_oauth(tmp_path / "manifest.konnector", before, "openid read")
    proposed = account_type(tmp_path, account_type_id(before), login)
    for item in (after, proposed):
        item.path.write_bytes(item.data)
    assert check([tmp_path], ignore=["F", "M004", "M029"]).findings == ()


def test_secrets_are_written_as_placeholders(tmp_path: Path) -> None:
    value = json.loads(account_type(tmp_path, "my-bank", LOGIN).data)
    assert value == {
        "_id": "my-bank",
        "grant_mode": "authorization_code",
        "client_id": "$MY_BANK_CLIENT_ID",
        "client_secret": "$MY_BANK_CLIENT_SECRET",
        "auth_endpoint": "https://service.example/oauth/authorize",
        "token_endpoint": "https://service.example/oauth/token",
        "token_mode": "basic",
        "redirect_uri": "https://oauthcallback.mycozy.cloud/accounts/my-bank/redirect",
    }
    assert b"$_2FA_CLIENT_ID" in account_type(tmp_path, "2fa", LOGIN).data


def test_existing_account_types_are_kept(tmp_path: Path) -> None:
    (tmp_path / "account-types-def.json").write_bytes(
        (SUNMETER / "account-types-def.json").read_bytes()
    )
    proposed = account_type(tmp_path, "x", LOGIN)
    assert not proposed.can_be_written
    assert json.loads(proposed.data)["_id"] == "x"

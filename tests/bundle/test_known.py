"""Which secrets are searched for in a bundle, and why others are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from manifest_lint import build, verify
from manifest_lint.bundle.known import (
    Known,
    known_of,
    of_account_types,
    of_developers_file,
    of_none,
    of_variables,
    searched,
    with_searched,
)
from manifest_lint.bundle.leaks import Search, without_known
from manifest_lint.bundle.parts import parts
from manifest_lint.document import schema
from manifest_lint.document.document import Document
from manifest_lint.document.masking import Hider
from manifest_lint.engine.report import Report
from manifest_lint.engine.run import check_sources
from manifest_lint.engine.searched import Unsearched
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.sources import gather
from tests.archives import good, tar_gz
from tests.command import run
from tests.connectors import ACCOUNT_TYPE, SUNMETER, with_changes

ENVIRONMENT = {
    "SET": "a1b2c3d4",
    "LINE": "\ufeffa1b2c3d4\u00a0\r\n",
    "EMPTY": "",
    "BLANK": " \u00a0\n",
    "NESTED": "$SET",
    "SHORT": "a1b2c",
    "WORD": "production",
    "SLUG": "SunMeter",
    "HUGE": "a1b2c3d4e5" * 1_000_000,
    "BYTES": "a1b2\udcff\udcfe",
}


def account_type(**changes: Any) -> AccountType:
    value = with_changes(ACCOUNT_TYPE, **{"client_secret": ..., **changes})
    return AccountType(Document("x.json", b"{}"), (), value, "x")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, []),
        ({"client_secret": "$UNSET"}, []),
        ({"client_secret": "your-secret-here"}, []),
        ({"client_secret": "a1b2c3d4"}, ["`client_secret` of x"]),
        ({"client_secret": "a1b2c"}, []),
        ({"secret": {"a": ["a1b2c3d4", 1]}}, ["`secret` of x"]),
        ({"client_secert": "a1b2c3d4"}, ["`client_secert` of x"]),
        ({"comment": "a1b2c3d4"}, []),
        ({"client_id": "a1b2c3d4"}, []),
        ({"extras": {"k": "a1b2c3d4"}}, []),
        (
            {
                "fcm_credentials": {
                    "token_uri": "https://oauth2.example/token",
                    "client_email": "me@x.example",
                    "project_id": "project-1234",
                    "private_key": "-----BEGIN 1234",
                }
            },
            ["`fcm_credentials` of x"],
        ),
        (
            {"token_endpoint": "https://me:a1b2c3d4@x.example/"},
            ["the password in `token_endpoint` of x"],
        ),
        (
            {"token_endpoint": "https://me:${SET}@x.example/"},
            ["the password in `token_endpoint` of x ($SET)"],
        ),
        ({"token_endpoint": "https://[::1"}, []),
        ({"client_secret": "$SET"}, ["`client_secret` of x ($SET)"]),
        ({"client_secret": " ${SET}\n"}, ["`client_secret` of x ($SET)"]),
        ({"secret": {"a": ["${SET}"]}}, ["`secret` of x ($SET)"]),
    ],
)
def test_the_secrets_of_an_account_type_are_its_confidential_values(
    changes: dict[str, Any], names: list[str]
) -> None:
    found = of_account_types([account_type(**changes)], ENVIRONMENT.get)
    assert [known.name for known in known_of(found)] == names


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("$UNSET", "$UNSET is not set"),
        ("${UNSET}", "$UNSET is not set"),
        ("$EMPTY", "$EMPTY is empty"),
        ("$BLANK", "$BLANK is empty"),
        ("$NESTED", "$NESTED holds another placeholder"),
        ("$SHORT", "is shorter than 6 characters"),
        ("$WORD", "is a common word or sequence"),
        ("$SLUG", "is the slug or the id, which every bundle has"),
        ("", "is empty"),
        ("\ufeff \n", "is empty"),
        ("y", "is shorter than 6 characters"),
        ("facebook", "is a common word or sequence"),
        ("sunmeter", "is the slug or the id, which every bundle has"),
        ("12345678", "is a common word or sequence"),
        ("<NAME>", "is a placeholder that names no variable"),
        ("...", "is a placeholder that names no variable"),
        ("your-secret-here", "is a word written in place of a secret"),
        ("YOUR_API_KEY_1", "is a word written in place of a secret"),
        ("SUNMETER_CLIENT_SECRET", "is the name of a variable, which is not filled in"),
        ("$X-SECRET", "is a placeholder that names no variable"),
        ("env:UNSET", "$UNSET is not set"),
    ],
)
def test_what_cannot_be_searched_is_reported_with_why(written: str, why: str) -> None:
    one = account_type(client_secret=written)
    [missed] = searched(of_account_types([one], ENVIRONMENT.get, ["sunmeter"])).missed
    assert missed.why == why
    assert missed.name.startswith("`client_secret` of x")


@pytest.mark.parametrize(
    ("written", "secret"),
    [
        ("a1b2c3d4", "a1b2c3d4"),
        ("\ufeffa1b2c3d4\n", "a1b2c3d4"),
        ("\u00a0a1b2 c3d4\u200b\x00", "a1b2 c3d4"),
        ("$LINE", "a1b2c3d4"),
        ("$HUGE", ENVIRONMENT["HUGE"]),
        ("$BYTES", ENVIRONMENT["BYTES"]),
    ],
)
def test_a_secret_is_searched_without_what_is_around_it(written: str, secret: str) -> None:
    [known] = of_account_types([account_type(client_secret=written)], ENVIRONMENT.get)
    assert isinstance(known, Known)
    assert known.secret.reveal() == secret
    assert "a1b2" not in repr(known)


RANDOM, OTHER = "9f8e7d6c5b4a3210", "k3Jd9Xw8Qz8LmB4t"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (json.dumps({"client": "1", "s": RANDOM}), f"x='{RANDOM}'"),
        (json.dumps({"client": "1", "s": RANDOM}, indent=2), f"x='{RANDOM}'"),
        (json.dumps({"a": [{"b": RANDOM}, OTHER]}), f"x='{OTHER}'"),
        (json.dumps({"client_secret": "correct-horse"}), "x='correct-horse'"),
        (json.dumps({"client_secret": 7392145}), "x=7392145;"),
        (json.dumps({"type": "service_account", "private_key": KEY}), f"`{KEY}`"),
        (json.dumps({"private_key": KEY.replace("\n", "\\n")}), f"`{KEY}`"),
        (KEY.replace("\n", "\\n"), f"`{KEY}`"),
        (KEY.replace("\n", "\\r\\n"), f"`{KEY}`"),
        (KEY.replace("\n", "\r\n"), f"`{KEY}`"),
        (KEY, json.dumps(KEY)),
        (KEY, json.dumps(json.dumps(KEY))),
        (KEY.replace("\n", "\\n"), json.dumps(KEY)),
        (f"Bearer {RANDOM}", f"x='{RANDOM}'"),
        ("bearer  hunter-zq", "x='hunter-zq'"),
        (f"Authorization: token {RANDOM}", f"x='{RANDOM}'"),
        ("Basic aWQ6aHVudGVyLXpx", "x='hunter-zq'"),
        ("postgres://me:hunter-zq@db.example/a", "x='hunter-zq'"),
        (f"https://a.example/?client_secret={RANDOM}&a=b", f"x='{RANDOM}'"),
        (f"id=1;client_secret={RANDOM}", f"x='{RANDOM}'"),
    ],
)
def test_the_parts_of_a_secret_are_searched_for(value: str, code: str) -> None:
    found = known_of(of_variables(["A"], {"A": value}.get))
    assert {known.name for known in found} == {"$A"}
    search = Search(found)
    search.start("x.js")
    search.feed(code.encode())
    assert search.leaks


@pytest.mark.parametrize(
    "value",
    [
        '{"region": "eu-west-1", "url": "https://a.example/0123456789", "name": "sunmeter-2024"}',
        *(f'{{"{key}": "{RANDOM}"}}' for key in ("client_id", "clientId", "id", "projectID")),
        "{not json 1234567890}",
        "[" * 5000,
        "https://[::1",
        "Basic authentication",
        "a1b2c3d4",
        "x" * 70_000,
    ],
)
def test_what_is_not_secret_within_a_secret_is_not_searched_for(value: str) -> None:
    assert len(known_of(of_variables(["A"], {"A": value}.get))) <= 1


def test_only_what_is_of_basic_authentication_is_decoded() -> None:
    encoded = "aWQ6aHVudGVyLXpx"
    assert list(parts(f"Token {encoded}")) == [encoded]
    assert list(parts(f"BASIC {encoded}")) == [encoded, "hunter-zq"]


def test_a_number_is_searched_for_as_it_is_written() -> None:
    one = account_type(client_secret=7392145, secret={"a": [12, True, 8302715]})
    found = known_of(of_account_types([one], ENVIRONMENT.get))
    assert [known.secret.reveal() for known in found] == ["7392145", "8302715"]
    [missed] = searched(
        of_account_types([account_type(client_secret=123456)], ENVIRONMENT.get)
    ).missed
    assert missed.why == "is a common word or sequence"


def test_the_password_of_an_address_is_searched_as_it_is_sent() -> None:
    one = account_type(token_endpoint="https://me:a1%2Fb2c3@x.example/")
    [known] = known_of(of_account_types([one], ENVIRONMENT.get))
    assert known.secret.reveal() == "a1/b2c3"


@pytest.mark.parametrize(
    ("changes", "names", "missed"),
    [
        ({"client_secret": "$SET-prod"}, [], ["has a variable within other text"]),
        ({"client_secret": "${SET:-x}"}, ["`client_secret` of x ($SET)"], []),
        ({"client_secret": "\ufeff${SET}"}, ["`client_secret` of x ($SET)"], []),
        ({"client_secret": "pa$$word9"}, ["`client_secret` of x"], []),
        (
            {"client_secret": ..., "token_endpoint": "https://x/t?client_secret=$SET"},
            ["`client_secret` in `token_endpoint` of x ($SET)"],
            [],
        ),
        (
            {"client_secret": ..., "data": {"client_secret": "$SET"}},
            ["`client_secret` in `data` of x ($SET)"],
            [],
        ),
    ],
)
def test_placeholders_are_searched_or_listed_wherever_they_are(
    changes: dict[str, Any], names: list[str], missed: list[str]
) -> None:
    found = searched(of_account_types([account_type(**changes)], ENVIRONMENT.get))
    assert list(found.names) == names
    assert [one.why.partition(",")[0] for one in found.missed] == missed


def test_a_secret_that_looks_like_an_address_is_searched() -> None:
    one = account_type(client_secret="P4ss@word.fr")
    assert [
        known.secret.reveal() for known in known_of(of_account_types([one], ENVIRONMENT.get))
    ] == ["P4ss@word.fr"]


@pytest.mark.parametrize("text", ["{'password': 'p4ssw0rd!'}", '\x00{\x00"'])
def test_a_developers_file_that_cannot_be_read_is_listed(text: str) -> None:
    document = Document("dev.json", text.encode(), "developer's configuration")
    [missed] = of_developers_file(document, ENVIRONMENT.get)
    assert missed == Unsearched("what dev.json holds", "cannot be read, as it is not JSON")


@pytest.mark.parametrize("key", ["passphrase", "pwd", "accessKey", "mot_de_passe", "api-key"])
def test_every_key_that_is_reported_is_searched(key: str) -> None:
    document = developers_file({"fields": {key: "k3Jd9Xw8Qz8LmB4tR7"}})
    assert len(known_of(of_developers_file(document, ENVIRONMENT.get))) == 1


def developers_file(value: Any, name: str = "dev.json") -> Document:
    return Document(name, json.dumps(value).encode(), "developer's configuration")


def test_a_name_in_the_report_has_no_secret() -> None:
    config = {"fields": {"token_a1b2c3d4": "a1b2c3d4", "password": ""}}
    candidates = of_developers_file(developers_file(config, "dev-a1b2c3d4.json"), ENVIRONMENT.get)
    done = with_searched(Report(()), candidates, require=True)
    assert done.searched
    assert done.searched.names == ("`token_***` in dev-***.json",)
    assert done.refused == ("the secret `password` in dev-***.json: is empty",)


def test_developer_tokens_and_variables_are_known_secrets() -> None:
    config = {
        "fields": {"access_token": "a1b2c3d4", "login": "me-1234567", "password": "p4ssw0rd!"}
    }
    found = known_of(of_developers_file(developers_file(config), ENVIRONMENT.get))
    assert [known.name for known in found] == [
        "`access_token` in dev.json",
        "`password` in dev.json",
    ]
    assert list(of_developers_file(developers_file([]), ENVIRONMENT.get)) == []
    done = searched(of_variables(["SET", "SHORT", "EMPTY", "UNSET"], ENVIRONMENT.get))
    assert done.names == ("$SET",)
    assert [(one.name, one.why) for one in done.missed] == [
        ("$SHORT", "is shorter than 6 characters"),
        ("$EMPTY", "$EMPTY is empty"),
        ("$UNSET", "$UNSET is not set"),
    ]


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """Write a built connector, whose account type has placeholders, as `init --oauth` writes it."""
    folder = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    redirect = "https://oauthcallback.cozy.rocks/accounts/sunmeter/redirect"
    value = with_changes(ACCOUNT_TYPE, _id="sunmeter", redirect_uri=redirect)
    value["client_secret"] = "$SUNMETER_CLIENT_SECRET"
    (folder / "account-types-def.json").write_text(json.dumps(value))
    (folder / "build/konnector-dev-config.json").unlink()
    return folder


NAME = "`client_secret` of sunmeter ($SUNMETER_CLIENT_SECRET)"


@pytest.mark.parametrize(
    ("environment", "searched_for", "why"),
    [
        ({"SUNMETER_CLIENT_SECRET": "a1b2c3d4e5"}, True, ""),
        ({}, False, "$SUNMETER_CLIENT_SECRET is not set"),
        ({"SUNMETER_CLIENT_SECRET": "sunmeter"}, False, "is the slug or the id"),
        ({"SUNMETER_CLIENT_SECRET": "production"}, False, "is a common word"),
    ],
)
def test_every_report_lists_what_was_searched(
    connector: Path, environment: dict[str, str], searched_for: bool, why: str
) -> None:
    done = run("build", connector, environment=environment)
    assert done.returncode == 0, done.stdout
    line = f"Searched for 1 secret: {NAME}." if searched_for else f"Not searched for: {NAME}: {why}"
    assert line in done.stdout
    report = json.loads(run("build", connector, "--json", environment=environment).stdout)
    jsonschema.validate(report, schema.load("report"))
    assert report["secrets"]["searched"] == ([NAME] if searched_for else [])
    assert [one["name"] for one in report["secrets"]["not_searched"]] == [NAME] * bool(why)
    for form, name in (
        ("markdown", "SUNMETER_CLIENT_SECRET"),
        ("html", "SUNMETER_CLIENT_SECRET"),
    ):
        shown = run("build", connector, "--format", form, environment=environment).stdout
        assert name in shown
        assert "a1b2c3d4e5" not in shown + done.stdout


def test_the_value_of_a_placeholder_in_a_bundle_is_refused(connector: Path) -> None:
    (connector / "build/lib.js").write_text("x('a1b2c3d4e5')")
    environment = {"SUNMETER_CLIENT_SECRET": "a1b2c3d4e5\n"}
    done = run("build", connector, environment=environment)
    assert done.returncode == 1
    assert f"lib.js contains the secret {NAME} at byte 3 (" in done.stdout
    account_types = connector / "account-types-def.json"
    arguments = ("verify", connector / "build", "--account-types", account_types)
    done = run(*arguments, environment=environment)
    assert done.returncode == 1
    assert f"lib.js contains the secret {NAME} at byte 3 (" in done.stdout
    assert run(*arguments).returncode == 0


def test_required_secrets_that_cannot_be_searched_stop_the_work(connector: Path) -> None:
    build_ = ("build", connector, "--require-secrets")
    account_types = ("--account-types", connector / "account-types-def.json")
    verify_ = ("verify", connector / "build", "--require-secrets", *account_types)
    for arguments in (build_, verify_):
        done = run(*arguments, "--format", "json")
        assert done.returncode == 2
        why = f"the secret {NAME}: $SUNMETER_CLIENT_SECRET is not set"
        assert done.stderr == f"manifest-lint: {why}\n"
        report = json.loads(done.stdout)
        assert (report["verdict"], report["incomplete"]) == ("incomplete", [why])
        assert not (connector / "dist").exists()
    for arguments in (build_, verify_):
        done = run(*arguments, environment={"SUNMETER_CLIENT_SECRET": "a1b2c3d4e5"})
        assert (done.returncode, done.stderr) == (0, "")
    assert build(connector, require_secrets=True, environment={}).archive is None
    with_name = {"SUNMETER_CLIENT_SECRET": "a1b2c3d4e5"}
    assert build(connector, require_secrets=True, environment=with_name).archive is not None
    missed = verify(
        connector / "build",
        account_types=connector / "account-types-def.json",
        require_secrets=True,
    )
    assert missed.report.verdict() == "incomplete"


WITHOUT = "the secret `client_secret` of sunmeter: there is no account type; give --account-types"


@pytest.mark.parametrize(
    ("slug", "name"),
    [("sunmeter", "`client_secret` of sunmeter"), ("", "`client_secret`"), (5, "`client_secret`")],
)
def test_a_secret_that_nothing_says_is_named_with_its_connector(slug: object, name: str) -> None:
    [missed] = of_none({"slug": slug, "oauth": {}}, [], given=False)
    assert missed.name == name


def test_secrets_are_required_of_a_connector_that_logs_in(connector: Path) -> None:
    (connector / "account-types-def.json").unlink()
    for arguments in (("build", connector), ("verify", connector / "build")):
        done = run(*arguments, "--require-secrets")
        assert (done.returncode, done.stderr) == (2, f"manifest-lint: {WITHOUT}\n")
        assert run(*arguments).returncode == 0
    (connector / "manifest-lint.toml").write_text('[build]\nsecret-variables = ["SET"]\n')
    done = run("build", connector, "--require-secrets", environment={"SET": "a1b2c3d4"})
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_login_nothing_is_required(tmp_path: Path) -> None:
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz(good(oauth=...)))
    done = run("verify", file, "--require-secrets")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Searched" not in done.stdout


def developers(text: str) -> list[str]:
    """Return the keys of the secrets of a developer's configuration."""
    document = Document("dev.json", text.encode(), "developer's configuration")
    found = [one.name for one in known_of(of_developers_file(document, ENVIRONMENT.get))]
    assert all(name.endswith("` in dev.json") for name in found)
    return [name.split("`")[1] for name in found]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('// mine\n{"fields": {"password": "p4ssw0rd!"}}', ["password"]),
        ('{"fields": /* a */ {"password": "a//b/*c*/d1"} /* never closed', ["password"]),
        ('{"fields": {"password": "p4ssw0rd!",}}', ["password"]),
        ('{"fields": {"password": "p4ssw0rd!"', ["password"]),
        ('{"io.cozy.accounts": [{"id": "1", "auth": {"password": "p4ssw0rd!"}}]}', ["password"]),
        ('{"COZY_PARAMETERS": {"secret": {"key": "p4ssw0rd!", "id": "123456789"}}}', ["secret"]),
        ('{"a": {"token": "p4ssw0rd!"}, "a": {}}', ["token"]),
        ('{"fields": {"password": "p4ss\\ud800w0rd!"}}', ["password"]),
        ('{"fields": {"password": "$PASSWORD"}}', []),
        ('{"fields": {"login": "p4ssw0rd!"}}', []),
        ("", []),
    ],
)
def test_secrets_of_developers_files_are_known_at_any_depth(text: str, keys: list[str]) -> None:
    assert developers(text) == keys


def test_a_secret_in_a_path_is_hidden_in_a_report() -> None:
    name = "a1b2c3d4/manifest.konnector"
    report = check_sources(gather([], stdin=(name, b"{}")))
    assert {one.path for one in report.findings} == {name}
    shown = without_known(report, Hider(["a1b2c3d4"]))
    names = {one.path for one in shown.findings} | {*shown.documents} | {*shown.settings}
    assert names == {"***/manifest.konnector"}
    other = without_known(report, Hider(["e5f6g7h8"]))
    assert {one.path for one in other.findings} == {name}

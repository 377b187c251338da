"""Values of secret names in files that are packed only for a reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from manifest_lint import build
from manifest_lint.bundle.named_values import named_values
from tests.command import run
from tests.connectors import SUNMETER
from tests.growth import grows_with_its_input
from tests.secret_samples import SAMPLES

RANDOM = "9f8e7d6c5b4a3210"
UUID = "8c7e6d5f-1a2b-4c3d-9e8f-0a1b2c3d4e5f"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"fields": {"access_token": "9f8e7d6c"}}', "access_token"),
        ('// mine\n{"fields": {"password": "hunter2" /* x */, }}', "password"),
        ('{"client_secret": "abcdefgh", "client_id": "12345678"}', "client_secret"),
        ('{"client_secret": 7392145}', "client_secret"),
        (f"//registry.npmjs.org/:_authToken={UUID}\n", "_authToken"),
        (f"; mine\n_auth = {RANDOM}==\nalways-auth=true\nregistry=https://a.example\n", "_auth"),
        (f'npmScopes:\n  a:\n    npmAuthToken: "{UUID}"\n', "npmAuthToken"),
        ("export CLIENT_SECRET='hunter2'\nDEBUG=1\n", "CLIENT_SECRET"),
        ("[default]\naws_secret_access_key = abc/9+def\r\n", "aws_secret_access_key"),
        ("machine a.example\nlogin me\npassword hunter2\n", "password"),
        ("module.exports = {\n  password: 'hunter2',\n}", "password"),
        ("a: 1\n- token: a1b2c3\n", "token"),
    ],
)
def test_the_values_of_secret_names_are_found(text: str, keys: str) -> None:
    [found] = named_values("x", f"é {text}\n".encode() if text[0] == "{" else text.encode())
    assert found.kind == f"the value of `{keys}`"
    at = f"é {text}".encode() if text[0] == "{" else text.encode()
    value = found.value.reveal().encode()
    assert at[found.offset :].startswith(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"client_secret": "$CLIENT_SECRET", "token_endpoint": "https://a.example/1"}',
        "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n",
        "CLIENT_SECRET=your-secret\npassword=\ntoken: data.token1\n",
        "# password=hunter2 is the default\nregistry=https://registry.npmjs.org/\n",
        "-----BEGIN CERTIFICATE-----\nMIIB1234567890abcdef\n-----END CERTIFICATE-----\n",
        "INSERT INTO tokens VALUES (1, 2);\n",
        "x" * 5000 + "\npassword=hunter2\n",
    ],
)
def test_other_values_are_not(text: str) -> None:
    assert list(named_values("x", text.encode())) == []


@pytest.mark.parametrize("part", ["a:", "a/", "password=", "export ", '"a":', "a = ", "\n", "é:\n"])
def test_time_grows_with_a_hostile_file(part: str) -> None:
    assert grows_with_its_input(
        lambda size: (part * size).encode(), lambda data: list(named_values("x", data)), 20_000
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("konnector-dev-config.json", f'{{"fields": {{"access_token": "{RANDOM}"}}}}'),
        ("konnector-dev-config.json", f'// mine\n{{"fields": {{"access_token": "{RANDOM}"}}}}'),
        ("account-types-def.json", json.dumps({"client_secret": RANDOM})),
        (".npmrc", f"//registry.npmjs.org/:_authToken={UUID}\n"),
        (".aws/credentials", f"aws_secret_access_key={RANDOM}\n"),
    ],
)
def test_a_developers_file_that_is_packed_is_searched(tmp_path: Path, path: str, text: str) -> None:
    ignore = shutil.ignore_patterns("konnector-dev-config.json")
    connector = Path(shutil.copytree(SUNMETER, tmp_path / "connector", ignore=ignore))
    (connector / "build" / path).parent.mkdir(exist_ok=True)
    (connector / "build" / path).write_text(text)
    done = build(connector, include=[f"{path}:sample"], just_built=True)
    [found] = [one for one in done.report.findings if one.code == "K002"]
    assert found.message.startswith(f"{path} contains a possible secret at byte ")
    assert RANDOM not in found.message
    again = run("verify", connector / "build", "--format", "json")
    assert sum(one["code"] == "K002" for one in json.loads(again.stdout)["findings"]) == 1
    code = connector / "build/a.js"
    code.write_text(text)
    (connector / "build" / path).unlink()
    assert "K002" not in [one.code for one in build(connector, just_built=True).report.findings]


@pytest.mark.parametrize("value", ["{}", "Bearer {}", "{}&more=1"])
def test_a_value_that_another_search_has_found_is_reported_once(tmp_path: Path, value: str) -> None:
    connector = Path(shutil.copytree(SUNMETER, tmp_path / "connector"))
    path = connector / "build/konnector-dev-config.json"
    path.write_text(json.dumps({"fields": {"access_token": value.format(SAMPLES["GitHub Token"])}}))
    done = build(connector, include=[f"{path.name}:sample"], just_built=True)
    assert sum(one.code == "K002" for one in done.report.findings) == 1

"""The schema of the configuration and the documents about it match the code."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft7Validator

from manifest_lint import UserError
from manifest_lint.config.find import KEYS
from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.document import schema
from tests import config_page
from tests.command import ROOT
from tests.config.configured import configured, write
from tests.schemas import properties, resolved

SCHEMA = schema.load("config")


def test_the_keys_are_those_of_the_schema() -> None:
    described = [
        f"{key}.{name}" if name else key
        for key, part in SCHEMA["properties"].items()
        for name in part.get("properties", [""])
    ]
    assert list(KEYS) == described
    assert {*KEYS.values(), "outside", "files"} == set(Settings._fields)


def test_the_schema_explains_every_key_to_an_editor() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(SCHEMA)
    for _, part in properties(SCHEMA):
        described = resolved(part, SCHEMA)
        assert described["title"]
        assert described["description"].endswith(".")
        for example in described.get("examples", ()):
            Draft7Validator({**described, "definitions": SCHEMA["definitions"]}).validate(example)
    for key, part in SCHEMA["properties"].items():
        assert part["examples"] if key != "build" else part["properties"]


@pytest.mark.usefixtures("root")
def test_the_defaults_of_the_schema_are_those_of_the_code() -> None:
    parts = SCHEMA["properties"].items()
    defaults = {key: part["default"] for key, part in parts if "default" in part}
    lines = [f"{key} = {config_page.toml(value)}" for key, value in defaults.items()]
    assert configured("\n".join(lines))._replace(files=()) == DEFAULTS


def test_the_page_of_the_configuration_is_that_of_its_schema() -> None:
    assert config_page.TARGET.read_text("utf-8") == config_page.page(), "run make schemas"


@pytest.mark.parametrize("file", ["docs/configuration.md"])
@pytest.mark.usefixtures("root")
def test_the_configurations_in_the_documents_are_valid(file: str) -> None:
    write("account-types/x.json")
    write("dump.json")
    write("shared/manifest-lint.toml")
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / file).read_text("utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        assert configured(block) != DEFAULTS


@pytest.mark.usefixtures("root")
def test_the_message_on_the_page_is_real() -> None:
    [(line, column, message)] = re.findall(r"toml:(\d+):(\d+): (unknown.*)", config_page.HEAD)
    with pytest.raises(UserError) as refusal:
        configured("\n" * (int(line) - 1) + "slect = []")
    assert str(refusal.value) == f"manifest-lint.toml:{line}:{column}: {message}"

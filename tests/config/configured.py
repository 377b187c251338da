"""Configurations for tests: written into the current folder, or generated."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from manifest_lint.config.find import Config
from manifest_lint.config.settings import Settings
from manifest_lint.document import schema
from manifest_lint.engine.select import code_of

SCHEMA = schema.load("config")

KEY = st.sampled_from([*SCHEMA["properties"], "slect", "x.y", "tool.manifest-lint", '"é"'])
SCALAR = st.sampled_from(
    [
        *('"S"', '"S001"', '"Q"', '""', '"error"', '"x.example"', "'a'", '"""\nS"""'),
        *("1", "-1.5", "nan", "inf", "0x10", "true", "{}", "[]"),
        *("2030-12-31", "07:00:00", "2030-12-31T00:00:00Z"),
    ]
)
ENTRY = st.sampled_from(["code", "path", "reason", "until", "x"])
VALUE = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(ENTRY, inner, max_size=4).map(
            lambda table: f"{{{', '.join(f'{key} = {value}' for key, value in table.items())}}}"
        )
    ),
    max_leaves=8,
)
LINE = st.one_of(
    st.builds("{} = {}".format, KEY, VALUE),
    st.builds("[{}]".format, KEY),
    st.builds("[[{}]]".format, KEY),
    st.builds("{} = {}".format, ENTRY, VALUE),
    st.text(max_size=10),
)
TEXT = st.text(max_size=60) | st.lists(LINE, max_size=6).map("\n".join)
"""What a user may write into a configuration."""


def write(path: str, text: str = "") -> Path:
    """Write a file in the current folder."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")
    return Path(path)


def configured(text: str) -> Settings:
    """Return the settings of a configuration in the current folder."""
    write("manifest-lint.toml", text)
    return Config(code_of=code_of)(Path("manifest.konnector"))

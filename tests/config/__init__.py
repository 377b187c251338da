"""Configurations for tests, in the current folder."""

from __future__ import annotations

from pathlib import Path

from manifest_lint.config.find import Config
from manifest_lint.config.settings import Settings
from manifest_lint.engine.run import refuse_unknown


def write(path: str, text: str = "") -> Path:
    """Write a file in the current folder."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")
    return Path(path)


def configured(text: str) -> Settings:
    """Give the settings of a configuration in the current folder."""
    write("manifest-lint.toml", text)
    return Config(refuse_code=refuse_unknown)(Path("manifest.konnector"))

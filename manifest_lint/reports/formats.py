"""Finds formats by name: ours, and those of other packages.

A package adds one in the entry point group `manifest_lint.reports`: its name is the format's, its
object is a function that takes an Outcome and returns the lines of the report as strings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from manifest_lint.errors import Interrupted, UserError
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from manifest_lint.text.wording import nearest, one_of, short

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from manifest_lint.engine.report import AsText

GROUP = "manifest_lint.reports"

Format = Callable[[Outcome], Iterable[str]]
"""Returns the lines of a report, without line ends."""


def known(*, plugins: bool = True) -> list[str]:
    """Return the names of all formats: ours first, then with `plugins` those of other packages."""
    others = {entry.name for entry in _of_others()} if plugins else set()
    return [*FORMATS, *sorted(others - set(FORMATS))]


def find(name: str, *, plugins: bool = True) -> Format:
    """Return the format of a name; with `plugins`, also one of another package.

    Raises UserError if there is none, with the nearest name, or if a plugin's cannot be loaded. A
    plugin's format raises it too if it fails.
    """
    if name in FORMATS:
        form: Format = import_module(f"manifest_lint.reports.{name}").lines
        return form
    found = [entry for entry in _of_others() if plugins and entry.name == name]
    if len(found) > 1:
        packages = one_of(sorted(map(_package, found)))
        raise UserError(f"{name}: several packages have this format; uninstall {packages}")
    if found:
        return _of_plugin(found[0])
    names = known(plugins=plugins)
    near = nearest(name, names)
    hint = f"did you mean {near}?" if near else f"use {one_of(names)}"
    raise UserError(f"{short(name)}: unknown format; {hint}")


def as_text(name: str) -> AsText | None:
    """Return what makes the text of some findings, if this is a format that joins such texts."""
    if name not in FORMATS:
        return None
    return getattr(import_module(f"manifest_lint.reports.{name}"), "as_text", None)


def _of_others() -> list[EntryPoint]:
    from manifest_lint.files.installed import entry_points  # slow to load: not for our formats

    return entry_points(GROUP)


def _package(entry: EntryPoint) -> str:
    return (entry.dist and entry.dist.name) or entry.value


def _of_plugin(entry: EntryPoint) -> Format:
    """Load a plugin's format; its errors name the plugin."""

    def fault(what: str, error: BaseException | str) -> UserError:
        why = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else error
        why = short(" ".join(why.split()), 200)
        return UserError(
            f"{_package(entry)}: its format {entry.name} {what} ({why}); fix or uninstall it"
        )

    try:
        made = entry.load()
    except (KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:
        raise fault("cannot be loaded", error) from error
    if not callable(made):
        raise fault("cannot be loaded", f"{entry.value} is not a function")

    def lines(outcome: Outcome) -> Iterator[str]:
        try:
            for line in made(outcome):
                if not isinstance(line, str):
                    raise fault("failed", f"it returned {type(line).__name__}, not str")
                yield line
        except (KeyboardInterrupt, Interrupted, GeneratorExit, UserError):
            raise
        except BaseException as error:
            raise fault("failed", error) from error

    return lines

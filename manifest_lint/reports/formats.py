"""The formats by their names: ours, and those of other packages.

A package adds one by the entry point group `manifest_lint.reports`: the name is the format's, the
object a function that takes an Outcome and gives the lines of the report, as texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from manifest_lint.errors import Interrupted, UserError
from manifest_lint.files.installed import entry_points
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from manifest_lint.text.wording import nearest, one_of, short

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "manifest_lint.reports"

Format = Callable[[Outcome], Iterable[str]]
"""Gives the lines of a report, without their ends."""


def known(*, plugins: bool = True) -> list[str]:
    """Return the names of all formats: ours first, then those of other packages if wanted."""
    others = {entry.name for entry in entry_points(GROUP)} if plugins else set()
    return [*FORMATS, *sorted(others - set(FORMATS))]


def find(name: str, *, plugins: bool = True) -> Format:
    """Return the format of a name, one of another package too if wanted.

    Raises UserError, with the nearest, where there is none, and where a plugin's cannot be loaded.
    So does the format where it fails.
    """
    if name in FORMATS:
        form: Format = import_module(f"manifest_lint.reports.{name}").lines
        return form
    found = [entry for entry in entry_points(GROUP) if plugins and entry.name == name]
    if len(found) > 1:
        packages = one_of(sorted(map(_package, found)))
        raise UserError(f"{name}: several packages bring this format; uninstall {packages}")
    if found:
        return _of_plugin(found[0])
    names = known(plugins=plugins)
    near = nearest(name, names)
    hint = f"did you mean {near}?" if near else f"give {one_of(names)}"
    raise UserError(f"{short(name)}: there is no such format; {hint}")


def _package(entry: EntryPoint) -> str:
    return (entry.dist and entry.dist.name) or entry.value


def _of_plugin(entry: EntryPoint) -> Format:
    """Load a plugin's format; what it does wrong is told as its own."""

    def fault(what: str, error: BaseException | str) -> UserError:
        told = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else error
        told = short(" ".join(told.split()), 200)
        return UserError(
            f"{_package(entry)}: its format {entry.name} {what} ({told}); mend or uninstall it"
        )

    try:
        made = entry.load()
    except (KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:
        raise fault("cannot be loaded", error) from error
    if not callable(made):
        raise fault("cannot be loaded", f"{entry.value} is no function")

    def lines(outcome: Outcome) -> Iterator[str]:
        try:
            for line in made(outcome):
                if not isinstance(line, str):
                    raise fault("failed", f"it gave {type(line).__name__}, not text")
                yield line
        except (KeyboardInterrupt, Interrupted, GeneratorExit, UserError):
            raise
        except BaseException as error:
            raise fault("failed", error) from error

    return lines

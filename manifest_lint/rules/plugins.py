"""House rules: rules of other packages, found by the entry point group `manifest_lint.rules`.

An error in a plugin is reported with the plugin's name, in one line: it must not look like a bug in
manifest-lint, nor end a run silently. docs/house-rules.md says how to write a plugin.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from manifest_lint.errors import Interrupted, UserError
from manifest_lint.files.search_path import of_environment
from manifest_lint.finding import REFUSALS, Severity
from manifest_lint.text.wording import quoted, short

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from manifest_lint.document.document import Document
    from manifest_lint.rules.base import Edit, Finding, Rule

GROUP = "manifest_lint.rules"
CODE = r"[A-Z]{2,10}[0-9]{3}"
"""Codes of house rules: two letters or more, so that they differ from ours."""

_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"


def load(entries: Iterable[EntryPoint], rules: dict[Any, Rule]) -> None:
    """Import plugins by their entry points, which adds their rules to `rules`; set their `plugin`.

    Rules of a module that is already imported are house rules too. Raises UserError with the name
    of a plugin that cannot be imported, or that has a rule with wrong metadata.
    """
    own = _top(__name__)
    for entry in entries:
        package = _package(entry)
        others = {code for code in rules if not _is_of(rules[code], entry.value)}
        try:
            entry.load()
        except BaseException as error:
            for code in rules.keys() - others:
                del rules[code]  # else loading it again would find them there already
            if isinstance(error, KeyboardInterrupt | Interrupted):
                raise
            raise UserError(
                f"{package}: this plugin of manifest-lint cannot be loaded"
                f" ({entry.value}: {_described(error)}); fix or uninstall it"
            ) from error
        _claim(rules, rules.keys() - others, package)
    for code, rule in list(rules.items()):
        if not rule.plugin and _top(_module(rule)) != own:
            _claim(rules, [code], _module(rule))


def findings(rule: Rule, subject: Any) -> list[Finding]:
    """Return what a rule of a plugin finds. Raises UserError if it fails or yields other things.

    sys.exit() in a rule is a failure, as is any other BaseException, such as a cancelled task or a
    panic in a library. If the user stops the run meanwhile, that is not a failure.
    """
    try:
        found = list(rule.check(subject))
    except (KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:
        raise _failed(rule, f"{_described(error)}{_where(error)}") from error
    given = {id(document) for document in _documents(subject)} if found else set()
    for finding in found:
        if fault := _fault_of_finding(rule, finding, given):
            raise _failed(rule, fault)
    return found


def _claim(rules: dict[Any, Rule], codes: Iterable[Any], package: str) -> None:
    """Set the package as `plugin` of its rules. Raises UserError for one with wrong metadata."""
    for code in codes:
        if fault := _fault_of_rule(rules[code]):
            what = f"this plugin of manifest-lint has a wrong rule {short(str(code))}"
            raise UserError(f"{package}: {what}: {fault}")
        if not rules[code].plugin:
            rules[code] = rules[code]._replace(plugin=package)


def _fault_of_rule(rule: Rule) -> str:
    """Return what is wrong with a rule's metadata, empty if nothing is.

    A type checker would report the same to the author, but not every author has one.
    """
    from manifest_lint.rules.base import Subject

    if not (isinstance(rule.code, str) and re.fullmatch(CODE, rule.code)):
        return "the code must be two or more capitals and three digits, such as ACME001"
    if not (isinstance(rule.name, str) and re.fullmatch(_NAME, rule.name)):
        return "its name must be lower-case letters with hyphens, such as support-address"
    if rule.subject not in get_args(Subject):
        return f"`on` must be one of {', '.join(get_args(Subject))}"
    if not isinstance(rule.severity, Severity):
        return "`severity` must be ERROR, WARNING or NOTE of manifest_lint.rules.base"
    if rule.fix not in ("", "safe", "unsafe"):
        return "`fix` must be safe, unsafe or left out"
    return "" if callable(rule.check) else "it must be a function"


def _fault_of_finding(rule: Rule, finding: Any, given: set[int]) -> str:
    """Return why what a rule has yielded cannot be shown, empty if it can.

    `given` are the documents that it may be in, by their id().
    """
    from manifest_lint.rules.base import Edit, Finding, Fix

    if not isinstance(finding, Finding):
        return f"it yields {type(finding).__name__}, not Finding"
    severity = rule.severity if finding.severity is None else finding.severity
    refused_by = rule.refused_by if finding.refused_by is None else finding.refused_by
    if not isinstance(severity, Severity):
        return f"a Finding's severity is {type(severity).__name__}, not a Severity"
    if not isinstance(refused_by, tuple) or set(map(str, refused_by)) - set(REFUSALS):
        return f"a Finding's refused_by is not a tuple of {', '.join(REFUSALS)}"
    if severity is Severity.ERROR and not refused_by:
        return "a Finding is an error, and its refused_by is empty"
    if not isinstance(finding.message, str) or not isinstance(finding.why, str | None):
        return "a Finding's message or why is not a string"
    if finding.document is not None and id(finding.document) not in given:
        return "a Finding's document is not one of those that the rule got"
    fix = finding.fix
    if not isinstance(fix, Fix | None):
        return "a Finding's fix is not a Fix"
    edits = fix.edits if fix else ()
    if not isinstance(edits, tuple) or not all(isinstance(item, Edit) for item in edits):
        return "the edits of a Fix are not a tuple of Edit: write (Edit(...),)"
    if any(not isinstance(edit.text, str) for edit in edits):
        return "an Edit's text is not a string"
    parts: tuple[Finding | Edit, ...] = (finding, *edits)
    return next(filter(None, map(_fault_of_part, parts)), "")


def _fault_of_part(part: Finding | Edit) -> str:
    """Return what is wrong with the place that a Finding or an Edit names, empty if nothing is."""
    from manifest_lint.rules.base import Part

    pointer, span = part.pointer, part.span
    if not (isinstance(pointer, tuple) and all(isinstance(step, str | int) for step in pointer)):
        return f"a pointer must be a tuple of keys and indexes, not {quoted(str(pointer))}"
    if part.part not in get_args(Part):
        return f"{quoted(str(part.part))} is not a part: use one of {', '.join(get_args(Part))}"
    if span is None or (isinstance(span, tuple) and [type(end) for end in span] == [int, int]):
        return ""
    return "a span must be a tuple of two offsets"


def _documents(subject: Any) -> Iterator[Document]:
    """Yield the documents of what a rule checks."""
    from manifest_lint.document.document import Document
    from manifest_lint.oauth.account_type import AccountType
    from manifest_lint.project.connector import Connector
    from manifest_lint.project.workspace import Workspace

    parts: Iterable[Any] = ()
    if isinstance(subject, Document):
        yield subject
    elif isinstance(subject, AccountType):
        yield subject.document
    elif isinstance(subject, Connector):
        yield subject.manifest
        parts = (*subject.developers_files, *(subject.account_types or ()))
    elif isinstance(subject, Workspace):
        parts = (*subject.connectors, *subject.account_types)
    for part in parts:
        yield from _documents(part)


def _failed(rule: Rule, why: str) -> UserError:
    return UserError(
        f"{rule.code}: this rule of the plugin {rule.plugin} fails ({why});"
        " fix or remove the plugin, or ignore the rule"
    )


def _described(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {short(text, 300)}" if text else type(error).__name__


def _where(error: BaseException) -> str:
    """Return the line that failed: the author of a rule sees no traceback."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if not trace or trace.tb_frame.f_code.co_filename == __file__:
        return ""
    return f", {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"


def _is_of(rule: Rule, module: str) -> bool:
    """Return whether a rule is in a module, or in another one of the same package."""
    return _top(_module(rule)) == _top(re.split(r"[:\s]", module, maxsplit=1)[0])


def _top(module: str) -> str:
    return module.partition(".")[0]


def _module(rule: Rule) -> str:
    return str(getattr(rule.check, "__module__", "")) or "no module"


def installed() -> Sequence[EntryPoint]:
    """Return the entry point of each plugin. Raises UserError if an installed package is broken.

    Searching the files for the group's name first takes a tenth of the time.
    """
    if not any(GROUP in text for text in _texts()):
        return ()
    from manifest_lint.files.installed import entry_points  # costs as much as half of a check

    try:
        return sorted(entry_points(GROUP), key=lambda entry: (entry.value, entry.name))
    except Exception as error:
        raise UserError(
            "the entry points of the packages installed next to manifest-lint cannot be read"
            f" ({_described(error)}); reinstall the one with a bad entry_points.txt"
        ) from error


def _texts() -> Iterator[str]:
    """Yield the content of each installed package's entry_points.txt."""
    for folder in dict.fromkeys(of_environment(sys.path)):
        try:
            names = os.listdir(folder)  # noqa: PTH208  # pathlib takes three times as long
        except NotADirectoryError:
            yield GROUP  # an archive, into which only importlib.metadata can look
            continue
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                try:
                    with open(f"{folder}{os.sep}{name}{os.sep}entry_points.txt", "rb") as file:  # noqa: PTH123  # as above
                        yield file.read().decode()
                except (OSError, UnicodeDecodeError):
                    continue


def _package(entry: EntryPoint) -> str:
    """Return the name of the package that an entry point belongs to."""
    try:
        return (entry.dist and entry.dist.name) or entry.value
    except Exception:  # its metadata is missing; each version of Python raises another error
        return entry.value

"""Turns a configuration file into settings. Only imported if there is such a file."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manifest_lint.config import accept
from manifest_lint.config.extend import Extended, extended
from manifest_lint.config.packed_anyway import has_reason, why_not_packed_anyway
from manifest_lint.config.patterns import why_no_pattern
from manifest_lint.config.settings import DEFAULTS, FAIL_ON, Exemption, Settings
from manifest_lint.document.masking import shown_text
from manifest_lint.errors import UserError
from manifest_lint.finding import Severity, is_selected
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from manifest_lint.config.positions import Pointer
    from manifest_lint.config.settings import CodeOf
    from manifest_lint.config.toml_file import TomlFile
    from manifest_lint.files.disk import Tree

_ENTRIES = "per-file-ignores"


def whole(file: TomlFile, tree: Tree | None, code_of: CodeOf) -> Extended:
    """Return a configuration with those that it extends; none of their paths may leave `tree`.

    Without `tree`, they may. Raises UserError, with line and column, for the first error.
    """

    def refuse_wrong(file: TomlFile) -> None:
        try:
            _refuse_other_forms(file)
            _resolve_codes(file, code_of)
            _refuse_contradictions(file)
            _refuse_wrong_patterns(file)
            _refuse_missing(file)
            _refuse_nul(file)
        except RecursionError:
            why = "values are nested too deeply; remove that value"
            raise UserError(f"{file.name}: {why}") from None
        except ValueError:  # Python refuses to write a number of thousands of digits
            raise UserError(f"{file.name}: a number is too long; remove it") from None

    found = extended(file, tree, refuse_wrong)
    _refuse_contradictions(found)
    return found


def settings_of(file: Extended) -> Settings:
    """Return the settings of a configuration.

    A path is relative to the folder of the file that sets it; a pattern, in whatever file, to that
    of the configuration: what is extended cannot know where it will be used.
    """
    table = file.table
    build = table.get("build", {})

    def folder(*keys: str) -> Path:
        return file.layer(*keys).folder

    return Settings(
        extend=table.get("extend", ""),
        select=tuple(table.get("select", ())),
        extend_select=tuple(table.get("extend-select", ())),
        ignore=tuple(table.get("ignore", ())),
        excluded=tuple(table.get("exclude", DEFAULTS.excluded)),
        extend_exclude=tuple(table.get("extend-exclude", ())),
        severity={code: Severity[word.upper()] for code, word in table.get("severity", {}).items()},
        fail_on=FAIL_ON[table.get("fail-on", "error")],
        per_file_ignores=tuple(
            _exemption(entry, file, index) for index, entry in enumerate(table.get(_ENTRIES, ()))
        ),
        files=tuple(one.path for one in file.files),
        baseline=folder("baseline") / table["baseline"] if "baseline" in table else None,
        account_types=tuple(
            folder("account-types") / path for path in table.get("account-types", ())
        ),
        redirect_domains=tuple(table.get("redirect-domains", ())),
        endpoint_families=tuple(map(frozenset, table.get("endpoint-families", ()))),
        extra_categories=frozenset(table.get("extra-categories", ())),
        extra_data_types=frozenset(table.get("extra-data-types", ())),
        build_dir=(
            folder("build", "build-dir") / build["build-dir"] if "build-dir" in build else None
        ),
        out=folder("build", "out") / build["out"] if "out" in build else None,
        build_command=build.get("command", ""),
        build_time_limit=build.get("time-limit", DEFAULTS.build_time_limit),
        include=tuple(build.get("include", ())),
        exclude=tuple(build.get("exclude", ())),
        secret_variables=tuple(build.get("secret-variables", ())),
        url=build.get("url", ""),
    )


def places(file: Extended) -> dict[str, tuple[str, ...]]:
    """Return `FILE:LINE` for each key that is set; for `per-file-ignores`, for each entry.

    A key that adds to what is extended has one for each file.
    """
    table = {key: value for key, value in file.table.items() if key != "build"}
    pointers: dict[str, list[Pointer]] = {key: [(key,)] for key in table}
    for key in file.table.get("build", {}):
        pointers[f"build.{key}"] = [("build", key)]
    if _ENTRIES in table:
        pointers[_ENTRIES] = [(_ENTRIES, index) for index in range(len(table[_ENTRIES]))]
    return {
        key: tuple(place for pointer in found for place in file.places(pointer))
        for key, found in pointers.items()
    }


def outside(file: Extended, settings: Settings) -> dict[str, str]:
    """Return the first `FILE:LINE` of each key with a path outside the tree.

    An installed package may name account types in its own folder, and no other path: we write to
    these, and nothing there is ours.
    """
    named = {
        "baseline": (settings.baseline,),
        "account-types": settings.account_types,
        "build.build-dir": (settings.build_dir,),
        "build.out": (settings.out,),
    }
    keys = []
    for key, paths in named.items():
        _, tree, is_installed = file.layer(*key.split("."))
        given = [path for path in paths if path]
        is_held = tree is None or all(map(tree.holds, given))
        if given and not (is_held and (not is_installed or key == "account-types")):
            keys.append(key)
    return {key: places(file)[key][0] for key in keys}


def _exemption(entry: dict[str, Any], file: Extended, index: int) -> Exemption:
    written_in = file.layer(_ENTRIES).file
    return Exemption(
        tuple(entry["code"]),
        entry["path"],
        file.path.parent,
        shown_text(entry["reason"]),
        entry.get("until"),
        entry.get("pointer"),
        file=written_in.name,
        line=written_in.place((_ENTRIES, index))[0],
    )


def _refuse_other_forms(file: TomlFile) -> None:
    """Refuse what schemas/config.schema.json does not allow."""
    value = _as_schema_has_it(file.table)
    try:
        accept.validate(value)  # type: ignore[no-untyped-call]  # generated
    except accept.Rejected:
        from manifest_lint.config.errors import refusal  # imports jsonschema

        raise refusal(file, value) from None


def _refuse_nul(file: TomlFile) -> None:
    """Refuse NUL, which no path, pattern or command can contain."""
    waiting: list[tuple[Pointer, Any]] = [((), file.table)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            raise file.refuse(pointer, "contains a NUL character; remove it")
        if isinstance(value, dict):
            waiting += (((*pointer, key), item) for key, item in value.items())
        elif isinstance(value, list):
            waiting += (((*pointer, index), item) for index, item in enumerate(value))


def _as_schema_has_it(table: Any) -> Any:
    """Return a table with dates as strings, as schemas have no dates; other values become null."""
    entries = table.get(_ENTRIES) if isinstance(table, dict) else None
    if not isinstance(entries, list):
        return table
    return {**table, _ENTRIES: [_without_date(entry) for entry in entries]}


def _without_date(entry: Any) -> Any:
    if not isinstance(entry, dict) or "until" not in entry:
        return entry
    until = entry["until"]
    return {**entry, "until": until.isoformat() if type(until) is date else None}


def _refuse_contradictions(file: TomlFile | Extended) -> None:
    for key in ("select", "extend-select"):
        select = file.table.get(key, ())
        for index, code in enumerate(file.table.get("ignore", ())):
            if code in select:
                why = f'"{code}" is in both "{key}" and "ignore"; remove one'
                raise file.refuse(("ignore", index), why)
            if left_out := next((other for other in select if is_selected(other, [code])), None):
                why = f'"{code}" ignores "{left_out}", which is in "{key}"; remove one'
                raise file.refuse(("ignore", index), why)
    seen = set()
    for index, entry in enumerate(file.table.get(_ENTRIES, ())):
        at = entry.get("pointer")
        for code in entry["code"]:
            if (code, entry["path"], at) in seen:
                where = entry["path"] if at is None else f"{entry['path']}#{at}"
                why = f"{quoted(code)} is ignored in {quoted(where)} twice; remove one"
                raise file.refuse((_ENTRIES, index), why)
            seen.add((code, entry["path"], at))


def _refuse_wrong_patterns(file: TomlFile) -> None:
    build = file.table.get("build", {})
    lists: dict[Pointer, list[str]] = {
        **{(key,): file.table.get(key, []) for key in ("exclude", "extend-exclude")},
        **{("build", key): build.get(key, []) for key in ("include", "exclude")},
    }
    for pointer, given in lists.items():
        for index, text in enumerate(given):
            if pointer == ("build", "include") and has_reason(text):
                why = why_not_packed_anyway(text)
            else:
                what = why_no_pattern(text)
                why = f"{quoted(text)} {what}" if what else ""
            if why:
                raise file.refuse((*pointer, index), why)
    for index, entry in enumerate(file.table.get(_ENTRIES, ())):
        text = entry["path"]
        if "*" in text and (why := why_no_pattern(text)):  # else there is nothing to compile
            raise file.refuse((_ENTRIES, index, "path"), f"{quoted(text)} {why}")


def _refuse_missing(file: TomlFile) -> None:
    for index, path in enumerate(file.table.get("account-types", ())):
        if not os.path.exists(file.path.parent / path):  # noqa: PTH110  # pathlib's may raise
            why = f"{quoted(path)} not found next to this configuration; check the path"
            raise file.refuse(("account-types", index), why)


def _resolve_codes(file: TomlFile, code_of: CodeOf) -> None:
    """Replace each name of a rule by its code, and one code of an entry by a list of it.

    Raises UserError for what is neither the code nor the name of a rule.
    """

    def resolved(given: str, pointer: Pointer) -> str:
        is_key = pointer[0] == "severity"
        try:
            return code_of(given, is_key)
        except UserError as error:
            raise file.refuse(pointer, str(error), "key" if is_key else "value") from None

    for key in ("select", "extend-select", "ignore"):
        if given := file.table.get(key):
            file.table[key] = [resolved(one, (key, index)) for index, one in enumerate(given)]
    for index, entry in enumerate(file.table.get(_ENTRIES, ())):
        at: Pointer = (_ENTRIES, index, "code")
        if isinstance(given := entry["code"], list):
            entry["code"] = [resolved(one, (*at, number)) for number, one in enumerate(given)]
        else:
            entry["code"] = [resolved(given, at)]
    severity: dict[str, str] = {}
    for given, word in file.table.get("severity", {}).items():
        code = resolved(given, ("severity", given))
        if code in severity:
            why = f"{quoted(given)} is the rule {code}, which is there too; remove one"
            raise file.refuse(("severity", given), why, "key")
        severity[code] = word
    if severity:
        file.table["severity"] = severity

"""Where the package hides secrets: each use of a hiding function, and some other expressions."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

HIDING: Mapping[str, str] = {
    # of a text
    "without_user_info": "first",
    "without_known_forms": "first",
    "shown_text": "first",
    "shown_url": "first",
    "shown_address": "first",
    "shown_parameter": "second",
    "_shown_pair": "first",
    "_without_parameters": "first",
    "shown_command": "first",
    "with_values_masked": "first",
    "_without_given_ones": "first",
    "_without_cut_ones": "first",
    "hide": "first",
    "finds": "false",
    # what makes a hider, and finds secrets for it
    "Hider": "nothing",
    "hider": "nothing",
    "hider_of": "nothing",
    "known_secrets": "nothing",
    "secrets_of": "empty",
    "cut_user_info": "empty",
    "_cut_parts": "empty",
    "_user_info_in": "empty",
    "known_forms_in": "empty",
    "values_after_names": "empty",
    # of findings, logins and documents
    "hidden": "first",
    "hidden_with": "first",
    "hidden_pointer": "first",
    "shown_edits": "edits",
    "_writes": "false",
    "quoted_secret": "no_quoted",
    "shown_value": "reveal",
    "with_shown_requests": "first",
    "_without_secrets": "first",
    "shown_errors": "first",
    "_masked": "first",
    "_may_be_pasted": "false",
}
"""The hiding functions, and what is called instead (a name in tests/unhide/removed.py)."""

OF_A_MODULE: Mapping[tuple[str, str], str] = {
    ("document/shown_command.py", "_shown"): "first",
    ("document/shown_command.py", "_shown_word"): "first",
    ("document/shown_command.py", "_with_quoted_shown"): "first",
    ("document/shown_command.py", "_assigned_in"): "no_text",
    ("document/masked.py", "may_be_secret"): "false",
    ("document/masked.py", "_is_known"): "false",
    ("document/masked.py", "names_a_client_secret"): "false",
    ("document/masked.py", "names"): "false",
    ("document/masked.py", "_is_of_others"): "false",
    ("document/masked.py", "_has_escaped_user_info"): "false",
    ("document/masked.py", "without_comments"): "",
    ("cli/complain.py", "safe"): "first",
    ("cli/main.py", "safe"): "first",
    ("document/shown_command.py", "_is_secret_after"): "false",
    ("engine/hide.py", "hider"): "first",
    ("engine/run.py", "hider"): "nothing",
    ("engine/hider.py", "secrets_by_name"): "empty",
    ("engine/hider.py", "secrets_in_text"): "empty",
    ("network/refusal.py", "secrets_in"): "empty",
    ("bundle/known.py", "_hidden"): "first",
    ("reports/provision.py", "may_be_secret"): "false",
    ("reports/upgrade.py", "shown"): "first",
}
"""Those whose names mean something else in other modules; empty for one that is not a hiding."""

EXPRESSIONS: Mapping[tuple[str, str], str] = {
    ("document/document.py", "self.secrets"): "frozenset()",
    ("document/document.py", "self.confidential"): "False",
    ("document/document.py", "self.masked"): "self.text",
    ("document/masked.py", "without_comments(text, '*')"): "text",
    ("document/masked.py", "document.secrets"): "frozenset()",
    ("document/masked.py", "document.may_hold_secrets"): "False",
    ("document/masked.py", "document.confidential"): "False",
    ("document/masked.py", "document.is_withheld"): "False",
    ("document/masking.py", "self._secrets[one] in self._starts"): "False",
    ("document/masking.py", "fold(name) not in PUBLIC_PARAMETERS"): "False",
    (
        "document/masking.py",
        "not equals and name and (fold(name) not in PUBLIC_PARAMETERS)",
    ): "False",
    (
        "document/masking.py",
        "re.sub(_PRIVATE_KEY, f'\\\\1{MASK}', text)",
    ): "text",
    ("document/masking.py", "readings(data)"): "()",
    (
        "document/masking.py",
        "{one.lower() for one in found if re.fullmatch(_AS_A_HOST, one)}",
    ): "set()",
    (
        "document/masking.py",
        r"""{one.replace("'", '\'"\'"\'') for one in found}""",
    ): "set()",
    (
        "document/masking.py",
        "{one.replace('~', '~0').replace('/', '~1') for one in found}",
    ): "set()",
    ("document/secret.py", "MASK"): "self._value",
    (
        "document/shown_command.py",
        "_shown_word(word, before, program, depth) if is_shown else MASK",
    ): "_shown_word(word, before, program, depth)",
    ("document/shown_command.py", "re.match('-[pP](?==?.)', word)"): "None",
    (
        "document/shown_command.py",
        "re.match(f'(?:{_WITH_A_NAME})=?(?=[^=\\\\s]*[:%])', word)",
    ): "None",
    ("document/shown_command.py", "re.search(_VALUE_WITHIN, word, re.IGNORECASE)"): "None",
    ("document/shown_command.py", "depth == _DEEPEST"): "False",
    ("text/user_info.py", "re.sub(_WORD, in_word, line)"): "line",
    ("text/user_info.py", "re.sub(_PART, in_part, text)"): "text",
    (
        "text/user_info.py",
        "re.sub(_WITH_SPACES, lambda found: found[1] + mask(found[2]), line)",
    ): "line",
    ("reports/diff.py", "document.masked"): "document.text",
    ("engine/hide.py", "document.masked is None"): "False",
    ("bundle/leaks.py", "document.withheld()"): "document",
    ("engine/hider.py", "document.secrets"): "()",
    ("document/masking.py", "MASK if fragment else ''"): "fragment",
    ("cli/complain.py", "Hider(_typed())"): "Hider(())",
}
"""Expressions that hide, and what is written instead."""

_PASSED_ON = ("hide", "hider", "shown")

_NOT_HERE = ("rules/", "scaffold/", "cozy/")


class Site(NamedTuple):
    """One hiding: a line of a module, and the expression that is replaced there."""

    number: int
    module: str
    line: int
    what: str

    @property
    def is_at_import(self) -> bool:
        """Whether it hides when its module is imported."""
        return "repr=False" in self.what or self.what.startswith("@")

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.what}"


class _Change(ast.NodeTransformer):
    """Makes each expression of a module that hides one that may be removed while it runs."""

    def __init__(self, module: str, first: int):
        self.module = module
        self.number = first
        self.has_expressions = any(module == one for one, _ in EXPRESSIONS)
        self.sites: list[Site] = []
        self.around: list[ast.AST] = []

    def visit(self, node: ast.AST) -> ast.AST:
        self.around.append(node)
        try:
            return self._visited(node)
        finally:
            self.around.pop()

    def _visited(self, node: ast.AST) -> ast.AST:
        new = self._removed(node) if isinstance(node, ast.expr) else None
        if new is None:
            visited: ast.AST = super().visit(node)
            return visited
        assert isinstance(node, ast.expr)
        number, self.number = self.number, self.number + 1
        self.sites.append(Site(number, self.module, node.lineno, self._what(node)))
        old = super().visit(copy.copy(node))
        if isinstance(new, ast.Attribute) and _is_ours(new):
            call = ast.parse(f"_removed.function({number}, 0, 0)", mode="eval").body
            parts: list[ast.expr] = [old, new]
        else:
            call = ast.parse(f"_removed.value({number}, 0, 0)", mode="eval").body
            parts = [_lambda(old), _lambda(new)]
        assert isinstance(call, ast.Call)
        call.args[1:] = parts
        return call

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        is_hidden = isinstance(node.value, ast.Constant) and node.value.value is False
        fields = (one for one in reversed(self.around) if isinstance(one, ast.AnnAssign))
        of = next(fields, None)  # None for that of a whole dataclass
        if node.arg != "repr" or not is_hidden or of is None:
            return self.generic_visit(node)
        of = next((one for one in reversed(self.around) if isinstance(one, ast.AnnAssign)), None)
        if of is None:  # a class that is not shown at all
            return node
        number, self.number = self.number, self.number + 1
        what = f"{ast.unparse(of.target)}: repr=False"
        self.sites.append(Site(number, self.module, node.value.lineno, what))
        node.value = ast.parse(f"_removed.is_removed({number})", mode="eval").body
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value:
            value: Any = self.visit(node.value)
            node.value = value
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        parts: Any = self.visit  # annotations hide nothing
        node.args.defaults = [parts(one) for one in node.args.defaults]
        node.args.kw_defaults = [one and parts(one) for one in node.args.kw_defaults]
        node.decorator_list = [parts(one) for one in node.decorator_list]
        node.body = [parts(one) for one in node.body]
        self._may_be_usual(node)
        return node

    def _may_be_usual(self, node: ast.FunctionDef) -> None:
        """Make a `__repr__` that hides fields one that may be the usual one."""
        of, last = self.around[-2], node.body[-1]
        if node.name != "__repr__" or not isinstance(of, ast.ClassDef):
            return
        if not (of.bases or any("dataclass" in ast.unparse(one) for one in of.decorator_list)):
            return  # the usual one has no fields
        assert isinstance(last, ast.Return)
        assert last.value is not None
        number, self.number = self.number, self.number + 1
        self.sites.append(Site(number, self.module, node.lineno, f"{of.name}.__repr__"))
        call = ast.parse(f"_removed.value({number}, 0, lambda: _removed.usual(self))").body[0]
        assert isinstance(call, ast.Expr)
        assert isinstance(call.value, ast.Call)
        call.value.args[1] = _lambda(last.value)
        last.value = call.value

    def _removed(self, node: ast.expr) -> ast.expr | None:
        """Return what is written instead of an expression; None if it hides nothing."""
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return None
        if self.has_expressions and (key := (self.module, ast.unparse(node))) in EXPRESSIONS:
            return ast.parse(EXPRESSIONS[key], mode="eval").body
        name = ""
        if isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Attribute):
            name = node.attr
        around = self.around[-2]
        if isinstance(around, ast.Attribute):  # the method is the hiding, `hide.finds`
            return None
        if name in _PASSED_ON and isinstance(around, ast.Call):
            is_the_hiding = around.func is node or ast.unparse(around.func) == "map"
            if not is_the_hiding:
                return None
        instead = OF_A_MODULE.get((self.module, name), HIDING.get(name, ""))
        return ast.parse(f"_removed.{instead}", mode="eval").body if instead else None

    def _what(self, node: ast.expr) -> str:
        """Return the call or, if it is not called, the statement or expression around it."""
        wide = next(
            (
                one
                for one in reversed(self.around[:-1])
                if isinstance(one, ast.expr | ast.keyword | ast.stmt)
            ),
            node,
        )
        return " ".join(ast.unparse(wide).split())[:90]


def _is_ours(new: ast.Attribute) -> bool:
    return isinstance(new.value, ast.Name) and new.value.id == "_removed"


def _lambda(body: ast.expr) -> ast.expr:
    made = ast.parse("lambda: 0", mode="eval").body
    assert isinstance(made, ast.Lambda)
    made.body = body
    return made


def changed(package: Path, module: str, first: int) -> tuple[str, list[Site]]:
    """Return a module whose hidings may be removed, and these; `first` is the first one's number.

    tests/unhide/removed.py says how.
    """
    text = (package / module).read_text("utf-8")
    if not _may_hide(module, text):
        return text, []
    tree = ast.parse(text)
    change = _Change(module, first)
    change.visit(tree)
    at = 1 + (isinstance(tree.body[1], ast.ImportFrom) if len(tree.body) > 1 else 0)
    tree.body.insert(at, ast.parse("from manifest_lint import _removed").body[0])
    return ast.unparse(ast.fix_missing_locations(tree)), change.sites


def _may_hide(module: str, text: str) -> bool:
    """Return whether a module may hide something: going through all of them takes long."""
    of_modules = {one for one, _ in (*EXPRESSIONS, *OF_A_MODULE)}
    return module in of_modules or bool(re.search(rf"\b(?:{'|'.join(HIDING)})\b|repr", text))


def modules(package: Path) -> Iterator[str]:
    """Yield the paths of the modules that may hide something."""
    for path in sorted(package.rglob("*.py")):
        module = path.relative_to(package).as_posix()
        if not module.startswith(_NOT_HERE):
            yield module


def change(package: Path, changed_package: Path) -> list[Site]:
    """Write the modules of a package with hidings that may be removed; return these."""
    found: list[Site] = []
    for module in modules(package):
        text, sites = changed(package, module, len(found))
        if sites:
            (changed_package / module).write_text(text, "utf-8")
        found += sites
    return found


def unused_expressions(package: Path) -> list[tuple[str, str]]:
    """Return the expressions of the table that no module has any more."""
    return [
        (module, written)
        for module, written in EXPRESSIONS
        if not any(
            isinstance(node, ast.expr) and ast.unparse(node) == written
            for node in ast.walk(ast.parse((package / module).read_text("utf-8")))
        )
    ]

"""Permissions as the stack reads them: which doctypes they open, and for which verbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.go_struct import members_that_count
from manifest_lint.cozy.vocabulary import (
    DOCUMENTED_DOCTYPES,
    FORBIDDEN_DOCTYPES,
    OPENED_BY_OTHER_ROUTES,
    VERBS,
)
from manifest_lint.document.go_json import with_keys
from manifest_lint.finding import Record

if TYPE_CHECKING:
    from manifest_lint.cozy.go_struct import Refusal
    from manifest_lint.document.spans import Pointer


class Permission(Record):
    """One entry of `permissions`, its keys in any case.

    `refused` is where the stack first refuses something in it, None if it accepts it. `doctype` is
    empty if it is not a string.
    """

    def __init__(self, name: str, value: dict[str, Any], refused: Pointer | None):
        self.name = name
        self.value = value
        self.refused = refused
        self._counts = members_that_count(value)
        self.doctype = self._text("type")

    @property
    def verbs(self) -> frozenset[str]:
        """The verbs in capitals, also those that the stack refuses so; all five if there are none.

        A check asks few permissions for them, as for what follows.
        """
        listed = self._list("verbs")
        verbs = frozenset([one.upper() for one in listed if isinstance(one, str)])
        return _EVERY_VERB if not listed or "ALL" in verbs else verbs

    @property
    def selector(self) -> str:
        """The field that is compared with the values; if it is empty, that is the id."""
        return self._text("selector")

    @property
    def values(self) -> frozenset[str]:
        """What limits it to some documents; if they are empty, there is no limit."""
        return frozenset([one for one in self._list("values") if one and isinstance(one, str)])

    @property
    def pointer(self) -> Pointer:
        """The pointer to the entry."""
        return ("permissions", self.name)

    def at(self, key: str) -> Pointer:
        """Return the pointer to the member that counts for a key, even if there is none."""
        return (*self.pointer, self._counts.get(key, (key,))[0])

    def read(self, key: str) -> Any:
        """Return the value that counts for a key, None if there is none."""
        return self._counts.get(key, (key, None))[1]

    def _text(self, key: str) -> str:
        value = self.read(key)
        return value if isinstance(value, str) else ""

    def _list(self, key: str) -> list[Any]:
        value = self.read(key)
        return value if isinstance(value, list) else []

    def covers(self, doctype: str) -> bool:
        """Return whether it opens a doctype.

        A wildcard opens its own root too. [cozy-stack model/permission/match.go]
        """
        if not self.doctype.endswith(".*"):
            return doctype == self.doctype
        return f"{doctype}.".startswith(self.doctype[:-1])

    def can_store(self, doctype: str) -> bool:
        """Return whether it opens a doctype with a verb that writes."""
        return self.covers(doctype) and not self.verbs.isdisjoint(("POST", "PUT", "PATCH"))

    def reads_accounts(self, account_type: object) -> bool:
        """Return whether it lets a connector read its accounts, which have this type.

        Values without a selector are ids, and each account gets a new one. The type of an account
        may have a context in front of it. [cozy-stack model/permission/match.go]
        """
        if not self.covers(ACCOUNTS) or "GET" not in self.verbs:
            return False
        if self.selector != "account_type" or not isinstance(account_type, str):
            return not self.values or bool(self.selector)
        types = {value.rpartition("/")[2] for value in self.values}
        return not types or account_type in types


ACCOUNTS = "io.cozy.accounts"
_EVERY_VERB = frozenset(VERBS)


def permissions(
    manifest: dict[str, Any], refusals: Iterable[Refusal], before: Iterable[Permission] = ()
) -> Iterator[Permission]:
    """Yield the permissions of a manifest that are objects.

    `refusals` are what `stack.manifest_refusals` yields for the manifest. Those `before` an edit
    are yielded again for the same objects.
    """
    entries = manifest.get("permissions")
    if not isinstance(entries, dict):
        return
    refused: dict[str | int, Pointer] = {}
    for refusal in refusals:
        steps = with_keys(manifest, refusal.pointer)[0]
        if len(steps) > 1 and steps[0] == "permissions":
            refused.setdefault(steps[1], refusal.pointer)
    known = {id(one.value): one for one in before}
    for name, entry in entries.items():
        if isinstance(entry, dict):
            one = known.get(id(entry))
            if one is None or one.refused != refused.get(name):
                one = Permission(name, entry, refused.get(name))
            yield one


UNREADABLE = {
    doctype
    for doctype in FORBIDDEN_DOCTYPES - OPENED_BY_OTHER_ROUTES
    if not doctype.startswith("io.cozy.certified.")  # asked for to mark files as certified
}
"""Doctypes that no permission opens."""


def documented_near(doctype: str) -> str | None:
    """Return the documented doctype that an undocumented one most likely means, or None."""
    if f"io.cozy.{doctype}" in DOCUMENTED_DOCTYPES:
        return f"io.cozy.{doctype}"  # its last part alone
    if (
        doctype in DOCUMENTED_DOCTYPES
        or not doctype.startswith("io.cozy.")
        or doctype.endswith(".*")
    ):
        return None
    # Only for a doctype that is not documented.
    from manifest_lint.cozy.manifest import LISTED_VALUES
    from manifest_lint.text.misspelling import meant

    last = doctype.rpartition(".")[2]
    if last.endswith("s") and last[:-1] in LISTED_VALUES["data_types"]:
        return None  # `io.cozy.contracts` is a word of its own, not a misspelt `contacts`
    near = meant(doctype[8:], _readable())
    return f"io.cozy.{near}" if near else None


@cache
def _readable() -> tuple[str, ...]:
    """Return what follows `io.cozy.` in the documented doctypes that may be read, sorted."""
    known = DOCUMENTED_DOCTYPES - UNREADABLE
    return tuple(sorted(name[8:] for name in known if name.startswith("io.cozy.")))

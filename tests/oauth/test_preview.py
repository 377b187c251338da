"""Any login can be shown, in every format, without its secrets."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.masking import Hider
from manifest_lint.oauth.preview import preview
from manifest_lint.reports import preview as reports
from manifest_lint.reports.curl import commands
from tests.connectors import account_type

SECRET = "S3CRETlong-value"
_PIECES = (
    *("https://", "//", "p.example", "<d>", "[::1]", "[v1]", "u:p@", "@", ":", "/token", "?", "#"),
    *("a=b", "&", f"client_secret={SECRET}", "%zz", "%E9", "%25", "\ud800", "é", " ", "\n", "$X"),
    *("...", "mailto:x"),
)
_texts = st.lists(st.sampled_from(_PIECES), max_size=6).map("".join)
_endpoints = _texts | st.sampled_from(
    ["https://p.example/a", f"https://u:{SECRET}@p.example/x?k={SECRET}#{SECRET}"]
)


@given(
    scope=_texts | st.lists(_texts, max_size=2),
    fields=st.fixed_dictionaries(
        {"client_secret": st.just(SECRET)},
        optional={
            "_id": st.sampled_from(["x", "ctx/x", "%zz"]),
            "grant_mode": st.sampled_from([*GRANT_MODES, "q"]),
            "token_mode": st.sampled_from(["basic", "get", "form"]),
            "client_id": _texts,
            "auth_endpoint": _endpoints,
            "token_endpoint": _endpoints,
            "redirect_uri": _endpoints | st.none(),
            "extras": st.dictionaries(_texts, _texts, max_size=2),
        },
    ),
)
def test_any_login_is_shown_without_its_secret(scope: Any, fields: dict[str, Any]) -> None:
    manifest = {"slug": "x", "oauth": {"scope": scope}}
    found = preview(manifest, (account_type(**fields),), hide=Hider((SECRET,)))
    lines = [*reports.text(found), *reports.mermaid(found), *commands(found)]
    assert SECRET not in "\n".join([*lines, json.dumps(reports.as_json(found))])


def test_a_remark_about_the_scope_is_next_to_it() -> None:
    manifest = {"slug": "x", "oauth": {"scope": ["a", "b"]}}
    found = preview(manifest, (account_type(),), hide=Hider((SECRET,)))
    start = found.steps[0]
    assert {"scope", "state"} <= {one.name for one in start.parameters}
    assert [one.name for one in start.parameters if one.remarks] == ["scope"]
    assert start.remarks == ()

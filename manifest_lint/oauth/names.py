"""Our keys of an account type for the names that standards and other tools use.

[RFC 6749, RFC 7591 and RFC 8414; OpenID Connect Discovery 1.0 and Registration 1.0; OpenAPI 3.1,
OAuth Flow Object; OAuth 1.0; manuals of Facebook, Google, Spring Security, Passport, grant,
simple-oauth2, Authlib, league/oauth2-client and golang.org/x/oauth2]
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from manifest_lint.cozy.stack import ACCOUNT_TYPE_FIELDS
from manifest_lint.document.go_json import fold
from manifest_lint.text.wording import nearest

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer
    from manifest_lint.oauth.account_type import AccountType

_FROM_ELSEWHERE = {
    "auth_endpoint": "authorizationendpoint authorizationurl authorizationuri authorizeendpoint"
    " authorizeurl authorizeuri authurl authuri oauthurl userauthorizationuri urlauthorize"
    " authorizepath authorizationpath loginurl",
    "token_endpoint": "tokenurl tokenuri accesstokenendpoint accesstokenurl accesstokenuri"
    " accessurl urlaccesstoken tokenpath refreshtokenurl refreshtokenuri refreshurl"
    " refreshendpoint",
    "grant_mode": "granttype granttypes authorizationgranttype responsetype responsetypes",
    "token_mode": "tokenendpointauthmethod tokenendpointauthmethods authmethod authstyle"
    " clientauthenticationmethod clientauthmethod tokenendpointauthmethodssupported",
    "redirect_uri": "redirecturis redirecturls callbackurl callbackuri callbackurls callback",
    "client_id": "clientkey consumerkey appid appkey applicationid apikey",
    "client_secret": "consumersecret appsecret applicationsecret secretkey apisecret",
    "manage_endpoint": "manageurl manageuri",
    "reconnect_endpoint": "reconnecturl reconnecturi",
    "extras": "extraparams extraparameters authorizationparams authparams customparams"
    " authorizeparams",
}
_OURS = {name: ours for ours, names in _FROM_ELSEWHERE.items() for name in names.split()}
_OF_THE_LOGIN = frozenset(
    (
        *("accesstype", "prompt", "approvalprompt", "tokenaccesstype", "duration", "audience"),
        *("resource", "loginhint", "uilocales", "display", "maxage", "acrvalues", "claims"),
        *("includegrantedscopes", "responsemode", "hd"),
    )
)
"""Parameters of the login's request that some services need.

[OpenID Connect Core 1.0 section 3.1.2.1; RFC 8707; manuals of Auth0, Dropbox, Google and Reddit]
"""
_OF_THE_MANIFEST = frozenset(("scope", "scopes", "defaultscope", "defaultscopes", "oauthscope"))
_OF_NOTHING = frozenset(
    (
        *(
            "revocationendpoint",
            "introspectionendpoint",
            "userinfoendpoint",
            "registrationendpoint",
        ),
        *("deviceauthorizationendpoint", "pushedauthorizationrequestendpoint"),
    )
)
"""Names that look like keys of ours, but have none. [RFC 8414; OpenID Connect Discovery 1.0]"""

_MOST_COMPARED = 50
"""At most this many keys are compared with ours for a missing one: it is slow."""

_LONGEST = max(map(len, (*_OURS, *_OF_THE_LOGIN, *_OF_NOTHING)))


def our_key(name: str) -> str:
    """Return our key for another name of it, in any notation; "" for a name that has none."""
    return _OURS.get(_letters(name), "")


def instead_of(name: str) -> str:
    """Return what to write instead of a key that the stack does not read."""
    letters = _letters(name)
    if letters in _OURS:
        return f"the key is `{_OURS[letters]}`"
    if letters in _OF_THE_MANIFEST:
        return "the scope is in the manifest, as `oauth.scope`"
    if letters in _OF_THE_LOGIN:
        return "write it in `extras`, which the login sends"
    near = meant_by(name)
    return f"did you mean `{near}`?" if near else "remove it"


def meant_by(name: str) -> str:
    """Return our key for another name or a misspelling of it; "" if there is none."""
    letters = _letters(name)
    near = "" if letters in _OF_NOTHING else nearest(name, ACCOUNT_TYPE_FIELDS)
    return _OURS.get(letters) or near or ""


def written_as(account_type: AccountType, name: str) -> Pointer | None:
    """Return where a field that is missing is written under a name that the stack does not read."""
    if account_type.gap(name) != "is missing":
        return None
    unread = (key for key in account_type.value if fold(key) not in ACCOUNT_TYPE_FIELDS)
    for key in islice(unread, _MOST_COMPARED):
        if meant_by(key) == name and account_type.value[key] not in (None, ""):
            return (*account_type.pointer, key)
    return None


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name[: 2 * _LONGEST].lower())

"""Our keys of an account type for the names that standards and other tools use.

[RFC 6749, RFC 7591 and RFC 8414; OpenAPI 3.1, OAuth Flow Object; OAuth 1.0; manuals of Facebook,
Google, Spring Security and grant]
"""

from __future__ import annotations

import re

_FROM_ELSEWHERE = {
    "auth_endpoint": "authorizationendpoint authorizationurl authorizationuri authorizeendpoint"
    " authorizeurl authorizeuri authurl authuri oauthurl userauthorizationuri",
    "token_endpoint": "tokenurl tokenuri accesstokenendpoint accesstokenurl accesstokenuri",
    "grant_mode": "granttype granttypes responsetype responsetypes",
    "token_mode": "tokenendpointauthmethod tokenendpointauthmethods authmethod authstyle"
    " clientauthenticationmethod",
    "redirect_uri": "redirecturis callbackurl callbackuri callbackurls callback",
    "client_id": "clientkey consumerkey appid appkey applicationid",
    "client_secret": "consumersecret appsecret applicationsecret",
    "extras": "extraparams extraparameters authorizationparams authparams",
}
_OURS = {name: ours for ours, names in _FROM_ELSEWHERE.items() for name in names.split()}
_LONGEST = max(map(len, _OURS))


def our_key(name: str) -> str:
    """Return our key for another name of it, in any notation; "" for a name that has none."""
    letters = re.sub("[^a-z0-9]", "", name[: 2 * _LONGEST].lower())
    return _OURS.get(letters, "")

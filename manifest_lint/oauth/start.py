"""The URL that opens a login, in a browser and in the mobile application.

Harvest builds a URL, and decodes the percent-encoding of all of it. A browser opens the result. The
mobile application adds its session code to it, decodes it once more, and opens that.
[cozy-libs packages/cozy-harvest-lib: src/helpers/oauth.js, getOAuthUrl, and
src/components/OAuthService.js, InAppBrowser.jsx; their runs; WHATWG URL]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from manifest_lint.cozy import browser_url
from manifest_lint.cozy.browser_url import BrowserURL
from manifest_lint.oauth import wire


@dataclass(frozen=True, slots=True)
class Session:
    """The values that each login makes up; previews show these placeholders."""

    state: str = "STATE"
    nonce: str = "NONCE"
    app: str = "home"
    code: str = "CODE"
    refresh_token: str = "REFRESH_TOKEN"
    session_code: str = "SESSION_CODE"


PLACEHOLDERS = Session()


def start_url(manifest: dict[str, Any], domain: str, session: Session) -> str:
    """Return the string that Harvest opens: a URL whose percent-encoding it has decoded again.

    Raises ValueError where Harvest throws: an escape in the account type's id cannot be decoded.
    """
    name = wire.scalar(wire.javascript_text(wire.account_type_id(manifest)))
    url = browser_url.parse(f"https://{domain}/accounts/{name}/start")
    parameters = dict(wire.form_pairs(url.search[1:]))  # an id may have a `?`
    parameters |= {"state": session.state, "nonce": session.nonce}
    scope = wire.scope_in_start_url(manifest)
    if scope is not None:
        parameters["scope"] = scope
    parameters["slug"] = session.app
    return _decoded(url, parameters.items())


def mobile_url(start: str, session: Session) -> str:
    """Return the string that the mobile application opens for the one that Harvest would open.

    Raises ValueError where Harvest throws, and opens nothing.
    """
    url = browser_url.parse(start)
    pairs = [*wire.form_pairs(url.search[1:]), ("session_code", session.session_code)]
    return _decoded(url, pairs)


def request_url(text: str) -> str | None:
    """Return the URL that a browser makes of a string; its fragment is not sent.

    None if the browser does not accept it as a URL. [WHATWG URL]
    """
    try:
        return str(browser_url.parse(text))
    except ValueError:
        return None


def _decoded(url: BrowserURL, pairs: Any) -> str:
    """Return a URL with other pairs in its query, all of it decoded. Raises ValueError."""
    address = wire.decoded(f"{url.origin}{url.path}")
    query = "&".join(f"{wire.plus(key)}={wire.plus(value)}" for key, value in pairs)
    return f"{address}?{query}{wire.decoded(url.hash)}"

"""How requests are made: through a proxy and with certificates as curl would, and within a time.

[curl(1), "ENVIRONMENT"; urllib3's own limits begin anew with every byte that arrives]
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import (  # type: ignore[attr-defined]  # typeshed knows the second on macOS
    getproxies_environment,
    proxy_bypass_environment,
)

import urllib3
from urllib3.exceptions import HTTPError

from manifest_lint.errors import UserError

Result = TypeVar("Result")


class TimedOut(Exception):
    """Something has not ended in time."""


def proxy_for(url: str) -> str:
    """Return the address of the proxy that a URL is asked through, empty for none."""
    parts = urlsplit(url)
    proxies: dict[str, str] = getproxies_environment()
    if "http_proxy" not in os.environ:
        proxies.pop("http", None)  # in capitals, a web server may have made it of a header
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not proxy or proxy_bypass_environment(parts.netloc.rpartition("@")[2]):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def pool(url: str, **how: Any) -> urllib3.PoolManager:
    """Return what makes requests to a URL; `how` is as for urllib3.

    Raises UserError for a proxy that cannot be used.
    """
    if bundle := os.environ.get("CURL_CA_BUNDLE"):
        how["ca_certs"] = bundle
    proxy = proxy_for(url)
    if not proxy:
        return urllib3.PoolManager(**how)
    try:
        parts = urlsplit(proxy)
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            how["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=pair)
        return urllib3.ProxyManager(proxy, **how)
    except (ValueError, HTTPError):
        what = f"{urlsplit(url).scheme}_proxy: is not an HTTP proxy's address"
        raise UserError(f"{what}; set it, or no_proxy") from None


def within(seconds: float, step: Callable[[], Result]) -> Result:
    """Run a request for so long at most, whatever arrives meanwhile. Raises TimedOut.

    The thread that is left behind ends with the program, which goes on without it.
    """
    results: list[Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(step())
        except Exception as error:  # is raised where the request was wanted
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimedOut
    return results[0]

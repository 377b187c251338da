"""A plugin of proxy.py that resolves names only for the tests."""

from __future__ import annotations

from proxy.http.proxy import HttpProxyBasePlugin


class Names(HttpProxyBasePlugin):
    """Resolves names that end in `.invalid` to the loopback, and leaves others to the system."""

    def resolve_dns(self, host: str, port: int) -> tuple[str | None, None]:  # noqa: ARG002
        return ("127.0.0.1" if host.endswith(".invalid") else None), None

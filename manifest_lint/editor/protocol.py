"""The messages of a language server: what pygls leaves unanswered is answered here.

Each request has an answer: an error if it is malformed, or after `shutdown`. `exit` without
`shutdown` ends with exit code 1. [JSON-RPC 2.0; LSP 3.17, "Shutdown Request", "Exit Notification"]
"""

from __future__ import annotations

from typing import Any

from lsprotocol.types import EXIT
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import RPCMessage, RPCRequest


class Protocol(LanguageServerProtocol):
    """Reads and answers messages. `exit_code` is that of the server once it has ended."""

    exit_code = 0

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Return a decoded message as an object. Raises JsonRpcException if it is malformed."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            self._refuse(data, error)
            raise

    def handle_message(self, message: RPCMessage) -> None:
        """Pass a message on to what handles it."""
        if self._shutdown and isinstance(message, RPCRequest):
            self._refuse({"id": message.id, "method": message.method}, JsonRpcInvalidRequest())
            return
        if getattr(message, "method", "") == EXIT and not self._shutdown:
            self.exit_code = 1
        super().handle_message(message)

    def _refuse(self, request: dict[str, Any], error: JsonRpcException) -> None:
        known = request.get("id")
        if "method" in request and isinstance(known, str | int):
            self._send_response(known, error=error.to_response_error())

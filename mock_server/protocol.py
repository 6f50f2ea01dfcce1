"""What is no HTTP request, answered all the same in the form of the API it was meant for."""

from __future__ import annotations

from functools import partial

from rulebound.mock_server.current import Current
from rulebound.mock_server.exchange import CLOSE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_FAULT = "it is no HTTP request that can be read"
_PLAIN = ("application/json", b'{"error":"%s"}' % _FAULT.encode())


def protocol_of(current: Current) -> type[HttpToolsProtocol]:
    """uvicorn's protocol, but for the answer when its parser gives up on a request.

    There is nothing to route then; as much of the address as was read tells whose form to use.
    And it lets the application close the connection, which ASGI knows no message for.
    """

    class Protocol(HttpToolsProtocol):
        def on_headers_complete(self) -> None:
            """Have a request served, and let what serves it hang up."""
            super().on_headers_complete()
            self.scope["extensions"] = {CLOSE: partial(_hang_up, self.cycle)}  # type: ignore[dict-item]

        def send_400_response(self, msg: str) -> None:
            """Answer 400 and close: where a next request would begin cannot be told."""
            target = getattr(self, "url", b"").decode("latin-1")
            place = current.stub.vendors.place_of(target.partition("?")[0])
            media, body = _PLAIN if place is None else place.api.refusals.unread(_FAULT)
            lines = (
                "HTTP/1.1 400 Bad Request",
                f"content-type: {media}",
                f"content-length: {len(body)}",
                "connection: close",
            )
            self.transport.write("\r\n".join((*lines, "", "")).encode() + body)
            self.transport.close()

    return Protocol


def _hang_up(cycle: RequestResponseCycle) -> None:
    """Close the connection of a request, which counts as left by its caller: no answer is due."""
    cycle.disconnected = True
    cycle.transport.close()

"""The outermost layer: whether a request is for this stub at all, and which web pages may read it.

It costs a request one look at its headers.
"""

from __future__ import annotations

from functools import partial

from rulebound.mock_server.answers import JSON, Answer
from rulebound.mock_server.control.entrance import PREFIX, TOKEN
from rulebound.mock_server.dispatcher import Dispatcher
from rulebound.mock_server.hosts import ELSEWHERE, MALFORMED, Hosts
from rulebound.mock_server.origins import Origins
from rulebound.mock_server.plain_answers import plain
from rulebound.mock_server.reception import Reception
from rulebound.mock_server.refusals import FAILURES
from starlette.types import ASGIApp, Receive, Scope, Send

_NO_HOST = "it does not have one Host header with the name of a host"
_VERSIONS = ("1.1", "1.0")
_INSTEAD = "call it localhost, or start it with --allow-host NAME"


class Gate:
    """Turns away what is for another host, and hands requests of known web pages to `origins`.

    The control plane says by itself who may call it, and by which name.
    """

    def __init__(
        self,
        app: ASGIApp,
        origins: Origins,
        vendors: Dispatcher,
        hosts: Hosts,
        reception: Reception,
    ) -> None:
        self._app = app
        self._origins = origins
        self._vendors = vendors
        self._hosts = hosts
        self._reception = reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host: bytes | None = None
        twice, app = False, self._app
        for name, value in scope["headers"]:
            if name == b"host":
                host, twice = value, host is not None
            elif name == b"origin" and self._origins.hears(value.decode("latin-1")):
                app = self._origins
        version = scope["http_version"]
        if twice or version not in _VERSIONS or (host is None and version == "1.1"):
            fault: str | None = MALFORMED
        else:
            fault = None if host is None else self._hosts.fault(host)
        if fault is not None and not (fault is ELSEWHERE and _is_control(scope["path"])):
            app = partial(self._refuse, fault, host)
        await app(scope, receive, send)

    async def _refuse(
        self, name: str, host: bytes | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        path, headers = scope["path"], dict(scope["headers"])
        words = _words(name, host, scope["http_version"])
        place = None if _is_control(path) else self._vendors.place_of(path)
        if place is None:
            answer = Answer(FAILURES[name][0], (), plain(words, _INSTEAD), JSON)
        else:
            accepted = headers.get(b"accept", b"").decode("latin-1")
            said = f"{words}; {_INSTEAD}" if name == ELSEWHERE else words
            answer = place.api.refusals.unread(name, said, accepted)
        if b"content-length" in headers or b"transfer-encoding" in headers:
            await self._reception.body(receive)  # so that the answer is read, and a next request
        sent = [
            (b"content-type", (answer.media or JSON).encode()),
            (b"content-length", str(len(answer.body)).encode()),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})


def _words(name: str, host: bytes | None, version: str) -> str:
    if version not in _VERSIONS:
        return f"HTTP/{version[:9]} is not spoken here"
    if name == ELSEWHERE:
        return f"the stub is not called {repr((host or b'').decode('latin-1'))[:80]}"
    return _NO_HOST


def _is_control(path: str) -> bool:
    return path != TOKEN and (path == PREFIX or path.startswith(f"{PREFIX}/"))

"""The ASGI application: finds the handler, writes what it answers or refuses."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from tenant import faults, writing
from tenant.state import Tenant
from tenant.wire import ECE, LSQ, V3, Call, Refusal, Reply, refuse

Handler = Callable[[Tenant, Call], Reply | Awaitable[Reply]]
ROOTS = {"/core/": V3, "/ws/v12/": ECE, "/v2/": LSQ}


def routes() -> dict[str, dict[str, Handler]]:
    """Every module's ROUTES, `((method, documented path, handler), ..)`: path -> method -> it."""
    table: dict[str, dict[str, Handler]] = {}
    for name in faults.modules():
        for method, path, handler in getattr(importlib.import_module(name), "ROUTES", ()):
            table.setdefault(path, {})[method] = handler
    return table


class App:
    """`App(tenant)` is the application; it takes any context root before a documented path."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.routes = routes()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI interface."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        call = replace(_call(scope, await _body(receive)), faults=self.tenant.faults)
        reply = await self.answer(call)
        head = [(name.encode(), value.encode("latin-1")) for name, value in reply.headers]
        if reply.status != 204:
            head.append((b"content-length", str(len(reply.body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": head})
        await send({"type": "http.response.body", "body": reply.body})

    async def answer(self, call: Call) -> Reply:
        """What a call is answered; a mistake of the program is a 500."""
        try:
            if (call.method, call.path) == ("POST", "/restore"):
                self.tenant.restore()
                return Reply(204)
            found = self.handler(call)(self.tenant, call)
            return await found if inspect.isawaitable(found) else found
        except Refusal as refusal:
            return writing.refused(call, refusal)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            code = "MXUnknownException" if call.api == LSQ else "500-100"
            return writing.refused(call, refuse(500, code))

    def handler(self, call: Call) -> Handler:
        """The handler of a documented operation; refuses with 404 or 405."""
        there = self.routes.get(call.path)
        if there is None:
            raise refuse(404, "MXNotFoundException" if call.api == LSQ else "404-100")
        if call.method not in there:
            methods = ", ".join(sorted(there))
            code = "MXMethodNotAllowedException" if call.api == LSQ else "405-100"
            raise Refusal(405, code, headers=(("allow", methods),))
        return there[call.method]


def _call(scope: Any, body: bytes) -> Call:
    path, api, prefix = scope["path"], V3, ""
    for root, name in ROOTS.items():
        before, found, after = path.partition(root)
        if found:
            path, api, prefix = root + after, name, before
            break
    pairs = [pair.partition("=") for pair in scope["query_string"].decode("latin-1").split("&")]
    query = tuple((unquote_plus(n), unquote_plus(v)) for n, sep, v in pairs if n or sep)
    headers = tuple((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in scope["headers"])
    return Call(api, scope["method"], path, query, headers, body, prefix)


async def _body(receive: Any) -> bytes:
    parts = b""
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if not message.get("more_body"):
            return parts


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return

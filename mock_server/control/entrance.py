"""The fork in the road: the control plane and the token addresses, or a vendor's API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from rulebound.mock_server.api import Api
from rulebound.mock_server.control.access import refusal
from rulebound.mock_server.control.events import ADDRESS, Events
from rulebound.mock_server.hosts import Hosts
from rulebound.mock_server.plain_answers import send_json
from rulebound.mock_server.reception import Reception
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.worlds import Worlds
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from a2wsgi import WSGIMiddleware

PREFIX = "/_rulebound"
TOKEN = f"{PREFIX}/oauth2/token"
SIGN_IN = f"{PREFIX}/console/sign-in"
_FILE = re.compile(rf"{PREFIX}/console/static/[0-9a-f]{{16}}/[^/]+")
_SEE_OTHER = {"type": "http.response.start", "status": 303}
_CROWDED = {"error": "too many bodies are arriving at once", "instead": "send it again later"}
_INSTEAD = (
    "allow a page by --origin URL, a name by --allow-host NAME; for callers on other machines "
    "start the stub with RULEBOUND_TOKEN and send it as Rulebound-Token"
)
_ODD_QUERY = {"error": "the query is not ASCII", "instead": "write it percent-encoded"}


class Entrance:
    """Hands /_rulebound and the documents' token addresses to Flask, all else to the vendors."""

    def __init__(  # noqa: PLR0913, PLR0917 - all there is to hand over
        self,
        vendors: ASGIApp,
        apis: Sequence[Api],
        worlds: Worlds,
        settings: Settings,
        reception: Reception,
        hosts: Hosts,
    ) -> None:
        self._vendors = vendors
        self._apis = apis
        self._worlds = worlds
        self._settings = settings
        self._reception = reception
        self._hosts = hosts
        self._tokens = token_paths(apis)
        self._control: WSGIMiddleware | None = None
        self.events = Events(worlds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._vendors(scope, receive, send)
            return
        path = scope["path"]
        if path in self._tokens:
            # A token address is the vendor's: it asks for credentials of its own.
            scope = {**scope, "path": f"{TOKEN}/{self._tokens[path]}"}
        elif path != PREFIX and not path.startswith(f"{PREFIX}/"):
            await self._vendors(scope, receive, send)
            return
        elif path != TOKEN and not await self._admitted(scope, send):
            return
        if ADDRESS.fullmatch(path) and scope["method"] == "GET":
            await self.events(scope, receive, send)
            return
        await self._hand_over(scope, receive, send)

    async def _admitted(self, scope: Scope, send: Send) -> bool:
        path = scope["path"]
        why = refusal(scope, self._settings.token, self._settings.origins, self._hosts)
        if self._settings.token and is_open(scope["method"], path):
            return True
        if why is not None and self._settings.token and _wants_a_page(scope):
            where = f"{SIGN_IN}?{urlencode({'to': path})}"
            await send({**_SEE_OTHER, "headers": [(b"location", where.encode())]})
            await send({"type": "http.response.body"})
        elif why is not None:
            await send_json(send, 403, {"error": why, "instead": _INSTEAD})
        return why is None

    async def _hand_over(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give a request to Flask once it has arrived whole: its threads are few, none may wait."""
        if not scope["query_string"].isascii():
            await send_json(send, 400, _ODD_QUERY)
            return
        received = await self._reception.body(receive)
        if received.crowded:
            await send_json(send, 503, _CROWDED)
        elif received.fault is not None:
            await send_json(send, 400, {"error": received.fault, "instead": "send it whole"})
        elif not received.gone:
            app: Any = self._flask()
            await app(*whole(scope, receive, received.body), send)

    def _flask(self) -> WSGIMiddleware:
        """The Flask application, made when it is first asked for: it takes a while to import."""
        if self._control is None:
            from a2wsgi import WSGIMiddleware  # noqa: PLC0415
            from rulebound.mock_server.control.application import control_plane  # noqa: PLC0415
            from rulebound.mock_server.explaining.smallest import Advisor  # noqa: PLC0415

            advisor = Advisor(self._vendors, self._apis, self._worlds)
            app = control_plane(self._apis, self._worlds, self._settings.token, advisor)
            self._control = WSGIMiddleware(app)  # type: ignore[arg-type]
        return self._control


def is_open(method: str, path: str) -> bool:
    """Whether a stub with a token answers this to anybody: the sign-in page and the files it is
    made of, nothing else."""
    if method == "POST":
        return path == SIGN_IN
    return method in {"GET", "HEAD"} and (path == SIGN_IN or _FILE.fullmatch(path) is not None)


def _wants_a_page(scope: Scope) -> bool:
    """Whether a person asks, by a browser, rather than a program."""
    wanted = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in wanted


def whole(scope: Scope, receive: Receive, body: bytes) -> tuple[Scope, Receive]:
    """A request whose body was read already, as it is to be read again: at once, in one piece."""
    pieces = [body]

    async def replay() -> Message:
        if not pieces:
            return await receive()
        return {"type": "http.request", "body": pieces.pop(), "more_body": False}

    about_size = (b"content-length", b"transfer-encoding")
    headers = [each for each in scope["headers"] if each[0] not in about_size]
    if body:
        headers.append((b"content-length", str(len(body)).encode()))
    return {**scope, "headers": headers}, replay


def token_paths(apis: Sequence[Api]) -> dict[str, str]:
    """Path of each tokenUrl that the documents' security schemes name -> name of the API."""
    found: dict[str, str] = {}
    for api in apis:
        schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
        for scheme in schemes.values():
            for flow in scheme.get("flows", {}).values():
                path = urlsplit(flow.get("tokenUrl", "")).path
                if path and path != TOKEN:
                    found.setdefault(path, api.document.name)
    return found

"""The fork in the road: the control plane and the token addresses, or a vendor's API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rulebound.mock_server.api import Api
from rulebound.mock_server.control.access import refusal
from rulebound.mock_server.plain_answers import send_json
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.worlds import Worlds
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from a2wsgi import WSGIMiddleware

PREFIX = "/_rulebound"
TOKEN = f"{PREFIX}/oauth2/token"


class Entrance:
    """Hands /_rulebound and the documents' token addresses to Flask, all else to the vendors."""

    def __init__(
        self, vendors: ASGIApp, apis: Sequence[Api], worlds: Worlds, settings: Settings
    ) -> None:
        self._vendors = vendors
        self._apis = apis
        self._worlds = worlds
        self._settings = settings
        self._tokens = token_paths(apis)
        self._control: WSGIMiddleware | None = None

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
        await self._flask()(scope, receive, send)  # type: ignore[arg-type]

    async def _admitted(self, scope: Scope, send: Send) -> bool:
        why = refusal(scope, self._settings.token, self._settings.origins)
        status, instead = 403, "start the stub with RULEBOUND_TOKEN and send it as Rulebound-Token"
        if why is None and not scope["query_string"].isascii():
            why, status, instead = "the query is not ASCII", 400, "write it percent-encoded"
        if why is not None:
            await send_json(send, status, {"error": why, "instead": instead})
        return why is None

    def _flask(self) -> WSGIMiddleware:
        """The Flask application, made when it is first asked for: it takes a while to import."""
        if self._control is None:
            from a2wsgi import WSGIMiddleware  # noqa: PLC0415
            from rulebound.mock_server.control.application import control_plane  # noqa: PLC0415

            app = control_plane(self._apis, self._worlds)
            self._control = WSGIMiddleware(app)  # type: ignore[arg-type]
        return self._control


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

"""Which web pages may call the stub from a browser (CORS): those of this machine, and some more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rulebound.mock_server.answers import JSON
from rulebound.mock_server.plain_answers import plain
from rulebound.mock_server.settings import SettingFault
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

LOOPBACK = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_EXPOSED = (
    "Rulebound-World",
    "Rulebound-Rule",
    "Rulebound-Explain",
    "Rulebound-Fault",
    "Rulebound-Digest",
    "X-egain-session",
    "Location",
    "Allow",
    "Retry-After",
)


_ORIGIN = re.compile(r"https?://(?:[a-z0-9_.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")


class Origins(CORSMiddleware):
    """`app` for requests of web pages that are known: answers preflights and marks answers, errors
    included.

    No answer is for every origin, and none lets a page send what the browser knows of the user.
    Raises SettingFault for an origin that is none.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise SettingFault(
                    f"{origin[:80]!r} is no origin of a web page; write https://app.example.com, "
                    "without a path, as browsers send it"
                )
        super().__init__(
            app,
            allow_origins=origins,
            allow_origin_regex=LOOPBACK.pattern,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
            # Who is named may call this machine from a page of the internet.
            allow_private_network=True,
        )

    def hears(self, origin: str) -> bool:
        """Whether pages of this origin are known. What others ask is answered as if no page had."""
        return self.is_allowed_origin(origin)

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a preflight; one that makes no sense is told so in JSON."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        error = plain(bytes(response.body).decode(), "ask for a method and headers that HTTP knows")
        return Response(error, response.status_code, media_type=JSON)

"""Bare Starlette: reads a request and sends an answer that is ready, the same each time.

    python bare.py ANSWERS

ANSWERS is a JSON file: a list of {method, path, status, headers, body}, body in base64. On the
same uvicorn with the same loop and parser as the stub.
"""

from __future__ import annotations

import base64
import gc
import json
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def answering(answer: dict[str, Any]) -> Callable[[Request], Awaitable[Response]]:
    """A view that sends this answer."""
    body = base64.b64decode(answer["body"])
    status, headers = answer["status"], answer["headers"]

    async def view(request: Request) -> Response:
        await request.body()
        return Response(body, status, headers)

    return view


def application(answers: list[dict[str, Any]]) -> Starlette:
    """One route for each answer."""
    routes = [
        Route(each["path"], answering(each), methods=[each["method"]], name=str(place))
        for place, each in enumerate(answers)
    ]
    return Starlette(routes=routes)


class Server(uvicorn.Server):
    """uvicorn, which says where it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        door = (sockets or [])[0]
        sys.stdout.write(f"listening on http://127.0.0.1:{door.getsockname()[1]}\n")
        sys.stdout.flush()


def serve(app: Any) -> None:
    """Serve an application as the stub is served, on a free port."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="error",
        server_header=False,
        proxy_headers=False,
    )
    Server(config).run([socket.create_server(("127.0.0.1", 0))])


if __name__ == "__main__":
    serve(application(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))

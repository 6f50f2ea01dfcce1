"""Plain Connexion as its users run it: request and answer validated, a handler for each operation.

    python -W ignore connexion_app.py flask|async DOCUMENT

On the same uvicorn as the stub. The one handler that answers well is that of create task.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import connexion
from bare import serve
from connexion.resolver import Resolver

SCOPES = ["core.casemgr.manage", "core.casemgr.read"]
HEADERS = {"Location": "/core/casemgr/v3/activity/1055", "Content-Type": "application/json"}


def token_info(token: str) -> dict[str, Any] | None:
    """Who a token is, as Connexion asks for it."""
    return {"sub": "anna", "scope": SCOPES} if token == "token-anna" else None


def create_task(**arguments: Any) -> Any:
    """The fixed answer of create task."""
    return connexion.NoContent, 201, HEADERS


async def create_task_async(**arguments: Any) -> Any:
    """The same without a thread."""
    return connexion.NoContent, 201, HEADERS


def application(kind: str, document: dict[str, Any]) -> Any:
    """The application of one of Connexion's two kinds."""
    for scheme in document["components"]["securitySchemes"].values():
        if scheme["type"] == "oauth2":
            scheme["x-tokenInfoFunc"] = "connexion_app.token_info"
    made = connexion.FlaskApp if kind == "flask" else connexion.AsyncApp
    handler = create_task if kind == "flask" else create_task_async
    app = made(__name__)
    app.add_api(
        document,
        resolver=Resolver(lambda name: handler),
        strict_validation=True,
        validate_responses=True,
    )
    return app


if __name__ == "__main__":
    text = Path(sys.argv[2]).read_text(encoding="utf-8")
    serve(application(sys.argv[1], json.loads(text)))

"""Documents on request, and whether the stub is well."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, jsonify, request
from rulebound.mock_server.api import Api
from rulebound.mock_server.control.entrance import PREFIX
from rulebound.mock_server.worlds import WorldRefusal, Worlds
from rulebound.openapi.yaml_reader import read_text

Answered = Response | tuple[Response, int]


def documents_views(apis: Sequence[Api], worlds: Worlds) -> Blueprint:
    """The addresses of documents, and /health."""
    views = Blueprint("documents", __name__)
    known = {api.document.name: api for api in apis}

    @views.get("/")
    @views.get("/health")
    def health() -> Answered:
        return jsonify(
            status="ok",
            apis=[_shown(api) for api in apis],
            worlds=worlds.count(),
            docs=f"{PREFIX}/docs/",
            calls=calls(),
        )

    @views.get("/control")
    def control() -> Answered:
        return jsonify(control_document())

    @views.get("/documents")
    def listed() -> Answered:
        return jsonify(documents=list(known))

    @views.get("/documents/<name>")
    def document(name: str) -> Answered:
        if name not in known:
            instead = f"there are {', '.join(known)}"
            raise WorldRefusal(404, f"there is no document {name!r}", instead)
        bundle: dict[str, Any] = dict(known[name].document.bundle)
        if request.args.get("servers") == "here":
            bundle["servers"] = [{"url": known[name].base or "/"}]
        return jsonify(bundle)

    return views


@cache
def control_document() -> dict[str, Any]:
    """The OpenAPI document of the control plane itself."""
    text = files("rulebound.mock_server.control").joinpath("control.yaml").read_text("utf-8")
    document: dict[str, Any] = read_text(text, "control.yaml").value
    return document


def calls() -> list[str]:
    """Every call of the control plane in a line: method, address, what it is for."""
    return [
        f"{method.upper()} {PREFIX}{path}: {operation['summary']}"
        for path, item in control_document()["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def _shown(api: Api) -> dict[str, Any]:
    document = api.document
    return {
        "name": document.name,
        "title": document.bundle["info"]["title"],
        "path": api.base,
        "seed": api.seed.name,
        "operations": [each.id for each in document.operations],
    }

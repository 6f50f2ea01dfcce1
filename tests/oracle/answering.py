"""Answers drawn around those of the stub, and what the stub's own check says of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from oracle.bounds import Bounds
from oracle.calling import Told
from oracle.drawing import Draw, changed
from oracle.sides import REFUSED, TAKEN
from rulebound.mock_server.conformance import Conformance
from rulebound.openapi.model import Operation
from rulebound.openapi.request import NO_BODY

_KINDS = ("application/json", "application/problem+json", "text/plain")
_STATUSES = (200, 201, 202, 204, 299, 400, 401, 404, 409, 418, 500)


def verdict_of(conformance: Conformance, told: Told) -> str:
    """What the stub says of an answer before it sends it."""
    headers = {name: value for name, value in told.headers.items() if name != "content-type"}
    body = told.json if told.body else NO_BODY
    fault = conformance.fault(told.status, headers, body, told.headers.get("content-type"))
    return TAKEN if fault is None else REFUSED


def answers(known: Sequence[Told], operation: Operation, bounds: Bounds) -> st.SearchStrategy[Told]:
    """Answers near known ones, which are JSON or have no body."""
    bodies = [told.json for told in known if told.body]
    names = sorted(
        {name.lower() for raw in operation.responses.values() for name in raw.get("headers", ())}
        - {"content-type"}
    )

    def body(draw: Draw, told: Told) -> Told:
        value = changed(draw, told.json, bodies, bounds)
        return replace(told, body=json.dumps(value, ensure_ascii=False).encode())

    def header(draw: Draw, told: Told) -> Told:
        if not names:
            return told
        name = draw(st.sampled_from(names))
        rest = {key: value for key, value in told.headers.items() if key != name}
        value = draw(st.sampled_from((None, "", "x", told.headers.get(name, "1"))))
        return replace(told, headers=rest if value is None else {**rest, name: value})

    @st.composite
    def drawn(draw: Draw) -> Told:
        told: Told = draw(st.sampled_from(known))
        for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2)))):
            parts = [body] * 6 if told.body else [_some_body]
            told = draw(st.sampled_from([*parts, header, _status, _media, _nothing]))(draw, told)
        return told

    return drawn()


def _some_body(draw: Draw, told: Told) -> Told:
    body = draw(st.sampled_from((b"{}", b"null", b'"text"', b"[1]")))
    return replace(told, body=body, headers={**told.headers, "content-type": "application/json"})


def _status(draw: Draw, told: Told) -> Told:
    return replace(told, status=draw(st.sampled_from(_STATUSES)))


def _media(draw: Draw, told: Told) -> Told:
    if not told.body:
        return told
    media: Any = draw(st.sampled_from(_KINDS))
    return replace(told, headers={**told.headers, "content-type": media})


def _nothing(draw: Draw, told: Told) -> Told:
    rest = {key: value for key, value in told.headers.items() if key != "content-type"}
    return replace(told, body=b"", headers=rest)

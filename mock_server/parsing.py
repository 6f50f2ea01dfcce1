"""A request as the judge reads it, from what came over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from rulebound.openapi.model import Operation
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import NO_BODY, Request

Headers = tuple[tuple[str, str], ...]


def parsed(  # noqa: PLR0913, PLR0917 - a request has so many parts
    operation: Operation,
    method: str,
    path: str,
    query: str,
    headers: Headers,
    body: bytes,
    body_fault: str | None,
    parameters: Mapping[str, str],
) -> Request:
    """The request; a body that could not be received (`body_fault`) is none, and says why."""
    if body_fault is None:
        read = read_body(operation, dict(headers), body)
        media, value, fault = read.media_type, read.body, read.fault
    else:
        media, value, fault = None, NO_BODY, body_fault
    return Request(
        method=method,
        path=path,
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        media_type=media,
        body=value,
        body_fault=fault,
        path_parameters=dict(parameters),
    )

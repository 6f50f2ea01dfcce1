"""A request as the judge reads it, from what came over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl

from rulebound.openapi.model import Operation
from rulebound.openapi.read_body import BodyReader, ReadBody
from rulebound.openapi.request import NO_BODY, Request

Pairs = tuple[tuple[str, str], ...]
_LONGEST = 300
"""Characters of a query whose pairs are remembered."""


class Parser:
    """Reads the requests of one operation."""

    def __init__(self, operation: Operation) -> None:
        self._bodies = BodyReader(operation)

    def request(  # noqa: PLR0913, PLR0917 - a request has so many parts
        self,
        method: str,
        path: str,
        query: str,
        headers: Pairs,
        body: bytes,
        body_fault: str | None,
        parameters: Mapping[str, str],
    ) -> Request:
        """The request; a body that could not be received (`body_fault`) is none, and says why."""
        named = dict(headers)
        if body_fault is None:
            read = self._bodies.read(named, body)
        else:
            read = ReadBody(None, NO_BODY, body_fault)
        return Request.read(
            method=method,
            path=path,
            query=_remembered(query) if len(query) <= _LONGEST else _pairs(query),
            headers=headers,
            media_type=read.media_type,
            body=read.body,
            body_fault=read.fault,
            path_parameters=dict(parameters),
            header_map=named,
        )


def _pairs(query: str) -> Pairs:
    return tuple(parse_qsl(query, keep_blank_values=True))


_remembered = lru_cache(maxsize=1024)(_pairs)

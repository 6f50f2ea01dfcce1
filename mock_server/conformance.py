"""The stub's own answers held against the document it serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
from rulebound.mock_server.pieces import Parted, Pieces, parted
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.model import Operation
from rulebound.openapi.request import NO_BODY
from rulebound.openapi.request_schema import validator as linear_validator


@dataclass(frozen=True, slots=True)
class _Response:
    """One declared response, compiled. Without media types it has no body."""

    media: Mapping[str, jsonschema_rs.Draft202012Validator]
    schemas: Mapping[str, Any]
    headers: Mapping[str, tuple[bool, jsonschema_rs.Draft202012Validator]]


class Conformance:
    """The declared responses of an operation."""

    def __init__(self, operation: Operation) -> None:
        self._responses = {status: _compiled(raw) for status, raw in operation.responses.items()}
        self._parted: dict[tuple[int, str, str], Parted | None] = {}

    def fault(
        self,
        status: int,
        headers: Mapping[str, str],
        body: Any,
        media: str | None,
        pieces: Pieces | None = None,
    ) -> str | None:
        """Why an answer is none that the document declares, in words; None when it is one.

        `pieces` are the items of a list in it; of them those found to fit before still do.
        """
        response = self._declared(status)
        if response is None:
            return f"status {status} is not declared"
        fault = _headers_fault(response, headers)
        if fault is not None:
            return fault
        if body is NO_BODY:
            return "a body is declared, none is answered" if response.media else None
        validator = response.media.get(media or "")
        if validator is None:
            return f"a body of {media} is not declared for status {status}"
        if pieces is not None:
            found = self._parted_at(status, media or "", response, pieces.name)
            if found is not None and found.fits(body, pieces):
                return None
        if validator.is_valid(body):
            return None
        for error in validator.iter_errors(body):
            place = "/".join(map(str, error.instance_path))
            return f"the body does not fit its schema at /{place}: {error.message}"
        return None

    def _parted_at(self, status: int, media: str, response: _Response, name: str) -> Parted | None:
        key = (status, media, name)
        if key not in self._parted:
            self._parted[key] = parted(response.schemas[media], name)
        return self._parted[key]

    def _declared(self, status: int) -> _Response | None:
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self._responses:
                return self._responses[key]
        return None


def _headers_fault(response: _Response, headers: Mapping[str, str]) -> str | None:
    sent = {name.lower(): value for name, value in headers.items()}
    for name, (required, validator) in response.headers.items():
        value = sent.get(name)
        if value is None:
            if required:
                return f"the header {name} is missing"
        elif not validator.is_valid(value):
            return f"the header {name} does not fit its schema"
    return None


def _compiled(raw: Mapping[str, Any]) -> _Response:
    return _Response(
        media={name: _validator(part) for name, part in raw.get("content", {}).items()},
        schemas={name: part.get("schema", True) for name, part in raw.get("content", {}).items()},
        headers={
            name.lower(): (part.get("required", False), _validator(part))
            for name, part in raw.get("headers", {}).items()
            if name.lower() != "content-type"
        },
    )


def _validator(part: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    try:
        return linear_validator(part.get("schema", True))
    except jsonschema_rs.ValidationError as error:
        place = "/".join(map(str, error.instance_path))
        message = f"the schema of an answer cannot be used, at {place or 'its top'}"
        instead = "write JSON Schema 2020-12, patterns without look-around and back-references"
        raise DocumentError([Finding("openapi.yaml", 1, "/paths", message, instead)]) from None

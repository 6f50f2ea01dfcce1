"""The bytes of a body as a JSON value, or the fault that keeps it from being read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rulebound.openapi.body_media import media_type_of, refusal
from rulebound.openapi.json_text import MOST_VALUES, JsonFault, read_json
from rulebound.openapi.model import Operation
from rulebound.openapi.request import NO_BODY
from rulebound.openapi.schema_codec import XmlFault, read_xml

_MOST = 256
_LONGEST = 200
"""Characters of the headers on a body whose meaning is remembered."""


class ReadBody(NamedTuple):
    """Three fields of a Request: the media type, the JSON value or NO_BODY, and the fault."""

    media_type: str | None
    body: Any = NO_BODY
    fault: str | None = None


def read_body(operation: Operation, headers: Mapping[str, str], raw: bytes) -> ReadBody:
    """The body of a request; `headers` by lower-case name. See BodyReader."""
    return BodyReader(operation).read(headers, raw)


class BodyReader:
    """Reads the bodies of an operation's requests."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._media = operation.body.media if operation.body else {}
        self._names = {name.lower(): name for name in self._media}
        self._first = next(iter(self._media), "application/json")
        self._kinds: dict[tuple[str | None, str | None], _Kind] = {}

    def read(self, headers: Mapping[str, str], raw: bytes) -> ReadBody:
        """A body whose media type, charset or coding the operation does not take is not read: that
        is its fault. One without a Content-Type is read as the first media type declared. Other
        types than JSON and XML are read as UTF-8 text. Never raises.
        """
        content_type = headers.get("content-type")
        if not raw:
            return ReadBody(media_type_of(content_type))
        coding = headers.get("content-encoding")
        known = self._kinds.get((content_type, coding)) or self._kind(content_type, coding)
        kind, reason, schema, form = known
        if kind is None or reason is not None:
            return ReadBody(kind, fault=f"a body of {reason} is not read")
        try:
            if form == "json":
                return ReadBody(kind, read_json(raw, most_values=MOST_VALUES))
            if form == "xml":
                return ReadBody(kind, read_xml(raw, schema, most_values=MOST_VALUES))
            return ReadBody(kind, raw.decode("utf-8"))
        except (JsonFault, XmlFault) as fault:
            return ReadBody(kind, fault=str(fault))
        except UnicodeDecodeError:
            return ReadBody(kind, fault="the body is not UTF-8")

    def _kind(self, content_type: str | None, coding: str | None) -> _Kind:
        """What a body is by its headers; remembered, as most requests are alike in them."""
        kind = media_type_of(content_type)
        reason = refusal(self._operation, content_type, coding)
        declared = self._names.get(kind or "", self._first)
        if reason is None:
            kind = kind or declared.lower()
        known = _Kind(kind, reason, self._media.get(declared, True), _form(kind or ""))
        if len(self._kinds) < _MOST and len(f"{content_type}{coding}") <= _LONGEST:
            self._kinds[content_type, coding] = known
        return known


class _Kind(NamedTuple):
    """A media type, why a body of it is not taken, the schema that gives XML its names, and how
    it is read: json, xml or text."""

    media_type: str | None
    reason: str | None
    schema: Any
    form: str


def _form(kind: str) -> str:
    if kind.endswith(("/json", "+json")):
        return "json"
    return "xml" if kind.endswith(("/xml", "+xml")) else "text"

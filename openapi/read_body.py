"""The bytes of a body as a JSON value, or the fault that keeps it from being read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.openapi.body_media import media_type_of, refusal
from rulebound.openapi.json_text import JsonFault, read_json
from rulebound.openapi.model import Operation
from rulebound.openapi.request import NO_BODY
from rulebound.openapi.schema_codec import XmlFault, read_xml


@dataclass(frozen=True, slots=True)
class ReadBody:
    """Three fields of a Request: the media type, the JSON value or NO_BODY, and the fault."""

    media_type: str | None
    body: Any = NO_BODY
    fault: str | None = None


def read_body(operation: Operation, headers: Mapping[str, str], raw: bytes) -> ReadBody:
    """The body of a request; `headers` by lower-case name.

    A body whose media type, charset or coding the operation does not take is not read: that is
    its fault. One without a Content-Type is read as the first media type declared. Other types
    than JSON and XML are read as UTF-8 text. Never raises.
    """
    content_type = headers.get("content-type")
    kind = media_type_of(content_type)
    if not raw:
        return ReadBody(kind)
    reason = refusal(operation, content_type, headers.get("content-encoding"))
    if reason is not None:
        return ReadBody(kind, fault=f"a body of {reason} is not read")
    media = operation.body.media if operation.body else {}
    names = {name.lower(): name for name in media}
    declared = names.get(kind or "", next(iter(media), "application/json"))
    kind = kind or declared.lower()
    try:
        return ReadBody(kind, _read(raw, kind, media.get(declared, True)))
    except (JsonFault, XmlFault) as fault:
        return ReadBody(kind, fault=str(fault))
    except UnicodeDecodeError:
        return ReadBody(kind, fault="the body is not UTF-8")


def _read(raw: bytes, kind: str, schema: Any) -> Any:
    if kind.endswith(("/json", "+json")):
        return read_json(raw)
    if kind.endswith(("/xml", "+xml")):
        return read_xml(raw, schema)
    return raw.decode("utf-8")

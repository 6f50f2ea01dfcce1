"""Writes errors and XML bodies, in the form of each API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tenant import negotiation
from tenant.messages import message
from tenant.wire import ECE, LSQ, Call, Refusal, Reply

COMMON = "http://bindings.egain.com/ws/model/v12/gen/common"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def escaped(text: str) -> str:
    """Text that may stand in XML; what XML cannot say becomes the replacement character."""
    text = _UNFIT.sub("\ufffd", text)
    for sign, name in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
        ("\r", "&#13;"),
    ):
        text = text.replace(sign, name)
    return text


# by element ("*": any), the members that XML writes as attributes
Attributes = Mapping[str, tuple[str, ...]]


def xml(name: str, data: Any, attributes: Attributes, namespace: str = "") -> str:
    """Members become elements (those in `attributes` attributes), lists repeated elements."""
    if isinstance(data, list):
        return "".join(xml(name, item, attributes) for item in data)
    spaced = f' xmlns="{namespace}"' if namespace else ""
    if not isinstance(data, Mapping):
        return f"<{name}{spaced}>{escaped(_text(data))}</{name}>"
    outer = (*attributes.get("*", ()), *attributes.get(name, ()))
    head = "".join(f' {k}="{_flat(data[k])}"' for k in outer if k in data)
    inner = "".join(xml(k, v, attributes) for k, v in data.items() if k not in outer)
    return f"<{name}{spaced}{head}>{inner}</{name}>"


def _flat(value: Any) -> str:
    """Text of an attribute: line ends and tabs would be read as blanks."""
    return escaped(_text(value)).replace("\n", "&#10;").replace("\t", "&#9;")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def document(form: str, root: str, data: Any, attributes: Attributes, ns: str = "") -> bytes:
    """A whole body in JSON or XML."""
    if form == "json":
        return json.dumps(data, ensure_ascii=False).encode()
    return f'<?xml version="1.0" encoding="UTF-8"?>{xml(root, data, attributes, ns)}'.encode()


def refused(call: Call, refusal: Refusal) -> Reply:
    """The answer that a refusal becomes."""
    if call.api == LSQ:
        return _refused_lsq(refusal)
    language = negotiation.spoken(call) or "en-US"
    if call.has("protocol-english-errors"):
        language = "en-US"
    text = refusal.text or message(refusal.code, refusal.values, language)
    form = negotiation.accepted(call) or negotiation.default_form(call)
    data = {"code": refusal.code, "developerMessage": text}
    body = document(form, "error", data, {}, COMMON if call.api == ECE else "")
    media = "text/html" if call.has("protocol-errors-as-html") else negotiation.MEDIA[form]
    return Reply(refusal.status, body, (("content-type", media), *refusal.headers))


def _refused_lsq(refusal: Refusal) -> Reply:
    text = refusal.text or (", ".join(refusal.values) or "Refused")
    data = {"Status": "Error", "ExceptionType": refusal.code, "ExceptionMessage": text}
    head = (("content-type", "application/json"), *refusal.headers)
    return Reply(refusal.status, json.dumps(data, ensure_ascii=False).encode(), head)

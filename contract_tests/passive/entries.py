"""Reads one entry of a HAR file; whatever stands where something else should is a fault told."""

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rulebound.contract_tests.passive.recorded import Body, EntryFault, Pairs, Recorded
from rulebound.contract_tests.wire.message import Answer

_BODILESS = frozenset(("GET", "HEAD", "DELETE", "OPTIONS", "TRACE"))
_NO_CONTENT = frozenset((204, 205, 304))
_REPLACED = "\ufffd"
# What can be added to and taken from without leaving the calendar.
_YEARS = range(1970, 9000)


def read_entry(raw: Any, where: str, number: int) -> tuple[Recorded, tuple[str, ...]]:
    """The exchange of an entry, and what is to be said of it.

    Raises EntryFault where it cannot be read, or where no server answered.
    """
    entry = _map(raw, "the entry")
    request = _map(entry.get("request"), "request")
    response = _map(entry.get("response"), "response")
    if entry.get("_fromCache") is not None or response.get("status") == 304:
        raise EntryFault("the answer came out of the browser's cache")
    method = _text(request.get("method"), "request.method").upper()
    origin, host, path, query = _address(_text(request.get("url"), "request.url"))
    headers = _headers(request.get("headers"), "request.headers")
    notes: list[str] = []
    body = _sent(request, method, dict(_lower(headers)), notes)
    answer, told = _answer(response, method, _seconds(entry.get("time")), notes)
    recorded = Recorded(
        where=where,
        number=number,
        origin=origin,
        host=host,
        method=method,
        path=path,
        query=query,
        headers=headers or None,
        body=body,
        started=_moment(entry.get("startedDateTime")),
        answer=answer,
        answer_headers=bool(response.get("headers")),
        answer_told=told,
    )
    return recorded, tuple(notes)


def _address(url: str) -> tuple[str, str, str, Pairs]:
    """Origin without credentials, host, path and query of a URL."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        query = parse_qsl(parts.query, keep_blank_values=True, errors="strict")
    except ValueError:
        raise EntryFault("request.url is no URL") from None
    if parts.scheme not in ("http", "https"):
        raise EntryFault("request.url is no http address")
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return origin, host, parts.path or "/", tuple(query)


def _sent(
    request: Mapping[str, Any], method: str, headers: Mapping[str, str], notes: list[str]
) -> Body:
    """The request's body: none, its bytes, or that the recorder left it out."""
    size = _number(request.get("bodySize"))
    posted = request.get("postData")
    if posted is None:
        return Body(told=_sent_nothing(method, size, headers))
    text = _map(posted, "request.postData").get("text")
    if text is None or (text == "" and (posted.get("params") or size > 0)):
        return Body(told=False)
    body = _content(_text(text, "request.postData.text", whole=False), posted, notes)
    kind = posted.get("mimeType")
    kind = kind if isinstance(kind, str) else None
    return replace(body, told=body.told and len(body.content) >= size, kind=kind)


def _sent_nothing(method: str, size: float, headers: Mapping[str, str]) -> bool:
    """Whether a request without recorded body had none."""
    length = headers.get("content-length", "").strip()
    if length.strip("0") or "transfer-encoding" in headers:
        return False
    return bool(length) or size == 0 or (method in _BODILESS and "content-type" not in headers)


def _answer(
    response: Mapping[str, Any], method: str, seconds: float, notes: list[str]
) -> tuple[Answer, bool]:
    """The answer, and whether its body is told."""
    status = response.get("status")
    if status == 0 and not isinstance(status, bool):
        raise EntryFault("no answer was recorded")
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        raise EntryFault("response.status is not the status of an answer")
    content = _map(response.get("content") or {}, "response.content")
    headers = _headers(response.get("headers"), "response.headers")
    kind = content.get("mimeType")
    if not headers and isinstance(kind, str) and kind.isascii():
        headers = (("Content-Type", kind),)
    body = _received(content, _number(response.get("bodySize")), notes)
    if body is None:
        body = Body(told=status in _NO_CONTENT or method == "HEAD")
    return Answer(status, headers, body.content, seconds), body.told


def _received(content: Mapping[str, Any], sent: float, notes: list[str]) -> Body | None:
    """The body of an answer; None where the recording holds no text of it."""
    size, text = _number(content.get("size")), content.get("text")
    if text is None:
        return Body() if size == 0 or (size < 0 and sent == 0) else None
    body = _content(_text(text, "response.content.text", whole=False), content, notes)
    return body if len(body.content) >= size else Body(told=False)


def _content(text: str, part: Mapping[str, Any], notes: list[str]) -> Body:
    """A recorded text as bytes; not told where it cannot be what went over the wire."""
    encoding = part.get("encoding")
    if encoding == "base64":
        try:
            return Body(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            notes.append("a body is not the base64 it says it is; it is not judged")
            return Body(told=False)
    if encoding not in (None, "", "utf-8", "utf8"):
        notes.append("a body has an encoding that is not known; it is not judged")
        return Body(told=False)
    try:
        # A recorder writes U+FFFD in place of bytes that are no text: what was sent is lost.
        return Body(text.encode(), told=_REPLACED not in text)
    except UnicodeEncodeError:
        return Body(told=False)


def _headers(value: Any, what: str) -> Pairs:
    found = []
    for number, each in enumerate(_list(value, what)):
        name = _text(_map(each, f"{what}[{number}]").get("name"), f"{what}[{number}].name")
        # Names that begin with a colon are no headers, but parts of the request line of HTTP/2.
        if name and not name.startswith(":"):
            found.append((name, _text(each.get("value"), f"{what}[{number}].value")))
    return tuple(found)


def _lower(headers: Pairs) -> Pairs:
    return tuple((name.lower(), value) for name, value in headers)


def _map(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise EntryFault(f"{what} is {_kind(value)}, not an object")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise EntryFault(f"{what} is {_kind(value)}, not a list")
    return value


def _text(value: Any, what: str, *, whole: bool = True) -> str:
    """A text; with `whole` one that can be written as UTF-8."""
    if not isinstance(value, str):
        raise EntryFault(f"{what} is {_kind(value)}, not a text")
    if whole and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise EntryFault(f"{what} holds half of a character") from None
    return value


def _kind(value: Any) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"


def _number(value: Any) -> float:
    """A number; -1, as HAR writes what is not known, for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return -1
    try:
        number = float(value)
    except OverflowError:
        return -1
    return number if math.isfinite(number) else -1


def _seconds(value: Any) -> float:
    return max(_number(value), 0.0) / 1000


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    known = moment is not None and moment.tzinfo is not None and moment.year in _YEARS
    return moment if known else None

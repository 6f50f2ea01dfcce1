"""How deep a body is nested and of how many values it is, before anything is built of it.

Readers of JSON and XML, and all that walks what they built, go a step into themselves for every
level, so a body of nothing but brackets ends in a crash or in minutes of work; and a value takes
thirty times the bytes that the shortest are written in. This is one pass in little memory.
"""

import json
import re
from xml.parsers import expat

MOST_DEPTH = 200
_STRING_OR_PIECE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[^"]{1,65536}+', re.DOTALL)
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))


class TooDeep(ValueError):
    """The body is deeper, or of more values, than allowed, or declares entities: depth unseen."""


def check_depth(
    body: bytes,
    media_type: str | None,
    most: int = MOST_DEPTH,
    most_values: int | None = None,
) -> None:
    """Look through a body without building anything of it.

    In: the bytes, their media type without parameters (lower case), the levels allowed, and the
    values where they are limited. A body of another type is taken for JSON when it begins like it.
    Raises TooDeep; a body that is not what it says it is passes, since reading it comes to nothing.
    """
    media = media_type or ""
    most_values = len(body) if most_values is None else most_values
    if media.endswith("xml"):
        _check_xml(body, most, most_values)
    elif media.endswith("json") or body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        _check_json(_as_utf8(body), most, most_values)


def _as_utf8(body: bytes) -> bytes:
    encoding = json.detect_encoding(body)
    if encoding.startswith("utf-8"):
        return body
    return body.decode(encoding, "replace").encode("utf-8", "replace")


def _check_json(body: bytes, most: int, most_values: int) -> None:
    opened = body.count(b"[") + body.count(b"{")
    if opened <= most and opened + body.count(b",") <= most_values:
        return
    depth = values = 0
    for found in _STRING_OR_PIECE.finditer(body):
        piece = found.group()
        if piece.startswith(b'"'):
            continue
        values += sum(map(piece.count, (b",", b"[", b"{")))
        if values > most_values:
            raise _too_many(most_values)
        for step in memoryview(piece.translate(_STEPS, _NO_BRACKETS)).cast("b"):
            depth += step
            if depth > most:
                raise _too_deep(most)


def _check_xml(body: bytes, most: int, most_values: int) -> None:
    depth = values = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, values
        depth += 1
        values += 1 + len(attributes)
        if depth > most:
            raise _too_deep(most)
        if values > most_values:
            raise _too_many(most_values)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise TooDeep("the body declares entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        return


def _too_deep(most: int) -> TooDeep:
    return TooDeep(f"the body is nested deeper than {most} levels")


def _too_many(most: int) -> TooDeep:
    return TooDeep(f"the body has more than {most} values")

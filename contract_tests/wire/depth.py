"""How deep a body is nested, told before anything builds a tree of it.

Readers of JSON and XML, and all that walks what they built, go a step into themselves for every
level, so a body of nothing but brackets ends in a crash or in minutes of work. This is one pass in
little memory.
"""

import json
import re
from xml.parsers import expat

MOST_DEPTH = 200
_STRING_OR_PIECE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[^"]{1,65536}+', re.DOTALL)
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))


class TooDeep(ValueError):
    """The body is nested deeper than allowed, or declares entities, which nest unseen."""


def check_depth(body: bytes, media_type: str | None, most: int = MOST_DEPTH) -> None:
    """Look through a body without building anything of it.

    In: the bytes, their media type without parameters (lower case), the levels allowed. A body of
    another type is taken for JSON when it begins like it. Raises TooDeep; a body that is not what
    it says it is passes, since reading it comes to nothing anyway.
    """
    media = media_type or ""
    if media.endswith("xml"):
        _check_xml(body, most)
    elif media.endswith("json") or body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        _check_json(_as_utf8(body), most)


def _as_utf8(body: bytes) -> bytes:
    encoding = json.detect_encoding(body)
    if encoding.startswith("utf-8"):
        return body
    return body.decode(encoding, "replace").encode("utf-8", "replace")


def _check_json(body: bytes, most: int) -> None:
    if body.count(b"[") + body.count(b"{") <= most:
        return
    depth = 0
    for found in _STRING_OR_PIECE.finditer(body):
        piece = found.group()
        if piece.startswith(b'"'):
            continue
        for step in memoryview(piece.translate(_STEPS, _NO_BRACKETS)).cast("b"):
            depth += step
            if depth > most:
                raise TooDeep(f"the body is nested deeper than {most} levels")


def _check_xml(body: bytes, most: int) -> None:
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > most:
            raise TooDeep(f"the body is nested deeper than {most} levels")

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

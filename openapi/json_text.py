"""JSON read strictly (RFC 8259 and I-JSON, RFC 7493): nothing that two readers take differently."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NoReturn

import orjson

MOST_DEPTH = 64
MOST_DIGITS = 300
MOST_VALUES = 20_000
"""Of what a request says: each would be judged, and what is wrong with each be told."""
# Strings, so that brackets in them do not count; possessive, so that no text makes it slow.
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)
_PARTS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{,]', re.DOTALL)
_QUOTE = ord('"')
_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 19
_INFINITE = (float("inf"), float("-inf"))


class JsonFault(Exception):
    """A text that is no JSON, or none that can be read without a doubt."""


def read_json(raw: bytes, most_depth: int = MOST_DEPTH, most_values: int | None = None) -> Any:
    """The JSON value in `raw`.

    Raises JsonFault for a byte order mark, other text than UTF-8, a name given twice in an
    object, NaN and infinity, numbers too large, lone surrogates, depth beyond `most_depth`, and
    more than `most_values` values.
    """
    # So short a text cannot hold so many values.
    short = most_values is None or len(raw) < most_values
    if short and (found := _quickly(raw, most_depth)) is not _DOUBTFUL:
        return found
    if raw.startswith(b"\xef\xbb\xbf"):
        raise JsonFault("the JSON text starts with a byte order mark")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonFault(f"the JSON text is not UTF-8 at byte {error.start}") from None
    if most_values is not None and not short:
        _limit_values(raw, most_values)
        if (found := _quickly(raw, most_depth)) is not _DOUBTFUL:
            return found
    _limit_depth(raw, most_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except json.JSONDecodeError as error:
        raise JsonFault(
            f"the JSON text cannot be read at line {error.lineno}, column {error.colno}"
        ) from None
    if "\\u" in text:
        _limit_surrogates(value)
    return value


_DOUBTFUL = object()


def _quickly(raw: bytes, most_depth: int) -> Any:
    """The value of a text in which nothing needs a closer look; else _DOUBTFUL.

    The quick reader keeps one of two values of a name: then fewer colons are written than read.
    """
    if raw.count(b"[") + raw.count(b"{") > most_depth:
        return _DOUBTFUL
    if b"\\" in raw and b"\\u" in raw:  # one character is looked for far quicker than two
        return _DOUBTFUL
    if _LONG_NUMBER in raw.translate(_ZEROS):
        return _DOUBTFUL
    try:
        value = orjson.loads(raw)
        return value if orjson.dumps(value).count(b":") == raw.count(b":") else _DOUBTFUL
    except ValueError:
        return _DOUBTFUL


def _limit_values(raw: bytes, most: int) -> None:
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") < most:
        return
    found = 0
    # Where there are more texts than that, there are too many values too, or it is no JSON.
    for number, token in enumerate(_PARTS.finditer(raw)):
        found += raw[token.start()] != _QUOTE
        if found >= most or number > 4 * most:
            raise JsonFault(f"the JSON text holds more than {most} values")


def _limit_depth(raw: bytes, most: int) -> None:
    if raw.count(b"[") + raw.count(b"{") <= most:
        return
    depth = 0
    for token in _BRACKETS.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            if depth > most:
                raise JsonFault(f"the JSON text is nested deeper than {most}")
        elif first in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, number in times.items() if number > 1)
        shown = twice[:60].encode("utf-8", "replace").decode("utf-8")
        raise JsonFault(f"the name {shown!r} is given twice in one object")
    return value


def _constant(word: str) -> NoReturn:
    raise JsonFault(f"{word} is no JSON number")


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise JsonFault("a number is too large")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= MOST_DIGITS else _INFINITE[0]
    if number in _INFINITE:
        raise JsonFault("a number is too large or too long")
    return number


def _limit_surrogates(value: Any) -> None:
    """Raises JsonFault for a text that cannot be written as UTF-8."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise JsonFault("a text holds half of a surrogate pair") from None
    elif isinstance(value, list):
        for item in value:
            _limit_surrogates(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _limit_surrogates(name)
            _limit_surrogates(item)

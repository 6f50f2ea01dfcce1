"""JSON as stores keep it: ASCII where it must be, exact for every value a world can hold."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson


def text_of(value: Any) -> str:
    """A value as JSON; members keep their order."""
    try:
        return orjson.dumps(value, default=_plain).decode()
    except TypeError:  # whole numbers beyond 64 bits, lone surrogates
        return json.dumps(value, default=_plain)


def value_of(text: str) -> Any:
    """The value of a JSON text; whole numbers of any size."""
    return json.loads(text)


def key_of(id: str) -> str:
    """An id as a column can hold it, whatever signs it has."""
    return json.dumps(id)


def bytes_text(data: bytes) -> str:
    """Bytes as text."""
    return b64encode(data).decode("ascii")


def text_bytes(text: str) -> bytes:
    """The bytes of what `bytes_text` gave."""
    return b64decode(text)


def _plain(value: Any) -> Any:
    """What stands in JSON for a value that JSON does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value)

"""The media type of a body, and whether an operation takes it."""

from __future__ import annotations

from functools import lru_cache

from rulebound.openapi.model import Operation
from werkzeug.http import parse_options_header

_LONGEST = 200
"""Characters of a Content-Type whose reading is remembered."""


def media_type_of(content_type: str | None) -> str | None:
    """The media type in a Content-Type value, lower case; None where there is none."""
    if content_type is None:
        return None
    return _remembered(content_type) if len(content_type) <= _LONGEST else _read(content_type)


def _read(content_type: str) -> str | None:
    return parse_options_header(content_type)[0].strip().lower() or None


_remembered = lru_cache(maxsize=512)(_read)


def refusal(operation: Operation, content_type: str | None, coding: str | None) -> str | None:
    """Why the operation does not take such a body, in a few words; None when it does.

    A body without a Content-Type, or with an empty one, is taken as the first media type declared;
    one that says something else than a media type is not taken.
    """
    if coding is not None and coding.strip().lower() not in ("", "identity"):
        return f"content coding {coding.strip()}"
    if content_type is None or not content_type.strip():
        return None
    kind = media_type_of(content_type)
    if kind is None:
        return "no media type"
    taken = operation.body.media if operation.body else {}
    if kind not in {name.lower() for name in taken}:
        return f"media type {kind}"
    charset = parse_options_header(content_type)[1].get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        return f"charset {charset}"
    return None

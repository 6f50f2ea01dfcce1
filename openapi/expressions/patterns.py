"""Patterns run in linear time: no text can make one slow, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import jsonschema_rs


@lru_cache(maxsize=256)
def linear(pattern: str) -> Callable[[str], bool]:
    """Whether the pattern occurs in a text, by the engine that also runs `pattern` of schemas.

    It knows no look-around and no back-references, which cannot be had in linear time. Raises
    ValueError for what is no pattern to it.
    """
    try:
        schema = {"pattern": pattern}
        options = jsonschema_rs.RegexOptions()
        made = jsonschema_rs.Draft202012Validator(schema, pattern_options=options, offline=True)
    except jsonschema_rs.ValidationError:
        raise ValueError("write it without look-around and back-references") from None
    return made.is_valid

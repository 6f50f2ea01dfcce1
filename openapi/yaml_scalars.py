"""Plain scalars of YAML 1.2 (core schema, section 10.3.2), and what YAML 1.1 reads otherwise."""

from __future__ import annotations

import re

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NUMBERS = (_INT, _OCTAL, _HEX, _FLOAT)
_NO_JSON = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_OLD_WORDS = frozenset(("yes", "no", "on", "off"))
_OLD_NUMBER = re.compile(r"[-+]?0[0-9]+|[-+]?[0-9][0-9_]*_[0-9_]*|[-+]?[0-9]+(?::[0-5]?[0-9])+")
_OLD_BEGINNINGS = frozenset("yYnNoO+-0123456789")
_MOST_DIGITS = 300

Scalar = str | int | float | bool | None


def plain(text: str) -> Scalar:
    """The value of an unquoted scalar.

    Raises ValueError, with what to write instead, for a number that JSON cannot hold.
    """
    first = text[:1]
    if not (first in "-+.~" or first.isdigit() or first in "tTfFnN"):
        return text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return _number(text)


def _number(text: str) -> Scalar:
    if len(text) > _MOST_DIGITS and any(each.fullmatch(text) for each in _NUMBERS):
        raise ValueError("write a shorter number, or quote it")
    if _INT.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEX.fullmatch(text):
        return int(text[2:], 16)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise ValueError("write a smaller number, or quote it")
        return number
    if _NO_JSON.fullmatch(text):
        raise ValueError("infinity and not-a-number have no place in JSON; quote the word")
    return text


def is_old_word(text: str) -> bool:
    """Whether a YAML 1.1 reader takes this unquoted scalar for something else than we do."""
    if text[:1] not in _OLD_BEGINNINGS:
        return False
    return text.lower() in _OLD_WORDS or _OLD_NUMBER.fullmatch(text) is not None

"""What a client accepts among what is offered (RFC 9110, section 12): quality values, `*`, q=0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rulebound.openapi.model import Operation
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

# A language range with its weight. Werkzeug's reader would overlook what is wrong with one.
_LANGUAGE = re.compile(
    r"[ \t]*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)[ \t]*"
    r"(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)
_LONGEST = 200
"""Characters of a header whose negotiation is remembered."""


def best_media_type(accepted: str | None, offered: Iterable[str]) -> str | None:
    """The offered media type that `accepted` (an Accept value) likes best; the first wins a tie.

    No header, or an empty one, takes the first offered. None where nothing fits.
    """
    kinds = tuple(offered)
    if accepted is None or len(accepted) <= _LONGEST:
        return _remembered_kind(accepted, kinds)
    return _best_kind(accepted, kinds)


def _best_kind(accepted: str | None, offered: tuple[str, ...]) -> str | None:
    kinds = [kind for kind in offered if kind.count("/") == 1]
    if not kinds:
        return None
    if accepted is None or not accepted.strip():
        return kinds[0]
    found = parse_accept_header(accepted, MIMEAccept).best_match(kinds)
    return str(found) if found else None


_remembered_kind = lru_cache(maxsize=1024)(_best_kind)


def best_language(accepted: str | None, offered: Iterable[str]) -> str | None:
    """The offered language that `accepted` (an Accept-Language value) likes best.

    Only whole tags match, in any case; `*` stands for every tag not named; q=0 excludes; what is
    no range with a weight counts for nothing. The first offered wins a tie. None where nothing
    fits, or where there is no header.
    """
    tags = tuple(offered)
    if accepted is None:
        return None
    return (
        _remembered_tag(accepted, tags) if len(accepted) <= _LONGEST else _best_tag(accepted, tags)
    )


def _best_tag(accepted: str, offered: tuple[str, ...]) -> str | None:
    weights: dict[str, float] = {}
    for item in accepted.split(","):
        if found := _LANGUAGE.fullmatch(item):
            tag, weight = found[1].lower(), float(found[2] or 1)
            weights[tag] = max(weight, weights.get(tag, 0.0))
    best, most = None, 0.0
    for tag in offered:
        weight = weights.get(tag.lower(), weights.get("*", 0.0))
        if weight > most:
            best, most = tag, weight
    return best


_remembered_tag = lru_cache(maxsize=1024)(_best_tag)


def offered_media_types(operation: Operation) -> tuple[str, ...]:
    """The media types an operation answers in: those of its 2xx answers, else of all answers."""
    fine: dict[str, None] = {}
    others: dict[str, None] = {}
    for status, response in operation.responses.items():
        kinds = fine if status.startswith("2") else others
        kinds.update(dict.fromkeys(response.get("content", {})))
    return tuple(fine or others)


def offered_languages(operation: Operation, header: str = "Accept-Language") -> tuple[str, ...]:
    """The languages the operation's header parameter lists in its `enum`."""
    for parameter in operation.where("header"):
        if parameter.name.lower() == header.lower() and isinstance(parameter.schema, dict):
            return tuple(parameter.schema.get("enum", ()))
    return ()

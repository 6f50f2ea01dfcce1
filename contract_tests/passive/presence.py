"""Whether a request holds what a rule speaks of: a rule about what is not there shows nothing."""

from collections.abc import Sequence
from typing import Any

from rulebound.openapi.conditions import SchemaClaim
from rulebound.openapi.pointers import split
from rulebound.openapi.request import NO_BODY, Request

_APPLICATORS = frozenset(("then", "else", "not", "anyOf", "oneOf", "allOf", "prefixItems"))


def speaks_of(claim: SchemaClaim, request: Request) -> bool:
    """Whether something stands at a place that the claim speaks of."""
    return any(_is_there(split(at.removesuffix("/**")), request) for at in claim.at)


def _is_there(place: tuple[str, ...], request: Request) -> bool:
    start, *rest = place
    if start == "requestBody":
        return request.body is not NO_BODY and _leads(request.body, rest)
    names = {name for name, _ in request.query} | set(request.path_parameters)
    if not rest:
        return bool(names)
    return rest[0] in names or request.header(rest[0]) is not None


def _leads(value: Any, parts: Sequence[str]) -> bool:
    """Whether the parts of a readable place lead to something inside a JSON value."""
    if not parts:
        return True
    first, rest = parts[0], parts[1:]
    if isinstance(value, dict) and first in value:
        return _leads(value[first], rest)
    if isinstance(value, list) and first == "items":
        return any(_leads(item, rest) for item in value)
    return (first in _APPLICATORS or first.isdigit()) and _leads(value, rest)

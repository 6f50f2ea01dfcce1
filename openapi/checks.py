"""Protocol checks: pure functions (request, operation, actor, arguments) -> details or None.

None: kept. A mapping: broken, with details for messages. NOT_CONCERNED: nothing to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any, Final

from rulebound.openapi.body_media import media_type_of, refusal
from rulebound.openapi.model import Operation
from rulebound.openapi.negotiation import (
    best_language,
    best_media_type,
    offered_languages,
    offered_media_types,
)
from rulebound.openapi.request import Request


class NotConcerned(Enum):
    """Says that a check has nothing to judge in a request."""

    NOT_CONCERNED = "not concerned"


NOT_CONCERNED: Final = NotConcerned.NOT_CONCERNED

Details = Mapping[str, Any]
Answer = Details | NotConcerned | None
Run = Callable[[Request, Operation, Mapping[str, Any] | None, Mapping[str, Any]], Answer]


@dataclass(frozen=True, slots=True)
class Check:
    """A check: what runs, the arguments it knows, and those it needs."""

    run: Run
    arguments: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def _credentials(
    request: Request, operation: Operation, actor: Mapping[str, Any] | None, _: Details
) -> Answer:
    return {} if actor is None else None


def _query_known(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    declared = operation.credential_names | {p.name for p in operation.where("query")}
    patterns = arguments.get("patterns", ())
    unknown = [name for name, _ in request.query if not known_query(name, declared, patterns)]
    return _named(unknown)


def known_query(name: str, declared: Collection[str], patterns: Iterable[str]) -> bool:
    """Whether a query parameter is declared, or fits one of the patterns (`custom.*`)."""
    return name in declared or any(
        fnmatchcase(name, pattern) and len(name) >= len(pattern) for pattern in patterns
    )


def _query_once(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    names = [name for name, _ in request.query]
    return _named([name for name in names if names.count(name) > 1])


def _query_not_empty(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    return _named([name for name, value in request.query if not value])


def _named(names: list[str]) -> Answer:
    """Broken, naming each once, where there are any."""
    each = list(dict.fromkeys(names))
    return {"name": each[0], "names": ",".join(each)} if each else None


def _header_given(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    name = arguments["header"]
    value = request.header(name)
    return None if value and value.strip() else {"name": name, "header": name}


def _accept_given(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    return _header_given(request, operation, None, {"header": "Accept"})


def _content_type_given(
    request: Request, operation: Operation, _: Any, arguments: Details
) -> Answer:
    if not request.has_body:
        return NOT_CONCERNED
    return _header_given(request, operation, None, {"header": "Content-Type"})


def _language(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    name = arguments["header"]
    value = request.header(name)
    # An empty value names no language; where the header must be sent it is a missing one.
    if value is None or (not value.strip() and _is_required(operation, name)):
        return NOT_CONCERNED
    offered = offered_languages(operation, name)
    if best_language(value, offered) is not None:
        return None
    return {"name": name, "header": name, "value": value, "offered": ", ".join(offered)}


def _is_required(operation: Operation, header: str) -> bool:
    parameters = operation.where("header")
    return any(each.required for each in parameters if each.name.lower() == header.lower())


def _accept(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    value = request.header("accept")
    if not value or not value.strip():
        return NOT_CONCERNED
    offered = offered_media_types(operation)
    if not offered or best_media_type(value, offered) is not None:
        return None
    return {"name": "Accept", "header": "Accept", "value": value, "offered": ", ".join(offered)}


def _refused(request: Request, operation: Operation) -> str | None:
    coding = request.header("content-encoding")
    return refusal(operation, request.header("content-type"), coding)


def _content_type(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    if not request.has_body or not request.header("content-type"):
        return NOT_CONCERNED
    reason = _refused(request, operation)
    kind = media_type_of(request.header("content-type")) or ""
    return None if reason is None else {"name": "Content-Type", "value": kind, "reason": reason}


def _body_given(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    return None if request.has_body else {}


def _body_well_formed(request: Request, operation: Operation, _: Any, arguments: Details) -> Answer:
    if not request.has_body or _refused(request, operation) is not None:
        return NOT_CONCERNED
    return None if request.body_fault is None else {"fault": request.body_fault}


CHECKS: Mapping[str, Check] = {
    "credentials": Check(_credentials),
    "query-known": Check(_query_known, frozenset(("patterns",))),
    "query-once": Check(_query_once),
    "query-not-empty": Check(_query_not_empty),
    "header-given": Check(_header_given, frozenset(("header",)), frozenset(("header",))),
    "language": Check(_language, frozenset(("header",)), frozenset(("header",))),
    "accept-given": Check(_accept_given),
    "accept": Check(_accept),
    "content-type": Check(_content_type),
    "content-type-given": Check(_content_type_given),
    "body-given": Check(_body_given),
    "body-well-formed": Check(_body_well_formed),
}
"""Name of a check -> check."""

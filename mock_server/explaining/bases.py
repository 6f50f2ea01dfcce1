"""Requests of an operation that are likely to be valid: what was accepted before, the examples of
the document, and what its schemas and elements ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from rulebound.mock_server.explaining.check_moves import companions
from rulebound.mock_server.explaining.difference import difference
from rulebound.mock_server.explaining.draft import Draft, Step, draft_of
from rulebound.mock_server.explaining.places import GONE
from rulebound.mock_server.journal import Journal
from rulebound.mock_server.sampling import sample_body, sample_parameter
from rulebound.openapi.facts import member
from rulebound.openapi.model import Operation
from rulebound.openapi.negotiation import offered_media_types
from rulebound.openapi.request import NO_BODY

_MOST_ACCEPTED = 3
_MOST_LOOKED_AT = 300


def accepted(draft: Draft, journal: Journal, actor: Any) -> Iterator[Draft]:
    """Requests of the same caller for the same that the journal tells were accepted, newest
    first."""
    found = 0
    for entry in reversed(journal.last(_MOST_LOOKED_AT)):
        depth = journal.depth(entry.number)
        same = entry.operation == draft.operation.id and _same(entry.actor, actor)
        if not same or not 200 <= entry.status < 300 or depth is None or found == _MOST_ACCEPTED:
            continue
        found += 1
        sent = replace(
            draft.asked, query=depth.query, headers=depth.headers, body=depth.body
        )  # fmt: skip
        other = draft_of(draft.operation, sent, draft.prefix, draft.parameters)
        # Only what is asked for is taken over, so that the caller and the path stay.
        yield _like(draft, other)


def written(draft: Draft, kind: str | None) -> Iterator[Draft]:
    """What the document gives as examples and asks for, for a kind of caller."""
    operation = draft.operation
    plain = _plain(draft)
    for body in _bodies(operation):
        yield from _fitted(_with_body(plain, body), kind)
    if operation.body is None:
        yield plain
        if not any(each.required for each in operation.where("query")):
            for parameter in operation.where("query"):
                place = ("query", parameter.name)
                yield plain.taken((Step(place, sample_parameter(parameter)),))


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return bool(one["kind"] == other["kind"] and one["id"] == other["id"])


def _like(draft: Draft, other: Draft) -> Draft:
    return draft.taken(tuple(difference(draft, other)))


def _plain(draft: Draft) -> Draft:
    """The request with nothing but the caller and what must be sent beside a body."""
    operation = draft.operation
    own = operation.credential_names
    query = tuple(pair for pair in draft.query if pair[0] in own)
    steps = [
        Step(("query", each.name), sample_parameter(each))
        for each in operation.where("query")
        if each.required
    ]
    for each in operation.where("header"):
        name = each.name.lower()
        if name in operation.credential_headers:
            continue
        steps.append(Step(("headers", name), sample_parameter(each) if each.required else GONE))
    offered = offered_media_types(operation)
    steps.append(Step(("headers", "accept"), offered[0] if offered else GONE))
    steps.append(Step(("headers", "content-encoding"), GONE))
    steps += [Step(("path", each.name), sample_parameter(each)) for each in _in_path(draft)]
    empty = replace(draft, query=query, text=None, raw=b"", value=NO_BODY)
    method = operation.method.upper()
    return replace(empty.taken(tuple(steps)), method=method)


def _in_path(draft: Draft) -> Iterable[Any]:
    return (each for each in draft.operation.where("path") if each.name not in draft.parameters)


def _with_body(draft: Draft, body: Any) -> Draft:
    media = draft.operation.body.media if draft.operation.body else {}
    kind = "application/json" if "application/json" in media else next(iter(media), None)
    steps = [Step(("body",), body)]
    if kind is not None:
        steps.append(Step(("headers", "content-type"), kind))
    return draft.taken(tuple(steps))


def _bodies(operation: Operation) -> Iterator[Any]:
    if operation.body is None:
        return
    for content in operation.raw["requestBody"]["content"].values():
        for example in content.get("examples", {}).values():
            if "value" in example:
                yield example["value"]
        if "example" in content:
            yield content["example"]
    yield sample_body(operation)


def _fitted(draft: Draft, kind: str | None) -> Iterator[Draft]:
    """A request as the table of elements wants it of a kind of caller; then once with each element
    that is left to the caller."""
    body = draft.value
    steps: list[Step] = []
    for row in draft.operation.elements:
        cell = row.cells.get(str(kind))
        place = ("body", *row.path.split("."))
        given = member(body, tuple(row.path.split("."))) is not None
        if cell == "required" and not given:
            steps.append(Step(place, row.sample))
        elif cell in ("refused", None) and given:
            steps.append(Step(place, GONE))
    fitted = draft.taken(tuple(steps))
    yield fitted
    for row in draft.operation.elements:
        if row.cells.get(str(kind)) == "optional" and row.sample is not None:
            first = Step(("body", *row.path.split(".")), row.sample)
            yield fitted.taken((first, *companions(row.companions)))

"""Moves that mend what a check or the table of elements refuses: what its details name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.mock_server.explaining.draft import ABOUT_THE_BODY, Move, Step
from rulebound.mock_server.explaining.ground import Ground
from rulebound.mock_server.explaining.places import GONE, Place
from rulebound.openapi.elements import rows_of
from rulebound.openapi.model import Operation
from rulebound.openapi.negotiation import offered_media_types
from rulebound.openapi.request import NO_BODY
from rulebound.openapi.trace import Outcome


def check_moves(ground: Ground, outcome: Outcome) -> Iterator[Move]:
    """What may mend a broken check: the query parameters or the header it names, else the body."""
    details = outcome.details
    names = str(details.get("names") or "").split(",")
    sent = {name for name, _ in ground.draft.query}
    named = [name for name in (*names, str(details.get("name"))) if name in sent]
    header = str(details.get("header") or details.get("name") or "").lower()
    if named:
        yield from _query(ground, tuple(dict.fromkeys(named)))
    elif header:
        yield from _header(ground, header)
    else:
        yield from _body(ground)


def _query(ground: Ground, names: tuple[str, ...]) -> Iterator[Move]:
    for name in names:
        value = ground.draft.at(("query", name))
        if isinstance(value, list):
            yield from ((Step(("query", name), each),) for each in value)
        yield from ((Step(("query", name), each),) for each in ground.values(("query", name)))
        yield (Step(("query", name), GONE),)
    if len(names) > 1:
        yield tuple(Step(("query", name), GONE) for name in names)
        firsts = [(name, ground.draft.at(("query", name))) for name in names]
        yield tuple(Step(("query", n), v[0]) for n, v in firsts if isinstance(v, list))


def _header(ground: Ground, name: str) -> Iterator[Move]:
    place: Place = ("headers", name)
    values = [*_offered(ground.operation, name), *ground.values(place)]
    yield from ((Step(place, value),) for value in values)
    yield (Step(place, GONE),)
    if name in ABOUT_THE_BODY:
        yield (Step(("headers", "content-encoding"), GONE),)


def _offered(operation: Operation, header: str) -> tuple[str, ...]:
    if header == "accept":
        return offered_media_types(operation)
    if header == "content-type" and operation.body is not None:
        return tuple(operation.body.media)
    return ()


def _body(ground: Ground) -> Iterator[Move]:
    """Another body: the same read more kindly, that of a valid request, or none."""
    for value in _kindly(ground.draft.raw or b""):
        yield (Step(("body",), value),)
    for header in ABOUT_THE_BODY:
        yield from _header(ground, header)
    kind = ground.draft.at(("headers", "content-type"))
    for base in ground.shelf.bases:
        if base.value is not NO_BODY:
            yield (Step(("body",), base.value),)
            if kind is GONE:
                first = next(iter(_offered(ground.operation, "content-type")), "application/json")
                yield (Step(("body",), base.value), Step(("headers", "content-type"), first))
    yield (Step(("body",), GONE),)


def _kindly(raw: bytes) -> Iterator[Any]:
    """What a body that is not quite JSON seems to mean."""
    if not raw:
        return
    for coding in ("utf-8-sig", "utf-16", "latin-1"):
        try:
            text = raw.decode(coding)
        except UnicodeDecodeError:
            continue
        for tail in ("", "}", "]}", "}]}", '"}', '"}]}'):
            try:
                yield json.loads(text + tail, parse_constant=lambda _: None)
            except (ValueError, RecursionError):
                continue
        try:
            yield json.JSONDecoder().raw_decode(text.lstrip())[0]
        except (ValueError, RecursionError):
            continue


def element_moves(ground: Ground, outcome: Outcome) -> Iterator[Move]:
    """What may mend the presence of elements: those present go, those missing come."""
    paths = str(outcome.details.get("paths") or outcome.details.get("path") or "").split(",")
    rows = {row.path: row for row in rows_of(ground.operation, outcome.rule)}
    firsts: list[Step] = []
    for path in paths:
        place: Place = ("body", *path.split("."))
        if ground.draft.at(place) not in (GONE, None):
            firsts.append(Step(place, GONE))
            yield (Step(place, GONE),)
            continue
        row = rows.get(path)
        values = [] if row is None or row.sample is None else [row.sample]
        values += ground.values(place)
        firsts += [Step(place, values[0])] if values else []
        for value in values:
            yield (Step(place, value),)
            if row is not None and row.companions:
                yield (Step(place, value), *companions(row.companions))
    if len(paths) > 1:
        yield tuple(firsts)


def companions(patch: Mapping[str, Any], at: Place = ("body",)) -> Iterator[Step]:
    """The steps of a patch that comes with an element; null takes away."""
    for name, value in patch.items():
        if isinstance(value, Mapping):
            yield from companions(value, (*at, name))
        else:
            yield Step((*at, name), GONE if value is None else value)

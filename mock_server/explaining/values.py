"""Values that might do at a place: what its schema says, and what stands there made to fit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from rulebound.fixtures import ISO, SECONDS, format_date
from rulebound.mock_server.explaining.places import GONE, Place
from rulebound.mock_server.sampling import sample
from rulebound.openapi.model import Operation

_MOST = 60
_DAY = timedelta(days=1)
_COMBINED = ("allOf", "anyOf", "oneOf")
_NESTED = ("then", "else", "if")


def schemas_at(operation: Operation, place: Place) -> list[Any]:
    """Every schema that has a say about a place of the operation's requests."""
    if place[0] == "body":
        media = operation.body.media.values() if operation.body else ()
        found = [each for schema in media for each in _parts(schema)]
        for part in place[1:]:
            found = [each for schema in found for inner in _below(schema, part)
                     for each in _parts(inner)]  # fmt: skip
        return found
    where = {"headers": "header"}.get(str(place[0]), str(place[0]))
    named = str(place[1]).lower()
    return [p.raw.get("schema", True) | _examples(p.raw) if isinstance(p.schema, dict) else True
            for p in operation.where(where) if p.name.lower() == named]  # fmt: skip


def fitting(schemas: Iterable[Any], current: Any, now: datetime, dates: str) -> list[Any]:
    """Values that may do, without doubles; those nearest to what stands there are made from it."""
    found: dict[str, Any] = {}
    for schema in schemas:
        if isinstance(schema, Mapping):
            for value in _of_schema(schema, current, now, dates):
                found.setdefault(json.dumps(value, sort_keys=True, default=str), value)
    found.pop(json.dumps(current, sort_keys=True, default=str), None)
    return list(found.values())[:_MOST]


def _of_schema(schema: Mapping[str, Any], current: Any, now: datetime, dates: str) -> Iterator[Any]:
    yield from schema.get("enum", ())
    if "const" in schema:
        yield schema["const"]
    if current is not GONE:
        yield from _made_to_fit(schema, current)
    if "default" in schema:
        yield schema["default"]
    yield from schema.get("examples", ())
    kinds = schema.get("type")
    if kinds is not None or "properties" in schema or "required" in schema:
        yield sample(schema)
    if "format" in schema or "pattern" in schema:
        # A date has to lie ahead as often as it has to be one; a day leaves room for time zones.
        for moment in around(now)[1:]:
            yield from (format_date(moment, each) for each in (dates, ISO, SECONDS))


def around(moment: datetime) -> list[datetime]:
    """A moment, a day later and a day earlier, as far as the calendar goes."""
    found = [moment]
    for ahead in (_DAY, -_DAY):
        with suppress(OverflowError):
            found.append(moment + ahead)
    return found


def _made_to_fit(schema: Mapping[str, Any], current: Any) -> Iterator[Any]:
    if isinstance(current, str):
        yield from _texts(schema, current)
    if isinstance(current, bool):
        yield str(current).lower()
    elif isinstance(current, (int, float)):
        yield str(current)
        yield from _bounds(schema)
    if isinstance(current, list):
        yield from _lists(schema, current)
    else:
        yield [current]


def _texts(schema: Mapping[str, Any], current: str) -> Iterator[Any]:
    if (most := schema.get("maxLength")) is not None:
        yield current[:most]
    if (least := schema.get("minLength")) is not None and current:
        yield (current * least)[:least]
    yield current.strip()
    yield from (each for each in schema.get("enum", ())
                if str(each).lower() == current.strip().lower())  # fmt: skip
    try:
        read = json.loads(current)
    except (ValueError, RecursionError):
        return
    yield read


def _bounds(schema: Mapping[str, Any]) -> Iterator[Any]:
    for keyword, off in (
        ("maximum", 0), ("minimum", 0), ("exclusiveMaximum", -1), ("exclusiveMinimum", 1),
        ("multipleOf", 0),
    ):  # fmt: skip
        if keyword in schema:
            yield schema[keyword] + off


def _lists(schema: Mapping[str, Any], current: Sequence[Any]) -> Iterator[Any]:
    if (most := schema.get("maxItems")) is not None:
        yield current[:most]
    least = schema.get("minItems", 0)
    if len(current) < least:
        more = current[-1] if current else sample(schema.get("items", True))
        yield [*current, *[more] * (least - len(current))]
    if schema.get("uniqueItems"):
        yield [each for n, each in enumerate(current) if each not in current[:n]]
    if len(current) == 1:
        yield current[0]


def _parts(schema: Any, depth: int = 0) -> Iterator[Any]:
    """A schema, and those in it that speak of the same place."""
    yield schema
    if not isinstance(schema, Mapping) or depth > 6:
        return
    for keyword in _COMBINED:
        for each in schema.get(keyword, ()):
            yield from _parts(each, depth + 1)
    for keyword in _NESTED:
        if keyword in schema:
            yield from _parts(schema[keyword], depth + 1)


def _below(schema: Any, part: str | int) -> Iterator[Any]:
    if not isinstance(schema, Mapping):
        return
    if isinstance(part, int):
        prefix = schema.get("prefixItems", ())
        yield prefix[part] if part < len(prefix) else schema.get("items", True)
    elif part in schema.get("properties", {}):
        yield schema["properties"][part]
    elif isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"]


def _examples(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The examples of a parameter as those of its schema."""
    given = [each["value"] for each in raw.get("examples", {}).values() if "value" in each]
    given += [raw["example"]] if "example" in raw else []
    schema = raw.get("schema")
    own = schema.get("examples", ()) if isinstance(schema, Mapping) else ()
    return {"examples": [*given, *own]} if given or own else {}

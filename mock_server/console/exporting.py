"""A world written down as YAML: clock, settings, rules and every record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from rulebound.fixtures import World
from rulebound.mock_server.worlds import ServedWorld, Worlds

_MOST_IN_PIECE = 500
# JSON may hold these as they are, YAML may not.
_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def export(worlds: Worlds, served: ServedWorld) -> Iterator[str]:
    """The YAML of a world, piece by piece. Records are JSON in one line each, which YAML reads."""
    yield f"# The world {served.id} of a Rulebound stub.\n"
    yield f"world: {_flow(served.id)}\n"
    yield f"rules_off: {_flow(sorted(served.switches.off))}\n"
    yield f"rules_replaced: {_flow(sorted(served.switches.replaced))}\n"
    yield "seeds:\n"
    for seed, world in served.worlds.items():
        yield f"  {_flow(seed)}:\n"
        yield f"    clock: {_flow(_clock(world))}\n"
        yield f"    settings: {_flow(dict(world.settings))}\n"
        yield "    tables:\n"
        for table in worlds.seeds[seed].tables:
            yield from _table(world, table)


def _clock(world: World) -> Mapping[str, Any]:
    return {"now": world.clock.now().isoformat(), "running": world.clock.frozen is None}


def _table(world: World, table: str) -> Iterator[str]:
    with world.transaction() as view:
        records = list(view.scan(table))
    yield f"      {_flow(table)}:{'' if records else ' []'}\n"
    for start in range(0, len(records), _MOST_IN_PIECE):
        piece = records[start : start + _MOST_IN_PIECE]
        yield "".join(f"        - {_flow(record)}\n" for record in piece)


def _flow(value: Any) -> str:
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # whole numbers beyond 64 bits, lone surrogates
        text = json.dumps(value)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

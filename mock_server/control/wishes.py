"""What a control request asks for, read from its JSON body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import request
from rulebound.fixtures import Clock, ClockError, World
from rulebound.mock_server.worlds import WorldRefusal
from rulebound.openapi.json_text import MOST_VALUES, JsonFault, read_json

_CLOCK = "write {freeze: '2026-11-22T00:00:00Z'}, {advance: 60} or {run: true}"
# What dates can be counted on from any time of day without leaving the calendar.
_MOST_SECONDS = 100 * 365 * 24 * 3600


def wish(known: Mapping[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """The JSON object sent, whose members are of the `known` names and types.

    No body is an empty object. Raises WorldRefusal 400.
    """
    if not request.get_data():
        return {}
    names = ", ".join(known)
    sent = json_object(f"its members may be {names}")
    for name, value in sent.items():
        if name not in known:
            raise WorldRefusal(400, f"there is no member {name!r}", f"its members may be {names}")
        if not isinstance(value, known[name]):
            raise WorldRefusal(
                400, f"the member {name!r} is not of its kind", f"it is {value!r:.60}"
            )
    return sent


def json_object(instead: str) -> dict[str, Any]:
    """The JSON object sent; `instead` says what to write. Raises WorldRefusal 400."""
    try:
        sent = read_json(request.get_data(), most_values=MOST_VALUES)
    except JsonFault as fault:
        raise WorldRefusal(400, f"the body is no JSON object: {fault}", instead) from None
    if not isinstance(sent, dict):
        raise WorldRefusal(400, "the body is no JSON object", instead)
    return sent


def moment(text: Any) -> datetime:
    """The moment an ISO text names; without a zone it is UTC. Raises WorldRefusal 400."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise WorldRefusal(400, f"{text!r:.60} is no moment", _CLOCK) from None


def set_clock(worlds: Mapping[str, World], asked: Mapping[str, Any]) -> None:
    """Freeze, advance or run the clocks of these worlds, as one member of `asked` says.

    Raises WorldRefusal 400.
    """
    if len(asked) != 1:
        raise WorldRefusal(400, "the clock is set in exactly one way", _CLOCK)
    (way, value), *_ = asked.items()
    try:
        for world in worlds.values():
            _set(world.clock, way, value)
    except ClockError as error:
        raise WorldRefusal(400, str(error), _CLOCK) from None


def _set(clock: Clock, way: str, value: Any) -> None:
    if way in ("freeze", "frozen"):
        clock.freeze(moment(value))
    elif way == "advance" and type(value) in (int, float) and abs(value) <= _MOST_SECONDS:
        clock.advance(value)
    elif way in ("run", "running") and value is True:
        clock.run()
    else:
        raise WorldRefusal(400, f"the clock cannot be set by {way!r}: {value!r:.60}", _CLOCK)


def set_settings(worlds: Mapping[str, World], asked: Mapping[str, Any]) -> None:
    """Change settings by seed. Raises WorldRefusal 400, and SettingsError."""
    for seed, patch in asked.items():
        if not isinstance(patch, dict):
            raise WorldRefusal(
                400, f"the settings of {seed!r} are no object", "{seed: {name: value}}"
            )
        of_seed(worlds, seed).change_settings(patch)


def of_seed(worlds: Mapping[str, World], seed: str) -> World:
    """The world of a seed. Raises WorldRefusal 404."""
    if seed not in worlds:
        raise WorldRefusal(404, f"there is no seed {seed!r}", f"there are {', '.join(worlds)}")
    return worlds[seed]

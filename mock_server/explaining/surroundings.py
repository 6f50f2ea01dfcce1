"""The same request in a world that stands otherwise: its settings, and its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulebound.fixtures import ClockError, SettingsError, World
from rulebound.openapi.conditions import Requirement
from rulebound.openapi.expressions import paths
from rulebound.openapi.model import Rule

LONGEST_WAIT = 86_400
_ROUND = (1, 60, 3600, LONGEST_WAIT)
_FACTORS = (2, 10, 100, 10_000)


def settings_worth_trying(
    rules: Iterable[Rule], settings: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Names of settings with other values they might have, those that the rules name first."""
    named = [name for rule in rules for name in _named(rule) if name in settings]
    for name in dict.fromkeys((*named, *settings)):
        for value in _other(settings[name], settings):
            yield name, value


def with_setting(world: World, name: str, value: Any) -> World | None:
    """A fork of a world with another setting; None where the setting cannot be so."""
    fork = world.fork()
    try:
        fork.change_settings({name: value})
    except SettingsError:
        return None
    return fork


def later(world: World, seconds: float) -> World | None:
    """A fork of a world in which time has passed; None where no clock shows that."""
    fork = world.fork()
    fork.clock.freeze()
    try:
        fork.clock.advance(seconds)
    except ClockError:
        return None
    return fork


def waits(settings: Mapping[str, Any], most: int) -> list[int]:
    """Times that may have to pass, in seconds: those that settings tell, and some round ones."""
    told = [value for value in settings.values() if type(value) is int and value > 0]
    return sorted({value for value in (*told, *_ROUND) if value <= most})


def in_words(seconds: int) -> str:
    """A time as people read it."""
    for size, name in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{seconds} seconds"


def _named(rule: Rule) -> Iterator[str]:
    condition = rule.condition
    if not isinstance(condition, Requirement):
        return
    compiled = [condition.require, *([condition.when] if condition.when else [])]
    compiled += list(rule.error.values.values()) if rule.error else []
    for each in compiled:
        for path in paths(each.tree):
            if path[0] == "settings" and len(path) > 1:
                yield path[1]


def _other(value: Any, settings: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value * factor for factor in _FACTORS)
        yield 1
    elif isinstance(value, list):
        yield []
        texts = {each for other in settings.values() if isinstance(other, list) for each in other}
        yield [*value, *sorted(texts - set(value), key=str)]

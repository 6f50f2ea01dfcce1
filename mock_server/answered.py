"""Answers of operations that only read, remembered until what they follow from has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rulebound.fixtures import World
from rulebound.mock_server.answers import Answer
from rulebound.mock_server.exchange import Exchange
from rulebound.openapi.request import Request

_MOST = 128
_LARGEST = 256 * 1024
Actor = Mapping[str, Any] | None
Facts = Mapping[str, Any]
Key = tuple[object, ...]


class Seen(NamedTuple):
    """An answer with the facts it came of, and whom and what it was for."""

    answer: Answer
    facts: Facts
    actor: Actor
    settings: Mapping[str, Any]
    moment: tuple[object, ...]


class Answered:
    """The last answers of one operation. The same request of the same actor has the same answer
    while no setting and no record has changed: another one would be a new object."""

    def __init__(self) -> None:
        self._seen: dict[Key, Seen] = {}

    @staticmethod
    def key(exchange: Exchange, request: Request) -> Key:
        """What tells requests apart."""
        path = tuple(request.path_parameters.items())
        return (exchange.headers, request.query, path, exchange.root)

    def find(self, key: Key, world: World, actor: Actor) -> Seen | None:
        """What was answered, if it still holds."""
        seen = self._seen.get(key)
        if seen is None or seen.actor is not actor or seen.settings is not world.settings:
            return None
        return seen if seen.moment == world.store.moment() else None

    def keep(self, key: Key, world: World, actor: Actor, answer: Answer, facts: Facts) -> None:
        """Remember an answer."""
        if len(answer.body) > _LARGEST:
            return
        if len(self._seen) >= _MOST:
            self._seen.clear()
        seen = Seen(answer, facts, actor, world.settings, world.store.moment())
        self._seen[key] = seen

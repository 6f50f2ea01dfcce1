"""Requests and worlds drawn around the witnesses: every part swapped against another's."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Case, Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.wire.message import NO_VALUE, WireRequest
from rulebound.fixtures.actors import Actor, find_actor
from rulebound.fixtures.faults import RecordError
from rulebound.fixtures.world import World
from rulebound.openapi.model import Operation
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import NO_BODY, Request


@dataclass(frozen=True)
class Draw:
    """One situation: the request, who sends it, and the world it meets."""

    request: Request
    actor: Mapping[str, Any]
    world: World


class Drawer:
    """Draws situations of one operation; the same seed gives the same draws."""

    def __init__(self, apis: Apis, api: Api, operation: Operation, seed: int) -> None:
        self._random = Random(f"{operation.id}/{seed}")
        self._api, self._operation = api, operation
        self._root = api.seed.world()
        file = api.files[operation.id]
        cases = [case for witness in file.rules.values() for case in witness.cases]
        built = [self._built(apis, file, case) for case in cases]
        self._requests = [one for one in built if one is not None]
        self._settings = [case.settings for case in cases if case.settings]
        self._actors = self._known_actors()
        self._bodies = [one.body for one in self._requests if isinstance(one.body, dict)]
        self._pool = [leaf for body in self._bodies for leaf in _leaves(body)]

    def _built(self, apis: Apis, file: Any, case: Case) -> Request | None:
        names, clock = self._api.seed.resolve, self._root.clock
        resolver = Resolver(names, clock.now(), self._api.document.date_format, str)
        builder = Builder(apis, self._api, file, case.sending.on, resolver)
        sending: Sending = case.sending
        try:
            return judged_request(self._operation, builder.build(sending).request)
        except ValueFault:
            return None

    def _known_actors(self) -> list[Actor]:
        """The seed's actors of the kinds that the API admits."""
        view, now = self._root.view(), self._root.clock.now()
        schemes = self._api.document.bundle["components"]["securitySchemes"].values()
        kinds = {scheme["x-actor"] for scheme in schemes if "x-actor" in scheme}
        actors = [actor for actor in self._api.seed.actors.values() if actor.kind in kinds]
        return [actor for actor in actors if find_actor(view, actor.credential, now) is not None]

    def draw(self) -> Draw:
        """The next situation."""
        chance = self._random
        request = chance.choice(self._requests)
        body = request.body
        for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
            body = self._varied(body)
        query = request.query if chance.random() < 0.7 else chance.choice(self._requests).query
        world = self._root.fork()
        self._change_settings(world)
        self._change_records(world, body, query)
        actor = self._actor(request, world)
        changed = Request(
            request.method,
            request.path,
            query,
            request.headers,
            request.media_type,
            body,
            request.body_fault,
        )
        return Draw(changed, actor, world)

    def _varied(self, body: Any) -> Any:
        """One branch of the body replaced by what stands there in another witness."""
        chance = self._random
        other = chance.choice(self._bodies) if self._bodies else NO_BODY
        if not isinstance(body, dict) or not isinstance(other, dict):
            return body
        key = chance.choice(sorted({*body, *other}) or [""])
        here, there = body.get(key), other.get(key)
        if isinstance(here, dict) and isinstance(there, dict) and chance.random() < 0.7:
            return {**body, key: self._varied_in(here, there)}
        if isinstance(here, list) and isinstance(there, list) and chance.random() < 0.7:
            mixed = here + there
            chance.shuffle(mixed)
            return {**body, key: mixed[: chance.randint(1, len(mixed))] if mixed else mixed}
        if key in other:
            return {**body, key: there}
        return {name: value for name, value in body.items() if name != key}

    def _varied_in(self, here: dict[str, Any], there: dict[str, Any]) -> Any:
        chance = self._random
        key = chance.choice(sorted({*here, *there}) or [""])
        old, new = here.get(key), there.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            return {**here, key: self._varied_in(old, new)}
        if key in there:
            return {**here, key: new}
        return {name: value for name, value in here.items() if name != key}

    def _change_settings(self, world: World) -> None:
        chance = self._random
        if self._settings and chance.random() < 0.3:
            world.change_settings(chance.choice(self._settings))
        flags = [name for name, value in world.settings.items() if isinstance(value, bool)]
        if flags and chance.random() < 0.2:
            world.change_settings({(flag := chance.choice(flags)): not world.settings[flag]})

    def _change_records(self, world: World, body: Any, query: Any) -> None:
        """Fields of records, those the request names first, take another record's value."""
        chance = self._random
        named = {str(leaf) for leaf in _leaves(body)} | {value for _, value in query}
        with world.transaction() as change:
            for table in sorted(self._api.seed.tables):
                records = list(change.scan(table))
                if table in ("token", "session") or not records:
                    continue
                near = [r for r in records if any(_is(r, text) for text in named)]
                for _ in range(chance.choice((0, 0, 0, 1, 1, 2)) if near else 0):
                    record, other = chance.choice(near), chance.choice(records)
                    field = chance.choice(sorted(set(record) - {"id", "secret"}))
                    value = other[field]
                    if isinstance(value, bool):
                        value = chance.random() < 0.5
                    # Some fields are unique in their table; such a world cannot be.
                    with suppress(RecordError):
                        change.update(table, record["id"], {field: value})

    def _actor(self, request: Request, world: World) -> Mapping[str, Any]:
        """Mostly who sends the witness, as the changed world knows them."""
        sent = {value.removeprefix("Bearer ") for _, value in (*request.headers, *request.query)}
        own = [actor for actor in self._actors if actor.credential.value in sent]
        if not own or self._random.random() < 0.4:
            own = [self._random.choice(self._actors)]
        seen = find_actor(world.view(), own[0].credential, world.clock.now())
        assert seen is not None, "what an actor proves itself with is left as it is"
        return seen


def judged_request(operation: Operation, wire: WireRequest) -> Request:
    """A request of the wire as the judge sees it."""
    headers = tuple((name.lower(), value) for name, value in wire.headers)
    read = read_body(operation, dict(headers), wire.body or b"")
    body = read.body if wire.value is NO_VALUE else wire.value
    return Request(
        wire.method, wire.path, tuple(wire.query), headers, read.media_type, body, read.fault
    )


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value] if isinstance(value, (str, int, float)) else []


def _is(record: Mapping[str, Any], text: str) -> bool:
    return any(value == text for value in record.values() if isinstance(value, str))

"""The actors of the seeds: who may ask, with which rights and by which credential."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from rulebound.fixtures import AccessKey, Actor, Seed, Session, Token
from rulebound.mock_server.api import Api
from rulebound.mock_server.console.drafts import draft, may_ask
from rulebound.mock_server.console.frame import Room, number_of, page
from rulebound.mock_server.console.paging import sheet
from rulebound.mock_server.worlds import ServedWorld
from rulebound.openapi.model import Operation

ACTORS_ON_PAGE = 25


@dataclass(frozen=True, slots=True)
class Shown:
    """An actor as the page shows it: the record as it is in this world, None when it is gone."""

    seed: str
    actor: Actor
    table: str
    record: Mapping[str, Any] | None
    rights: tuple[tuple[str, Any], ...]
    credentials: tuple[tuple[str, str], ...]
    asking: tuple[Api, Operation] | None


def add_actors(views: Blueprint, room: Room) -> None:
    """The page of actors."""
    tables = {name: _tables(seed) for name, seed in room.worlds.seeds.items()}

    @views.get("/console/<world>/actors")
    def actors(world: str) -> Response:
        served = room.worlds.get(world)
        asked = {"q": request.args.get("q", "")}
        known = list(_asked_for(room, asked["q"]))
        found = sheet(known, number_of("page"), ACTORS_ON_PAGE)
        shown = [
            _shown(room, served, seed, actor, tables[seed][actor.name])
            for seed, actor in found.items
        ]
        base = request.host_url.rstrip("/")
        curls = {
            each.actor.name: draft(*each.asking, each.actor, served.id).curl(base)
            for each in shown
            if each.asking is not None
        }
        more = {"shown": shown, "found": found, "curls": curls, "asked": asked}
        return page(room, served, "actors", "Actors", **more)


def _asked_for(room: Room, words: str) -> Iterator[tuple[str, Actor]]:
    wanted = words.casefold().split()
    for name, seed in room.worlds.seeds.items():
        for actor in seed.actors.values():
            text = f"{actor.name} {actor.kind} {' '.join(map(str, actor.record.values()))}"
            if all(word in text.casefold() for word in wanted):
                yield name, actor


def _shown(room: Room, served: ServedWorld, seed: str, actor: Actor, table: str) -> Shown:
    with served.worlds[seed].transaction() as view:
        record = view.get(table, actor.record["id"])
        held = view.get("token", actor.credential.value) if _bears(actor) else None
    rights = list(_rights(record or {}))
    if held is not None:
        rights = [
            *((name, held[name]) for name in ("scopes", "expires") if held.get(name)),
            *rights,
        ]
    return Shown(
        seed, actor, table, record, tuple(rights), credentials_of(actor), _asking(room, seed, actor)
    )


def _tables(seed: Seed) -> dict[str, str]:
    """Actor name -> the table that holds the record it is."""
    places = {id(record): name.partition(".")[0] for name, record in seed.names.items()}
    return {name: places[id(actor.record)] for name, actor in seed.actors.items()}


def _bears(actor: Actor) -> bool:
    return isinstance(actor.credential, Token)


def _rights(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a record that say what it may: lists and yes-or-no that are not empty."""
    for name, value in record.items():
        if value is True or (isinstance(value, list) and value):
            yield name, value


def credentials_of(actor: Actor) -> tuple[tuple[str, str], ...]:
    """What an actor proves itself with: word and value. The seeds' are made up for tests."""
    match actor.credential:
        case Token(value):
            return (("token", value),)
        case Session(value):
            return (("session", value),)
        case AccessKey(value, secret):
            return (("access key", value), ("secret", secret))


def _asking(room: Room, seed: str, actor: Actor) -> tuple[Api, Operation] | None:
    """An operation that takes the actor's credential."""
    for api in room.apis:
        if api.seed.name == seed:
            for operation in api.document.operations:
                if operation.security and may_ask(api, operation, actor):
                    return api, operation
    return None

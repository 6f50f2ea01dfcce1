"""The same request of somebody else: the credentials of a seed's actors, put where a request
carries its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from rulebound.fixtures import AccessKey, Actor, Credential, Session, Token
from rulebound.mock_server.api import Api
from rulebound.mock_server.explaining.draft import Draft, Move, Step
from rulebound.mock_server.explaining.places import GONE, Place
from rulebound.openapi.model import Operation


def signed_in(api: Api, draft: Draft, actor: Actor) -> Move:
    """The steps by which an actor of the seed asks instead; none where the operation has no way in
    for what the actor holds."""
    operation = draft.operation
    ways = [
        steps
        for requirement in operation.security
        if (steps := _way(api, draft, [_scheme(api, n) for n in requirement], actor.credential))
    ]
    if not ways:
        return ()
    # Where the request carries its own credential already, the new one comes there too.
    chosen = max(ways, key=lambda way: sum(draft.at(step.at) is not GONE for step in way))
    taken = {step.at for step in chosen}
    return (
        *(Step(place, GONE) for place in _credentials(operation) if place not in taken),
        *chosen,
    )


def others(api: Api, draft: Draft, actor: Mapping[str, Any] | None) -> Iterator[Actor]:
    """The actors of the seed, those most like the one who asked first."""
    kind = actor["kind"] if actor else _wanted(api, draft.operation)
    # An actor is called after the one it is like, in words: `anna-unlicensed`.
    own = name_of(api, draft, actor) if actor else ""

    def order(each: Actor) -> tuple[bool, bool, float]:
        alike = SequenceMatcher(None, own, each.name).ratio() if own else 0.0
        plain = isinstance(each.credential, Session) or "-" not in each.name
        return each.kind != kind, not plain, -alike

    yield from sorted(api.seed.actors.values(), key=order)


def name_of(api: Api, draft: Draft, actor: Mapping[str, Any] | None) -> str:
    """What the seed calls whoever asks in a request; `actor` is whom the stub saw."""
    for each in api.seed.actors.values():
        move = signed_in(api, draft, each)
        if move and all(draft.at(step.at) == step.value for step in move):
            return each.name
    if actor is None:
        given = any(draft.at(place) is not GONE for place in _credentials(draft.operation))
        return "somebody unknown" if given else "nobody"
    return next((n for n, each in api.seed.actors.items() if _is(each, actor)), str(actor["id"]))


def _is(each: Actor, actor: Mapping[str, Any]) -> bool:
    held = actor.get("session") if isinstance(each.credential, Session) else None
    if held is not None:
        return bool(each.credential.value == held)
    id = actor.get("contact", actor["id"])
    return bool(each.kind == actor["kind"] and each.record["id"] == id)


def _wanted(api: Api, operation: Operation) -> str:
    for requirement in operation.security:
        for name in requirement:
            return str(_scheme(api, name).get("x-actor", "user"))
    return "user"


def _scheme(api: Api, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = api.document.bundle["components"]["securitySchemes"][name]
    return found


def _way(api: Api, draft: Draft, schemes: Sequence[Mapping[str, Any]], held: Credential) -> Move:
    keys = [each for each in schemes if each["type"] == "apiKey"]
    by_session = "session" in api.seed.tables
    match held:
        case Token(value) if not keys and schemes:
            return (Step(("headers", "authorization"), f"Bearer {value}"),)
        case Token(value) if len(keys) == 1 and not by_session:
            return (_key_step(draft, keys[0], value),)
        case Session(value) if len(keys) == 1 and by_session:
            return (_key_step(draft, keys[0], value),)
        case AccessKey(value, secret) if len(keys) == 2:
            return _key_step(draft, keys[0], value), _key_step(draft, keys[1], secret)
    return ()


def _key_step(draft: Draft, scheme: Mapping[str, Any], value: str) -> Step:
    name = str(scheme["name"])
    match scheme["in"]:
        case "query":
            return Step(("query", name), value)
        case "cookie":
            return Step(("headers", "cookie"), _cookies(draft, name, value))
        case _:
            return Step(("headers", name.lower()), value)


def _cookies(draft: Draft, name: str, value: str) -> str:
    """The cookies of a request, one of them another."""
    sent = draft.at(("headers", "cookie"))
    pairs = [each.strip() for each in str(sent).split(";")] if sent is not GONE else []
    others = [pair for pair in pairs if pair.partition("=")[0] != name]
    return "; ".join([*others, f"{name}={value}"])


def _credentials(operation: Operation) -> list[Place]:
    headers = operation.credential_headers | {"authorization"}
    places: list[Place] = [("headers", name) for name in sorted(headers)]
    return places + [("query", name) for name in sorted(operation.credential_names)]

"""What an actor sends to prove who it is, in the form the operation's security scheme wants."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.fixtures.actors import AccessKey, Actor, Session, Token
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation

Held = Token | Session | AccessKey
Holds = Callable[[Seed, str], Held]
"""Gives what an actor of a seed proves itself with."""
Secrets = tuple[tuple[str, str], ...]
"""Pairs of a text and the name that is printed in its place."""


@dataclass(frozen=True)
class Credential:
    """Headers and query parameters of an actor; `secrets` are (text, printed name) pairs."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    secrets: Secrets


NOBODY = Credential({}, {}, ())


def as_seeded(seed: Seed, actor: str) -> Held:
    """What an actor of a seed holds there. Raises ValueFault for an unknown one."""
    known = seed.actors
    if actor not in known:
        raise ValueFault(f"there is no actor {actor!r}; known are {', '.join(sorted(known))}")
    return known[actor].credential


def credential(
    api: Api, operation: Operation, actor: str | None, holds: Holds = as_seeded
) -> Credential:
    """The credential of a named actor for an operation; NOBODY for None.

    `holds` says what the actor proves itself with. Raises ValueFault for an unknown actor.
    """
    if actor is None:
        return NOBODY
    schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
    wanted = [schemes[name] for each in operation.security for name in each if name in schemes]
    return _made(actor, holds(api.seed, actor), wanted or list(schemes.values()))


def _made(actor: str, held: Held, schemes: Iterable[Mapping[str, Any]]) -> Credential:
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    secrets: dict[str, str] = {}
    name = _variable(actor)
    for scheme in schemes:
        part, text = _part(scheme, held)
        if not text or part in secrets:
            continue
        secrets[part] = text
        if scheme["type"] != "apiKey":
            headers["Authorization"] = f"Bearer {text}"
        elif scheme["in"] == "header":
            headers[scheme["name"]] = text
        elif scheme["in"] == "query":
            query[scheme["name"]] = text
    hidden = tuple((text, f"{part}_{name}") for part, text in secrets.items())
    return Credential(headers, query, hidden)


def _part(scheme: Mapping[str, Any], held: Held) -> tuple[str, str]:
    """Which part of what an actor holds a security scheme asks for, and its text."""
    is_key = scheme["type"] == "apiKey"
    match held:
        case Token(value):
            return "TOKEN", value
        case Session(value):
            return "SESSION", value if is_key else ""
        case AccessKey(value, secret) if is_key:
            if "secret" in str(scheme["name"]).lower():
                return "SECRET", secret
            return "KEY", value
    return "", ""


def secrets_in(api: Api, headers: Iterable[tuple[str, str]], made: str | None) -> Secrets:
    """The credentials that a witness put into headers itself: those of the seed's actors, and
    what an earlier request made, a session say."""
    known = {text: name for actor in api.seed.actors.values() for text, name in _held(actor)}
    if made is not None:
        known[made] = "MADE"
    words = {word for _, value in headers for word in value.split()}
    return tuple((word, known[word]) for word in sorted(words & known.keys()))


def _held(actor: Actor) -> Secrets:
    name = _variable(actor.name)
    match actor.credential:
        case Token(value):
            return ((value, f"TOKEN_{name}"),)
        case Session(value):
            return ((value, f"SESSION_{name}"),)
        case AccessKey(value, secret):
            return (value, f"KEY_{name}"), (secret, f"SECRET_{name}")


def _variable(actor: str) -> str:
    return actor.upper().replace("-", "_")

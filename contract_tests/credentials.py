"""What an actor sends to prove who it is, in the form the operation's security scheme wants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.fixtures.actors import AccessKey, Session, Token
from rulebound.openapi.model import Operation

Held = Token | Session | AccessKey


@dataclass(frozen=True)
class Credential:
    """Headers and query parameters of an actor; `secrets` are (text, printed name) pairs."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    secrets: tuple[tuple[str, str], ...]


NOBODY = Credential({}, {}, ())


def credential(api: Api, operation: Operation, actor: str | None) -> Credential:
    """The credential of a named actor for an operation; NOBODY for None.

    Raises ValueFault for an unknown actor.
    """
    if actor is None:
        return NOBODY
    known = api.seed.actors
    if actor not in known:
        raise ValueFault(f"there is no actor {actor!r}; known are {', '.join(sorted(known))}")
    schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
    wanted = [schemes[name] for each in operation.security for name in each if name in schemes]
    return _made(actor, known[actor].credential, wanted or list(schemes.values()))


def _made(actor: str, held: Held, schemes: Iterable[Mapping[str, Any]]) -> Credential:
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    secrets: dict[str, str] = {}
    name = actor.upper().replace("-", "_")
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

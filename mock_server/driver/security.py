"""Security for Connexion: who sends a request, told by the credential it carries.

Any credential that is known gives its actor, also one of a kind the operation is not for: that is
refused by a rule (403), so that the answer names it. None, or an unknown one, ends here (401).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from connexion.security import NO_VALUE
from rulebound.fixtures import AccessKey, Credential, Session, Token
from rulebound.mock_server.api import Api
from rulebound.mock_server.driver.admission import Asking, DoubledCredential
from rulebound.mock_server.driver.known_actors import KnownActors
from rulebound.mock_server.exchange import Exchange, operation_id_of
from rulebound.mock_server.typical import typical_actor
from rulebound.openapi.model import Document

Verify = Callable[[Asking], Any]
_ACTOR = "rulebound.actor"
_actors = KnownActors()


def security_map(api: Api) -> dict[str, Callable[[], Any]]:
    """Type of security scheme -> handler, as Connexion wants it."""
    bearer = partial(BearerHandler, api)
    return {"oauth2": bearer, "bearer": bearer, "apiKey": partial(KeyHandler, api)}


def actor_of(scope: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The actor that Connexion's security found; None for an operation without security."""
    info = scope["extensions"].get("connexion_context", {}).get("token_info")
    while info and _ACTOR not in info:
        # Several schemes together: Connexion gives what each of them found, by its name.
        info = next(iter(info.values()))
    found: Mapping[str, Any] | None = info[_ACTOR] if info else None
    return found


class BearerHandler:
    """An access token in the Authorization header."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def get_fn(self, scheme: Mapping[str, Any], scopes: list[str]) -> Verify:
        """What Connexion calls for a request; the scheme's `x-actor` says whom it is for."""
        kind = str(scheme.get("x-actor", "user"))

        def verify(asking: Asking) -> Any:
            exchange = asking.exchange
            sent = exchange.header("authorization") or ""
            word, _, token = sent.partition(" ")
            credential = Token(token.strip()) if word.lower() == "bearer" else None
            return _admitted(self._api, asking, kind, credential)

        return verify


class KeyHandler:
    """A key in a header or the query: a session, a token, or an access key with its secret."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._pairs = _pairs(api.document)
        self._single = Session if "session" in api.seed.tables else Token

    def get_fn(self, scheme: Mapping[str, Any], scopes: list[str]) -> Verify:
        """What Connexion calls for a request; of a pair, both schemes look at both values."""
        kind, place = str(scheme.get("x-actor", "user")), str(scheme["in"])
        names = self._pairs.get((place, scheme["name"]), (scheme["name"],))

        def verify(asking: Asking) -> Any:
            values = [value for name in names if (value := _value(asking.exchange, place, name))]
            credential: Credential | None = None
            if len(values) == len(names):
                credential = AccessKey(*values) if len(values) > 1 else self._single(*values)
            return _admitted(self._api, asking, kind, credential)

        return verify


def _pairs(document: Document) -> dict[tuple[str, str], tuple[str, str]]:
    """(place, name) of each key that is sent with a secret -> names of the key and the secret."""
    schemes = document.bundle.get("components", {}).get("securitySchemes", {})
    wanted = [*document.bundle.get("security", ())]
    wanted += [each for operation in document.operations for each in operation.security]
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for requirement in wanted:
        keys = [schemes[name] for name in requirement if schemes[name]["type"] == "apiKey"]
        if len(keys) == 2:
            pair = (keys[0]["name"], keys[1]["name"])
            found |= {(key["in"], key["name"]): pair for key in keys}
    return found


def _value(exchange: Exchange, place: str, name: str) -> str | None:
    if place == "header":
        return exchange.header(name.lower())
    if place == "cookie":
        sent = (exchange.header("cookie") or "").split(";")
        pairs = (pair.strip().partition("=") for pair in sent)
        return next((value for key, _, value in pairs if key == name), None)
    values = [value for key, value in parse_qsl(exchange.query, True) if key == name]
    if len(values) > 1:
        raise DoubledCredential(name)
    return values[0] if values else None


def _admitted(api: Api, asking: Asking, kind: str, credential: Credential | None) -> Any:
    """The actor; NO_VALUE lets Connexion try the next scheme, and refuse after the last.

    To raise for an unknown credential would do the same; but Connexion keeps what is raised, and
    that keeps the request, until a collection finds the two.
    """
    exchange = asking.exchange
    if credential is not None and credential != asking.unknown:
        actor = _actors.find(exchange.world(api.seed.name), credential)
        if actor is not None:
            return {_ACTOR: actor}
        asking.unknown = credential
    rule = api.credentials.get(operation_id_of(asking.scope) or "")
    if rule is not None and rule in exchange.served.switches.off:
        return {_ACTOR: _stand_in(api, exchange, kind)}
    return NO_VALUE


def _stand_in(api: Api, exchange: Exchange, kind: str) -> Mapping[str, Any] | None:
    """With the rule on credentials switched off, anybody passes as a typical one of that kind."""
    actor = typical_actor(api.seed, kind)
    return None if actor is None else _actors.find(exchange.world(api.seed.name), actor.credential)

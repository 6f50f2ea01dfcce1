"""The two that are compared, plain Connexion and the stub, each asked what it says."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import connexion
from connexion.lifecycle import ConnexionResponse
from connexion.resolver import Resolver
from oracle.calling import Asked, Told, call
from oracle.plain_document import plain_document
from oracle.turns import Turns
from rulebound.contract_tests.apis import Apis
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from rulebound.openapi.conditions import ProtocolCheck, SchemaClaim
from rulebound.openapi.model import Rule
from rulebound.openapi.trace import Switches

TAKEN, REFUSED, UNKNOWN = "taken", "refused", "unknown"
HIDING = frozenset(("search.no-empty-filter", "appointment.rate-limit", "appointment.keys-active"))
"""Rules that are no schema's and judged before one is: switched off, the schemas have their say."""
_SCHEMA = (400, 415)
_INFO = {"apiKey": "x-apikeyInfoFunc", "oauth2": "x-tokenInfoFunc"}
_SCOPES = ["core.casemgr.manage", "core.casemgr.read"]
_SCOPES += [f"app.{scope}" for scope in _SCOPES]


def anybody(*_: Any, **__: Any) -> dict[str, Any]:
    """Whoever comes is let in: this is about schemas."""
    return {"sub": "anybody", "scope": _SCOPES}


class Plain:
    """Plain Connexion, an application for each document, with handlers that answer as told."""

    def __init__(self, apis: Apis, answers: Mapping[str, Told], **options: Any) -> None:
        self._answers = answers
        self._answer: Told | None = None
        self._reached = False
        self._runner = Turns()
        # What it says of each request costs more than checking it.
        logging.getLogger("connexion").setLevel(logging.CRITICAL)
        self._apps = {each.name: self._app(each, options) for each in apis.all}

    def _app(self, api: Any, options: Mapping[str, Any]) -> Any:
        document = plain_document(api.document.bundle, api.base)
        for scheme in document["components"]["securitySchemes"].values():
            scheme[_INFO[scheme["type"]]] = f"{__name__}.anybody"
        app = connexion.AsyncApp(__name__)
        asked = {"strict_validation": True, "validate_responses": True, **options}
        app.add_api(document, resolver=Resolver(self._handler), **asked)
        return app

    def _handler(self, operation: str) -> Any:
        async def handler() -> ConnexionResponse:
            self._reached = True
            answer = self._answer or self._answers[operation]
            return ConnexionResponse(
                status_code=answer.status,
                body=answer.body,
                content_type=answer.headers.get("content-type"),
                headers={k: v for k, v in answer.headers.items() if k not in _OF_ITS_OWN},
            )

        return handler

    def verdict(self, asked: Asked) -> str:
        """TAKEN when the handler was reached, REFUSED; or what else it was."""
        told = self._told(asked, None)
        if self._reached:
            assert told.status == self._answers[asked.operation].status, told
            return TAKEN
        return REFUSED if told.status in _SCHEMA else f"status {told.status}"

    def verdict_on(self, asked: Asked, answer: Told) -> str:
        """The same for an answer to a good request."""
        told = self._told(asked, answer)
        assert self._reached, told
        return TAKEN if told.status == answer.status and told.body == answer.body else REFUSED

    def _told(self, asked: Asked, answer: Told | None) -> Told:
        self._answer, self._reached = answer, False
        return self._runner.run(call(self._apps[asked.api], asked))

    def close(self) -> None:
        """End its loop."""
        self._runner.close()


_OF_ITS_OWN = ("content-type", "content-length")


class Stubbed:
    """The stub of every API that is shipped; nothing that is asked changes its world."""

    def __init__(self, off: frozenset[str] = HIDING) -> None:
        self._stub = build(Settings())
        self._served = self._stub.worlds.get("default")
        self._served.switches = Switches(off=off)
        self._runner = Turns()
        self._runner.run(self._stub.start())

    def told(self, asked: Asked) -> Told:
        """Its answer."""
        return self._runner.run(call(self._stub.app, asked, ("Rulebound-Scratch", "yes")))

    def verdict(self, asked: Asked) -> tuple[str, frozenset[str]]:
        """REFUSED when a schema or the protocol refuses, whatever other rules say, else TAKEN; and
        the rules that refuse. UNKNOWN where nobody known calls: then no schema is asked."""
        told = self.told(asked)
        entry = self._served.journal.last(1)[0]
        assert told.status < 500, (told, entry.problem)
        if entry.trace is None or entry.problem is not None:
            return REFUSED, frozenset()
        broken = [outcome.rule for outcome in entry.trace.broken]
        rules = frozenset(rule.id for rule in broken if is_schema(rule))
        if any(rule.phase == "credentials" for rule in broken):
            return UNKNOWN, rules
        return (REFUSED if rules else TAKEN), rules

    def close(self) -> None:
        """End its loop."""
        self._runner.close()


def is_schema(rule: Rule) -> bool:
    """Whether a rule speaks for a schema or the protocol, and not of who calls or what there is."""
    condition = rule.condition
    if isinstance(condition, ProtocolCheck):
        return condition.name != "credentials"
    return isinstance(condition, SchemaClaim)

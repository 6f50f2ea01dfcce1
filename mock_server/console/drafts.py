"""A request of an operation as it is typically sent, with the credentials of a chosen actor."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from rulebound.fixtures import AccessKey, Actor, Session
from rulebound.mock_server.api import Api
from rulebound.mock_server.presenting import presented as carried
from rulebound.mock_server.sampling import sample_body, sample_parameter
from rulebound.mock_server.worlds import DEFAULT
from rulebound.openapi.model import Operation, Parameter

_NO_KIND = "user"
_SPACES = re.compile(r'("(?:\\.|[^"\\])*")|\s+')
"""The texts of a JSON body, or the space between its parts."""
_MARKS = {ord(mark): quote(mark) for mark in "[]{}"}
"""What is a pattern to curl, encoded."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that may be sent: `target` is its path with the query."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def curl(self, base: str) -> str:
        """The line that sends it to a server at `base`."""
        # Named by -X, curl would wait for the body that the answer to a HEAD never has.
        head = self.method == "HEAD"
        words = ["curl", "-I"] if head else ["curl", "-i", "-X", self.method]
        for name, value in self.headers.items():
            words += ["-H", f"{name}: {value}"]
        if self.body and not head:
            words += ["-d", _SPACES.sub(lambda found: found[1] or "", self.body)]
        return shlex.join([*words, f"{base}{self.target.translate(_MARKS)}"])

    @property
    def header_lines(self) -> str:
        """Its headers as text, one a line."""
        return "\n".join(f"{name}: {value}" for name, value in self.headers.items())


def draft(api: Api, operation: Operation, actor: Actor | None, world: str = DEFAULT) -> Draft:
    """The typical request of an operation, sent by an actor to a world."""
    headers, query = presented(api, operation, actor)
    headers = {"Accept": "application/json", **headers}
    if world != DEFAULT:
        headers["Rulebound-World"] = world
    query |= {each.name: sample_parameter(each) for each in _shown(operation)}
    for parameter in operation.where("header"):
        if parameter.required:
            headers[parameter.name] = sample_parameter(parameter)
    path = operation.path
    for parameter in operation.where("path"):
        value = quote(sample_parameter(parameter), safe="")
        path = path.replace("{" + parameter.name + "}", value)
    body = ""
    if operation.body is not None:
        headers["Content-Type"] = next(iter(operation.body.media))
        body = json.dumps(sample_body(operation), ensure_ascii=False, indent=2)
    target = f"{api.base}{path}" + (f"?{urlencode(query)}" if query else "")
    return Draft(operation.method.upper(), target, headers, body)


def presented(
    api: Api, operation: Operation, actor: Actor | None
) -> tuple[dict[str, str], dict[str, str]]:
    """The headers and the query by which an actor proves itself; nothing where it cannot."""
    schemes = _fitting(api, operation, actor)
    if actor is None or schemes is None:
        return {}, {}
    return carried(schemes, _values(actor))


def may_ask(api: Api, operation: Operation, actor: Actor) -> bool:
    """Whether an actor has a credential that some way into the operation takes."""
    return not operation.security or _fitting(api, operation, actor) is not None


def _fitting(api: Api, operation: Operation, actor: Actor | None) -> list[Mapping[str, Any]] | None:
    """The schemes of the first way in that takes the credential of this actor."""
    known = api.document.bundle.get("components", {}).get("securitySchemes", {})
    for requirement in operation.security:
        schemes = [known[name] for name in requirement]
        if actor is not None and schemes and _takes(api, schemes, actor):
            return schemes
    return None


def _takes(api: Api, schemes: list[Mapping[str, Any]], actor: Actor) -> bool:
    if any(scheme.get("x-actor", _NO_KIND) != actor.kind for scheme in schemes):
        return False
    if isinstance(actor.credential, AccessKey):
        return len(schemes) == 2
    # A single key is a session where the world has sessions, else a token.
    by_session = schemes[0]["type"] == "apiKey" and "session" in api.seed.tables
    return len(schemes) == 1 and by_session == isinstance(actor.credential, Session)


def _values(actor: Actor) -> Iterable[str]:
    if isinstance(actor.credential, AccessKey):
        return actor.credential.value, actor.credential.secret
    return (actor.credential.value,)


def _shown(operation: Operation) -> tuple[Parameter, ...]:
    """The query parameters required; of a search that requires none, the first."""
    declared = operation.where("query")
    required = tuple(each for each in declared if each.required)
    return required or (declared[:1] if operation.method == "get" else ())

"""What the stub says when it starts: who may ask, and how each operation is asked."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from rulebound.fixtures import AccessKey, Actor, Seed, Session, Token
from rulebound.mock_server.api import Api
from rulebound.mock_server.presenting import presented
from rulebound.mock_server.sampling import sample_body, sample_parameter
from rulebound.mock_server.typical import typical_actor
from rulebound.openapi.model import Operation, Parameter

_MOST_ACTORS = 3


def greeting(apis: Sequence[Api], base: str) -> str:
    """Typical actors of each seed with their credentials, and a curl command for each operation."""
    seeds = {api.seed.name: api.seed for api in apis}
    lines = [line for seed in seeds.values() for line in _actors(seed)]
    if any(len(_typical(seed)) < len(seed.actors) for seed in seeds.values()):
        lines.append(f"all of them, with their rights, at {base}/_rulebound/console/default/actors")
    for api in apis:
        lines += ["", f"{api.document.name} at {base}{api.base}"]
        lines += [_curl(api, operation, base) for operation in api.document.operations]
    reset = f"curl -X POST {base}/_rulebound/worlds/default/reset"
    lines += ["", f"why a request was answered as it was: {base}/_rulebound/"]
    lines += [f"documents and control plane at {base}/_rulebound/docs/"]
    lines += [f"what was changed is put back by {reset}", ""]
    return "\n".join(lines)


def _actors(seed: Seed) -> Iterable[str]:
    shown, known = _typical(seed), len(seed.actors)
    yield f"actors of {seed.name}" + (f" ({len(shown)} of {known})" if len(shown) < known else "")
    for actor in shown:
        yield f"  {actor.name:<34} {actor.kind:<9} {_credential(actor)}"


def _typical(seed: Seed) -> list[Actor]:
    """All actors where they are few; else one for each kind of caller and of credential."""
    every = list(seed.actors.values())
    if len(every) <= _MOST_ACTORS:
        return every
    kinds = dict.fromkeys((each.kind, isinstance(each.credential, Session)) for each in every)
    found = (typical_actor(seed, kind, in_session=session) for kind, session in kinds)
    return [actor for actor in found if actor is not None]


def _credential(actor: Actor) -> str:
    match actor.credential:
        case Token(value):
            return f"token {value}"
        case Session(value):
            return f"session {value}"
        case AccessKey(value, secret):
            return f"access key {value}, secret {secret}"


def _curl(api: Api, operation: Operation, base: str) -> str:
    headers, query = _sign_in(api, operation)
    query |= {each.name: sample_parameter(each) for each in _shown(operation)}
    for parameter in operation.where("header"):
        if parameter.required:
            headers[parameter.name] = sample_parameter(parameter)
    path = operation.path
    for parameter in operation.where("path"):
        path = path.replace("{" + parameter.name + "}", sample_parameter(parameter))
    words = ["curl", "-i", "-X", operation.method.upper()]
    headers.setdefault("Accept", "application/json")
    if operation.body is not None:
        headers["Content-Type"] = next(iter(operation.body.media))
        words += ["-d", json.dumps(sample_body(operation), ensure_ascii=False)]
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    address = f"{base}{api.base}{path}" + (f"?{urlencode(query)}" if query else "")
    return "  " + shlex.join([*words, address])


def _shown(operation: Operation) -> tuple[Parameter, ...]:
    """The query parameters required; of a search that requires none, the first."""
    declared = operation.where("query")
    required = tuple(each for each in declared if each.required)
    return required or (declared[:1] if operation.method == "get" else ())


def _sign_in(api: Api, operation: Operation) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and query of the first way in that the operation knows."""
    schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
    for requirement in operation.security[:1]:
        wanted = [schemes[name] for name in requirement]
        # What is deleted may be the session itself, which the other lines go on using.
        values = _values(api.seed, wanted, spare=operation.method == "delete")
        return presented(wanted, values)
    return {}, {}


def _values(seed: Seed, schemes: Sequence[Mapping[str, Any]], *, spare: bool) -> tuple[str, ...]:
    """The credential of a typical actor of the kind wanted that fits the schemes; of a session
    the `spare` one, if there are two."""
    kind = str(schemes[0].get("x-actor", "user")) if schemes else "user"
    by_session = bool(schemes) and schemes[0]["type"] == "apiKey" and "session" in seed.tables
    actor = typical_actor(seed, kind, in_session=by_session, place=by_session and spare)
    if actor is None:
        return ("unknown",)
    if isinstance(actor.credential, AccessKey):
        return actor.credential.value, actor.credential.secret
    return (actor.credential.value,)

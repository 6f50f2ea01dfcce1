"""Where a request leads: the operation behind its path, or those that were perhaps meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from rulebound.mock_server.api import Api
from rulebound.mock_server.explaining.asked import Asked
from rulebound.mock_server.sampling import sample_parameter
from rulebound.openapi.model import Operation

_NAME = re.compile(r"\{([^}]+)\}")
_MOST = 8


@dataclass(frozen=True, slots=True)
class Route:
    """A request that leads to an operation; `prefix` stands before the operation's own path."""

    api: Api
    operation: Operation
    asked: Asked
    prefix: str
    parameters: dict[str, str]


def route_of(apis: Sequence[Api], asked: Asked, operation: str | None, root: str) -> Route | None:
    """The route of a request for an operation that the stub has found."""
    for api in apis:
        for each in api.document.operations:
            if each.id == operation:
                prefix = root + api.base
                names = _NAME.findall(each.path)
                pattern = "([^/]*)".join(map(re.escape, _NAME.split(each.path)[::2]))
                found = re.fullmatch(re.escape(prefix) + pattern, asked.path)
                values = dict(zip(names, found.groups(), strict=True)) if found else {}
                return Route(api, each, asked, prefix, values)
    return None


def near(apis: Sequence[Api], asked: Asked) -> list[Route]:
    """The same request at the addresses most like its own, and with the methods they know."""
    found = []
    for api in apis:
        roots = [root for root in api.document.context_roots if asked.path.startswith(f"{root}/")]
        prefix = (roots[0] if roots else "") + api.base
        for operation in api.document.operations:
            samples = {each.name: sample_parameter(each) for each in operation.where("path")}
            path = operation.path
            for name, value in samples.items():
                path = path.replace("{" + name + "}", value)
            method = operation.method.upper()
            moved = replace(asked, path=prefix + path, method=method)
            found.append(Route(api, operation, moved, prefix, samples))
    return sorted(found, key=lambda route: _unlike(asked, route.asked))[:_MOST]


def _unlike(one: Asked, other: Asked) -> tuple[float, bool]:
    alike = SequenceMatcher(None, one.path, other.path).ratio()
    return -alike, one.method != other.method

"""One API being served: its document, compiled operation by operation, and where it is mounted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from rulebound.fixtures import Seed
from rulebound.mock_server.effects.registry import effect_of
from rulebound.mock_server.refusals import Refusals
from rulebound.mock_server.step import RequestStep, Surface
from rulebound.openapi.conditions import ProtocolCheck
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.model import Document, Operation, Rule


@dataclass(frozen=True, slots=True)
class Api:
    """What the layers of one API share. `base` is the path its operations stand under, `mount`
    the prefix by which requests are told to be for it."""

    document: Document
    seed: Seed
    base: str
    mount: str
    refusals: Refusals
    steps: Mapping[str, RequestStep]
    credentials: Mapping[str, str]


def compile_api(document: Document, seed: Seed) -> Api:
    """The API of a loaded document over the world of `seed`.

    Raises DocumentError for an operation whose effect cannot be bound, and for a document
    without operations.
    """
    if not document.operations:
        raise DocumentError([Finding("openapi.yaml", 1, "/paths", "has no operation", "add one")])
    base = base_path(document)
    refusals = Refusals(document)
    surface = Surface(document, refusals, seed.name, base)
    steps = {
        each.id: RequestStep(surface, each, effect_of(document, each))
        for each in document.operations
    }
    rules = {each.id: _credentials_rule(each) for each in document.operations}
    credentials = {id: rule.id for id, rule in rules.items() if rule is not None}
    return Api(document, seed, base, _mount(document, base), refusals, steps, credentials)


def base_path(document: Document) -> str:
    """The path of the first server, variables at their defaults, without a context root."""
    servers = document.bundle.get("servers") or [{"url": ""}]
    url: str = servers[0]["url"]
    for name, variable in servers[0].get("variables", {}).items():
        url = url.replace("{" + name + "}", variable["default"])
    path = urlsplit(url).path.rstrip("/")
    for root in document.context_roots:
        if path == root or path.startswith(f"{root}/"):
            return path[len(root) :]
    return path


def _mount(document: Document, base: str) -> str:
    """The base path; without one the first segment, where all paths share it."""
    if base:
        return base
    firsts = {each.path.split("/")[1] for each in document.operations}
    first = firsts.pop()
    return "" if firsts or first.startswith("{") else f"/{first}"


def _credentials_rule(operation: Operation) -> Rule | None:
    for rule in operation.rules:
        if isinstance(rule.condition, ProtocolCheck) and rule.condition.name == "credentials":
            return rule
    return None

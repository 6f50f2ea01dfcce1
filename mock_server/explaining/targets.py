"""What a part of a condition speaks of: a place in the request, or a record that a place names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from rulebound.mock_server.explaining.places import Place
from rulebound.openapi.expressions.tree import (
    Call,
    Index,
    Literal,
    Macro,
    Member,
    Method,
    Name,
    Node,
)
from rulebound.openapi.expressions.writing import children
from rulebound.openapi.model import FactSpec

_REQUEST = ("body", "query", "headers", "path")
_TRANSPARENT = ("trim", "lower", "string", "int", "timestamp")


@dataclass(frozen=True, slots=True)
class Target:
    """Of what a part speaks. `place`: a place; `record`: the record of `table` whose field `by` is
    what stands at the place; `list`: the items there with what was found for each; `item`: one of
    them; `somewhere`: what a look-up makes of the request."""

    kind: OneOf["place", "record", "list", "item", "somewhere"]
    place: Place = ()
    fact: FactSpec | None = None


Bound = Mapping[str, Target | None]
"""The variables of the macros around a part."""


class Targets:
    """Resolves the parts of an operation's conditions."""

    def __init__(self, facts: tuple[FactSpec, ...]) -> None:
        self._facts = {fact.name: fact for fact in facts}

    def of(self, node: Node, bound: Bound) -> Target | None:
        """What a part speaks of; None for anything but the request and what it names."""
        match node:
            case Name(name):
                return bound[name] if name in bound else self._named(name)
            case Member(of, name):
                return self._member(self.of(of, bound), name)
            case Index(of, Literal(value)):
                return self._member(self.of(of, bound), value)
            case Call(function, arguments) if function in _TRANSPARENT:
                return self.of(arguments[0], bound)
            case Call("given", (of, Literal(path))):
                target = self.of(of, bound)
                for part in str(path).split("."):
                    target = self._member(target, part)
                return target
            case Macro(of, "filter", _, _):
                return self.of(of, bound)
            case Method(of, _, _):
                return self.of(of, bound)
            case _:
                return None

    def item(self, target: Target | None, index: int) -> Target | None:
        """An item of a list."""
        if target is None or target.kind in ("somewhere", "record"):
            return target
        kind: OneOf["item", "place"] = "item" if target.kind == "list" else "place"
        return Target(kind, (*target.place, index), target.fact)

    def within(self, node: Node, bound: Bound) -> Iterator[Target]:
        """Everything that a part and the parts in it speak of."""
        found = self.of(node, bound)
        if found is not None:
            yield found
        if isinstance(node, Macro):
            inner = self.item(self.of(node.of, bound), 0)
            yield from self.within(node.of, bound)
            yield from self.within(node.body, {**bound, node.variable: inner})
            return
        for child in children(node):
            yield from self.within(child, bound)

    def _named(self, name: str) -> Target | None:
        if name in _REQUEST:
            return Target("place", (name,))
        fact = self._facts.get(name)
        if fact is None:
            return None
        if fact.form == "lookup":
            return Target("somewhere", (), fact)
        place = self._path(fact.path)
        if place is None:
            return None
        return Target("list" if fact.form == "each" else "record", place, fact)

    def _path(self, path: tuple[str, ...]) -> Place | None:
        """The place a fact reads; that of the first fact where one reads another."""
        if path[0] in self._facts:
            target = self._named(path[0])
            return target.place if target is not None and target.place else None
        return path if path[0] in _REQUEST else None

    @staticmethod
    def _member(target: Target | None, name: object) -> Target | None:
        if target is None or target.kind in ("somewhere", "record"):
            return target
        part = name if isinstance(name, int) else str(name)
        if target.kind == "item":
            if part == "found" and target.fact is not None:
                return Target("record", (*target.place, *target.fact.item), target.fact)
            return Target("place", target.place)
        if target.kind == "list":
            return Targets.item(Targets(()), target, part) if isinstance(part, int) else target
        return Target("place", (*target.place, part))

"""Which parts of a condition stand in the way, down to the comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rulebound.mock_server.explaining.targets import Bound, Targets
from rulebound.openapi.expressions import Compiled, EvaluationError
from rulebound.openapi.expressions.compiler import compile_tree
from rulebound.openapi.expressions.tree import Binary, Conditional, Macro, Node, Unary

_MOST_ITEMS = 80
UNKNOWN = object()
"""What a part comes to that cannot be judged."""


class Known(dict[str, Any]):
    """The variables of macros, over the names of a condition."""

    def __init__(self, own: Mapping[str, Any], names: Mapping[str, Any]) -> None:
        super().__init__(own)
        self.names = names

    def __missing__(self, name: str) -> Any:
        return self.names[name]

    def having(self, variable: str, value: Any) -> Known:
        """The same with one variable more."""
        return Known({**self, variable: value}, self.names)


@dataclass(frozen=True)
class Part:
    """A part that has to come out as `wanted`, with the variables around it."""

    node: Node
    known: Known
    bound: Bound
    wanted: bool


class Parts:
    """Takes the conditions of one operation apart."""

    def __init__(self, targets: Targets, names: frozenset[str]) -> None:
        self.targets = targets
        self._names = names

    def value(self, node: Node, known: Known) -> Any:
        """What a part comes to; UNKNOWN where that cannot be told."""
        try:
            return _compiled(node, self._names.union(known))(known)
        except (EvaluationError, KeyError):
            return UNKNOWN

    def in_the_way(self, part: Part) -> Iterator[Part]:
        """The smallest parts by which it does not come out as wanted, each with its own wish."""
        node, wanted = part.node, part.wanted
        if self.value(node, part.known) is wanted:
            return
        match node:
            case Unary("!", of):
                yield from self.in_the_way(Part(of, part.known, part.bound, not wanted))
            case Binary("&&" | "||", left, right):
                for side in (left, right):
                    yield from self.in_the_way(Part(side, part.known, part.bound, wanted))
            case Conditional(test, then, other):
                holds = self.value(test, part.known)
                chosen = then if holds is True else other
                yield from self.in_the_way(Part(chosen, part.known, part.bound, wanted))
                yield from self.in_the_way(Part(test, part.known, part.bound, holds is not True))
            case Macro(_, "all" | "exists", _, _):
                yield part
                yield from self._items(part, node)
            case _:
                yield part

    def _items(self, part: Part, node: Macro) -> Iterator[Part]:
        for _, inner in self.offenders(part, node):
            yield from self.in_the_way(inner)

    def offenders(self, part: Part, node: Macro) -> list[tuple[int, Part]]:
        """The items of a list that do not come out as wanted, with their places in it."""
        items = self.value(node.of, part.known)
        if not isinstance(items, (list, tuple)):
            return []
        target = self.targets.of(node.of, part.bound)
        found = []
        for index, item in enumerate(items[:_MOST_ITEMS]):
            known = part.known.having(node.variable, item)
            if self.value(node.body, known) is part.wanted:
                continue
            bound = {**part.bound, node.variable: self.targets.item(target, index)}
            found.append((index, Part(node.body, known, bound, part.wanted)))
        return found


@lru_cache(maxsize=2000)
def _compiled(node: Node, names: frozenset[str]) -> Compiled:
    return compile_tree("", node, names)

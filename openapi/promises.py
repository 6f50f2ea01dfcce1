"""The promises of an operation as one function, which knows the items it has judged before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rulebound.openapi.conditions import Ensure
from rulebound.openapi.expressions.compiler import Compiled, compile_tree
from rulebound.openapi.expressions.tree import Binary, ExpressionError, Macro, Member, Name, Node
from rulebound.openapi.lasting import Lasting
from rulebound.openapi.model import Rule
from rulebound.openapi.names import Names
from rulebound.openapi.phases import BROKEN, Phase

_MADE = "made"


class Promises(Phase):
    """The promises of an operation, judged together.

    Many say something of each item of a list that was made, and name nothing else. Of a `Lasting`
    item they hold for good once they were found to hold: it never changes, conditions are pure.
    """

    def _said(self) -> Iterable[Rule]:
        of_items: dict[tuple[str, str], list[Node]] = {}
        others = []
        for rule in self.rules:
            said = _of_items(rule)
            if said is None:
                others.append(rule)
            else:
                of_items.setdefault(said[:2], []).append(said[2])
        self._lists = tuple(dict.fromkeys(name for name, _ in of_items))
        turned = [_turned(*listed, bodies) for listed, bodies in of_items.items()]
        return [*others, *(replace(self.rules[0], condition=each) for each in turned)]

    def keep(self, names: Names) -> bool:
        """Whether every promise is kept. Raises anything where that cannot be judged at once."""
        made = names[_MADE]
        unseen = {_new(name): self._unseen(made[name]) for name in self._lists}
        if BROKEN in self.run({**names, **unseen}, None, {}):
            return False
        for items in unseen.values():
            for each in items:
                if isinstance(each, Lasting):
                    each.kept_by = self
        return True

    def _unseen(self, items: Iterable[Any]) -> Iterable[Any]:
        if type(items) is not list:
            return items
        return [each for each in items if not isinstance(each, Lasting) or each.kept_by is not self]


def _of_items(rule: Rule) -> tuple[str, str, Node] | None:
    """The list under `made` of whose items a rule says something, of each by itself; what it calls
    an item, and what it says of it.
    """
    match rule.condition:
        case Ensure(Compiled(tree=Macro(Member(Name("made"), name), "all", variable, body))):
            return (name, variable, body) if _names_only(body, variable) else None
    return None


def _names_only(body: Node, variable: str) -> bool:
    try:
        compile_tree("", body, {variable})
    except ExpressionError:
        return False
    return True


def _turned(name: str, variable: str, bodies: list[Node]) -> Ensure:
    """All that is said of an item, said at once of those that were not judged before."""
    tree = Macro(Name(_new(name)), "all", variable, _every(bodies))
    new = (_new(name),)
    return Ensure(Compiled("", tree, frozenset(new), new))


def _every(bodies: list[Node]) -> Node:
    """All of them, put together so that nothing comes to stand deep."""
    if len(bodies) == 1:
        return bodies[0]
    middle = len(bodies) // 2
    return Binary("&&", _every(bodies[:middle]), _every(bodies[middle:]))


def _new(name: str) -> str:
    """What the items of a list that were not judged before are called; no document can say it."""
    return f"{_MADE}.{name}"

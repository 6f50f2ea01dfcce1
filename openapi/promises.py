"""The promises of an operation as one function, which knows the items it has judged before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rulebound.openapi.conditions import Ensure
from rulebound.openapi.expressions.compiler import Compiled, compile_tree
from rulebound.openapi.expressions.tree import ExpressionError, Macro, Member, Name, Node
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
        listed = {rule.id: _list_of(rule) for rule in self.rules}
        self._lists = tuple(dict.fromkeys(filter(None, listed.values())))
        return [_turned(rule, listed[rule.id]) for rule in self.rules]

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


def _list_of(rule: Rule) -> str | None:
    """The list under `made` of whose items a rule says something, of each by itself."""
    match rule.condition:
        case Ensure(Compiled(tree=Macro(Member(Name("made"), name), "all", variable, body))):
            return name if _names_only(body, variable) else None
    return None


def _names_only(body: Node, variable: str) -> bool:
    try:
        compile_tree("", body, {variable})
    except ExpressionError:
        return False
    return True


def _turned(rule: Rule, name: str | None) -> Rule:
    """The rule, said of those of its items only that were not judged before."""
    match rule.condition:
        case Ensure(Compiled(text, Macro() as tree)) if name is not None:
            turned = replace(tree, of=Name(_new(name)))
            new = (_new(name),)
            return replace(rule, condition=Ensure(Compiled(text, turned, frozenset(new), new)))
    return rule


def _new(name: str) -> str:
    """What the items of a list that were not judged before are called; no document can say it."""
    return f"{_MADE}.{name}"

"""Conditions as statements of a function, so that their loops need no functions of their own."""

from __future__ import annotations

import ast

from rulebound.openapi.expressions.compiler import runtime
from rulebound.openapi.expressions.hoisting import read_once
from rulebound.openapi.expressions.inline import Inliner
from rulebound.openapi.expressions.pieces import keep, kept
from rulebound.openapi.expressions.tree import Binary, Conditional, Macro, Node, Unary

_LOOPS = ("all", "exists")


class Statements:
    """Writes conditions over the allowed `names` as statements that assign true or false.

    A given name `x` is the local `n_x`, which has to be loaded before.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._inner = 0

    def used(self, node: Node) -> set[str]:
        """The given names that a condition reads."""
        builder = Inliner(self._names)
        builder.truth(node, frozenset())
        return builder.used

    def of(self, node: Node, target: str, bound: frozenset[str] = frozenset()) -> list[ast.stmt]:
        """Statements after which the local `target` is true or false."""
        if not _has_loop(node):
            return [assign(target, Inliner(self._names).truth(node, bound))]
        match node:
            case Binary("&&" | "||", left, right):
                asked: ast.expr = ast.Name(target, ast.Load())
                if node.operator == "||":
                    asked = ast.UnaryOp(ast.Not(), asked)
                more = ast.If(asked, self.of(right, target, bound), [])
                return [*self.of(left, target, bound), more]
            case Unary("!", of):
                turned = ast.UnaryOp(ast.Not(), ast.Name(target, ast.Load()))
                return [*self.of(of, target, bound), assign(target, turned)]
            case Conditional(test, then, other):
                branches = self.of(then, target, bound), self.of(other, target, bound)
                fork = ast.If(ast.Name(target, ast.Load()), *branches)
                return [*self.of(test, target, bound), fork]
            case Macro() if node.kind in _LOOPS and node.variable not in bound:
                return self._loop(node, target, bound)
        return [assign(target, Inliner(self._names).truth(node, bound))]

    def _loop(self, node: Macro, target: str, bound: frozenset[str]) -> list[ast.stmt]:
        """A loop that stops at the first item that decides."""
        decides = node.kind == "exists"
        self._inner += 1
        inner = f"i{self._inner}"
        asked: ast.expr = ast.Name(inner, ast.Load())
        if not decides:
            asked = ast.UnaryOp(ast.Not(), asked)
        found = ast.If(asked, [assign(target, ast.Constant(decides)), ast.Break()], [])
        items = keep(Inliner(self._names).build(node.of, bound))
        lists = ast.Compare(runtime("type", items), [ast.Is()], [ast.Name("list", ast.Load())])
        item = f"n_{node.variable}"
        loop = ast.For(
            ast.Name(item, ast.Store()),
            ast.IfExp(lists, kept(), runtime("items", kept())),
            read_once(item, [*self.of(node.body, inner, bound | {node.variable}), found]),
            [],
        )
        return [assign(target, ast.Constant(not decides)), loop]


def assign(target: str, value: ast.expr) -> ast.stmt:
    """A local set to a value."""
    return ast.Assign([ast.Name(target, ast.Store())], value)


def _has_loop(node: Node) -> bool:
    match node:
        case Macro(kind=kind):
            return kind in _LOOPS
        case Binary("&&" | "||", left, right):
            return _has_loop(left) or _has_loop(right)
        case Unary("!", of):
            return _has_loop(of)
        case Conditional(test, then, other):
            return any(map(_has_loop, (test, then, other)))
        case _:
            return False

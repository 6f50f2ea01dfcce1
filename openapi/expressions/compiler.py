"""From tree to a Python code object that can name nothing but the given names and our operators.

The Python syntax tree is built node by node, never from text, and runs without builtins: a document
cannot reach a Python object that is not handed to it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rulebound.openapi.expressions import values
from rulebound.openapi.expressions.parser import parse
from rulebound.openapi.expressions.placing import placed
from rulebound.openapi.expressions.tree import (
    Binary,
    Call,
    Conditional,
    EvaluationError,
    ExpressionError,
    Index,
    ListOf,
    Literal,
    Macro,
    Member,
    Method,
    Name,
    Node,
    Unary,
)

_SIGNS = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
GLOBALS: dict[str, Any] = {
    **values.RUNTIME,
    "__builtins__": {},
    "all": all,
    "any": any,
    "sum": sum,
}


@dataclass(frozen=True)
class Compiled:
    """A condition ready to run: its text, tree, and the names it needs (in `order`)."""

    text: str
    tree: Node
    names: frozenset[str]
    order: tuple[str, ...] = field(repr=False, compare=False)

    @cached_property
    def run(self) -> Callable[..., Any]:
        """The function of the names, made at the first call: most conditions are run as a part of
        their phase, and never on their own."""
        body = Builder(self.names).build(self.tree, frozenset())
        arguments = ast.arguments(
            posonlyargs=[ast.arg(f"n_{name}") for name in self.order],
            args=[],
            kwonlyargs=[],
            kw_defaults=[],
            defaults=[],
        )
        code = placed(ast.Expression(ast.Lambda(arguments, body)))
        run: Callable[..., Any] = eval(compile(code, "<condition>", "eval"), dict(GLOBALS))
        return run

    def __call__(self, env: Mapping[str, Any]) -> Any:
        """The value over `env` (name -> value).

        Raises EvaluationError where a value does not fit or a member is absent.
        """
        try:
            return self.run(*[env[name] for name in self.order])
        except RecursionError:
            raise EvaluationError("values nested too deeply") from None


def compile_expression(text: str, names: Collection[str]) -> Compiled:
    """`text` compiled over the allowed `names`.

    Raises ExpressionError for a text outside the grammar or an unknown name.
    """
    tree = parse(text)
    return compile_tree(text, tree, names)


def compile_condition(text: str, names: Collection[str]) -> Compiled:
    """`text` compiled like any expression, when it can be true or false at all.

    Raises ExpressionError besides for a text whose value is never a boolean, say `1 + 1`.
    """
    compiled = compile_expression(text, names)
    if _never_boolean(compiled.tree):
        raise ExpressionError("a condition has to be true or false, and this never is", 1)
    return compiled


def _never_boolean(node: Node) -> bool:
    match node:
        case Literal(value):
            return not isinstance(value, bool)
        case Call(function):
            return function != "given"
        case Macro(kind=kind):
            return kind in ("map", "filter")
        case Unary(operator) | Binary(operator):
            return operator in ("+", "-")
        case Conditional(_, then, other):
            return _never_boolean(then) or _never_boolean(other)
        case _:
            return isinstance(node, ListOf)


def compile_tree(text: str, tree: Node, names: Collection[str]) -> Compiled:
    """A tree compiled over the allowed `names`; raises ExpressionError for an unknown name."""
    builder = Builder(frozenset(names))
    builder.build(tree, frozenset())
    return Compiled(text, tree, frozenset(builder.used), tuple(sorted(builder.used)))


def runtime(name: str, *arguments: ast.expr) -> ast.expr:
    """A call of one of our operators."""
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


class Builder:
    """Builds the syntax tree of an expression; `used` are the given names that it has met."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.used: set[str] = set()

    def truth(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A node as a boolean; a comparison is one already, so it needs no check."""
        of = self.build(node, bound)
        if isinstance(of, (ast.Compare, ast.BoolOp)):
            return of
        if isinstance(of, ast.UnaryOp) and isinstance(of.op, ast.Not):
            return of
        return runtime("truth", of)

    def build(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A node; `bound` are the variables of the macros around it."""
        match node:
            case Literal(value):
                return ast.Constant(value)
            case ListOf(items):
                return ast.List([self.build(item, bound) for item in items], ast.Load())
            case Name(name, column):
                return self._name(name, bound, column)
            case Member(of, name):
                return runtime("member", self.build(of, bound), ast.Constant(name))
            case Index(of, index):
                return runtime("at", self.build(of, bound), self.build(index, bound))
            case Call(function, arguments):
                return runtime(f"f_{function}", *[self.build(a, bound) for a in arguments])
            case Method(of, name, arguments):
                built = [self.build(a, bound) for a in (of, *arguments)]
                return runtime(f"m_{name}", *built)
            case Macro():
                return self._macro(node, bound)
            case Unary("!", of):
                return ast.UnaryOp(ast.Not(), self.truth(of, bound))
            case Unary(_, of):
                return runtime("negative", self.build(of, bound))
            case Binary():
                return self._binary(node, bound)
            case Conditional(test, then, other):
                return ast.IfExp(
                    self.truth(test, bound),
                    self.build(then, bound),
                    self.build(other, bound),
                )

    def _name(self, name: str, bound: frozenset[str], column: int) -> ast.expr:
        if name not in bound:
            if name not in self._names:
                known = ", ".join(sorted(self._names | bound))
                raise ExpressionError(f"no name {name!r}; known here are {known}", column)
            self.used.add(name)
        return ast.Name(f"n_{name}", ast.Load())

    def _macro(self, node: Macro, bound: frozenset[str]) -> ast.expr:
        if node.variable in self._names:
            raise ExpressionError(f"{node.variable!r} is a given name already", node.column)
        of = runtime("items", self.build(node.of, bound))
        inside = bound | {node.variable}
        target = ast.Name(f"n_{node.variable}", ast.Store())
        item = ast.Name(f"n_{node.variable}", ast.Load())
        if node.kind == "map":
            return ast.ListComp(
                self.build(node.body, inside), [ast.comprehension(target, of, [], 0)]
            )
        body = self.truth(node.body, inside)
        match node.kind:
            case "filter":
                return ast.ListComp(item, [ast.comprehension(target, of, [body], 0)])
            case "exists_one":
                kept = ast.comprehension(target, of, [body], 0)
                count = runtime("sum", ast.GeneratorExp(ast.Constant(1), [kept]))
                return ast.Compare(count, [ast.Eq()], [ast.Constant(1)])
            case kind:
                word = "all" if kind == "all" else "any"
                return runtime(word, ast.GeneratorExp(body, [ast.comprehension(target, of, [], 0)]))

    def _binary(self, node: Binary, bound: frozenset[str]) -> ast.expr:
        sign = node.operator
        if sign in ("&&", "||"):
            word: ast.boolop = ast.And() if sign == "&&" else ast.Or()
            return ast.BoolOp(word, [self.truth(node.left, bound), self.truth(node.right, bound)])
        left, right = self.build(node.left, bound), self.build(node.right, bound)
        if sign in _SIGNS:
            order = runtime("compare", left, right)
            return ast.Compare(order, [_SIGNS[sign]()], [ast.Constant(0)])
        if sign == "!=":
            return ast.UnaryOp(ast.Not(), runtime("equal", left, right))
        word_of = {"==": "equal", "in": "among", "+": "add", "-": "subtract"}
        return runtime(word_of[sign], left, right)

"""From tree to a Python code object that can name nothing but the given names and our operators.

The Python syntax tree is built node by node, never from text, and runs without builtins: a document
cannot reach a Python object that is not handed to it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from rulebound.openapi.expressions import values
from rulebound.openapi.expressions.parser import parse
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
_GLOBALS: dict[str, Any] = {
    **values.RUNTIME,
    "__builtins__": {},
    "all": all,
    "any": any,
    "sum": sum,
}


@dataclass(frozen=True)
class Compiled:
    """A condition ready to run: its text, tree, the names it needs (in `order`), and the code."""

    text: str
    tree: Node
    names: frozenset[str]
    order: tuple[str, ...] = field(repr=False, compare=False)
    run: Callable[..., Any] = field(repr=False, compare=False)

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
    builder = _Builder(frozenset(names))
    body = builder.build(tree, frozenset())
    used = sorted(builder.used)
    arguments = ast.arguments(
        posonlyargs=[ast.arg(f"n_{name}") for name in used],
        args=[],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    code = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    run = eval(compile(code, "<condition>", "eval"), dict(_GLOBALS))
    return Compiled(text, tree, frozenset(used), tuple(used), run)


def _runtime(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _truth(of: ast.expr) -> ast.expr:
    """The operand as a boolean; a comparison is one already, so it needs no check."""
    if isinstance(of, (ast.Compare, ast.BoolOp)):
        return of
    if isinstance(of, ast.UnaryOp) and isinstance(of.op, ast.Not):
        return of
    return _runtime("truth", of)


class _Builder:
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.used: set[str] = set()

    def build(self, node: Node, bound: frozenset[str]) -> ast.expr:
        match node:
            case Literal(value):
                return ast.Constant(value)
            case ListOf(items):
                return ast.List([self.build(item, bound) for item in items], ast.Load())
            case Name(name, column):
                return self._name(name, bound, column)
            case Member(of, name):
                return _runtime("member", self.build(of, bound), ast.Constant(name))
            case Index(of, index):
                return _runtime("at", self.build(of, bound), self.build(index, bound))
            case Call(function, arguments):
                return _runtime(f"f_{function}", *[self.build(a, bound) for a in arguments])
            case Method(of, name, arguments):
                built = [self.build(a, bound) for a in (of, *arguments)]
                return _runtime(f"m_{name}", *built)
            case Macro():
                return self._macro(node, bound)
            case Unary("!", of):
                return ast.UnaryOp(ast.Not(), _truth(self.build(of, bound)))
            case Unary(_, of):
                return _runtime("negative", self.build(of, bound))
            case Binary():
                return self._binary(node, bound)
            case Conditional(test, then, other):
                return ast.IfExp(
                    _truth(self.build(test, bound)),
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
        of = _runtime("items", self.build(node.of, bound))
        body = self.build(node.body, bound | {node.variable})
        target = ast.Name(f"n_{node.variable}", ast.Store())
        loop = ast.comprehension(target, of, [], 0)
        item = ast.Name(f"n_{node.variable}", ast.Load())
        match node.kind:
            case "map":
                return ast.ListComp(body, [loop])
            case "filter":
                return ast.ListComp(item, [ast.comprehension(target, of, [_truth(body)], 0)])
            case "exists_one":
                kept = ast.comprehension(target, of, [_truth(body)], 0)
                count = _runtime("sum", ast.GeneratorExp(ast.Constant(1), [kept]))
                return ast.Compare(count, [ast.Eq()], [ast.Constant(1)])
            case kind:
                word = "all" if kind == "all" else "any"
                return _runtime(word, ast.GeneratorExp(_truth(body), [loop]))

    def _binary(self, node: Binary, bound: frozenset[str]) -> ast.expr:
        left, right = self.build(node.left, bound), self.build(node.right, bound)
        sign = node.operator
        if sign in ("&&", "||"):
            word: ast.boolop = ast.And() if sign == "&&" else ast.Or()
            return ast.BoolOp(word, [_truth(left), _truth(right)])
        if sign in _SIGNS:
            order = _runtime("compare", left, right)
            return ast.Compare(order, [_SIGNS[sign]()], [ast.Constant(0)])
        if sign == "!=":
            return ast.UnaryOp(ast.Not(), _runtime("equal", left, right))
        word_of = {"==": "equal", "in": "among", "+": "add", "-": "subtract"}
        return _runtime(word_of[sign], left, right)

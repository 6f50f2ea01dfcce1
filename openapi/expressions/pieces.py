"""Pieces of the syntax trees that conditions become, and what a node tells of its value."""

from __future__ import annotations

import ast

from rulebound.openapi.expressions.compiler import runtime
from rulebound.openapi.expressions.tree import (
    Binary,
    Call,
    Conditional,
    Index,
    Literal,
    Macro,
    Member,
    Method,
    Name,
    Node,
    Unary,
)

_TEMPORARY = "t"


def keep(of: ast.expr, name: str = _TEMPORARY) -> ast.expr:
    """A value, put under a temporary name."""
    return ast.NamedExpr(ast.Name(name, ast.Store()), of)


def kept(name: str = _TEMPORARY) -> ast.expr:
    """What stands under a temporary name."""
    return ast.Name(name, ast.Load())


def given(of: ast.expr, path: list[str]) -> ast.expr:
    """Whether something other than null stands at a path; only plain maps are looked into here."""
    name = ast.Constant(path[0])
    inner: ast.expr = ast.Subscript(kept(), name, ast.Load())
    rest = given(inner, path[1:]) if path[1:] else is_same(inner, None, no=True)
    there = ast.BoolOp(ast.And(), [ast.Compare(name, [ast.In()], [kept()]), rest])
    other = runtime("f_given", kept(), ast.Constant(".".join(path)))
    return ast.IfExp(typed(of, "dict"), there, other)


def is_boolean(node: Node) -> bool:
    """Whether the value of a node can be nothing but true or false."""
    match node:
        case Literal(value):
            return isinstance(value, bool)
        case Call(function):
            return function == "given"
        case Macro(kind=kind):
            return kind in ("all", "exists", "exists_one")
        case Unary(operator):
            return operator == "!"
        case Binary(operator):
            return operator not in ("+", "-")
        case Conditional(_, then, other):
            return is_boolean(then) and is_boolean(other)
        case _:
            return isinstance(node, Method)


def is_same(of: ast.expr, value: bool | None, *, no: bool = False) -> ast.expr:
    """Whether a value is this very one, or with `no` is not."""
    return ast.Compare(of, [ast.IsNot() if no else ast.Is()], [ast.Constant(value)])


def typed(of: ast.expr, kind: str, name: str = _TEMPORARY) -> ast.expr:
    """Whether a value, kept under a temporary name, is of this very type."""
    return ast.Compare(runtime("type", keep(of, name)), [ast.Is()], [ast.Name(kind, ast.Load())])


def same(of: ast.expr, value: str | None, operator: str) -> ast.expr:
    """A comparison by `==` or `!=` with a text or null."""
    if value is None:
        return is_same(of, None, no=operator == "!=")
    sign = ast.Eq() if operator == "==" else ast.NotEq()
    return ast.Compare(of, [sign], [ast.Constant(value)])


def varies(node: Node) -> bool:
    """Whether a node never becomes a constant, which Python does not let be compared by `is`."""
    return isinstance(node, (Name, Member, Index, Call, Method, Macro))


def is_simple(node: Node) -> bool:
    """Whether a node, built twice, costs little."""
    while isinstance(node, (Member, Index)):
        if isinstance(node, Index) and not isinstance(node.index, Literal):
            return False
        node = node.of
    return isinstance(node, (Name, Literal))


def written_texts(nodes: tuple[Node, ...]) -> tuple[str, ...] | None:
    """The texts of a list in which nothing else is written out."""
    texts = [each.value for each in nodes if isinstance(each, Literal)]
    found = tuple(each for each in texts if isinstance(each, str))
    return found if len(found) == len(nodes) else None

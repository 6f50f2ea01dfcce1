"""Expressions built for speed: operators written out where the kinds of their operands are plain.

What it builds means what `Builder` builds, with one freedom: where a value does not fit it may
raise any exception, not only EvaluationError. Who runs it then asks the plain code for the words.
"""

from __future__ import annotations

import ast

from rulebound.openapi.expressions.compiler import Builder, runtime
from rulebound.openapi.expressions.tree import (
    Binary,
    Call,
    Conditional,
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
_KINDS = {"size": "number", "int": "number", "bytes": "number", "given": "boolean"}
_TEXTS = {"lower": "lower", "trim": "strip"}
_PARTS = {"startsWith": "startswith", "endsWith": "endswith"}
_TEMPORARY = "t"


class Inliner(Builder):
    """Builds expressions for the body of a function, where a temporary name may be used."""

    def truth(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A node as a boolean."""
        built = self.build(node, bound)
        if is_boolean(node):
            return built
        fits = ast.BoolOp(ast.Or(), [_is(keep(built), True), _is(kept(), False)])
        return ast.IfExp(fits, kept(), runtime("truth", kept()))

    def build(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A node; `bound` are the variables of the macros around it."""
        match node:
            case Member(Name() | Member() | Index() as of, name):
                return ast.Subscript(self.build(of, bound), ast.Constant(name), ast.Load())
            case Call("given", (of, Literal(str(path)))):
                return given(self.build(of, bound), path.split("."))
            case Call("size", (of,)):
                lists = _typed(self.build(of, bound), "list")
                return ast.IfExp(lists, runtime("len", kept()), runtime("f_size", kept()))
            case Call(name, (of,)) if name in _TEXTS:
                return self._method(self.build(of, bound), _TEXTS[name], f"f_{name}")
            case Method(of, name, (Literal(str()) as part,)) if name in _PARTS:
                return self._method(self.build(of, bound), _PARTS[name], f"m_{name}", part)
            case Macro():
                return self._plain(node, bound)
        return super().build(node, bound)

    def _plain(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A macro as an expression: inside comprehensions there are no temporary names."""
        builder = Builder(self._names)
        built = builder.build(node, bound)
        self.used |= builder.used
        return built

    @staticmethod
    def _method(of: ast.expr, name: str, otherwise: str, *arguments: Literal) -> ast.expr:
        """A method of a text; what is no text is left to our own operator."""
        sent: list[ast.expr] = [ast.Constant(each.value) for each in arguments]
        call = ast.Call(ast.Attribute(kept(), name, ast.Load()), sent, [])
        other = [ast.Constant(each.value) for each in arguments]
        return ast.IfExp(_typed(of, "str"), call, runtime(otherwise, kept(), *other))

    def _binary(self, node: Binary, bound: frozenset[str]) -> ast.expr:
        match node:
            case Binary("==" | "!=", left, Literal(str() | None as value)) if _varies(left):
                return _same(self.build(left, bound), value, node.operator)
            case Binary("==" | "!=", Literal(str() | None as value), right) if _varies(right):
                return _same(self.build(right, bound), value, node.operator)
            case Binary("==" | "!=", left, right) if _is_simple(right):
                built = self.build(right, bound)
                same = ast.IfExp(
                    _typed(self.build(left, bound), "str"),
                    ast.Compare(kept(), [ast.Eq()], [built]),
                    runtime("equal", kept(), self.build(right, bound)),
                )
                return same if node.operator == "==" else ast.UnaryOp(ast.Not(), same)
            case Binary("in", item, ListOf(items)) if (texts := _texts(items)) is not None:
                among = ast.Tuple([ast.Constant(each) for each in texts], ast.Load())
                return ast.Compare(self.build(item, bound), [ast.In()], [among])
            case Binary("in", Literal(str(value)), of):
                found = ast.Compare(ast.Constant(value), [ast.In()], [kept()])
                other = runtime("among", ast.Constant(value), kept())
                return ast.IfExp(_typed(self.build(of, bound), "list"), found, other)
            case Binary(sign, Call("size", _) as left, Literal(int(limit))) if sign in _SIGNS:
                size = self.build(left, bound)
                return ast.Compare(size, [_SIGNS[sign]()], [ast.Constant(limit)])
        return super()._binary(node, bound)


def keep(of: ast.expr) -> ast.expr:
    """A value, put under the temporary name."""
    return ast.NamedExpr(ast.Name(_TEMPORARY, ast.Store()), of)


def kept() -> ast.expr:
    """What stands under the temporary name."""
    return ast.Name(_TEMPORARY, ast.Load())


def given(of: ast.expr, path: list[str]) -> ast.expr:
    """Whether something other than null stands at a path; only plain maps are looked into here."""
    name = ast.Constant(path[0])
    inner: ast.expr = ast.Subscript(kept(), name, ast.Load())
    rest = given(inner, path[1:]) if path[1:] else _is(inner, None, no=True)
    there = ast.BoolOp(ast.And(), [ast.Compare(name, [ast.In()], [kept()]), rest])
    other = runtime("f_given", kept(), ast.Constant(".".join(path)))
    return ast.IfExp(_typed(of, "dict"), there, other)


def is_boolean(node: Node) -> bool:
    """Whether the value of a node can be nothing but true or false."""
    match node:
        case Literal(value):
            return isinstance(value, bool)
        case Call(function):
            return _KINDS.get(function) == "boolean"
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


def _is(of: ast.expr, value: bool | None, *, no: bool = False) -> ast.expr:
    return ast.Compare(of, [ast.IsNot() if no else ast.Is()], [ast.Constant(value)])


def _typed(of: ast.expr, kind: str) -> ast.expr:
    """Whether a value, kept under the temporary name, is of this very type."""
    return ast.Compare(runtime("type", keep(of)), [ast.Is()], [ast.Name(kind, ast.Load())])


def _same(of: ast.expr, value: str | None, operator: str) -> ast.expr:
    if value is None:
        return _is(of, None, no=operator == "!=")
    sign = ast.Eq() if operator == "==" else ast.NotEq()
    return ast.Compare(of, [sign], [ast.Constant(value)])


def _varies(node: Node) -> bool:
    """Whether a node never becomes a constant, which Python does not let be compared by `is`."""
    return isinstance(node, (Name, Member, Index, Call, Method, Macro))


def _is_simple(node: Node) -> bool:
    """Whether a node, built twice, costs little and keeps nothing under the temporary name."""
    while isinstance(node, Member):
        node = node.of
    return isinstance(node, (Name, Literal))


def _texts(nodes: tuple[Node, ...]) -> tuple[str, ...] | None:
    """The texts of a list in which nothing else is written out."""
    texts = [each.value for each in nodes if isinstance(each, Literal)]
    found = tuple(each for each in texts if isinstance(each, str))
    return found if len(found) == len(nodes) else None

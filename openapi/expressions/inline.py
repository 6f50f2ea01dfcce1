"""Expressions built for speed: operators written out where the kinds of their operands are plain.

What it builds means what `Builder` builds, with one freedom: where a value does not fit it may
raise any exception, not only EvaluationError. Who runs it then asks the plain code for the words.
"""

from __future__ import annotations

import ast

from rulebound.openapi.expressions.compiler import Builder, runtime
from rulebound.openapi.expressions.pieces import (
    given,
    is_boolean,
    is_same,
    is_simple,
    keep,
    kept,
    same,
    typed,
    varies,
    written_texts,
)
from rulebound.openapi.expressions.tree import (
    Binary,
    Call,
    ExpressionError,
    Index,
    ListOf,
    Literal,
    Macro,
    Member,
    Method,
    Name,
    Node,
)

_SIGNS = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_TEXTS = {"lower": "lower", "trim": "strip"}
_PARTS = {"startsWith": "startswith", "endsWith": "endswith"}


class _Inside(Builder):
    """Builds what stands in a comprehension, without temporary names."""

    def build(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A node; `bound` are the variables of the macros around it."""
        match node:
            case Member(of, name):
                return ast.Subscript(self.build(of, bound), ast.Constant(name), ast.Load())
            case Binary("==" | "!=", left, Literal(str() | None as value)) if varies(left):
                return same(self.build(left, bound), value, node.operator)
        return super().build(node, bound)

    def listed(self, node: Macro, of: ast.expr, bound: frozenset[str]) -> ast.expr:
        """A map or filter over the items of `of`."""
        if node.variable in self._names:
            raise ExpressionError(f"{node.variable!r} is a given name already", node.column)
        inside = bound | {node.variable}
        target = ast.Name(f"n_{node.variable}", ast.Store())
        if node.kind == "map":
            each = self.build(node.body, inside)
            return ast.ListComp(each, [ast.comprehension(target, of, [], 0)])
        item, body = ast.Name(target.id, ast.Load()), self.truth(node.body, inside)
        return ast.ListComp(item, [ast.comprehension(target, of, [body], 0)])


class Inliner(Builder):
    """Builds expressions for the body of a function, where temporary names may be used."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(names)
        self._temporaries = 0

    def truth(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A node as a boolean."""
        built = self.build(node, bound)
        if is_boolean(node):
            return built
        fits = ast.BoolOp(ast.Or(), [is_same(keep(built), True), is_same(kept(), False)])
        return ast.IfExp(fits, kept(), runtime("truth", kept()))

    def build(self, node: Node, bound: frozenset[str]) -> ast.expr:
        """A node; `bound` are the variables of the macros around it."""
        match node:
            case Member(Name() | Member() | Index() as of, name):
                return ast.Subscript(self.build(of, bound), ast.Constant(name), ast.Load())
            case Call("given", (of, Literal(str(path)))):
                return given(self.build(of, bound), path.split("."))
            case Call("size", (of,)):
                lists = typed(self.build(of, bound), "list")
                return ast.IfExp(lists, runtime("len", kept()), runtime("f_size", kept()))
            case Call(name, (of,)) if name in _TEXTS:
                return self._method(self.build(of, bound), _TEXTS[name], f"f_{name}")
            case Method(of, name, (Literal(str()) as part,)) if name in _PARTS:
                return self._method(self.build(of, bound), _PARTS[name], f"m_{name}", part)
            case Method(of, name, (part,)) if name in _PARTS:
                # Joined to nothing, what is no text raises.
                joined = ast.BinOp(ast.Constant(""), ast.Add(), self.build(part, bound))
                method = ast.Attribute(ast.Name("str", ast.Load()), _PARTS[name], ast.Load())
                return ast.Call(method, [self.build(of, bound), joined], [])
            case Index(of, Literal(int(place))) if not isinstance(place, bool):
                item = ast.Subscript(kept(), ast.Constant(place), ast.Load())
                other = runtime("at", kept(), ast.Constant(place))
                return ast.IfExp(typed(self.build(of, bound), "list"), item, other)
            case Index(of, name) if is_simple(name):
                return self._named(of, name, bound)
            case Macro():
                return self._plain(node, bound)
        return super().build(node, bound)

    def _plain(self, node: Macro, bound: frozenset[str]) -> ast.expr:
        """A macro as an expression: inside comprehensions there are no temporary names."""
        builder = _Inside(self._names)
        if node.kind not in ("map", "filter"):
            built = builder.build(node, bound)
        else:
            name = self._temporary()
            lists = typed(self.build(node.of, bound), "list", name)
            quick, other = kept(name), runtime("items", kept(name))
            forms = builder.listed(node, quick, bound), builder.listed(node, other, bound)
            built = ast.IfExp(lists, *forms)
        self.used |= builder.used
        return built

    def _temporary(self) -> str:
        """A name that no other part of the expression uses."""
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _named(self, of: Node, name: Node, bound: frozenset[str]) -> ast.expr:
        """A member of a map by a name that is no literal."""
        inside, key = self._temporary(), self._temporary()
        maps = typed(self.build(of, bound), "dict", inside)
        names = typed(self.build(name, bound), "str", key)
        other = runtime("at", kept(inside), self.build(name, bound))
        found = ast.Subscript(kept(inside), kept(key), ast.Load())
        return ast.IfExp(ast.BoolOp(ast.And(), [maps, names]), found, other)

    def _equal(self, left: Node, right: Node, bound: frozenset[str]) -> ast.expr:
        """Whether two values are equal; often they are one object, as what is sent of a record."""
        one, other = self._temporary(), self._temporary()
        itself = ast.Compare(
            keep(self.build(left, bound), one),
            [ast.Is()],
            [keep(self.build(right, bound), other)],
        )
        texts = ast.Compare(runtime("type", kept(one)), [ast.Is()], [kept("str")])
        alike = ast.Compare(kept(one), [ast.Eq()], [kept(other)])
        equal = ast.IfExp(texts, alike, runtime("equal", kept(one), kept(other)))
        return ast.BoolOp(ast.Or(), [itself, equal])

    def _among(self, item: Node, of: Node, bound: frozenset[str]) -> ast.expr:
        """Whether an item is in a list; a text is compared with nothing but texts."""
        text, listed = self._temporary(), self._temporary()
        texts = typed(self.build(item, bound), "str", text)
        lists = typed(self.build(of, bound), "list", listed)
        other = runtime("among", kept(text), self.build(of, bound))
        found = ast.Compare(kept(text), [ast.In()], [kept(listed)])
        return ast.IfExp(ast.BoolOp(ast.And(), [texts, lists]), found, other)

    @staticmethod
    def _method(of: ast.expr, name: str, otherwise: str, *arguments: Literal) -> ast.expr:
        """A method of a text; what is no text is left to our own operator."""
        sent: list[ast.expr] = [ast.Constant(each.value) for each in arguments]
        call = ast.Call(ast.Attribute(kept(), name, ast.Load()), sent, [])
        other = [ast.Constant(each.value) for each in arguments]
        return ast.IfExp(typed(of, "str"), call, runtime(otherwise, kept(), *other))

    def _binary(self, node: Binary, bound: frozenset[str]) -> ast.expr:
        match node:
            case Binary("==" | "!=", left, Literal(str() | None as value)) if varies(left):
                return same(self.build(left, bound), value, node.operator)
            case Binary("==" | "!=", Literal(str() | None as value), right) if varies(right):
                return same(self.build(right, bound), value, node.operator)
            case Binary("==" | "!=", left, right) if _is_truth(left, right):
                # There is one true and one false, and nothing else equals them.
                alike = ast.Is() if node.operator == "==" else ast.IsNot()
                return ast.Compare(self.build(left, bound), [alike], [self.build(right, bound)])
            case Binary("==" | "!=", Call("size", _) as left, Literal(value)) if _is_number(value):
                counted = ast.Eq() if node.operator == "==" else ast.NotEq()
                return ast.Compare(self.build(left, bound), [counted], [ast.Constant(value)])
            case Binary("==" | "!=", left, right) if is_simple(right):
                equal = self._equal(left, right, bound)
                return equal if node.operator == "==" else ast.UnaryOp(ast.Not(), equal)
            case Binary("in", item, ListOf(items)) if (texts := written_texts(items)) is not None:
                among = ast.Tuple([ast.Constant(each) for each in texts], ast.Load())
                return ast.Compare(self.build(item, bound), [ast.In()], [among])
            case Binary("in", Literal(str(value)), of):
                found = ast.Compare(ast.Constant(value), [ast.In()], [kept()])
                other = runtime("among", ast.Constant(value), kept())
                return ast.IfExp(typed(self.build(of, bound), "list"), found, other)
            case Binary("in", item, of) if is_simple(of):
                return self._among(item, of, bound)
            case Binary("+" | "<" | "<=" | ">" | ">="):
                return self._number(node, bound)
        return super()._binary(node, bound)

    def _number(self, node: Binary, bound: frozenset[str]) -> ast.expr:
        """An order of what can be nothing but numbers, or a text joined to one written out."""
        match node:
            case Binary("+", Literal(str(start)), right):
                return ast.IfExp(
                    typed(self.build(right, bound), "str"),
                    ast.BinOp(ast.Constant(start), ast.Add(), kept()),
                    runtime("add", ast.Constant(start), kept()),
                )
            case Binary("+", left, Literal(str(end))):
                return ast.IfExp(
                    typed(self.build(left, bound), "str"),
                    ast.BinOp(kept(), ast.Add(), ast.Constant(end)),
                    runtime("add", kept(), ast.Constant(end)),
                )
            case Binary(sign, Call("int" | "size") as left, Call("int" | "size") as right) if (
                sign in _SIGNS
            ):
                numbers = self.build(left, bound), self.build(right, bound)
                return ast.Compare(numbers[0], [_SIGNS[sign]()], [numbers[1]])
            case Binary(sign, Call("size", _) as left, Literal(limit)) if (
                sign in _SIGNS and _is_number(limit)
            ):
                size = self.build(left, bound)
                return ast.Compare(size, [_SIGNS[sign]()], [ast.Constant(limit)])
        return super()._binary(node, bound)


def _is_truth(left: Node, right: Node) -> bool:
    """Whether one of two nodes is true or false, and neither is written out."""
    literal = isinstance(left, Literal) or isinstance(right, Literal)
    return not literal and (is_boolean(left) or is_boolean(right))


def _is_number(value: object) -> bool:
    """Whether a literal is a whole number; to Python, true and false are as well."""
    return type(value) is int

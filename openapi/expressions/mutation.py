"""Small wrong versions of a condition: what witnesses must notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rulebound.openapi.expressions.parser import parse
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
from rulebound.openapi.expressions.writing import write

_OTHER_SIGN = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OTHER_JOIN = {"&&": "||", "||": "&&"}
_OTHER_MACRO = {"all": "exists", "exists": "all", "exists_one": "exists"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed text, and what was changed, in a few words."""

    text: str
    what: str


def mutants(text: str) -> list[Mutant]:
    """The mutants of a condition, each once, none equal to the original text.

    Raises ExpressionError when `text` is no expression.
    """
    tree = parse(text)
    seen, found = {write(tree)}, []
    for node, what in _changes(tree):
        written = write(node)
        if written not in seen:
            seen.add(written)
            found.append(Mutant(written, what))
    return found


def _changes(node: Node) -> Iterator[tuple[Node, str]]:
    yield from _here(node)
    yield from _within(node)


def _here(node: Node) -> Iterator[tuple[Node, str]]:
    match node:
        case Binary(sign, left, right) if sign in _OTHER_JOIN:
            yield replace(node, operator=_OTHER_JOIN[sign]), f"{sign} becomes {_OTHER_JOIN[sign]}"
            yield left, f"right side of {sign} dropped"
            yield right, f"left side of {sign} dropped"
        case Binary(sign) if sign in _OTHER_SIGN:
            yield replace(node, operator=_OTHER_SIGN[sign]), f"{sign} becomes {_OTHER_SIGN[sign]}"
        case Binary("in") | Call("given") | Method():
            yield Unary("!", node), f"negated: {write(node)}"
        case Unary("!", of):
            yield of, "! dropped"
        case Macro(kind=kind) if kind in _OTHER_MACRO:
            yield replace(node, kind=_OTHER_MACRO[kind]), f"{kind} becomes {_OTHER_MACRO[kind]}"
        case Conditional(test, then, other):
            yield Conditional(test, other, then), "branches of ?: swapped"
        case Literal(bool() as value):
            yield Literal(not value), f"{value} turned".lower()
        case Literal(int() as value):
            yield Literal(value + 1), f"{value} becomes {value + 1}"
        case ListOf(items) if len(items) > 1:
            for index in range(len(items)):
                kept = ListOf(items[:index] + items[index + 1 :])
                yield kept, f"{write(items[index])} left out of a list"


def _within(node: Node) -> Iterator[tuple[Node, str]]:
    """The changes inside the parts of a node; a path to a value is left as it is."""
    match node:
        case Member() | Unary():
            yield from _part(node, "of")
        case Macro():
            yield from _part(node, "of")
            yield from _part(node, "body")
        case Binary():
            yield from _part(node, "left")
            yield from _part(node, "right")
        case Conditional():
            for name in ("test", "then", "other"):
                yield from _part(node, name)
        case Method(name=name):
            yield from _part(node, "of")
            if name != "matches":
                yield from _arguments(node)
        case Call(function=function) if function != "given":
            yield from _arguments(node)
        case Index() | Name() | Literal() | ListOf() | Call():
            return


def _part(node: Any, name: str) -> Iterator[tuple[Node, str]]:
    for changed, what in _changes(getattr(node, name)):
        yield replace(node, **{name: changed}), what


def _arguments(node: Call | Method) -> Iterator[tuple[Node, str]]:
    for index, argument in enumerate(node.arguments):
        for changed, what in _changes(argument):
            kept = node.arguments
            yield replace(node, arguments=(*kept[:index], changed, *kept[index + 1 :])), what

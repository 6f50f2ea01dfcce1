"""From tree back to text, and the paths a tree reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in reading order."""
    match node:
        case ListOf(items):
            return items
        case Member(of) | Unary(_, of):
            return (of,)
        case Index(of, index):
            return (of, index)
        case Call(_, arguments):
            return arguments
        case Method(of, _, arguments):
            return (of, *arguments)
        case Macro(of, _, _, body):
            return (of, body)
        case Binary(_, left, right):
            return (left, right)
        case Conditional(test, then, other):
            return (test, then, other)
        case Literal() | Name():
            return ()


def write(node: Node) -> str:
    """A text that parses to the same tree (with brackets where a reader may doubt)."""
    match node:
        case Literal(value):
            return _literal(value)
        case ListOf(items):
            return f"[{', '.join(map(write, items))}]"
        case Name(name):
            return name
        case Member(of, name):
            return f"{_tight(of)}.{name}"
        case Index(of, index):
            return f"{_tight(of)}[{write(index)}]"
        case Call(function, arguments):
            return f"{function}({', '.join(map(write, arguments))})"
        case Method(of, name, arguments):
            return f"{_tight(of)}.{name}({', '.join(map(write, arguments))})"
        case Macro(of, kind, variable, body):
            return f"{_tight(of)}.{kind}({variable}, {write(body)})"
        case Unary(operator, of):
            return f"{operator}{_tight(of)}"
        case Binary(operator, left, right):
            return f"{_tight(left)} {operator} {_tight(right)}"
        case Conditional(test, then, other):
            return f"{_tight(test)} ? {_tight(then)} : {_tight(other)}"


def _literal(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return "'" + escaped.replace("\n", "\\n").replace("\t", "\\t") + "'"
    return repr(value)


def _tight(node: Node) -> str:
    text = write(node)
    return f"({text})" if isinstance(node, (Unary, Binary, Conditional)) else text


def paths(tree: Node) -> Iterator[tuple[str, ...]]:
    """Every path the tree reads, as parts.

    `targets.all(t, t.sent.id)` reads `("targets",)` and `("targets", "[]", "sent", "id")`,
    and `given(body, 'a.b')` reads `("body", "a", "b")`.
    """
    yield from _paths(tree, {})


def _paths(node: Node, bound: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    own = _path(node, bound)
    if own is not None:
        yield own
        return
    if isinstance(node, Call) and node.function == "given":
        of, path = _path(node.arguments[0], bound), node.arguments[1]
        if of is not None and isinstance(path, Literal):
            yield (*of, *str(path.value).split("."))
            return
    if isinstance(node, Macro):
        yield from _paths(node.of, bound)
        of = _path(_source(node.of), bound)
        inner = {**bound, node.variable: (*of, "[]") if of is not None else ("?",)}
        yield from _paths(node.body, inner)
        return
    for child in children(node):
        yield from _paths(child, bound)


def _source(node: Node) -> Node:
    """The list that a chain of filters draws from."""
    while isinstance(node, Macro) and node.kind == "filter":
        node = node.of
    return node


def _path(node: Node, bound: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    match node:
        case Name(name):
            return bound.get(name, (name,))
        case Member(of, name):
            inner = _path(of, bound)
            return None if inner is None else (*inner, name)
        case Index(of, Literal(value)):
            inner = _path(of, bound)
            step = value if isinstance(value, str) else "[]"
            return None if inner is None else (*inner, step)
        case _:
            return None

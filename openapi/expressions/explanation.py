"""Why a condition does not hold, in lines a person can read: the parts and the values compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.openapi.expressions import values
from rulebound.openapi.expressions.compiler import Compiled, compile_tree
from rulebound.openapi.expressions.tree import (
    Binary,
    Call,
    EvaluationError,
    Literal,
    Macro,
    Method,
    Node,
    Unary,
)
from rulebound.openapi.expressions.writing import children, write


def explain(compiled: Compiled, env: Mapping[str, Any]) -> list[str]:
    """The smallest parts that make the condition false over `env`, with their values.

    An empty list when the condition holds. Never raises: what cannot be judged is said so.
    """
    return _explain(compiled.tree, dict(env), wanted=True)


def compared(compiled: Compiled, env: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The operands that decide a condition: each as it is written, with its value over `env`.

    What an operand inside a macro comes to for each item is not told, only what the macro runs
    over. Never raises: an operand that cannot be judged has the reason as its value.
    """
    found: dict[str, Any] = {}
    for node in _operands(compiled.tree):
        try:
            found.setdefault(write(node), _value(node, env))
        except EvaluationError as error:
            found.setdefault(write(node), f"unknown ({error})")
    return list(found.items())


def _operands(node: Node) -> Iterator[Node]:
    match node:
        case Literal():
            return
        case Unary("!", of):
            yield from _operands(of)
        case Binary("&&" | "||", left, right):
            yield from _operands(left)
            yield from _operands(right)
        case Binary(_, left, right):
            yield from (each for each in (left, right) if not isinstance(each, Literal))
        case Macro(of, _, _, _):
            yield of
        case Call(_, arguments):
            yield from (each for each in arguments if not isinstance(each, Literal))
        case Method(of, _, _):
            yield of
        case _:
            yield node


def _value(node: Node, env: Mapping[str, Any]) -> Any:
    return compile_tree("", node, env.keys())(env)


def _explain(node: Node, env: dict[str, Any], *, wanted: bool) -> list[str]:
    try:
        if _value(node, env) is wanted:
            return []
        match node:
            case Unary("!", of):
                return _explain(of, env, wanted=not wanted)
            case Binary("&&" | "||", left, right):
                # The side that decides alone explains enough; both sides otherwise.
                found = _explain(left, env, wanted=wanted)
                if found and (node.operator == "&&") == wanted:
                    return found
                return found + _explain(right, env, wanted=wanted)
            case Macro(of, "all" | "exists", variable, body) if (node.kind == "all") == wanted:
                return _offender(node, of, variable, body, env)
            case _:
                return [_line(node, env, wanted=wanted)]
    except EvaluationError as error:
        return [f"{write(node)} cannot be judged: {error}"]


def _offender(node: Macro, of: Node, variable: str, body: Node, env: dict[str, Any]) -> list[str]:
    wanted = node.kind == "all"
    for index, item in enumerate(values.items(_value(of, env))):
        found = _explain(body, {**env, variable: item}, wanted=wanted)
        if found:
            return [f"{write(of)}[{index}] as {variable}: {line}" for line in found]
    return []


def _line(node: Node, env: dict[str, Any], *, wanted: bool) -> str:
    parts = children(node) if isinstance(node, Binary) else (node, *children(node))[1:]
    shown = []
    for part in parts:
        if isinstance(part, Literal):
            continue
        shown.append(f"{write(part)} is {_shown(part, env)}")
    verb = "does not hold" if wanted else "holds"
    return f"{write(node)} {verb}" + (f" ({'; '.join(shown)})" if shown else "")


def _shown(node: Node, env: dict[str, Any]) -> str:
    try:
        value = _value(node, env)
    except EvaluationError as error:
        return f"unknown ({error})"
    text = str(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 120 else text[:117] + "..."

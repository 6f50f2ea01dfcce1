"""Patterns: none that a backtracking engine can spend its life on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulebound.openapi.conditions import Ensure, Requirement
from rulebound.openapi.expressions.tree import Literal, Method, Node
from rulebound.openapi.expressions.writing import children
from rulebound.openapi.findings import Finding
from rulebound.openapi.lint.surroundings import Surroundings
from rulebound.openapi.model import Document, Rule
from rulebound.openapi.pointers import join
from rulebound.openapi.positions import maps

# A token of a regular expression, as far as groups and repetition go.
_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|\((?:\?(?:[:=!]|<[=!]|P?<\w+>))?|\)|[*+?]|\{\d*,?\d*\}|.",
    re.DOTALL,
)
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
MOST_TIMES = 10


def findings(document: Document, _: Surroundings) -> Iterator[Finding]:
    """Patterns of schemas and of `matches` with repetition inside repetition, or look-around."""
    for pointer, part in maps(document.bundle):
        if isinstance(part.get("pattern"), str):
            yield from _pattern(document, join(pointer, "pattern"), part["pattern"])
        if isinstance(part.get("patternProperties"), dict):
            for pattern in part["patternProperties"]:
                yield from _pattern(document, join(pointer, "patternProperties", pattern), pattern)
    for operation in document.operations:
        for rule in operation.rules:
            for pattern in _of_rule(rule):
                yield from _pattern(document, rule.pointer, pattern)


def _pattern(document: Document, pointer: str, pattern: str) -> Iterator[Finding]:
    reason = danger(pattern)
    if reason:
        message = f"pattern {pattern[:60]!r} has {reason}"
        yield document.locations.finding(pointer, message, "write it without")


def danger(pattern: str) -> str | None:
    """Why a pattern can run away, in a few words; None when it cannot."""
    inside = [False]
    closed: bool | None = None
    for token in _TOKEN.findall(pattern):
        if token.startswith(_LOOKS):
            return "look-around"
        if token.startswith("("):
            inside.append(False)
            closed = None
        elif token == ")" and len(inside) > 1:
            closed = inside.pop()
            inside[-1] = inside[-1] or closed
        elif _repeats(token):
            if closed:
                return "repetition inside repetition"
            inside[-1] = True
            closed = None
        else:
            closed = None
    return None


def _repeats(token: str) -> bool:
    """Whether a token repeats what stands before it many times."""
    if token in ("*", "+"):
        return True
    count = _COUNT.fullmatch(token)
    if not count or token == "{,}":
        return False
    low, comma, high = count.groups()
    return not high if comma else int(low or 0) > MOST_TIMES or int(high or 0) > MOST_TIMES


def _of_rule(rule: Rule) -> Iterator[str]:
    condition = rule.condition
    if isinstance(condition, Requirement):
        for compiled in (condition.when, condition.require):
            if compiled is not None:
                yield from _matches(compiled.tree)
    elif isinstance(condition, Ensure):
        yield from _matches(condition.ensure.tree)


def _matches(node: Node) -> Iterator[str]:
    if isinstance(node, Method) and node.name == "matches":
        for argument in node.arguments:
            if isinstance(argument, Literal) and isinstance(argument.value, str):
                yield argument.value
    for child in children(node):
        yield from _matches(child)

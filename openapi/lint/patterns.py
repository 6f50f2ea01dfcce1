"""Patterns: none that an engine can spend its life on.

The stub's own runs in linear time; the document is for other readers too, who may backtrack. And
what is linear can be slow: at every character a long count is looked for anew.
"""

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
_COUNT = re.compile(r"\{(\d{0,9})(,?)(\d{0,9})\}")
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_BACK = re.compile(r"\\(?:[1-9]|k<|g<)|\(\?P=")
MOST_TIMES = 10
MOST_ANYWHERE = 100
"""The largest count of a part that may begin anywhere in a text."""
_ANYWHERE = f"a count of more than {MOST_ANYWHERE} for a part that may begin anywhere"


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
        instead = "begin it with ^, or count less" if reason == _ANYWHERE else "write it without"
        yield document.locations.finding(pointer, message, instead)


def danger(pattern: str) -> str | None:
    """Why a pattern can run away, in a few words; None when it cannot."""
    inside = [False]
    closed: bool | None = None
    anywhere = not pattern.startswith("^")
    for token in _TOKEN.findall(pattern):
        if _BACK.match(token):
            return "a back-reference"
        anywhere = anywhere or token in ("*", "+")
        if anywhere and _most(token) > MOST_ANYWHERE:
            return _ANYWHERE
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


def _most(token: str) -> int:
    count = _COUNT.fullmatch(token)
    return max(int(each or 0) for each in count.group(1, 3)) if count else 0


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

"""From text to words: the lexer of conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rulebound.openapi.expressions.tree import ExpressionError

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>\|\||&&|==|!=|<=|>=|[-+<>!?:.,()\[\]])
    )""",
    re.VERBOSE,
)
ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the text: its kind, its text, the column it starts at."""

    kind: str
    text: str
    column: int


def tokens(text: str) -> list[Token]:
    """The words of `text`, ended by one of kind `end`; raises ExpressionError at a foreign sign."""
    found, position = [], 0
    end = len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            while text[position].isspace():
                position += 1
            raise ExpressionError(f"{text[position]!r} has no meaning here", position + 1)
        kind = match.lastgroup
        found.append(Token(kind, match.group(kind), match.start(kind) + 1))
        position = match.end()
    found.append(Token("end", "the end", end + 1))
    return found


def unescape(token: Token) -> str:
    """The text that a string token writes out; raises ExpressionError for an unknown escape."""

    def one(match: re.Match[str]) -> str:
        if match[1] not in ESCAPES and match[1] not in ".d()[]{}+*?^$|wsb/":
            raise ExpressionError(f"unknown escape \\{match[1]}", token.column)
        # A pattern's own escapes (`\d`) stay as they are, so that they need not be doubled.
        return ESCAPES.get(match[1], match[0])

    return re.sub(r"\\(.)", one, token.text[1:-1])

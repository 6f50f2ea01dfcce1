"""The words of a condition: its errors and the frozen nodes of its syntax tree.

ExpressionFault
├── ExpressionError   the text is no expression: a defect of the document, found at load
└── EvaluationError   the expression met a value it cannot judge; never a broken rule
"""

from __future__ import annotations

from dataclasses import dataclass

METHODS = ("startsWith", "endsWith", "contains", "matches", "unique")
MACROS = ("all", "exists", "exists_one", "filter", "map")
FUNCTIONS = {
    "given": 2,
    "size": 1,
    "string": 1,
    "lower": 1,
    "trim": 1,
    "int": 1,
    "timestamp": 1,
    "bytes": 1,
}


class ExpressionFault(Exception):
    """Anything wrong with an expression."""


class ExpressionError(ExpressionFault):
    """The text cannot be read as an expression; `column` counts from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.column = column


class EvaluationError(ExpressionFault):
    """A value of the wrong kind, or a member that is absent."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean or null."""

    value: str | int | float | bool | None
    column: int = 0


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list written out."""

    items: tuple[Node, ...]
    column: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A given name (`body`, a fact) or a macro's variable."""

    name: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`."""

    of: Node
    name: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """`of[index]`."""

    of: Node
    index: Node
    column: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A function of FUNCTIONS."""

    function: str
    arguments: tuple[Node, ...]
    column: int = 0


@dataclass(frozen=True, slots=True)
class Method:
    """A method of METHODS."""

    of: Node
    name: str
    arguments: tuple[Node, ...]
    column: int = 0


@dataclass(frozen=True, slots=True)
class Macro:
    """`of.all(variable, body)` and its siblings."""

    of: Node
    kind: str
    variable: str
    body: Node
    column: int = 0


@dataclass(frozen=True, slots=True)
class Unary:
    """`!of` or `-of`."""

    operator: str
    of: Node
    column: int = 0


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and one of `|| && == != < <= > >= in + -`."""

    operator: str
    left: Node
    right: Node
    column: int = 0


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? then : other`."""

    test: Node
    then: Node
    other: Node
    column: int = 0


Node = (
    Literal | ListOf | Name | Member | Index | Call | Method | Macro | Unary | Binary | Conditional
)

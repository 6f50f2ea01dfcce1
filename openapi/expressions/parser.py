"""From text to tree: a hand-written parser of a small, strict subset of CEL.

The grammar is frozen; loosest first: `? :`, `||`, `&&`, one relation, `+ -`, `! -`, then members,
indexes, methods and macros. Depth is bounded, so no text can exhaust the stack.
"""

from __future__ import annotations

from rulebound.openapi.expressions.lexer import Token, tokens, unescape
from rulebound.openapi.expressions.patterns import linear
from rulebound.openapi.expressions.tree import (
    FUNCTIONS,
    MACROS,
    METHODS,
    Binary,
    Call,
    Conditional,
    ExpressionError,
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

MAX_LENGTH = 4000
MAX_DEPTH = 50
RELATIONS = ("==", "!=", "<=", ">=", "<", ">", "in")
WORDS = {"true": True, "false": False, "null": None}


def parse(text: str) -> Node:
    """The syntax tree of `text`.

    Raises ExpressionError, with the column, for a text outside the grammar.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters", MAX_LENGTH)
    return _Parser(tokens(text)).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._now.kind != "end":
            raise self._unexpected("an operator or the end")
        return node

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _unexpected(self, wanted: str) -> ExpressionError:
        return ExpressionError(f"{self._now.text!r} where {wanted} is wanted", self._now.column)

    def _take(self, text: str) -> bool:
        token = self._now
        if token.text == text and token.kind in ("sign", "word"):
            self._at += 1
            return True
        return False

    def _want(self, text: str) -> None:
        if not self._take(text):
            raise self._unexpected(repr(text))

    def _word(self, wanted: str) -> str:
        token = self._now
        if token.kind != "word" or token.text in WORDS or token.text == "in":
            raise self._unexpected(wanted)
        self._at += 1
        return token.text

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("nested too deeply; name parts of it as facts", self._now.column)
        column = self._now.column
        node = self._either()
        if self._take("?"):
            then = self._expression()
            self._want(":")
            node = Conditional(node, then, self._expression(), column)
        self._depth -= 1
        return node

    def _either(self) -> Node:
        node = self._both()
        while (token := self._now).text == "||" and self._take("||"):
            node = Binary("||", node, self._both(), token.column)
        return node

    def _both(self) -> Node:
        node = self._relation()
        while (token := self._now).text == "&&" and self._take("&&"):
            node = Binary("&&", node, self._relation(), token.column)
        return node

    def _relation(self) -> Node:
        node, token = self._sum(), self._now
        for sign in RELATIONS:
            if self._take(sign):
                return Binary(sign, node, self._sum(), token.column)
        return node

    def _sum(self) -> Node:
        node = self._unary()
        while (token := self._now).text in ("+", "-") and self._take(token.text):
            node = Binary(token.text, node, self._unary(), token.column)
        return node

    def _unary(self) -> Node:
        token = self._now
        if token.kind == "sign" and token.text in ("!", "-"):
            self._at += 1
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise ExpressionError("nested too deeply", token.column)
            node = Unary(token.text, self._unary(), token.column)
            self._depth -= 1
            return node
        return self._chain()

    def _chain(self) -> Node:
        node = self._atom()
        while True:
            token = self._now
            if self._take("."):
                node = self._member(node, token.column)
            elif self._take("["):
                node = Index(node, self._expression(), token.column)
                self._want("]")
            else:
                return node

    def _member(self, of: Node, column: int) -> Node:
        name = self._word("a member's name")
        if not self._take("("):
            return Member(of, name, column)
        if name in MACROS:
            variable = self._word("a variable's name")
            self._want(",")
            body = self._expression()
            self._want(")")
            return Macro(of, name, variable, body, column)
        if name not in METHODS:
            known = ", ".join((*METHODS, *MACROS))
            raise ExpressionError(f"no method {name!r}; known are {known}", column)
        arguments = self._arguments()
        if len(arguments) != (0 if name == "unique" else 1):
            raise ExpressionError(f"wrong number of arguments for .{name}()", column)
        self._pattern(name, arguments, column)
        return Method(of, name, arguments, column)

    @staticmethod
    def _pattern(name: str, arguments: tuple[Node, ...], column: int) -> None:
        if name != "matches":
            return
        pattern = arguments[0]
        if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
            raise ExpressionError(".matches() takes a pattern written out as a string", column)
        try:
            linear(pattern.value)
        except ValueError as error:
            raise ExpressionError(f"not a pattern: {error}", column) from error

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._take(")"):
            return ()
        while True:
            found.append(self._expression())
            if self._take(")"):
                return tuple(found)
            self._want(",")

    def _atom(self) -> Node:
        token = self._now
        if self._take("("):
            node = self._expression()
            self._want(")")
            return node
        if self._take("["):
            return ListOf(self._items(), token.column)
        if token.kind == "number":
            self._at += 1
            value = float(token.text) if "." in token.text else int(token.text)
            return Literal(value, token.column)
        if token.kind == "string":
            self._at += 1
            return Literal(unescape(token), token.column)
        if token.kind == "word" and token.text in WORDS:
            self._at += 1
            return Literal(WORDS[token.text], token.column)
        name = self._word("a value")
        return self._call(name, token.column) if self._take("(") else Name(name, token.column)

    def _items(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._take("]"):
            if found:
                self._want(",")
            found.append(self._expression())
        return tuple(found)

    def _call(self, name: str, column: int) -> Node:
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(f"no function {name!r}; known are {known}", column)
        arguments = self._arguments()
        if len(arguments) != FUNCTIONS[name]:
            raise ExpressionError(f"{name}() takes {FUNCTIONS[name]} argument(s)", column)
        if name == "given":
            path = arguments[1]
            if not isinstance(path, Literal) or not isinstance(path.value, str):
                raise ExpressionError("given() takes a path written out as a string", column)
        return Call(name, arguments, column)

"""The rules of a phase as one function: a code for each, without a call for each.

The function is a syntax tree built node by node from the parsed conditions, as each of them is by
itself; it names the given names, our operators, and what is handed to it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rulebound.openapi.conditions import (
    ElementsClaim,
    Ensure,
    ProtocolCheck,
    Requirement,
    SchemaClaim,
)
from rulebound.openapi.expressions.compiler import GLOBALS
from rulebound.openapi.expressions.pieces import given
from rulebound.openapi.expressions.placing import placed
from rulebound.openapi.expressions.statements import Statements, assign
from rulebound.openapi.expressions.tree import Node
from rulebound.openapi.model import ElementRow, Rule
from rulebound.openapi.trace import Outcome

KEPT, ASIDE, BROKEN = 0, 1, 2
"""Codes of a rule: kept, not concerned, broken."""
Codes = tuple[int, ...]
Run = Callable[[Mapping[str, Any], Mapping[str | None, Any] | None, Mapping[str, int]], Codes]
"""(names, breaks of the schemas by rule or None, codes of the checks by rule) -> a code per rule.

Raises anything where a condition cannot be judged over what it met.
"""
Rows = Mapping[str, Sequence[ElementRow]]
_GLOBALS = {**GLOBALS, "type": type, "len": len, "str": str, "list": list, "dict": dict}


class Phase:
    """Rules that are judged together. Of each, the outcomes that have no details, by code."""

    def __init__(self, rules: tuple[Rule, ...], rows: Rows) -> None:
        self.rules = rules
        self.schemas = any(isinstance(rule.condition, SchemaClaim) for rule in rules)
        self.outcomes = [(Outcome(rule, "kept"), Outcome(rule, "not concerned")) for rule in rules]
        self.run = compiled(self._said(), rows)

    def _said(self) -> Iterable[Rule]:
        """The rules as the function judges them."""
        return self.rules


def compiled(rules: Iterable[Rule], rows: Rows) -> Run:
    """The function of some rules, in their order; `rows` are those that each answers for."""
    written = _Written(rows)
    for index, rule in enumerate(rules):
        written.add(f"r{index}", rule)
    return written.function()


class _Written:
    """The body of the function, as far as it is written. A local `r1` is the code of a rule."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._body: list[ast.stmt] = []
        self._loaded: set[str] = set()
        self._codes: list[str] = []
        self._schemas: list[tuple[str, str]] = []
        self._concerns: dict[str, str] = {}
        self._kind = False

    def add(self, code: str, rule: Rule) -> None:
        """Write the statements that find the code of one rule."""
        self._codes.append(code)
        match rule.condition:
            case Requirement(require, when):
                self._requirement(code, require.tree, require.names, when)
            case Ensure(ensure):
                self._requirement(code, ensure.tree, ensure.names, None)
            case SchemaClaim():
                self._schemas.append((code, rule.id))
            case ElementsClaim(cell=cell):
                self._elements(code, rule, cell)
            case ProtocolCheck():
                found = ast.Subscript(_load("checks"), ast.Constant(rule.id), ast.Load())
                self._body.append(assign(code, found))

    def function(self) -> Run:
        """The function of all that was added."""
        self._breaks()
        answer = ast.Tuple([_load(code) for code in self._codes], ast.Load())
        names = [ast.arg(name) for name in ("names", "breaks", "checks")]
        function = ast.FunctionDef(
            name="phase",
            args=ast.arguments(
                posonlyargs=names, args=[], kwonlyargs=[], kw_defaults=[], defaults=[]
            ),
            body=[*self._body, ast.Return(answer)],
            decorator_list=[],
        )
        module = placed(ast.Module([function], []))
        scope = dict(_GLOBALS)
        exec(compile(module, "<phase>", "exec"), scope)
        run: Run = scope["phase"]
        return run

    def _requirement(self, code: str, tree: Node, names: frozenset[str], when: Any) -> None:
        concern = "" if when is None else self._concern(when)
        # What only a rule that is concerned reads is not looked up for others.
        known = self._loaded if when is None else set(self._loaded)
        judged = [*self._load(names, known), *Statements(names).of(tree, "c")]
        judged.append(assign(code, _code(_load("c"), KEPT, BROKEN)))
        if when is None:
            self._body += judged
        else:
            self._body.append(ast.If(_load(concern), judged, [assign(code, ast.Constant(ASIDE))]))

    def _concern(self, when: Any) -> str:
        """The local that says whether a rule is concerned; rules of one condition share it."""
        if when.text not in self._concerns:
            name = self._concerns[when.text] = f"w{len(self._concerns)}"
            self._body += self._load(when.names, self._loaded)
            self._body += Statements(when.names).of(when.tree, name)
        return self._concerns[when.text]

    def _breaks(self) -> None:
        """Nearly always the schemas are kept, and then one question is enough."""
        if not self._schemas:
            return
        asked = [
            assign(
                code,
                _code(ast.Compare(ast.Constant(id), [ast.In()], [_load("breaks")]), BROKEN, KEPT),
            )
            for code, id in self._schemas
        ]
        kept = ast.Assign(
            [ast.Name(code, ast.Store()) for code, _ in self._schemas], ast.Constant(KEPT)
        )
        self._body.append(ast.If(_load("breaks"), asked, [kept]))

    def _elements(self, code: str, rule: Rule, cell: str) -> None:
        """For each kind of actor that has rows with this cell, whether its elements are there."""
        self._body += self._load({"actor", "body"}, self._loaded)
        if not self._kind:
            kind = ast.Subscript(_load("n_actor"), ast.Constant("kind"), ast.Load())
            self._body.append(assign("k", ast.IfExp(_load("n_actor"), kind, ast.Constant(None))))
            self._kind = True
        kinds = dict.fromkeys(kind for row in self._rows[rule.id] for kind in row.cells)
        judged: ast.stmt = assign(code, ast.Constant(ASIDE))
        for each in kinds:
            paths = [row.path for row in self._rows[rule.id] if row.cells.get(each) == cell]
            if not paths:
                continue
            there = [given(_load("n_body"), path.split(".")) for path in paths]
            wrong = [one if cell == "refused" else ast.UnaryOp(ast.Not(), one) for one in there]
            broken = wrong[0] if len(wrong) == 1 else ast.BoolOp(ast.Or(), [*wrong])
            asked = ast.Compare(_load("k"), [ast.Eq()], [ast.Constant(each)])
            judged = ast.If(asked, [assign(code, _code(broken, BROKEN, KEPT))], [judged])
        self._body.append(judged)

    @staticmethod
    def _load(names: Iterable[str], loaded: set[str]) -> list[ast.stmt]:
        """Statements that make locals of names that are none yet."""
        wanted = sorted(set(names) - loaded)
        loaded |= set(wanted)
        return [
            assign(f"n_{name}", ast.Subscript(_load("names"), ast.Constant(name), ast.Load()))
            for name in wanted
        ]


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _code(asked: ast.expr, yes: int, no: int) -> ast.expr:
    return ast.IfExp(asked, ast.Constant(yes), ast.Constant(no))

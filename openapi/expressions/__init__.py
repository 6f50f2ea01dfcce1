"""Conditions: a small, strict subset of CEL; parsed, compiled, mutated and explained."""

from rulebound.openapi.expressions.compiler import Compiled, compile_condition, compile_expression
from rulebound.openapi.expressions.explanation import compared, explain
from rulebound.openapi.expressions.mutation import Mutant, mutants
from rulebound.openapi.expressions.parser import parse
from rulebound.openapi.expressions.tree import EvaluationError, ExpressionError, ExpressionFault
from rulebound.openapi.expressions.writing import paths, write

__all__ = [
    "Compiled",
    "EvaluationError",
    "ExpressionError",
    "ExpressionFault",
    "Mutant",
    "compared",
    "compile_condition",
    "compile_expression",
    "explain",
    "mutants",
    "parse",
    "paths",
    "write",
]

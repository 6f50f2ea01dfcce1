"""Everything that can be wrong with a document beyond what keeps it from loading."""

from rulebound.openapi.lint.check import check, lint
from rulebound.openapi.lint.surroundings import Surroundings

__all__ = ["Surroundings", "check", "lint"]

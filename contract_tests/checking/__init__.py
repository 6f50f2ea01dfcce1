"""What `rulebound check` finds in a document, a seed and witnesses, and in how they fit."""

from rulebound.contract_tests.checking.place import check_place

__all__ = ["check_place"]

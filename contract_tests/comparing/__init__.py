"""Two targets get the same requests, each in its own terms; what they answer differently is told by
the smallest request that shows it, by rule, and by which of them keeps the page."""

from rulebound.contract_tests.comparing.difference import Comparison, Difference
from rulebound.contract_tests.comparing.running import compare

__all__ = ["Comparison", "Difference", "compare"]

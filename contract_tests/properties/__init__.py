"""Properties: what must hold for every request drawn around the witnesses, not for named ones only.

Each finds defects that no case was written for: requests near valid ones, relations between
searches, sequences of requests, requests at the same time, and answers against the document.
"""

from rulebound.contract_tests.properties.failure import Failure
from rulebound.contract_tests.properties.layers import Layer
from rulebound.contract_tests.properties.running import run

__all__ = ["Failure", "Layer", "run"]

"""How many requests and answers are drawn of each operation, and which.

RULEBOUND_DRAWS says how many (250), RULEBOUND_SEED draws others than the usual ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from rulebound.contract_tests.apis import load_apis, shipped

DRAWS = int(os.environ.get("RULEBOUND_DRAWS", "250"))
_SEED = os.environ.get("RULEBOUND_SEED")
OPERATIONS = sorted(
    operation.id for api in load_apis(shipped()).all for operation in api.document.operations
)


def of_each_drawn(strategy: st.SearchStrategy[Any], holds: Callable[[Any], None]) -> None:
    """Call `holds` with each value drawn. Raises what it raises, for the least value."""
    bounded = settings(
        max_examples=DRAWS,
        derandomize=_SEED is None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    test = bounded(given(strategy)(holds))
    if _SEED is not None:
        test = seed(int(_SEED))(test)
    test()

"""Numbers of things are told as people say them."""

from __future__ import annotations

import pytest
from rulebound.contract_tests.counting import counted


@pytest.mark.parametrize(
    ("number", "word", "told"),
    [
        (0, "case", "0 cases"),
        (1, "case", "1 case"),
        (2, "case", "2 cases"),
        (1, "property", "1 property"),
        (3, "entry", "3 entries"),
        (2, "day", "2 days"),
    ],
)
def test_one_is_no_plural(number: int, word: str, told: str) -> None:
    """One of a thing is told in the singular, anything else in the plural."""
    assert counted(number, word) == told

"""The marks of collected tests: which rules a test is to show, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.pytest_stub.library import library


def rules_of(item: pytest.Item) -> list[str]:
    """The rules that a test is marked with, those of the test itself before those of its class."""
    named = [id for mark in item.iter_markers("rule") for id in mark.args if isinstance(id, str)]
    return list(dict.fromkeys(named))


def is_own_case(item: pytest.Item) -> bool:
    """Whether a test is a case of the kit itself."""
    return "rulebound_case" in getattr(item, "fixturenames", ())


def complaints(config: pytest.Config, items: Iterable[pytest.Item]) -> list[str]:
    """A sentence for everything that keeps marks from counting; each mistake once."""
    items = list(items)
    found: dict[str, str] = {}
    if config.getoption("--rulebound-report") and any(map(is_own_case, items)):
        found[""] = (
            "marked tests and the cases of rulebound.contract_tests cannot be in one report;"
            " run them one after the other, with a --rulebound-report of its own for each"
        )
    for item in items:
        for mark in item.iter_markers("rule"):
            if not mark.args or mark.kwargs or not all(isinstance(id, str) for id in mark.args):
                said = "the marker takes ids of rules, @pytest.mark.rule('pick.at-most-75')"
                found.setdefault(said, f"{item.nodeid}: {said}")
    try:
        known = library(config)
        for item in items:
            for id in rules_of(item):
                if id not in known.rules:
                    found.setdefault(id, f"{item.nodeid}: {known.no_rule(id)}")
    except StubFault as fault:
        found.setdefault("", str(fault))
    return [f"rulebound: {sentence}" for sentence in found.values()]

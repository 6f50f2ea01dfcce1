"""Puts together what the tests of a run say about rules, and writes the report."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rulebound.contract_tests.judging.verdicts import RuleVerdict, rule_verdict
from rulebound.contract_tests.planning import PlannedRule, Selection, plan
from rulebound.contract_tests.pytest_stub.choice import chosen
from rulebound.contract_tests.pytest_stub.hooks import OUTPUT, TOLD
from rulebound.contract_tests.pytest_stub.library import Library, library
from rulebound.contract_tests.pytest_stub.results import case_of, result_of
from rulebound.contract_tests.reports.delivery import writable
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.runs.closing import closed
from rulebound.contract_tests.runs.frame import Terms, aim_at, framed

Told = dict[str, Any]


class Book:
    """What tests say about rules, of this process or of several workers; `folder` takes the report.

    Raises OSError for a folder that cannot be written.
    """

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        writable(folder)
        self._config, self._folder = config, folder
        self._started, self._clock = datetime.now(UTC), time.monotonic()
        self._collected: dict[str, list[str]] = {}
        self._told: dict[str, dict[str, Told]] = {}
        self._has_own = False
        self._wrong: list[str] = []
        self._lines: list[str] = []

    def take(self, found: dict[str, Any]) -> None:
        """Take what was collected, here or by a worker."""
        self._collected.update(found.get("marked", {}))
        self._has_own |= found.get("own", False)
        self._wrong = found.get("wrong", self._wrong)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker collected."""
        self.take(getattr(node, "workeroutput", {}).get(OUTPUT, {}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test says; of a test that is run again, the last time counts."""
        told: Told | None = getattr(report, TOLD, None)
        if told is not None:
            self._told.setdefault(report.nodeid, {})[told["when"]] = told

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report, unless the run is one of the kit's own cases, which has its own."""
        if self._has_own or self._wrong:
            return
        if not self.marked:
            self._lines.append("no test is marked with a rule, so there is no report")
            return
        try:
            verdicts = self._written(library(self._config))
        except OSError as error:
            self._lines.append(f"the report could not be written: {error}")
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
            return
        counts = Counter(each.verdict.value for each in verdicts)
        shown = ", ".join(f"{count} {name}" for name, count in counts.items())
        self._lines.append(f"rules shown by marked tests: {shown}; report in {self._folder}")

    @property
    def marked(self) -> dict[str, list[str]]:
        """Each marked test with its rules, in the order of the tests; those of a worker that died
        before it could tell come last."""
        told = {node: next(iter(each.values()))["rules"] for node, each in self._told.items()}
        return {**self._collected, **told}

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what came of it."""
        for line in self._lines:
            terminalreporter.write_line(f"rulebound: {line}")

    def _written(self, known: Library) -> tuple[RuleVerdict, ...]:
        marked = self.marked
        ids = tuple(dict.fromkeys(rule for rules in marked.values() for rule in rules))
        chosen_rules = plan(known.apis, Selection(rules=ids))
        planned = tuple(_shown(each, marked) for each in chosen_rules)
        aim = aim_at(chosen(self._config).target, stub=True)
        frame = framed(known.apis, planned, aim, Terms())
        frame = replace(frame, started=self._started, clock=self._clock)
        verdicts = tuple(map(self._verdict, planned))
        write_reports(closed(frame, verdicts, None), self._folder)
        return verdicts

    def _verdict(self, planned: PlannedRule) -> RuleVerdict:
        told = [(case, self._told.get(case.title)) for case in planned.cases]
        return rule_verdict(planned, [result_of(case, each) for case, each in told if each])


def _shown(planned: PlannedRule, marked: dict[str, list[str]]) -> PlannedRule:
    """A rule with the tests that are marked with it as its cases."""
    id = planned.rule.id
    tests = [node for node, rules in marked.items() if id in rules]
    cases = tuple(case_of(id, number, node) for number, node in enumerate(tests, 1))
    return replace(planned, cases=cases, why=None, untestable=False)

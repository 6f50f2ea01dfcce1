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
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.pytest_stub.hooks import OUTPUT, TOLD
from rulebound.contract_tests.pytest_stub.library import Library, library
from rulebound.contract_tests.pytest_stub.results import case_of, result_of
from rulebound.contract_tests.pytest_stub.telling import Phase, phase
from rulebound.contract_tests.reports.delivery import writable
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.runs.closing import closed
from rulebound.contract_tests.runs.frame import Terms, aim_at, framed


class Book:
    """What tests say about rules, of this process or of several workers; `folder` takes the report.

    Raises OSError for a folder that cannot be written.
    """

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        writable(folder)
        self._config, self._folder = config, folder
        self._started, self._clock = datetime.now(UTC), time.monotonic()
        self._collected: dict[str, list[str]] = {}
        self._late: dict[str, list[str]] = {}
        self._phases: dict[str, list[Phase]] = {}
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
        told: dict[str, Any] | None = getattr(report, TOLD, None)
        if told is None:
            return
        if report.when == "setup":
            self._phases[report.nodeid] = []
        self._late[report.nodeid] = told["rules"]
        self._phases.setdefault(report.nodeid, []).append(phase(report, told))

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
        except (OSError, StubFault) as error:
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
        return {**self._collected, **self._late}

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what came of it."""
        for line in self._lines:
            terminalreporter.write_line(f"rulebound: {line}")

    def _written(self, known: Library) -> tuple[RuleVerdict, ...]:
        marked = self.marked
        ids = tuple(dict.fromkeys(rule for rules in marked.values() for rule in rules))
        for id in ids:
            if id not in known.rules:
                # A mark that was made while the test ran could not be told before.
                raise StubFault(known.no_rule(id))
        chosen_rules = plan(known.apis, Selection(rules=ids))
        planned = tuple(_shown(each, marked) for each in chosen_rules)
        aim = aim_at(chosen(self._config).target, stub=True)
        frame = framed(known.apis, planned, aim, Terms())
        frame = replace(frame, started=self._started, clock=self._clock)
        verdicts = tuple(map(self._verdict, planned))
        write_reports(closed(frame, verdicts, None), self._folder)
        return verdicts

    def _verdict(self, planned: PlannedRule) -> RuleVerdict:
        found = [result_of(case, self._phases.get(case.title, ())) for case in planned.cases]
        return rule_verdict(planned, [each for each in found if each is not None])


def _shown(planned: PlannedRule, marked: dict[str, list[str]]) -> PlannedRule:
    """A rule with the tests that are marked with it as its cases."""
    id = planned.rule.id
    tests = [node for node, rules in marked.items() if id in rules]
    cases = tuple(case_of(id, number, node) for number, node in enumerate(tests, 1))
    return replace(planned, cases=cases, why=None, untestable=False)

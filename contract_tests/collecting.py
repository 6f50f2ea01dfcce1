"""What pytest runs: the chosen cases, one target for all of them, and the report at the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rulebound.contract_tests.apis import Place, own
from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.judging.verdicts import exit_code, rule_verdict
from rulebound.contract_tests.planning import PlannedRule, Selection
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.reports.record import Run, record
from rulebound.contract_tests.verify import CANNOT, VerifyOptions, opened_target, prepared
from rulebound.contract_tests.wire.line import address_of


class CannotCollect(Exception):
    """Nothing can be collected; the text says why."""


@dataclass(frozen=True)
class Collected:
    """One test: a case of a rule, or with `case` None a rule that has no cases."""

    planned: PlannedRule
    case: Case | None

    @property
    def id(self) -> str:
        """The rule's id, and which of its cases it is."""
        return self.planned.rule.id if self.case is None else self.case.id


@dataclass
class Collection:
    """The cases of a run. `bench` is there while the target is open, `written` after a report."""

    options: VerifyOptions
    plan: tuple[PlannedRule, ...]
    items: tuple[Collected, ...]
    bench: Bench | None = None
    written: Path | None = None
    results: list[CaseResult] = field(default_factory=list)

    @property
    def strict(self) -> bool:
        """Whether the target, once opened, lets every case be reached."""
        return self.bench is not None and self.bench.target.strict

    def conduct(self, item: Collected) -> CaseResult | None:
        """Conduct a case; None for a rule without cases."""
        if item.case is None or item.planned.subject is None or self.bench is None:
            return None
        result = conduct(self.bench, item.planned.subject, item.case)
        self.results.append(result)
        return result

    def came_to(self, item: Collected) -> str:
        """What a case came to: its verdict, `target fault`, or why it has none."""
        result = next((each for each in reversed(self.results) if each.case is item.case), None)
        if result is None:
            untestable = item.planned.untestable
            verdict = Verdict.NOT_TESTABLE if untestable else Verdict.NOT_REACHED
            return str(verdict.value)
        if any(problem.says.startswith("target fault") for _, problem in result.problems):
            return "target fault"
        return str(result.verdict.value)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The target is open as long as the context is; then the report is written."""
        started, clock = datetime.now(UTC), time.monotonic()
        apis, _ = prepared(self.options.places, self.options.selection)
        with opened_target(self.options) as target:
            self.bench = Bench(apis, target, SchemaConformance(), self.options.seed)
            yield
            self._report(self.bench, started, time.monotonic() - clock)
            self.bench = None

    def _report(self, bench: Bench, started: datetime, seconds: float) -> None:
        if self.options.report is None:
            return
        verdicts = tuple(
            rule_verdict(
                planned, [each for each in self.results if each.case.rule == planned.rule.id]
            )
            for planned in self.plan
        )
        target = bench.target
        code = exit_code(verdicts, strict=target.strict)
        run = Run(
            bench.apis, target.url, target.strict, bench.seed, started, seconds, verdicts, code
        )
        write_reports(record(run), self.options.report)
        self.written = self.options.report


def collect(config: pytest.Config) -> Collection:
    """What the options of a pytest run choose. Raises CannotCollect."""
    get = config.getoption
    report = get("--rulebound-report")
    if report is not None and hasattr(config, "workerinput"):
        raise CannotCollect("--report needs a run in one process; leave out -n")
    options = VerifyOptions(
        target=get("--rulebound-target"),
        stub=get("--rulebound-stub"),
        places=tuple(map(_place, get("--rulebound-folder"))),
        selection=Selection(
            tuple(get("--rulebound-api")),
            tuple(get("--rulebound-operation")),
            tuple(get("--rulebound-rule")),
        ),
        seed=get("--rulebound-seed"),
        report=None if report is None else Path(report),
    )
    try:
        if options.target is not None:
            address_of(options.target)
        _, chosen = prepared(options.places, options.selection)
    except CANNOT as error:
        raise CannotCollect(str(error)) from error
    items = tuple(
        Collected(planned, case) for planned in chosen for case in planned.cases or (None,)
    )
    return Collection(options, chosen, items)


def _place(folder: str) -> Place:
    if not Path(folder).is_dir():
        raise CannotCollect(f"--folder {folder}: there is no such folder")
    return own(Path(folder))

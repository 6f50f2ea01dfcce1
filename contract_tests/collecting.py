"""What pytest runs: the chosen cases, one target for all of them, and the report at the end."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from rulebound.contract_tests.apis import Place, own
from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.choosing import chosen_for
from rulebound.contract_tests.commands.options import RUN_KEY
from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.judging.verdicts import RuleVerdict, exit_code, rule_verdict
from rulebound.contract_tests.opening import opened_target, profile_of
from rulebound.contract_tests.planning import PlannedRule, Selection, Shard
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.reports.wording import Wording
from rulebound.contract_tests.runs.accepted import Accepted
from rulebound.contract_tests.runs.closing import closed
from rulebound.contract_tests.runs.frame import Frame
from rulebound.contract_tests.runs.results import cases_of, read_result, result_data
from rulebound.contract_tests.targets.answering import answering
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.verify import (
    CANNOT,
    CANNOT_JUDGE,
    framed_for,
    known_before,
    prepared,
)
from rulebound.contract_tests.verify_options import VerifyOptions
from rulebound.contract_tests.wire.line import address_of
from rulebound.fixtures.profiles import load_profile


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
    """The cases of a run, and of those that were `tried` the results. `bench` is there while the
    target is open, `written` after a report; `known_before` are sentences for whoever started it.

    In a run that is spread over several processes a worker only hands its results on.
    """

    options: VerifyOptions
    frame: Frame
    items: tuple[Collected, ...]
    is_worker: bool = False
    known_before: tuple[str, ...] = ()
    bench: Bench | None = None
    written: Path | None = None
    results: list[CaseResult] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)

    @property
    def strict(self) -> bool:
        """Whether the target, once opened, lets every case be reached."""
        return self.bench is not None and self.bench.target.strict

    @property
    def wording(self) -> Wording:
        """How what was sent and seen is written down."""
        return self.frame.wording(None if self.bench is None else self.bench.target.url)

    def reach(self) -> None:
        """Raises TargetFault where nothing answers at the address of what should be running."""
        profile = profile_of(self.options, self.frame.apis)
        if profile is not None:
            answering(profile.apis.values())
        elif self.options.target is not None:
            answering((self.options.target,))

    def conduct(self, item: Collected) -> CaseResult | None:
        """Conduct a case; None for a rule without cases."""
        result = None
        if item.case is not None and item.planned.subject is not None and self.bench is not None:
            result = conduct(self.bench, item.planned.subject, item.case)
            self.results.append(result)
        self.tried.add(item.id)
        return result

    def accepted(self, item: Collected) -> Accepted | None:
        """The known deviation that excuses a case, None where nothing does."""
        rule, past = item.planned.rule.id, self.frame.past
        return past.accepted[rule] if past is not None and rule in self._accepted() else None

    def handed_on(self, item: Collected) -> dict[str, Any] | None:
        """What a worker hands on of an item that was tried, None where nobody waits for it."""
        if not self.is_worker or item.id not in self.tried:
            return None
        result = self._result(item)
        return {
            "item": item.id,
            "result": None if result is None else result_data(result, self.wording),
        }

    def take(self, data: dict[str, Any]) -> None:
        """Take what a worker handed on."""
        self.tried.add(data["item"])
        if data["result"] is not None:
            self.results.append(read_result(data["result"], cases_of(self.frame.part)))

    def judged(self) -> tuple[int, str | None]:
        """The exit code of what was tried, as `verify` has it, and why it is 2 where it is."""
        verdicts = tuple(self._verdicts(tuple(self._tried())))
        shard = self.frame.terms.shard
        code = exit_code(
            verdicts,
            strict=self.frame.aim.controlled,
            accepted=self._accepted(),
            partial=shard is not None and shard.of > 1,
        )
        if code != CANNOT_JUDGE:
            return code, None
        if any(each.has_fault for each in verdicts):
            return code, "the target failed to answer"
        unreached = self.frame.aim.controlled and _is_judged(verdicts)
        return code, "a rule was not reached" if unreached else "nothing was judged"

    def _tried(self) -> Iterator[PlannedRule]:
        """The rules that were tried, each with those of its cases that were."""
        for planned in self.frame.part:
            cases = tuple(case for case in planned.cases if case.id in self.tried)
            if cases or planned.rule.id in self.tried:
                yield replace(planned, cases=cases)

    def _verdicts(self, plan: tuple[PlannedRule, ...]) -> Iterator[RuleVerdict]:
        for planned in plan:
            own = [each for each in self.results if each.case.rule == planned.rule.id]
            yield rule_verdict(planned, own)

    def _accepted(self) -> frozenset[str]:
        past = self.frame.past
        known = {} if past is None else past.accepted
        return frozenset(id for id, each in known.items() if past and past.today <= each.until)

    @property
    def is_kept(self) -> bool:
        """Whether something is written down of the run at its end."""
        return self.options.report is not None or self.frame.terms.state is not None

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The target is open as long as the context is; then the report is written."""
        apis = self.frame.apis
        with opened_target(self.options, self.frame.part, apis, self.frame.id) as target:
            if isinstance(target, Deployment):
                self.frame = self.frame.veiled(target.vault)
            self.bench = Bench(apis, target, SchemaConformance(), self.options.seed)
            yield
            if not self.is_worker:
                self.close()
            self.bench = None

    def close(self) -> None:
        """Write the report, and the line of history of a deployment that has a profile."""
        if not self.is_kept:
            return
        verdicts = tuple(self._verdicts(self.frame.part))
        address = None if self.bench is None else self.bench.target.url
        data = closed(self.frame, verdicts, address)
        if self.options.report is not None:
            write_reports(data, self.options.report)
            self.written = self.options.report

    def _result(self, item: Collected) -> CaseResult | None:
        return next((each for each in reversed(self.results) if each.case is item.case), None)


def _is_judged(verdicts: Iterable[RuleVerdict]) -> bool:
    return any(each.verdict in (Verdict.KEPT, Verdict.DIFFERS) for each in verdicts)


def collect(config: pytest.Config) -> Collection:
    """What the options of a pytest run choose. Raises CannotCollect."""
    worker = getattr(config, "workerinput", None)
    options = _options(config)
    if worker is not None:
        number = int(worker["workerid"].removeprefix("gw"))
        options = replace(options, workers=int(worker["workercount"]), worker=number)
    said: tuple[str, ...] = ()
    try:
        if options.target is not None:
            address_of(options.target)
        if options.profile is not None:
            profile = load_profile(options.profile)
            said = known_before(profile, options.selection)
            options = replace(options, selection=chosen_for(profile, options.selection))
        frame = framed_for(options, *prepared(options.places, options.selection))
    except CANNOT as error:
        raise CannotCollect(str(error)) from error
    items = tuple(
        Collected(planned, case) for planned in frame.part for case in planned.cases or (None,)
    )
    return Collection(options, frame, items, worker is not None, said)


def _options(config: pytest.Config) -> VerifyOptions:
    get = config.getoption
    report, shard, profile = (get(f"--rulebound-{name}") for name in ("report", "shard", "profile"))
    try:
        part = None if shard is None else Shard.read(shard)
    except ValueError as error:
        raise CannotCollect(f"--shard: {error}") from error
    return VerifyOptions(
        target=get("--rulebound-target"),
        profile=None if profile is None else Path(profile),
        stub=get("--rulebound-stub"),
        places=tuple(map(_place, get("--rulebound-folder"))),
        selection=Selection(
            tuple(get("--rulebound-api")),
            tuple(get("--rulebound-operation")),
            tuple(get("--rulebound-rule")),
        ),
        seed=get("--rulebound-seed"),
        report=None if report is None else Path(report),
        shard=part,
        run_key=get("--rulebound-run-key") or os.environ.get(RUN_KEY),
    )


def _place(folder: str) -> Place:
    if not Path(folder).is_dir():
        raise CannotCollect(f"--folder {folder}: there is no such folder")
    return own(Path(folder))

"""Every request that a run would send, in order, case by case."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.marking import mark_for
from rulebound.contract_tests.cases.model import Case, Look, Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.forecasting.foreseen import Foreseen
from rulebound.contract_tests.forecasting.names import MADE, ForeseenNames
from rulebound.contract_tests.forecasting.standing import Standing
from rulebound.contract_tests.judging.bench import Subject, needs
from rulebound.contract_tests.judging.conduct import expected_refusal, plain_beside, valid_beside
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.side_effects import READ, effect_of
from rulebound.contract_tests.targets.deployed.settings import misfit
from rulebound.contract_tests.targets.permits import allowed, patience
from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.profiles import Profile

_MARK = "rulebound-RUN"


@dataclass(frozen=True)
class Flow:
    """A case, or the valid request beside it, as it is conducted in one scene, `times` at most."""

    subject: Subject
    case: Case
    label: str
    times: int


@dataclass
class Forecast:
    """The requests of a run against a profile's deployment, by `jobs` cases at once.

    Of what was told so far: `restores` is how often the data would be put back, `proven` for how
    many scenes each actor, by world and name, needs a credential.
    """

    apis: Apis
    profile: Profile
    names: ForeseenNames
    jobs: int = 1
    restores: int = 0
    proven: Counter[tuple[str, str]] = field(default_factory=Counter)
    _twins: set[Hashable] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.standing = Standing(self.apis, self.profile, self.names, _MARK)

    def of_rule(self, planned: PlannedRule) -> Iterator[Foreseen]:
        """What the cases of a rule would send."""
        if planned.subject is not None:
            for case in planned.cases:
                for flow in self._flows(planned.subject, case):
                    yield from self._of_flow(flow)

    def _flows(self, subject: Subject, case: Case) -> Iterator[Flow]:
        """As `conduct` has them: the valid request before a break, once in a run, and once more
        before a rule would be called broken."""
        if case.role == "break":
            twin = valid_beside(subject, case)
            key = (subject.operation.id, twin.sending.on, subject.witness.twin and subject.rule.id)
            first = 0 if key in self._twins else self.jobs
            self._twins.add(key)
            yield Flow(subject, twin, case.id, first + 1)
        else:
            yield Flow(subject, plain_beside(case), case.id, 1)
        yield Flow(subject, case, case.id, 1)

    def _of_flow(self, flow: Flow) -> Iterator[Foreseen]:
        why = misfit(self.profile, self.apis, needs(flow.subject, flow.case))
        if why is not None:
            yield Foreseen(flow.label, READ, flow.subject.operation.id, 0, None, why=why)
            return
        self.names.forget()
        allow, changes, seed = allowed(self.profile), False, flow.subject.api.seed
        for each in (*self._sent(flow), *self.standing.of_used(seed, flow.label)):
            repeated = each.times(flow.times)
            yield repeated
            if each.is_sent and each.effect != READ and each.effect in allow:
                changes = True
                yield from self.standing.ended(repeated)
        self.proven.update(dict.fromkeys(self.names.proven, flow.times))
        if changes and self.profile.restore is not None:
            # Before the next case or at the end, if this one changed something.
            self.restores += flow.times

    def _sent(self, flow: Flow) -> Iterator[Foreseen]:
        case, passed = flow.case, 0.0
        for item in (*case.given, case.sending, *case.then):
            if isinstance(item, Look):
                yield from self._look(flow, item)
                continue
            passed = max(passed, item.advance)
            if passed > patience(self.profile):
                why = f"its clock cannot be advanced by {passed:g} s"
                yield Foreseen(flow.label, READ, flow.subject.operation.id, 0, None, why=why)
                return
            yield self._request(flow, item)

    def _request(self, flow: Flow, sending: Sending) -> Foreseen:
        subject = flow.subject
        operation = subject.operation
        if sending.operation is not None:
            operation = self.apis.owner(sending.operation)[1]
        effect = effect_of(operation, sending.method or operation.method.upper())
        try:
            built = self._builder(flow).build(sending)
            request, url = built.request, self.standing.url(built.request)
        except (ValueFault, NotReached, KeyError) as error:
            return Foreseen(flow.label, effect, operation.id, 0, None, why=str(error))
        refused = sending.refused or expected_refusal(subject, flow.case)
        self._ask_for(flow, built.expect.headers, built.expect.body, refused.headers, refused.body)
        often = max(1, sending.repeat)
        return Foreseen(flow.label, effect, operation.id, often, request, url)

    def _look(self, flow: Flow, look: Look) -> Iterator[Foreseen]:
        try:
            where = self._resolver(flow).resolve(look.where)
        except (ValueFault, NotReached, KeyError) as error:
            yield Foreseen(flow.label, READ, look.table, 0, None, why=str(error))
        else:
            self._ask_for(flow, look.fields)
            yield from self.standing.of_look(flow.subject.api.seed, look.table, where, flow.label)

    def _ask_for(self, flow: Flow, *expected: Any) -> None:
        """What is expected speaks of records as well, which are asked for when it is judged."""
        for value in expected:
            with suppress(ValueFault, NotReached, KeyError):
                self._resolver(flow).resolve(value)

    def _builder(self, flow: Flow) -> Builder:
        subject, on = flow.subject, flow.case.sending.on
        mark, held = mark_for(flow.case, _MARK), self.names.held
        resolver = self._resolver(flow)
        return Builder(self.apis, subject.api, subject.file, on, resolver, held, mark)

    def _resolver(self, flow: Flow) -> Resolver:
        api = flow.subject.api
        return Resolver(
            record=lambda name: self.names.record(api.seed, name),
            now=datetime.now(UTC),
            date_format=api.document.date_format,
            unique=lambda prefix: f"{prefix}-unique",
            made=MADE,
            texts=self.names.texts(api.seed),
            frozen=False,
        )


def forecast(
    apis: Apis,
    plan: tuple[PlannedRule, ...],
    profile: Profile,
    *,
    seeded: bool = False,
    jobs: int = 1,
) -> Iterator[Foreseen]:
    """Everything that a run of a plan would send to a profile's deployment, what it needs for
    itself at the end."""
    made = Forecast(apis, profile, ForeseenNames(profile, seeded), jobs)
    for planned in plan:
        yield from made.of_rule(planned)
    # What an interrupted run before this one left is put back before the first case.
    begins = profile.restore is not None and bool(plan) and bool(allowed(profile) - {READ})
    yield from made.standing.of_run(made.restores + begins, made.proven)

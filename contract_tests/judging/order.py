"""When a request breaks several rules, any of their answers is right on a deployment.

The order in which rules are judged is ours: a page seldom says it. Which rules a request breaks is
told by the second reading, over the world as the seed has it.
"""

from dataclasses import dataclass
from functools import cached_property

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Case, Unset
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.judging.bench import Subject
from rulebound.contract_tests.reading import Predicate, Situation, readings
from rulebound.contract_tests.wire.message import NO_VALUE
from rulebound.fixtures.actors import find_actor
from rulebound.fixtures.clock import SEED_TIME
from rulebound.openapi.model import Rule


@dataclass(frozen=True)
class SecondReading:
    """The readings of the APIs' rules over their seeds."""

    apis: Apis

    @cached_property
    def _readings(self) -> dict[str, Predicate]:
        return dict(readings())

    def also_broken(self, subject: Subject, case: Case, status: int, code: str | None) -> list[str]:
        """Rules other than the case's own that its main request breaks as well, and that are
        refused with this status and code."""
        operation, own = subject.operation, subject.rule.id
        able = [
            rule
            for rule in operation.of_kind("reject")
            if rule.id != own and rule.id in self._readings and _answers(rule, status, code)
        ]
        if not able or case.sending.operation not in (None, operation.id):
            return []
        situation = _situation(self.apis, subject, case)
        if situation is None:
            return []
        return [rule.id for rule in able if self._is_broken(rule, situation)]

    def _is_broken(self, rule: Rule, situation: Situation) -> bool:
        try:
            return not self._readings[rule.id](situation)
        except (LookupError, TypeError, ValueError, AttributeError):
            # A reading relies on the phases before its own: what they refuse it cannot read.
            return False


def _answers(rule: Rule, status: int, code: str | None) -> bool:
    error = rule.error
    return error is not None and error.status == status and error.code in (None, code)


def _situation(apis: Apis, subject: Subject, case: Case) -> Situation | None:
    """The case's main request in the world of the seed; None where it cannot be made there."""
    api, sending = subject.api, case.sending
    date_format = api.document.date_format
    resolver = Resolver(api.seed.names.__getitem__, SEED_TIME, date_format, lambda prefix: prefix)
    builder = Builder(apis, api, subject.file, sending.on, resolver)
    try:
        request = builder.build(sending).request
    except ValueFault:
        return None
    query: dict[str, str] = {}
    for name, value in request.query:
        if name not in subject.operation.credential_names:
            query.setdefault(name, value)
    world = api.seed.world()
    view = world.view()
    named = sending.actor
    caller = subject.file.baseline(sending.on).actor if isinstance(named, Unset) else named
    known = api.seed.actors.get(caller or "")
    return Situation(
        query=query,
        headers={header.lower(): value for header, value in request.headers},
        body=None if request.value is NO_VALUE else request.value,
        actor=None if known is None else find_actor(view, known.credential, SEED_TIME),
        settings={**world.settings, **case.settings},
        now=SEED_TIME,
        tables=lambda table: {each["id"]: dict(each) for each in view.scan(table)},
    )

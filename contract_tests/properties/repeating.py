"""What may be sent only so often: so many requests are accepted, and one more is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.properties.draft import build, draft_of
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.properties.ground import Caller
from rulebound.contract_tests.properties.moves import MILD
from rulebound.contract_tests.properties.refusing import Broken, refused
from rulebound.openapi.model import Rule

_ROLES = ("break", "boundary")


@dataclass(frozen=True)
class Repeating:
    """The limits of one operation, by the cases of its witnesses that repeat a request."""

    drawing: Drawing

    @cached_property
    def cases(self) -> tuple[tuple[Rule, Case], ...]:
        """The cases that are one request, sent several times at one moment."""
        return tuple(self._found())

    def counts(self, data: st.DataObject, rule: Rule, case: Case) -> None:
        """A valid request, varied, is accepted as often as the limit says, and no oftener."""
        tried = self.drawing.tried
        start = draft_of(tried.file.baseline(case.sending.on))
        built = build(tried, self.drawing.valid(data, start, MILD, most=2), case.sending)
        times = case.sending.repeat
        with tried.caller(alone=False, given=case.settings, burst=True) as caller:
            for _ in range(times - 1):
                self._accepted(caller, built, rule)
            if case.role == "break":
                answer, unchanged = caller.send_guarded(built, _status(rule))
                refused(caller, built, answer, Broken((rule,)), unchanged)
            else:
                self._accepted(caller, built, rule)

    def _accepted(self, caller: Caller, built: Built, rule: Rule) -> None:
        answer, _ = caller.send_guarded(built, _status(rule))
        if answer.status == _status(rule):
            caller.wrong(rule.id, built, answer, "an acceptance, as the limit is not reached")
        self.drawing.accepted(caller, built, answer)

    def _found(self) -> Iterator[tuple[Rule, Case]]:
        file = self.drawing.tried.file
        for rule in self.drawing.tried.operation.of_kind("reject"):
            witness = file.rules.get(rule.id)
            for case in witness.cases if witness else ():
                plain = not (case.given or case.then or case.sending.advance)
                if plain and case.sending.repeat > 1 and case.role in _ROLES:
                    yield rule, case


def _status(rule: Rule) -> int:
    return rule.error.status if rule.error else 0

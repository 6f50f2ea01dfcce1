"""Requests drawn around valid witnesses: valid ones are accepted, broken ones refused by the rule.

The second reading is the only judge of what a drawn request breaks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from hypothesis import assume
from hypothesis import strategies as st
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Case, RuleWitness, Unset
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.properties.bounds import Bounds, Place
from rulebound.contract_tests.properties.chance import one_of
from rulebound.contract_tests.properties.columns import Columns
from rulebound.contract_tests.properties.draft import Draft, build, draft_of, is_plain, laid_on
from rulebound.contract_tests.properties.ground import Caller, Tried
from rulebound.contract_tests.properties.moves import EVERY, MILD, Moves
from rulebound.contract_tests.properties.oracle import Oracle
from rulebound.contract_tests.properties.refusing import Broken, refused, statuses
from rulebound.contract_tests.wire.message import NO_VALUE, Answer
from rulebound.openapi.model import Rule

MOST_MOVES = 4
Breaks = tuple[tuple[Rule, Case], ...]
"""The breaks of one rule."""


@dataclass(frozen=True)
class Drawing:
    """The three properties of one operation: each takes Hypothesis' data and raises Violated."""

    tried: Tried

    @cached_property
    def oracle(self) -> Oracle:
        """The second reading."""
        return Oracle(self.tried)

    @cached_property
    def _bounds(self) -> Bounds:
        return Bounds(self.tried)

    @cached_property
    def _moves(self) -> Moves:
        return Moves(self.tried, self._bounds, Columns(self.tried.api.seed))

    @property
    def accepted_cases(self) -> tuple[Case, ...]:
        """The cases that the witness writer expects to be accepted."""
        return self._moves.accepted

    def is_free(self, place: Place) -> bool:
        """Whether a place of the request may be varied."""
        return self._bounds.is_free(place)

    def accepts(self, data: st.DataObject) -> None:
        """Whatever is varied while every rule is kept, the request is accepted."""
        draft = self.valid(data)
        built = build(self.tried, draft)
        with self.tried.caller() as caller:
            answer = caller.send(built)
            self.accepted(caller, built, answer)

    def refuses(self, data: st.DataObject, breaks: Breaks) -> None:
        """A valid request, varied, with exactly one break in it, is refused by that rule."""
        rule, case = one_of(data, breaks)
        draft = self.valid(data, self._named(case.sending.on), MILD)
        try:
            built = build(self.tried, draft, case.sending)
        except ValueFault:
            return
        broken = self._broken_by(rule, case, built, draft)
        assume(broken)
        with self.tried.caller(alone=True, given=case.settings) as caller:
            answer, unchanged = caller.send_guarded(built)
            refused(caller, built, answer, Broken(broken), unchanged)

    def agrees(self, data: st.DataObject) -> None:
        """Whatever is varied, the request is accepted or refused as the second reading says."""
        draft = self._varied(data, self._near(data), EVERY, self._is_sound)
        built = build(self.tried, draft)
        situation = self.oracle.situation(built, draft.actor)
        broken = self.oracle.broken(situation)
        assume(self.oracle.is_clear(situation))
        further = self.oracle.anywhere(situation)
        with self.tried.caller() as caller:
            answer, unchanged = caller.send_guarded(built)
            if broken:
                refused(caller, built, answer, Broken(broken, further), unchanged)
            else:
                self.accepted(caller, built, answer)

    def valid(
        self,
        data: st.DataObject,
        start: Draft | None = None,
        kinds: tuple[str, ...] = EVERY,
        most: int = MOST_MOVES,
    ) -> Draft:
        """A request, a baseline unless told otherwise, varied without breaking a rule."""
        return self._varied(data, start or self._baseline(data), kinds, self.is_valid, most)

    def _baseline(self, data: st.DataObject) -> Draft:
        return draft_of(one_of(data, list(self.tried.file.baselines.values())))

    def _near(self, data: st.DataObject) -> Draft:
        """A baseline, mostly with a case laid on it that keeps or breaks a rule that is read."""
        mostly: int = data.draw(st.integers(0, 3))
        if not (self._read_breaks and mostly):
            return self._baseline(data)
        _, case = one_of(data, one_of(data, self._read_breaks))
        laid = laid_on(self._named(case.sending.on), case)
        return laid if self._is_sound(laid) else self._baseline(data)

    @cached_property
    def _read_breaks(self) -> tuple[Breaks, ...]:
        """The plain breaks of the rules that are read a second time."""
        read = {rule.id for rule, _ in self.oracle.read}
        plain = (
            tuple(each for each in breaks if each[0].id in read and is_plain(each[1]))
            for breaks in self.breaks
        )
        return tuple(breaks for breaks in plain if breaks)

    def _named(self, on: str | None) -> Draft:
        return draft_of(self.tried.file.baseline(on))

    def _varied(
        self,
        data: st.DataObject,
        draft: Draft,
        kinds: tuple[str, ...],
        holds: Callable[[Draft], bool],
        most: int = MOST_MOVES,
    ) -> Draft:
        for _ in range(data.draw(st.integers(0, most))):
            moves = self._moves.of(draft, data.draw(st.sampled_from(kinds)))
            changed = data.draw(one_of(data, moves)) if moves else draft
            if changed is not draft and holds(changed):
                draft = changed
        return draft

    def _is_sound(self, draft: Draft) -> bool:
        """Whether only rules that are read a second time can be broken by a draft."""
        try:
            built = build(self.tried, draft)
        except ValueFault:
            return False
        value = None if built.request.value is NO_VALUE else built.request.value
        actor = self.oracle.actor(draft.actor)
        query = dict(built.request.query)
        return actor is not None and self._bounds.fits(value, query, actor)

    def is_valid(self, draft: Draft) -> bool:
        """Whether a draft keeps every rule that is read, and can break no other."""
        if not self._is_sound(draft):
            return False
        situation = self.oracle.situation(build(self.tried, draft), draft.actor)
        return not self.oracle.broken(situation) and self.oracle.is_clear(situation)

    @cached_property
    def breaks(self) -> tuple[Breaks, ...]:
        """The breaks that are a single plain request, by rule."""
        by_rule = (
            tuple((rule, case) for case in self._cases(self.tried.file.rules.get(rule.id)))
            for rule in self.tried.operation.of_kind("reject")
        )
        return tuple(breaks for breaks in by_rule if breaks)

    def _cases(self, witness: RuleWitness | None) -> Iterator[Case]:
        for case in witness.in_role("break") if witness else ():
            sending = case.sending
            moved = sending.method is not None or sending.path is not None
            if not (moved or case.given or sending.advance or sending.repeat > 1):
                yield case

    def _broken_by(self, rule: Rule, case: Case, built: Built, draft: Draft) -> tuple[Rule, ...]:
        """The rules that a break breaks, itself first; empty when the variation healed it."""
        actor = draft.actor if isinstance(case.sending.actor, Unset) else case.sending.actor
        seen = self.oracle.actor(actor)
        if seen is None or case.sending.raw is not None:
            return (rule,)
        situation = self.oracle.situation(built, actor, case.settings)
        is_read = rule.id in self.tried.ground.readings
        if not self.oracle.is_clear(situation, before=None if is_read else rule.phase):
            return ()
        if not is_read:
            # Only what comes before may be read: a later reading relies on the shape broken here.
            return () if self.oracle.broken(situation, before=rule.phase) else (rule,)
        broken = self.oracle.broken(situation)
        return broken if rule in broken else ()

    def accepted(self, caller: Caller, built: Built, answer: Answer) -> None:
        """Raise Violated when an answer is no acceptance that the document declares."""
        declared = {int(s) for s in built.operation.responses if s.isdigit() and s[0] == "2"}
        if answer.status not in declared:
            rule = answer.header("rulebound-rule") or "drawing.valid-is-accepted"
            wanted = f"{statuses(declared)}, as every rule that is read is kept"
            caller.wrong(rule, built, answer, wanted)

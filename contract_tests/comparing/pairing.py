"""The same request for both sides, each in its own terms, and their answers held together."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

from hypothesis import strategies as st
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Case, Sending, Unset
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.comparing.difference import Comparison, Difference, Heard
from rulebound.contract_tests.comparing.judged import Given, are_excused, named, unmet_by, wrong
from rulebound.contract_tests.comparing.normal import Terms
from rulebound.contract_tests.comparing.sides import Side
from rulebound.contract_tests.judging.answers import made_by, summary
from rulebound.contract_tests.properties.draft import Draft, build, draft_of
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.properties.failure import Violated
from rulebound.contract_tests.properties.ground import Caller
from rulebound.contract_tests.properties.moves import EVERY, MILD
from rulebound.contract_tests.properties.promised import Promised
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import TargetFault
from rulebound.openapi.model import Rule

Made = tuple[str | None, str | None]
"""The ids of what a request made on either side."""


@dataclass
class Pairing:
    """One operation, met on both sides. `latest` is the difference found last: of a trial that
    makes failures smaller, the smallest."""

    left: Side
    right: Side
    operation: str
    comparison: Comparison
    latest: Difference | None = None
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def drawings(self) -> tuple[Drawing, Drawing]:
        """What draws and reads the operation's requests, with the data of each side."""
        return Drawing(self.left.about(self.operation)), Drawing(self.right.about(self.operation))

    def valid(self, data: st.DataObject) -> None:
        """A request that keeps every rule which is read is answered alike."""
        draft = self.drawings[0].valid(data, kinds=EVERY)
        self._compare(draft, None, (), "")

    def breaking(self, data: st.DataObject, rule: Rule, case: Case) -> None:
        """A valid request, varied, with exactly one break in it, is answered alike."""
        file = self.drawings[0].tried.file
        start = draft_of(file.baseline(case.sending.on))
        draft = self.drawings[0].valid(data, start, MILD, most=2)
        self._compare(draft, case, (rule,), rule.id)

    def promising(self, data: st.DataObject, case: Case) -> None:
        """What an accepted request leads to can be seen alike on both sides."""
        draft, sending = Promised(self.drawings[0]).drawn(data, case)
        self._compare(draft, replace(case, sending=sending), (), case.rule)

    def _compare(
        self, draft: Draft, case: Case | None, drawn_to_break: tuple[Rule, ...], about: str
    ) -> None:
        try:
            built = [self._built(drawing, draft, case) for drawing in self.drawings]
        except ValueFault as fault:
            raise NotReached(str(fault)) from fault
        broken = self._agreed(draft, case, built, drawn_to_break)
        if broken is None:
            return
        with ExitStack() as scenes:
            settings = case.settings if case else {}
            callers = []
            for side, drawing in zip((self.left, self.right), self.drawings, strict=True):
                with _named(side):
                    caller = drawing.tried.caller(alone=False, given=settings)
                    callers.append(scenes.enter_context(caller))
            given = self._sent(callers, built)
            self.comparison.compared += 1
            self._held_together(given, broken, about)
            made = self._made(given)
            for then in self._further(case, callers, made):
                self._held_together(then, (), about, made)

    def _built(self, drawing: Drawing, draft: Draft, case: Case | None) -> Built:
        return build(drawing.tried, draft, case.sending if case else None)

    def _agreed(
        self,
        draft: Draft,
        case: Case | None,
        built: list[Built],
        drawn_to_break: tuple[Rule, ...],
    ) -> tuple[Rule, ...] | None:
        """What the request breaks by the second reading of both sides; None where their data lets
        them read it differently."""
        found = []
        for drawing, each in zip(self.drawings, built, strict=True):
            actor = draft.actor
            if case is not None and not isinstance(case.sending.actor, Unset):
                actor = case.sending.actor
            oracle = drawing.oracle
            if oracle.actor(actor) is None or (case is not None and case.sending.raw is not None):
                found.append(drawn_to_break)
                continue
            situation = oracle.situation(each, actor, case.settings if case else None)
            unread = [rule for rule in drawn_to_break if rule.id not in self._read]
            before = unread[0].phase if unread else None
            if not oracle.is_clear(situation, before):
                return None
            broken = oracle.broken(situation, before)
            found.append(broken or tuple(unread))
        names = {tuple(rule.id for rule in each) for each in found}
        return found[0] if len(names) == 1 else None

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(rule.id for rule, _ in self.drawings[0].oracle.read)

    def _sent(self, callers: list[Caller], built: list[Built]) -> tuple[Given, Given]:
        found = []
        for side, each, caller in zip((self.left, self.right), built, callers, strict=True):
            with _named(side):
                found.append(Given(side, each, caller.scene.send(each.request)))
        return found[0], found[1]

    def _further(
        self, case: Case | None, callers: list[Caller], made: Made
    ) -> Iterator[tuple[Given, Given]]:
        """What the case asks afterwards, sent to both sides."""
        for then in case.then if case else ():
            if not isinstance(then, Sending) or then.refused is not None or then.advance:
                continue
            try:
                built = [
                    drawing.tried.build(then, made=id)
                    for drawing, id in zip(self.drawings, made, strict=True)
                ]
            except ValueFault:
                continue
            yield self._sent(callers, built)

    def _made(self, given: tuple[Given, Given]) -> Made:
        left, right = (
            made_by(each.answer, each.built.operation, drawing.tried.file)
            for drawing, each in zip(self.drawings, given, strict=True)
        )
        return left, right

    def _held_together(
        self,
        given: tuple[Given, Given],
        broken: tuple[Rule, ...],
        about: str,
        made: Made = (None, None),
    ) -> None:
        """Raise Violated for two answers that are not alike."""
        left, right = given
        normal = [self._terms(each.side).normal(each.built, each.answer) for each in given]
        unlike = list(normal[0].unlike(normal[1]))
        if not unlike or are_excused(given, broken):
            return
        operation = left.built.operation.id
        unkept = [
            "" if broken or not about else unmet_by(each, drawing, id)
            for each, drawing, id in zip(given, self.drawings, made, strict=True)
        ]
        rule = named(left, right, broken, about if any(unkept) else "")
        heard = [
            self._heard(each, wrong(each, broken) or says)
            for each, says in zip(given, unkept, strict=True)
        ]
        for where, mine, its in unlike:
            found = Difference(rule, operation, where, mine, its, *heard)
            if not self.comparison.knows(found):
                self.latest = found
                raise Violated(rule, operation, f"{where}: {mine} and {its}")

    @staticmethod
    def _heard(given: Given, says: str) -> Heard:
        document, operation = given.built.api.document, given.built.operation
        said = given.side.hidden(summary(given.answer, document, operation))
        return Heard(given.side.curl(given.built.request), said, given.side.hidden(says))

    def _terms(self, side: Side) -> Terms:
        if side.name not in self._known:
            self._known[side.name] = frozenset(_texts(side))
        return Terms(side.ground.now, self._known[side.name], side.target.stamp or "drawn")


@contextmanager
def _named(side: Side) -> Iterator[None]:
    """Where a side gives no answer, say which."""
    try:
        yield
    except TargetFault as error:
        raise type(error)(f"{side.name}: {error}") from error


def _texts(side: Side) -> Iterator[str]:
    """Every text that a side's world holds from the beginning, ids and credentials included."""
    for api in side.ground.apis.all:
        for record in api.seed.names.values():
            yield from (value for value in record.values() if isinstance(value, str))

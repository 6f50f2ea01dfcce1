"""Holds the answer of an exchange against where its request stands with the rules."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rulebound.contract_tests.cases.model import Refused
from rulebound.contract_tests.judging.outcome import Problem, Verdict, gravest
from rulebound.contract_tests.judging.refusal import refusal_problems
from rulebound.contract_tests.passive.finding import REASON, SERVER_ERROR, Finding, general
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.passive.standing import ANSWER, SHARED, Stand, Standing
from rulebound.openapi.model import Rule

_MILDEST = (Verdict.KEPT, Verdict.DIFFERS, Verdict.BROKEN)
_MOST_NAMED = 5
_NOT_REFUSED = "an acceptance, or the answer of a rule that is broken"
HELD = "held by what was accepted"
REFUSED = "refused as it must be"
REASONED = "what was refused breaks a rule"
TOLERATED = "accepted, which is tolerated"


@dataclass(frozen=True)
class Answered:
    """An exchange and where its request stands."""

    exchange: Exchange
    stands: tuple[Stand, ...]

    def findings(self) -> Iterator[Finding]:
        """What the answer shows about the rules that can refuse."""
        status = self.exchange.answer.status
        if self.exchange.is_accepted:
            yield from self._accepted()
        elif status >= 400:
            yield from self._refused()
        if status < 500:
            yield self._general(SERVER_ERROR, Verdict.KEPT, "no answer was a server's error")

    def why_open(self, stand: Stand) -> str:
        """Why the exchange shows nothing about a rule, if so."""
        if stand.standing is not Standing.BROKEN:
            return stand.why
        if not self._is_sure(stand.rule):
            return ANSWER
        is_refused = self.exchange.answer.status >= 400
        return SHARED if is_refused and self._may_fit(stand.rule) else stand.why

    def _accepted(self) -> Iterator[Finding]:
        for stand in self.stands:
            if stand.standing is Standing.HOLDS:
                yield self._kept(stand.rule.id, Verdict.KEPT, HELD)
            elif stand.standing is Standing.BROKEN and self._is_sure(stand.rule):
                problems = self._wrong(stand.rule)
                for problem in problems:
                    yield self._about(stand.rule, problem.verdict, problem.says)
                if not problems:
                    found = self._about(stand.rule, Verdict.KEPT, TOLERATED)
                    yield replace(found, is_note=True)

    def _refused(self) -> Iterator[Finding]:
        broken = self._broken
        fitting = [rule for rule in (*broken, *self._open) if self._may_fit(rule)]
        if fitting:
            yield from self._explained(fitting)
            return
        named = [rule for rule in self._open if self._has_code(rule)]
        if not broken and len(named) == 1:
            # A code is the surest sign of a rule: only its status is another one.
            yield self._about(named[0], self._mildest(self._open), self._wrong(named[0])[0].says)
        elif self.exchange.answer.status >= 500:
            says = f"the server failed with {self._got}"
            yield self._general(SERVER_ERROR, Verdict.BROKEN, says)
        elif broken:
            verdict = self._mildest(broken)
            rule = next(each for each in broken if self._grade(each) is verdict)
            says = next(p.says for p in self._wrong(rule) if p.verdict is verdict)
            yield self._about(rule, verdict, says)
        else:
            yield self._without_reason()

    def _explained(self, fitting: list[Rule]) -> Iterator[Finding]:
        """Some rule that is broken, or may be, has this answer."""
        right = [rule for rule in self._broken if rule in fitting and self._is_sure(rule)]
        # Of several rules with one answer none is shown to have given it, nor is one that is
        # broken where another may be.
        if right and len(fitting) == 1:
            says = next((problem.says for problem in self._wrong(right[0])), REFUSED)
            yield self._about(right[0], Verdict.KEPT, says)
        if right:
            yield self._general(REASON, Verdict.KEPT, REASONED)

    def _without_reason(self) -> Finding:
        """No rule that can be judged is broken, and none that cannot has this answer."""
        # A rule whose answer is not sure may have been answered otherwise than we think.
        verdict = self._mildest(self._open)
        status = self.exchange.answer.status
        own = [
            stand.rule
            for stand in self.stands
            if stand.rule.error and stand.rule.error.status == status and self._has_code(stand.rule)
        ]
        if len(own) == 1:
            return self._kept(own[0].id, verdict, f"refused with {self._got} although it is kept")
        says = f"refused with {self._got}, "
        if own:
            named = ", ".join(rule.id for rule in own[:_MOST_NAMED])
            says += f"the answer of {named}{' ..' if len(own) > _MOST_NAMED else ''}; all are kept"
        else:
            says += "which is the answer of no rule that may be broken"
        return self._general(REASON, verdict, says)

    def _has_code(self, rule: Rule) -> bool:
        told = self.exchange.recorded.answer_told
        return told and rule.error is not None and rule.error.code == self.exchange.code

    def _mildest(self, rules: tuple[Rule, ...]) -> Verdict:
        grades = [self._grade(rule) for rule in rules]
        return min(grades, key=_MILDEST.index, default=Verdict.BROKEN)

    def _grade(self, rule: Rule) -> Verdict:
        return _grade(self._wrong(rule))

    def _may_fit(self, rule: Rule) -> bool:
        """Whether the answer may be the rule's, or one that it tolerates."""
        return any(_grade(problems) is Verdict.KEPT for problems in self._judged(rule))

    def _is_sure(self, rule: Rule) -> bool:
        """Whether what was recorded of the answer says if it is the rule's."""
        return len({_grade(problems) for problems in self._judged(rule)}) == 1

    def _wrong(self, rule: Rule) -> list[Problem]:
        """What is wrong with the answer, if this is the rule that is broken."""
        return self._judged(rule)[0]

    def _judged(self, rule: Rule) -> list[list[Problem]]:
        """What would be wrong with the answer, with each code that it may have."""
        error, exchange = rule.error, self.exchange
        if error is None:
            return [[]]
        codes = [exchange.code]
        if not exchange.recorded.answer_told:
            # Another than those that count is first: what is said of it names no code.
            codes = [None, error.code, *(each.code for each in error.tolerates)]
        refused, answer = Refused(error.status, error.code), exchange.answer
        return [
            list(refusal_problems(refused, answer, code, error, strict=False)) for code in codes
        ]

    @property
    def _broken(self) -> tuple[Rule, ...]:
        return self._those(Standing.BROKEN)

    @property
    def _open(self) -> tuple[Rule, ...]:
        return self._those(Standing.OPEN)

    def _those(self, standing: Standing) -> tuple[Rule, ...]:
        return tuple(stand.rule for stand in self.stands if stand.standing is standing)

    @property
    def _got(self) -> str:
        return f"{self.exchange.answer.status} {self.exchange.code or ''}".strip()

    def _about(self, rule: Rule, verdict: Verdict, says: str) -> Finding:
        """A finding about a rule that is broken, so that its answer is due."""
        due = f"{rule.error.status} {rule.error.code}" if rule.error else ""
        return Finding(rule.id, verdict, says, due, self.exchange)

    def _kept(self, rule: str, verdict: Verdict, says: str) -> Finding:
        """A finding about a rule that the request keeps."""
        return Finding(rule, verdict, says, _NOT_REFUSED, self.exchange)

    def _general(self, name: str, verdict: Verdict, says: str) -> Finding:
        return self._kept(general(self.exchange.operation, name), verdict, says)


def _grade(problems: list[Problem]) -> Verdict:
    return gravest(problem.verdict for problem in problems)

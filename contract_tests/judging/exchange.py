"""One exchange of a case: send, judge the answer, and put both down as a step."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace

from rulebound.contract_tests.cases.build import Builder, Built
from rulebound.contract_tests.cases.model import Case, Expect, Look, Refused, Sending
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.judging.acceptance import in_words, unmet
from rulebound.contract_tests.judging.answers import code_of, made_by, summary
from rulebound.contract_tests.judging.bench import Bench, Subject
from rulebound.contract_tests.judging.excuses import is_an_answer
from rulebound.contract_tests.judging.leniency import answer_of, in_another_order, is_tolerated
from rulebound.contract_tests.judging.looks import look_problems, wanted_look
from rulebound.contract_tests.judging.memory import fingerprint
from rulebound.contract_tests.judging.outcome import Problem, Step, Verdict
from rulebound.contract_tests.judging.refusal import deciding_problems, note, refusal_problems
from rulebound.contract_tests.targets.target import NotReached, Scene
from rulebound.contract_tests.wire.message import (
    Answer,
    TargetFault,
    UnsendableRequest,
    WireRequest,
)

_NOTHING = 204


@dataclass
class Exchanges:
    """The exchanges of one case in one scene. `made` is the id of what was made last. Where they
    are put down, all of them are `wanted`, also those of which it is known what they come to."""

    bench: Bench
    subject: Subject
    case: Case
    scene: Scene
    made: str | None = None
    steps: list[Step] = field(default_factory=list)
    wanted: bool = False

    def accepted(self, name: str, sending: Sending, *, makes: bool = True) -> bool:
        """Send what should be accepted, as often as it says; whether every answer was right."""
        if sending.advance:
            self.scene.advance(sending.advance)
        for number in range(1, sending.repeat + 1):
            label = name if sending.repeat == 1 else f"{name}, {number} of {sending.repeat}"
            if not self._accepted_once(label, sending, makes=makes):
                return False
        return True

    def _accepted_once(self, name: str, sending: Sending, *, makes: bool) -> bool:
        key = self._key(name)
        built = self._build(name, sending)
        if built is None:
            return False
        try:
            answer = self.scene.send(built.request)
        except (TargetFault, UnsendableRequest) as error:
            self._lost(name, in_words(built.expect), error, built.request)
            return False
        if makes and answer.status < 300:
            file = built.api.files.get(built.operation.id)
            made = made_by(answer, built.operation, file) if file else None
            self.made = made or self.made

        # A look back on a deployment also shows what earlier cases left there.
        loose = not makes and not self.scene.clean

        def judged() -> Step:
            problems = tuple(self._acceptance(built, answer, loose=loose))
            return _step(name, in_words(built.expect), built, answer, problems)

        return self._put((key, fingerprint(answer)), judged)

    def _acceptance(self, built: Built, answer: Answer, *, loose: bool) -> Iterator[Problem]:
        strict = self.bench.target.strict
        if answer.status == 401 and not strict and built.request.secrets:
            yield Problem(Verdict.NOT_REACHED, "the credential was not accepted here")
            return
        values = self._builder().resolver
        expect = built.expect
        code = code_of(answer, built.api.document, built.operation)
        if answer.status < 300 and self._tolerates(answer, code):
            yield note(answer.status, code)
            expect = replace(expect, status=answer.status)
        if loose and built.request.method == "GET" and expect.status == _NOTHING:
            says = "that nothing is there cannot be told: earlier cases may have left something"
            yield Problem(Verdict.NOT_REACHED, says)
            return
        document, operation = built.api.document, built.operation
        for says in unmet(expect, answer, document, operation, values, loose=loose):
            yield Problem(Verdict.BROKEN, says)
        for says in self.bench.conformance.faults(built, answer):
            yield Problem(Verdict.BROKEN, says)

    def refused(
        self, name: str, sending: Sending, refused: Refused, *, by_rule: bool, twin: bool = True
    ) -> bool:
        """Send what should be refused; with `by_rule`, by the rule under test.

        `twin` false: the valid request beside it failed, so only an acceptance tells anything.
        """
        if sending.advance:
            self.scene.advance(sending.advance)
        for number in range(1, sending.repeat):
            label = f"{name}, {number} of {sending.repeat}"
            if not self._accepted_once(label, _before(sending), makes=False):
                return False
        key = self._key(name)
        expected = self._expected_refusal(refused, by_rule=by_rule)
        built = self._build(name, sending)
        if built is None:
            return False
        try:
            answer, unchanged = self.scene.send_guarded(built.request, refused.status)
        except (TargetFault, UnsendableRequest) as error:
            self._lost(name, expected, error, built.request)
            return False

        def judged() -> Step:
            more = _also(refused, sending.expect)
            problems = list(self._refusal(built, answer, refused, more, by_rule=by_rule))
            if not twin:
                accepts = answer.status < 300 and is_an_answer(answer)
                problems = [each for each in problems if accepts]
            if unchanged is False and answer.status >= 400:
                problems.append(Problem(Verdict.BROKEN, "the refused request changed the world"))
            return _step(name, expected, built, answer, tuple(problems))

        return self._put((key, fingerprint(answer), unchanged), judged)

    def _refusal(
        self, built: Built, answer: Answer, refused: Refused, expect: Expect, *, by_rule: bool
    ) -> Iterator[Problem]:
        target, document = self.bench.target, built.api.document
        error = answer_of(target, self.subject.rule) if by_rule else None
        code = code_of(answer, document, built.operation)
        if not by_rule and answer.status >= 400 and self._tolerates(answer, code):
            yield note(answer.status, code)
            return
        found = list(refusal_problems(refused, answer, code, error, strict=target.strict))
        yield from (
            in_another_order(self.bench, (self.subject, self.case), found, answer, code)
            if by_rule
            else found
        )
        if target.strict and by_rule:
            yield from deciding_problems(self.subject.rule, answer)
        values = self._builder().resolver
        if answer.status >= 400:
            status = Expect(answer.status).over(expect)
            for says in unmet(status, answer, document, built.operation, values):
                yield Problem(Verdict.BROKEN, says)
        if target.strict or answer.status == refused.status:
            for says in self.bench.conformance.faults(built, answer):
                yield Problem(Verdict.BROKEN, says)

    def _tolerates(self, answer: Answer, code: str | None) -> bool:
        return is_tolerated(self.bench.target, self.subject.rule, answer.status, code)

    def look(self, name: str, look: Look) -> bool:
        """Look into the world; whether it is as expected there."""
        expected = wanted_look(look)

        def judged() -> Step:
            seed, values = self.subject.api.seed.name, self._builder().resolver
            problems, got = look_problems(look, self.scene, seed, values)
            return Step(name, expected, got, tuple(problems))

        # In a world with the same records a look finds the same.
        digest = None if self.wanted else self.scene.digest
        try:
            return self._put(None if digest is None else (self._key(name), digest), judged)
        except (NotReached, TargetFault, ValueFault) as error:
            self._lost(name, expected, error, None)
            return False

    def _expected_refusal(self, refused: Refused, *, by_rule: bool) -> str:
        parts = [str(refused.status), refused.code or "", "and nothing changed"]
        if by_rule and self.bench.target.strict:
            parts.insert(2, f"by {self.subject.rule.id}")
        return " ".join(part for part in parts if part)

    def _builder(self) -> Builder:
        return self.bench.builder(self.subject, self.case, self.scene, self.made)

    def _key(self, name: str) -> Hashable:
        return self.case.id, self.case.sending.on, name, self.made, self.scene.now

    def _build(self, name: str, sending: Sending) -> Built | None:
        memory, key = self.bench.memory, self._key(name)
        if memory is not None and key in memory.requests:
            return memory.requests[key]
        try:
            built = self._builder().build(sending)
        except (ValueFault, NotReached) as error:
            self._lost(name, "a request", error, None)
            return None
        if memory is not None:
            memory.requests[key] = built
        return built

    def _put(self, key: Hashable | None, judged: Callable[[], Step]) -> bool:
        """Put down a step, which is not judged again when it was found right before."""
        memory = self.bench.memory if key is not None else None
        step = None if memory is None else memory.steps.get(key)
        if step is None:
            step = judged()
            if memory is not None and not step.problems:
                memory.steps[key] = step
        self.steps.append(step)
        return step.verdict is Verdict.KEPT

    def _lost(
        self, name: str, expected: str, error: Exception, request: WireRequest | None
    ) -> None:
        what = "target fault" if isinstance(error, TargetFault) else "not sent"
        says = str(error) if isinstance(error, NotReached) else f"{what}: {error}"
        problem = Problem(Verdict.NOT_REACHED, says, isinstance(error, TargetFault))
        self.steps.append(Step(name, expected, "nothing", (problem,), request))


def _step(
    name: str, expected: str, built: Built, answer: Answer, problems: tuple[Problem, ...]
) -> Step:
    got = summary(answer, built.api.document, built.operation)
    return Step(
        name,
        expected,
        got,
        problems,
        built.sent,
        answer,
        deciding=answer.header("rulebound-rule"),
        operation=built.operation.id,
        took=answer.seconds,
    )


def _also(refused: Refused, expect: Expect) -> Expect:
    """What a refusal must be like beside its status and code."""
    own = Expect(headers=refused.headers, body=refused.body)
    return Expect(headers=expect.headers, body=expect.body, absent=expect.absent).over(own)


def _before(sending: Sending) -> Sending:
    """One of the requests sent before the last of a repetition: accepted as the baseline is."""
    return replace(sending, repeat=1, advance=0.0, refused=None, expect=Expect())

"""Conducts a case as its role wants it: twin and break, boundary, observation, near miss."""

import time
from dataclasses import replace

from rulebound.contract_tests.cases.model import Case, Expect, Look, Refused, Sending
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.judging.bench import Bench, Subject, needs
from rulebound.contract_tests.judging.exchange import Exchanges
from rulebound.contract_tests.judging.excuses import (
    excused,
    turned_away,
    unauthorized,
    unjustly_refused,
)
from rulebound.contract_tests.judging.memory import Right, can_be_held
from rulebound.contract_tests.judging.outcome import CaseResult, Problem, Step, Verdict
from rulebound.contract_tests.targets.scenes import StubScene
from rulebound.contract_tests.targets.target import NotReached, Scene
from rulebound.contract_tests.wire.message import TargetFault


def conduct(bench: Bench, subject: Subject, case: Case) -> CaseResult:
    """Everything one case asks for, in a state of its own. Raises nothing: what went wrong with
    the target is a step with a problem."""
    started = time.monotonic()
    steps: tuple[Step, ...] = ()
    if case.role == "break":
        steps = _twin(bench, subject, case)
    twin_holds = all(step.verdict is Verdict.KEPT for step in steps)
    if not (bench.target.strict and not twin_holds):
        steps += _steps(bench, subject, case, twin_holds=twin_holds)
    if not bench.target.strict:
        steps = _asked_again(bench, subject, case, steps)
    return CaseResult(case, steps, time.monotonic() - started)


def _asked_again(
    bench: Bench, subject: Subject, case: Case, steps: tuple[Step, ...]
) -> tuple[Step, ...]:
    """A deployment is not reset between cases, and may not be what it is taken for. Where a wrong
    answer could come from that, a valid request is sent, and its answer says what it is."""
    if unauthorized(steps, case.role):
        plain = plain_beside(case)
        sending = replace(plain.sending, actor=case.sending.actor)
        probe = _probed(bench, subject, replace(plain, sending=sending))
        return unjustly_refused(steps, case.role, probe)
    if any(map(turned_away, steps)):
        valid = valid_beside(subject, case) if case.role == "break" else plain_beside(case)
        return excused(steps, _probed(bench, subject, valid))
    return steps


def _probed(bench: Bench, subject: Subject, valid: Case) -> tuple[Step, ...]:
    """A valid request, once more where the first got no answer: a target that hangs up after its
    answers may do so just when the next request is sent, and the verdict must not hang on that."""
    steps = _steps(bench, subject, valid, twin_holds=True)
    if any(problem.fault for step in steps for problem in step.problems):
        return _steps(bench, subject, valid, twin_holds=True)
    return steps


def plain_beside(case: Case) -> Case:
    """The baseline of a case alone."""
    sending = Sending(title="twin", on=case.sending.on)
    return replace(case, role="twin", number=1, sending=sending, settings={}, given=(), then=())


def _twin(bench: Bench, subject: Subject, case: Case) -> tuple[Step, ...]:
    """The nearest valid request must be accepted from the same seeded state."""
    own = subject.witness.twin
    on = case.sending.on if own is None or own.sending.on is None else own.sending.on
    key = (subject.operation.id, on, own and subject.rule.id)
    known = bench.twins.get(key)
    if known is None:
        known = _steps(bench, subject, valid_beside(subject, case), twin_holds=True)
        # Whoever takes it from there got no answer of its own.
        bench.twins[key] = tuple(replace(step, took=None) for step in known)
    if bench.target.strict:
        return known
    return tuple(map(_unproven, known))


def valid_beside(subject: Subject, case: Case) -> Case:
    """The nearest valid request beside a break."""
    twin = subject.witness.twin
    if twin is None:
        # Shared by rules, so it is called alike whichever of them comes first, in every shard.
        return replace(plain_beside(case), rule=f"{subject.operation.id}.{case.sending.on or ''}")
    if twin.sending.on is None:
        return replace(twin, sending=replace(twin.sending, on=case.sending.on))
    return twin


def _unproven(step: Step) -> Step:
    """On a deployment a twin that fails breaks nothing, but then a refusal proves nothing."""
    if step.verdict is Verdict.KEPT:
        return step
    why = "; ".join(problem.says for problem in step.problems)
    says = f"the valid request beside it was not accepted, so a refusal proves nothing: {why}"
    fault = any(problem.fault for problem in step.problems)
    return replace(step, problems=(Problem(Verdict.NOT_REACHED, says, fault),))


def _steps(bench: Bench, subject: Subject, case: Case, *, twin_holds: bool) -> tuple[Step, ...]:
    memory, key = bench.memory, (bench.target.url, case.id, case.sending.on)
    right = memory.cases.get(key) if memory is not None and twin_holds else None
    try:
        with bench.target.scene(needs(subject, case) if right is None else right.needs) as scene:
            if not isinstance(scene, StubScene) or not scene.whole or memory is None:
                return _conducted(Exchanges(bench, subject, case, scene), twin_holds=twin_holds)
            if right is not None:
                return _again(bench, subject, case, scene, right)
            with scene.taping() as taped:
                exchanges = Exchanges(bench, subject, case, scene, wanted=True)
                steps = _conducted(exchanges, twin_holds=twin_holds)
            if can_be_held(bench.apis, case, subject.witness.refused, steps):
                tape = taped()
                if tape is not None:
                    memory.cases[key] = Right(needs(subject, case), tape, steps)
            return steps
    except (NotReached, TargetFault) as error:
        return (_stopped(error),)


def _again(
    bench: Bench, subject: Subject, case: Case, scene: StubScene, right: Right
) -> tuple[Step, ...]:
    """The exchanges of a case that was right. Answers that are the same say the same; where one is
    not, all of them are judged as if nothing were known."""
    if scene.again(right.tape):
        return right.steps
    try:
        exchanges = Exchanges(replace(bench, memory=None), subject, case, scene)
        return _conducted(exchanges, twin_holds=True)
    finally:
        scene.forget()


def _conducted(exchanges: Exchanges, *, twin_holds: bool) -> tuple[Step, ...]:
    try:
        _act(exchanges, twin_holds=twin_holds)
    except (NotReached, TargetFault, ValueFault) as error:
        exchanges.steps.append(_stopped(error))
    return _as_bound(exchanges.case, exchanges.steps, exchanges.scene)


def _as_bound(case: Case, steps: list[Step], scene: Scene) -> tuple[Step, ...]:
    """What was changed before, by an earlier night or by an earlier case, cannot be held against a
    case that takes it as bound. What an earlier case may have changed does not excuse a break: it
    is judged by the valid request beside it."""
    why, residue = scene.moved(), scene.residue()
    if why is None and residue is not None and case.role not in ("break", "twin"):
        why = f"an earlier case of this run has changed {residue}"
    return tuple(steps) if why is None else tuple(_not_reached(step, f"{why}: ") for step in steps)


def _not_reached(step: Step, why: str) -> Step:
    """The step with whatever is wrong taken for nothing reached."""
    if step.verdict not in (Verdict.BROKEN, Verdict.DIFFERS):
        return step
    problems = (
        Problem(Verdict.NOT_REACHED, why + problem.says, problem.fault)
        for problem in step.problems
        if problem.verdict is not Verdict.KEPT
    )
    return replace(step, problems=tuple(problems))


def _stopped(error: Exception) -> Step:
    says = f"target fault: {error}" if isinstance(error, TargetFault) else str(error)
    problem = Problem(Verdict.NOT_REACHED, says, isinstance(error, TargetFault))
    return Step("scene", "a state to start from", "none", (problem,))


def _act(exchanges: Exchanges, *, twin_holds: bool) -> None:
    case = exchanges.case
    for number, given in enumerate(case.given, 1):
        name = f"given {number}" + (f": {given.title}" if given.title else "")
        if not _either(exchanges, name, given):
            return
    if not _main(exchanges, twin_holds=twin_holds):
        return
    for number, item in enumerate(case.then, 1):
        name = f"then {number}" + (f": {item.title}" if item.title else "")
        if isinstance(item, Look):
            exchanges.look(name, item)
        else:
            _either(exchanges, name, item, makes=False)


def _main(exchanges: Exchanges, *, twin_holds: bool) -> bool:
    case = exchanges.case
    if case.role == "break":
        refused = expected_refusal(exchanges.subject, case)
        return exchanges.refused(case.role, case.sending, refused, by_rule=True, twin=twin_holds)
    if case.role == "near-miss":
        refused = expected_refusal(exchanges.subject, case)
        return exchanges.refused(case.role, case.sending, refused, by_rule=False)
    return _either(exchanges, case.role, case.sending)


def _either(exchanges: Exchanges, name: str, sending: Sending, *, makes: bool = True) -> bool:
    if sending.refused is not None:
        return exchanges.refused(name, sending, sending.refused, by_rule=False)
    return exchanges.accepted(name, sending, makes=makes)


def expected_refusal(subject: Subject, case: Case) -> Refused:
    """The refusal a case must meet: its own, that of its rule's witnesses, or the document's."""
    written = case.sending.refused or subject.witness.refused
    if written is not None:
        return written
    error = subject.rule.error
    expect: Expect = case.sending.expect
    if error is None:
        return Refused(expect.status or 400, expect.code)
    return Refused(error.status, error.code)

"""What a run remembers that conducts the same cases again and again: requests, and answers found
right. An answer is the same when status, body and headers are, but for what changes by itself."""

from collections.abc import Container, Hashable, Iterable
from dataclasses import dataclass, field

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Case, Refused, Sending
from rulebound.contract_tests.judging.outcome import Step
from rulebound.contract_tests.targets.tapes import Tape
from rulebound.contract_tests.targets.target import Needs
from rulebound.contract_tests.wire import known
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import Operation

CHANGING = known.CHANGING | {"rulebound-digest"}
"""Headers that change by themselves, or with the world."""


@dataclass(frozen=True)
class Right:
    """A case that was right in all: what it needs, its exchanges, and the steps they came to."""

    needs: Needs
    tape: Tape
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Memory:
    """Requests by their place in a case, the steps whose answer was right, and the cases that were
    right from their first request to the last."""

    requests: dict[Hashable, Built] = field(default_factory=dict)
    steps: dict[Hashable, Step] = field(default_factory=dict)
    cases: dict[Hashable, Right] = field(default_factory=dict)


def can_be_held(apis: Apis, case: Case, refused: Refused | None, steps: Iterable[Step]) -> bool:
    """Whether the answers of a case can be told to be right by being the same: every step is right
    as it is, and of the headers that are not compared nobody expects anything."""
    if any(step.problems for step in steps):
        return False
    expected = _expected(case, refused)
    for id in {step.operation for step in steps if step.operation is not None}:
        api, operation = apis.owner(id)
        expected |= declared_headers(operation)
        if id in api.files:
            for baseline in api.files[id].baselines.values():
                expected |= set(baseline.expect.headers)
    return known.CHANGING.isdisjoint(map(str.lower, expected))


def _expected(case: Case, refused: Refused | None) -> set[str]:
    sent = [
        case.sending,
        *(each for each in (*case.given, *case.then) if isinstance(each, Sending)),
    ]
    written = [refused, *(each.expect for each in sent), *(each.refused for each in sent)]
    return {name for each in written if each is not None for name in each.headers}


def declared_headers(operation: Operation) -> set[str]:
    """The headers that an operation declares for one of its answers, in small letters."""
    responses = operation.responses.values()
    return {name.lower() for each in responses for name in each.get("headers", ())}


def fingerprint(
    answer: Answer, changing: Container[str] = CHANGING
) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Equal for answers that are the same but for headers that are `changing` (small names)."""
    headers = tuple(pair for pair in answer.headers if pair[0].lower() not in changing)
    return answer.status, headers, answer.body

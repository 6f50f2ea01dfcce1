"""What came of a step, of a case and of a rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from rulebound.contract_tests.cases.model import Case
from rulebound.contract_tests.wire.message import Answer, WireRequest


class Verdict(Enum):
    """The five verdicts of a rule, the gravest first."""

    BROKEN = "broken"
    DIFFERS = "differs"
    NOT_REACHED = "not reached"
    NOT_TESTABLE = "not testable"
    KEPT = "kept"


_GRAVITY = {verdict: rank for rank, verdict in enumerate(Verdict)}


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of some verdicts; KEPT for none."""
    return min(verdicts, key=_GRAVITY.__getitem__, default=Verdict.KEPT)


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be, and the verdict it leads to.

    `fault` is set where the target gave no answer that could be judged. With the verdict KEPT it is
    a note: something that was tolerated, or observed, and is worth telling.
    """

    verdict: Verdict
    says: str
    fault: bool = False

    @property
    def is_note(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict is Verdict.KEPT


@dataclass(frozen=True)
class Step:
    """One exchange of a case: what was sent, expected and got. `deciding` is the rule that refused.

    `request` and `answer` are None for a look into the world, for what could not be sent, and once
    the step was written down; then `curl` is what is left of the request, without its credentials.
    `operation` is what was asked for and `took` how many seconds the answer took, None without an
    answer of its own.
    """

    name: str
    expected: str
    got: str
    problems: tuple[Problem, ...] = ()
    request: WireRequest | None = field(default=None, repr=False)
    answer: Answer | None = field(default=None, repr=False)
    deciding: str | None = None
    curl: str | None = None
    operation: str | None = None
    took: float | None = None

    @property
    def verdict(self) -> Verdict:
        """The gravest problem's verdict; KEPT without problems."""
        return gravest(problem.verdict for problem in self.problems)

    @property
    def was_sent(self) -> bool:
        """Whether there was a request."""
        return self.request is not None or self.curl is not None


@dataclass(frozen=True)
class CaseResult:
    """A case that was conducted, with its steps in order."""

    case: Case
    steps: tuple[Step, ...]
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of the steps."""
        return gravest(step.verdict for step in self.steps)

    @property
    def problems(self) -> tuple[tuple[Step, Problem], ...]:
        """Every problem with its step, notes left out."""
        return tuple(pair for pair in self._found if not pair[1].is_note)

    @property
    def notes(self) -> tuple[tuple[Step, Problem], ...]:
        """Every note with its step."""
        return tuple(pair for pair in self._found if pair[1].is_note)

    @property
    def has_fault(self) -> bool:
        """Whether the target gave no answer that could be judged."""
        return any(problem.fault for _, problem in self._found)

    @property
    def _found(self) -> Iterator[tuple[Step, Problem]]:
        return ((step, problem) for step in self.steps for problem in step.problems)

    @property
    def deciding(self) -> frozenset[str]:
        """The rules that refused a request of this case."""
        return frozenset(step.deciding for step in self.steps if step.deciding)

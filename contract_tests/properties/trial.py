"""Tries one property with Hypothesis: as many examples as wished, repeatable, never too long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException, Unsatisfiable
from hypothesis.reporting import with_reporter
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from rulebound.contract_tests.properties.failure import (
    NO_ANSWER,
    UNSTEADY,
    Failure,
    Violated,
    no_answer,
)
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunOver
from rulebound.contract_tests.wire.message import TargetFault


class TimeIsUp(BaseException):
    """The time of a trial is over; no failure, and no exception that Hypothesis would study."""


@dataclass
class Log:
    """What came of the examples of a property: how many were held against the target, and why
    others were not."""

    conducted: int = 0
    hindered: dict[str, None] = field(default_factory=dict)

    @property
    def hindrance(self) -> str | None:
        """Why nothing could be tried at all; None where something was."""
        return None if self.conducted else next(iter(self.hindered), None)

    def hinder(self, reason: str) -> None:
        """Put down why an example could not be tried."""
        self.hindered[reason] = None


@dataclass(frozen=True)
class Plan:
    """How a property is tried: the seed, the number of examples, until when (monotonic), and for
    how many seconds a failure is made smaller."""

    seed: int
    examples: int
    until: float
    shrinking: float = 10.0
    log: "Log" = field(default_factory=Log)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until

    def share(self, examples: float) -> "Plan":
        """The same plan with another number of examples, relative to its own; at least two."""
        return replace(self, examples=max(2, round(self.examples * examples)))


class Trial:
    """One property of an operation being tried against the target at `url`."""

    def __init__(self, plan: Plan, url: str, operation: str = "") -> None:
        self._plan, self._url, self._operation = plan, url, operation
        self._found: Violated | None = None
        self._until = plan.until
        self._over = False

    def of(self, property_: Callable[[st.DataObject], None]) -> Failure | None:
        """Draw examples and hold the property against each; the smallest failure found."""

        @seed(self._plan.seed)
        @self._settings()
        @given(st.data())
        def test(data: st.DataObject) -> None:
            self.guarded(lambda: property_(data))

        return self._outcome(test)

    def of_machine(self, make: Callable[[], RuleBasedStateMachine], steps: int) -> Failure | None:
        """Run machines of so many steps; each step calls `guarded` itself."""
        wanted = settings(self._settings(), stateful_step_count=steps)
        factory = seed(self._plan.seed)(make)
        return self._outcome(
            lambda: run_state_machine_as_test(factory, settings=wanted)  # type: ignore[arg-type]
        )

    def guarded(self, act: Callable[[], None]) -> None:
        """Do one example or step, in time, and keep what it violates."""
        if time.monotonic() >= self._until:
            self._over = True
            raise TimeIsUp
        try:
            act()
            self._plan.log.conducted += 1
        except NotReached as reason:
            self._plan.log.hinder(str(reason))
        except RunOver as error:
            self._plan.log.hinder(str(error))
            self._over = True
            raise TimeIsUp from error
        except TargetFault as error:
            self._keep(no_answer(self._operation, error))
        except Violated as violated:
            self._keep(violated)

    def _keep(self, violated: Violated) -> None:
        now = time.monotonic()
        if violated.relation == NO_ANSWER:
            # Nothing is made smaller by waiting again.
            self._until = now
        elif self._found is None:
            self._until = min(self._until, now + self._plan.shrinking)
        self._found = violated
        raise violated

    def _outcome(self, test: Callable[[], None]) -> Failure | None:
        try:
            with with_reporter(lambda _: None):
                test()
        except (Violated, TimeIsUp):
            pass
        except NotReached as reason:
            self._plan.log.hinder(str(reason))
        except Unsatisfiable:
            self._plan.log.hinder("nothing fitting could be drawn")
        except HypothesisException as error:
            # Draws follow from answers here, so it is the target that is inconsistent.
            if self._found is None and not self._over:
                what = f"the same requests are answered in different ways ({error})"
                self._found = Violated(UNSTEADY, self._operation, what)
        return None if self._found is None else self._found.failure(self._url)

    def _settings(self) -> settings:
        return settings(
            max_examples=self._plan.examples,
            database=None,
            deadline=None,
            derandomize=False,
            phases=(Phase.generate, *([Phase.shrink] if self._plan.shrinking else [])),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
        )

"""What properties stand on: the APIs, the target, and one operation with its witnesses."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NoReturn

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder, Built
from rulebound.contract_tests.cases.model import Sending, WitnessFile
from rulebound.contract_tests.cases.values import Resolver
from rulebound.contract_tests.judging.answers import UnreadableBody, summary, value_of
from rulebound.contract_tests.judging.bench import Conformance
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.properties.bound_scene import BoundScene
from rulebound.contract_tests.properties.failure import Violated, no_answer
from rulebound.contract_tests.properties.tongue import Tongue
from rulebound.contract_tests.reading import Predicate, readings
from rulebound.contract_tests.targets.target import Needs, Scene, Target
from rulebound.contract_tests.wire.deadline import RunOver
from rulebound.contract_tests.wire.message import Answer, TargetFault, WireRequest
from rulebound.fixtures.clock import SEED_TIME
from rulebound.openapi.model import Operation

NO_SETTINGS: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Ground:
    """The APIs and the target of a run, and what holds answers against the document."""

    apis: Apis
    target: Target
    conformance: Conformance
    tongue: Tongue | None = None

    @property
    def now(self) -> datetime:
        """The time where the target is: the seed's on a stub, ours elsewhere."""
        return SEED_TIME if self.target.strict else datetime.now(UTC).replace(microsecond=0)

    @cached_property
    def readings(self) -> Mapping[str, Predicate]:
        """The second reading of every rule."""
        return readings()

    def has(self, operation: str) -> bool:
        """Whether there is an operation with this id, and witnesses of it."""
        return any(operation in api.files for api in self.apis.all)

    def about(self, operation: str) -> "Tried":
        """An operation with its witnesses. Raises KeyError."""
        api, found = self.apis.owner(operation)
        return Tried(self, api, found, api.files[operation])


@dataclass(frozen=True)
class Tried:
    """One operation under trial. With `own_ids` answers keep the ids of the target: where they are
    only held against one another."""

    ground: Ground
    api: Api
    operation: Operation
    file: WitnessFile
    own_ids: bool = False

    @contextmanager
    def caller(
        self,
        *,
        alone: bool = True,
        given: Mapping[str, Any] = NO_SETTINGS,
        burst: bool = False,
    ) -> Iterator["Caller"]:
        """A caller in a state of its own, as seeded; `alone` for a single request, `burst` to go
        beyond a limit of requests."""
        needs = Needs(self.api.seed.name, given, alone, self.operation.id, burst=burst)
        with self.ground.target.scene(needs) as scene:
            tongue = self._tongue
            yield Caller(
                self.ground, scene if tongue is None else BoundScene(scene, tongue), tongue
            )

    @property
    def _tongue(self) -> Tongue | None:
        tongue = self.ground.tongue
        return tongue.plain if tongue is not None and self.own_ids else tongue

    def build(
        self, sending: Sending, now: datetime | None = None, made: str | None = None
    ) -> Built:
        """The concrete request of a sending on a baseline. Raises ValueFault."""
        resolver = self.resolver(made, now)
        return Builder(self.ground.apis, self.api, self.file, sending.on, resolver).build(sending)

    def resolver(self, made: str | None = None, now: datetime | None = None) -> Resolver:
        """What makes values, in the terms of the seed; `made` is the id of what was made."""
        tongue = None if self.own_ids else self.ground.tongue
        return Resolver(
            self.api.seed.names.__getitem__,
            now or self.ground.now,
            self.api.document.date_format,
            lambda prefix: f"{prefix}-{self.ground.target.stamp or 'drawn'}",
            made=made,
            texts={} if tongue is None else tongue.texts(self.api.seed.name),
            frozen=self.ground.target.strict,
        )


@dataclass
class Caller:
    """Sends requests into one scene and remembers them for the report."""

    ground: Ground
    scene: Scene
    tongue: Tongue | None = None
    sent: list[WireRequest | str] = field(default_factory=list)

    def send(self, built: Built) -> Answer:
        """Send a request. Raises Violated for no answer, and for one of 500 or more."""
        return self._carried(built, lambda: (self.scene.send(built.request), None))[0]

    def send_guarded(self, built: Built, status: int = 0) -> tuple[Answer, bool | None]:
        """Send what should be refused, with `status` where that is known; the second value says
        whether nothing changed."""
        return self._carried(built, lambda: self.scene.send_guarded(built.request, status))

    def value(self, built: Built, answer: Answer) -> Any:
        """The body of an answer. Raises Violated for one that cannot be read."""
        try:
            return value_of(answer, built.operation)
        except UnreadableBody as error:
            self.fail("readable-answer", built.operation.id, f"{answer.status}: {error}")

    def fail(self, relation: str, operation: str, what: str) -> NoReturn:
        """Raise Violated with every request sent so far."""
        raise self._violated(relation, operation, what)

    def note(self, request: WireRequest) -> None:
        """Remember a request for the report, as it was sent."""
        self.sent.append(request if self.tongue is None else self.tongue.curl(request))

    def _violated(
        self,
        relation: str,
        operation: str,
        what: str,
        verdict: Verdict = Verdict.BROKEN,
    ) -> Violated:
        if self.tongue is not None:
            what = self.tongue.spoken(what)
        return Violated(relation, operation, what, self.sent, verdict)

    def wrong(
        self,
        relation: str,
        built: Built,
        answer: Answer,
        wanted: str,
        verdict: Verdict = Verdict.BROKEN,
    ) -> NoReturn:
        """Raise Violated for an answer that is not as wanted."""
        got = summary(answer, built.api.document, built.operation)
        what = f"wanted {wanted}; got {got}"
        raise self._violated(relation, built.operation.id, what, verdict)

    def _carried(
        self, built: Built, carry: Callable[[], tuple[Answer, bool | None]]
    ) -> tuple[Answer, bool | None]:
        self.note(built.request)
        try:
            answer, unchanged = carry()
        except RunOver:
            raise
        except TargetFault as error:
            raise no_answer(built.operation.id, error, self.sent) from error
        if answer.status >= 500:
            self.wrong("no-server-error", built, answer, "an answer below 500")
        return answer, unchanged

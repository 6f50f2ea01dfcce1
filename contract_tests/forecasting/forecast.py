"""Every request that a run would send, in order, case by case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Case, Look, Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.forecasting.names import MADE, ForeseenNames
from rulebound.contract_tests.judging.bench import Subject
from rulebound.contract_tests.judging.conduct import valid_beside
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.side_effects import CREATE, READ, side_effect
from rulebound.contract_tests.targets.deployed.opening import SessionOperation
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.profiles import Login, OAuth2, Profile


@dataclass(frozen=True)
class Foreseen:
    """A request, or why there is none. `effect` is what it does there, `at_most` how often it may
    be sent, `case` what for; `request` is None where it cannot be made."""

    case: str
    effect: str
    operation: str
    at_most: int
    request: WireRequest | None
    why: str = ""


@dataclass(frozen=True)
class Forecast:
    """The requests of a run against a profile's deployment."""

    apis: Apis
    profile: Profile
    names: ForeseenNames

    def of_rule(self, planned: PlannedRule) -> Iterator[Foreseen]:
        """What the cases of a rule would send."""
        subject = planned.subject
        for case in planned.cases if subject is not None else ():
            if subject is not None:
                yield from self._of_case(subject, case)

    def _of_case(self, subject: Subject, case: Case) -> Iterator[Foreseen]:
        valid = valid_beside(subject, case)
        # Once for the case, and once more before its rule would be called broken.
        yield from self._flow(subject, valid, case.id, 2)
        yield from self._flow(subject, case, case.id, 1)

    def _flow(self, subject: Subject, case: Case, label: str, times: int) -> Iterator[Foreseen]:
        self.names.used.clear()
        yield from self._sent(subject, case, label, times)
        seed = subject.api.seed.name
        for name in sorted(self.names.used):
            yield from self._stood_for(seed, name, label, times)

    def _sent(self, subject: Subject, case: Case, label: str, times: int) -> Iterator[Foreseen]:
        for given in case.given:
            yield self._foreseen(subject, case, given, label, times)
        yield self._foreseen(subject, case, case.sending, label, times)
        for item in case.then:
            if isinstance(item, Look):
                yield from self._look(subject, item, label)
            else:
                yield self._foreseen(subject, case, item, label, times)

    def _look(self, subject: Subject, look: Look, label: str) -> Iterator[Foreseen]:
        read = self.profile.world(subject.api.seed.name).reads.get(look.table)
        if read is not None:
            request = self._bare(read.operation)
            yield Foreseen(label, READ, read.operation, 1, request, f"to look at {look.table}")

    def _bare(self, operation_id: str) -> WireRequest:
        api, operation = self.apis.owner(operation_id)
        method, path = operation.method.upper(), api.base + operation.path
        return WireRequest(method, path, api=api.name, operation=operation.id)

    def _foreseen(
        self, subject: Subject, case: Case, sending: Sending, label: str, times: int
    ) -> Foreseen:
        operation = subject.operation
        if sending.operation is not None:
            operation = self.apis.owner(sending.operation)[1]
        effect = side_effect(operation)
        resolver = Resolver(
            record=lambda name: self.names.record(subject.api.seed, name),
            now=datetime.now(UTC),
            date_format=subject.api.document.date_format,
            unique=lambda prefix: f"{prefix}-unique",
            made=MADE,
            texts=self.names.texts(subject.api.seed),
        )
        builder = Builder(
            self.apis, subject.api, subject.file, case.sending.on, resolver, self.names.held
        )
        often = times * max(1, sending.repeat)
        try:
            request = builder.build(sending).request
        except (ValueFault, NotReached, KeyError) as error:
            return Foreseen(label, effect, operation.id, 0, None, str(error))
        if request.method not in ("GET", "HEAD", "OPTIONS") and effect == READ:
            effect = "change"
        return Foreseen(label, effect, operation.id, often, request)

    def _stood_for(self, seed: str, name: str, label: str, times: int) -> Iterator[Foreseen]:
        """What is sent so that a record stands there: it is made, or read anew."""
        world = self.profile.world(seed)
        record, read = world.record(name), world.reads.get(name.partition(".")[0])
        if record is not None and record.provision is not None:
            made = record.provision.operation
            effect = side_effect(self.apis.owner(made)[1])
            yield Foreseen(label, effect, made, times, self._bare(made), f"makes {name}")
        if record is not None and read is not None:
            yield Foreseen(label, READ, read.operation, times, self._bare(read.operation))

    def of_run(self) -> Iterator[Foreseen]:
        """What the run would send for itself: for credentials, and to put data back."""
        for world, bound in self.profile.worlds.items():
            for actor, proof in bound.actors.items():
                label = f"credential of {actor}"
                if isinstance(proof, Login):
                    opening = SessionOperation.of_world(self.apis, world)
                    request = self._bare(opening.operation.id)
                    yield Foreseen(label, CREATE, opening.operation.id, 1, request)
                elif isinstance(proof, OAuth2):
                    yield Foreseen(label, CREATE, proof.url, 1, WireRequest("POST", proof.url))
        restore = self.profile.restore
        if restore is not None:
            request = WireRequest(restore.method, restore.url)
            yield Foreseen("data put back", "change", restore.url, 1, request)


def forecast(
    apis: Apis, plan: tuple[PlannedRule, ...], profile: Profile, *, seeded: bool = False
) -> Iterator[Foreseen]:
    """Everything that a run of a plan would send to a profile's deployment."""
    made = Forecast(apis, profile, ForeseenNames(profile, seeded))
    if not seeded:
        yield from made.of_run()
    for planned in plan:
        yield from made.of_rule(planned)

"""Which rules a request breaks, by the second reading over the world of the seed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.properties.ground import Tried
from rulebound.contract_tests.reading import Predicate, Situation
from rulebound.contract_tests.wire.message import NO_VALUE
from rulebound.fixtures.actors import find_actor
from rulebound.fixtures.clock import SEED_TIME
from rulebound.openapi.model import Rule

_SLACK = timedelta(seconds=30)
Tables = Mapping[str, Mapping[str, dict[str, Any]]]


@dataclass(frozen=True)
class Oracle:
    """The readings of one operation, in the order of its phases, over a fresh seed world."""

    tried: Tried

    @cached_property
    def read(self) -> tuple[tuple[Rule, Predicate], ...]:
        """The refusing rules that have a second reading."""
        readings = self.tried.ground.readings
        rules = self.tried.operation.of_kind("reject")
        return tuple((rule, readings[rule.id]) for rule in rules if rule.id in readings)

    @cached_property
    def _world(self) -> Any:
        return self.tried.api.seed.world()

    @cached_property
    def _tables(self) -> dict[str, dict[str, dict[str, Any]]]:
        view = self._world.view()
        return {
            name: {record["id"]: dict(record) for record in view.scan(name)}
            for name in self.tried.api.seed.tables
        }

    def actor(self, name: str | None) -> dict[str, Any] | None:
        """What a condition sees of a named actor; None for nobody and for an expired credential."""
        known = self.tried.api.seed.actors
        if name is None or name not in known:
            return None
        return find_actor(self._world.view(), known[name].credential, SEED_TIME)

    def situation(
        self, built: Built, actor: str | None, settings: Mapping[str, Any] | None = None
    ) -> Situation:
        """The request in the world of the seed, as a reading sees it."""
        return situation_of(
            built,
            self.actor(actor),
            {**self._world.settings, **(settings or {})},
            self._tables,
            self.tried.ground.now,
        )

    def is_clear(self, situation: Situation, before: str | None = None) -> bool:
        """Whether the judgement does not hang on the exact time, where that is not known."""
        if self.tried.ground.target.strict:
            return True
        near = (replace(situation, now=situation.now + span) for span in (-_SLACK, _SLACK))
        return len({tuple(rule.id for rule in self.broken(each, before)) for each in near}) == 1

    def anywhere(self, situation: Situation) -> tuple[Rule, ...]:
        """Every broken rule: a deployment may look at them in another order. Those that rely on an
        earlier rule which is broken are left out."""
        return tuple(rule for rule, holds in self.read if _breaks(holds, situation))

    def broken(self, situation: Situation, before: str | None = None) -> tuple[Rule, ...]:
        """The rules broken in the first phase that has one; later phases may rely on it.

        Empty when every rule that is read is kept, in the phases `before` one where that is given.
        """
        phases = self.tried.operation.phases
        judged = phases if before is None else phases[: phases.index(before)]
        return first_broken(judged, self.read, situation)


def situation_of(
    built: Built, actor: Any, settings: Mapping[str, Any], tables: Tables, now: Any = SEED_TIME
) -> Situation:
    """A request in a world given as tables."""
    request = built.request
    query: dict[str, str] = {}
    for name, value in request.query:
        if name not in built.operation.credential_names:
            query.setdefault(name, value)
    return Situation(
        query=query,
        headers={name.lower(): value for name, value in request.headers},
        body=None if request.value is NO_VALUE else request.value,
        actor=actor,
        settings=settings,
        now=now,
        tables=lambda name: dict(tables[name]),
    )


def _breaks(holds: Predicate, situation: Situation) -> bool:
    try:
        return not holds(situation)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False


def first_broken(
    phases: tuple[str, ...], read: tuple[tuple[Rule, Predicate], ...], situation: Situation
) -> tuple[Rule, ...]:
    """The rules broken in the first of the phases that has a broken one."""
    for phase in phases:
        broken = tuple(rule for rule, holds in read if rule.phase == phase and not holds(situation))
        if broken:
            return broken
    return ()

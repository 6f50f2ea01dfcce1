"""One refused request whose operation is known: what would let it pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from time import monotonic
from typing import Any

from rulebound.fixtures import ISO, Actor, World, find_actor
from rulebound.mock_server.explaining.actors import name_of, others, signed_in
from rulebound.mock_server.explaining.asked import Change
from rulebound.mock_server.explaining.bases import accepted, written
from rulebound.mock_server.explaining.bench import Bench, Judging
from rulebound.mock_server.explaining.draft import Draft, Step, draft_of, edits_of
from rulebound.mock_server.explaining.ground import Shelf
from rulebound.mock_server.explaining.routes import Route
from rulebound.mock_server.explaining.search import Search, Way
from rulebound.mock_server.explaining.surroundings import (
    LONGEST_WAIT,
    later,
    settings_worth_trying,
    waits,
    with_setting,
)
from rulebound.mock_server.explaining.surroundings import (
    in_words as time_in_words,
)
from rulebound.mock_server.explaining.telling import (
    by_actor,
    by_request,
    by_setting,
    by_waiting,
    nothing_helps,
)
from rulebound.mock_server.explaining.trial import Trials, Tried
from rulebound.mock_server.worlds import ServedWorld
from rulebound.openapi.trace import Outcome

_MOST_BASES = 12
_REPAIRING = 0.3
"""Seconds to make an example of the document valid in this world."""
_FOR_REQUEST = 0.6
"""The part of the time that is left to changes of the request."""
_MOST_ACTORS = 4
_SHORT = 60
"""Seconds that are worth waiting before somebody else is asked."""


@dataclass(frozen=True)
class Case:
    """A refused request, how it went, and where."""

    route: Route
    tried: Tried
    world: World
    served: ServedWorld
    judging: Judging
    until: float


class Consulting:
    """Looks for the change of one request: in itself, in who asks, in the world."""

    def __init__(self, case: Case, trials: Trials) -> None:
        self._case = case
        self._trials = trials
        route = case.route
        self._draft = draft_of(route.operation, route.asked, route.prefix, route.parameters)
        self._view = case.world.fork().view()

    def change(self) -> Change:
        """The smallest change; of kind none where there is none to be found."""
        if monotonic() > self._case.until:
            return nothing_helps(self._in_vain())
        if self._case.tried.actor or self._is_open:
            found = self.by_request()
            # To send the very same a little later is less than to send it as somebody else.
            found = found or self._by_waiting(_SHORT)
            if found is not None:
                return found
        return (
            self._by_actor()
            or self._by_setting()
            or self._by_waiting(LONGEST_WAIT)
            or self._by_actor_and_request()
            or nothing_helps(self._in_vain())
        )

    def by_request(self) -> Change | None:
        """The smallest change of the request alone."""
        now = monotonic()
        bench = self._bench(self._case.tried.actor, now + (self._case.until - now) * _FOR_REQUEST)
        way = Search(bench, self._shelf(bench), self._confirmed).smallest(self._draft)
        if way is None:
            return None
        status = self._trials.of(way.draft.asked).status
        return by_request(edits_of(self._draft, way.steps), status, way.draft.asked)

    @property
    def _is_open(self) -> bool:
        """Whether the operation asks nobody for credentials."""
        return not self._case.route.operation.security

    @cached_property
    def _dates(self) -> str:
        return self._case.route.api.document.date_format or ISO

    def _bench(
        self, actor: Mapping[str, Any] | None, until: float, world: World | None = None
    ) -> Bench:
        case = self._case
        found = world or case.world
        return Bench(
            case.judging,
            self._view,
            actor,
            found.settings,
            found.clock.now(),
            case.served.switches,
            until,
        )

    def _confirmed(self, draft: Draft) -> bool:
        return self._trials.of(draft.asked).passes

    def _shelf(self, bench: Bench) -> Shelf:
        """Requests of this caller that pass here, those that were accepted first; where there are
        none the examples of the document, made to pass if that can be done."""
        if bench.late:
            return Shelf((), self._dates, (), self._view)
        tables = tuple(self._case.route.api.seed.tables)
        kind = None if bench.actor is None else str(bench.actor["kind"])
        drafts = [
            *accepted(self._draft, self._case.served.journal, bench.actor),
            *islice(written(self._draft, kind), _MOST_BASES),
        ]
        valid = [each for each in drafts if bench.judge(each).passes]
        rest = [each for each in drafts if each not in valid]
        if not valid and drafts:
            short = replace(bench, until=min(bench.until, monotonic() + _REPAIRING))
            raw = Shelf(tuple(drafts), self._dates, tables, self._view)
            way = Search(short, raw, lambda _: True).smallest(drafts[0], 3)
            valid = [way.draft] if way is not None else []
        return Shelf((*valid, *rest), self._dates, tables, self._view)

    def _by_actor(self) -> Change | None:
        """Another actor of the seed, all else being equal."""
        for actor, draft, steps in self._others():
            if self._bench(self._seen(actor), self._case.until).judge(draft).passes:
                tried = self._trials.of(draft.asked)
                if tried.passes:
                    edits = edits_of(self._draft, steps)
                    who = (actor.name, self._name)
                    return by_actor(who, edits, (), tried.status, draft.asked)
        return None

    def _by_actor_and_request(self) -> Change | None:
        """Another actor, whose request has to be another one too."""
        for actor, draft, steps in islice(self._others(), _MOST_ACTORS):
            way = self._changed(actor, draft)
            if way is not None:
                status = self._trials.of(way.draft.asked).status
                edits, besides = edits_of(self._draft, steps), edits_of(draft, way.steps)
                who = (actor.name, self._name)
                return by_actor(who, edits, besides, status, way.draft.asked)
        return None

    @property
    def _name(self) -> str:
        return name_of(self._case.route.api, self._draft, self._case.tried.actor)

    def _changed(self, actor: Actor, draft: Draft) -> Way | None:
        """The request of another one, changed until it passes."""
        bench = self._bench(self._seen(actor), self._case.until)
        return Search(bench, self._shelf(bench), self._confirmed).smallest(draft)

    def _others(self) -> Iterator[tuple[Actor, Draft, tuple[Step, ...]]]:
        case = self._case
        for actor in others(case.route.api, self._draft, case.tried.actor):
            if monotonic() > case.until:
                return
            steps = signed_in(case.route.api, self._draft, actor)
            if steps and self._seen(actor) is not None:
                yield actor, self._draft.taken(steps), steps

    def _seen(self, actor: Actor) -> Mapping[str, Any] | None:
        return find_actor(self._view, actor.credential, self._case.world.clock.now())

    def _by_setting(self) -> Change | None:
        case, asked = self._case, self._draft.asked
        settings = case.world.settings
        rules = [each.rule for each in self._broken]
        for name, value in settings_worth_trying(rules, settings):
            world = with_setting(case.world, name, value)
            if world is not None and (status := self._status_in(world)):
                return by_setting(name, settings[name], value, status, asked)
        return None

    def _by_waiting(self, most: int) -> Change | None:
        case, asked = self._case, self._draft.asked
        for seconds in waits(case.world.settings, most):
            world = later(case.world, seconds)
            if world is not None and (status := self._status_in(world)):
                return by_waiting(time_in_words(seconds), seconds, status, asked)
        return None

    def _status_in(self, world: World) -> int:
        """The status by which the request as it is passes in a world; 0 where it does not."""
        bench = self._bench(self._case.tried.actor, self._case.until, world)
        if not bench.judge(self._draft).passes:
            return 0
        tried = self._trials.of(self._draft.asked, world)
        return tried.status if tried.passes else 0

    @cached_property
    def _broken(self) -> tuple[Outcome, ...]:
        bench = self._bench(self._case.tried.actor, self._case.until)
        return bench.judge(self._draft).broken

    def _in_vain(self) -> str:
        broken = self._broken
        if monotonic() > self._case.until and not broken:
            return "Judging this request takes so long that there is no time to look for a change."
        why = f" The rule that decides: {broken[0].rule.says}" if broken else ""
        return (
            "No change of the request, of who asks or of a setting was found to help; what the "
            f"world holds may have to be otherwise.{why}"
        )

"""The search for the fewest changes by which a request passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rulebound.mock_server.explaining.anywhere import moves_anywhere, own_names
from rulebound.mock_server.explaining.bench import Bench, Verdict
from rulebound.mock_server.explaining.check_moves import check_moves, element_moves
from rulebound.mock_server.explaining.condition_moves import ConditionMoves
from rulebound.mock_server.explaining.difference import changes_between, difference, needed
from rulebound.mock_server.explaining.draft import Draft, Move, Step
from rulebound.mock_server.explaining.ground import Ground, Shelf
from rulebound.mock_server.explaining.places import GONE, Place, size_of
from rulebound.mock_server.explaining.schema_moves import schema_moves
from rulebound.openapi.conditions import ElementsClaim, ProtocolCheck, Requirement, SchemaClaim
from rulebound.openapi.trace import Outcome

_DEPTH = 4
_BREADTH = 8
_ALIKE = 3
_MOST_CONFIRMED = 12
_MOST_TRIED = 120
_MOST_BASES = 5
_EXACT = 2
"""Up to so many changes a smaller one is looked for when one is known."""
Cost = tuple[int, int]


@dataclass(frozen=True)
class Way:
    """A request on the way to one that passes, and the steps that led to it from `start`."""

    start: Draft
    draft: Draft
    steps: tuple[Step, ...]
    verdict: Verdict

    @cached_property
    def cost(self) -> Cost:
        """How many places are changed, and how much text."""
        return cost_of(self.start, self.steps)

    @property
    def rule(self) -> str | None:
        """The rule that decides."""
        return self.verdict.broken[0].rule.id if self.verdict.broken else None


class Search:
    """Searches among requests of one caller in one state of a world.

    `confirmed` tells whether a request that nothing is against is accepted by the stub itself.
    """

    def __init__(self, bench: Bench, shelf: Shelf, confirmed: Callable[[Draft], bool]) -> None:
        self._bench = bench
        self._shelf = shelf
        self._confirmed = confirmed
        self._by_trial = False

    def smallest(self, start: Draft, depth: int = _DEPTH) -> Way | None:
        """The cheapest way found, confirmed; None for none."""
        first = Way(start, start, (), self._bench.judge(start))
        if self._bench.late or self._is_hopeless(first):
            return None
        # What no rule refuses and the stub does all the same only the stub can tell.
        self._by_trial = first.verdict.passes
        best = self._confirmed_first(list(self._from_bases(first)), None)
        frontier, seen = [first], {_key(start)}
        for level in range(1, depth + 1):
            if best is not None and (level > best.cost[0] or level > _EXACT):
                break
            passing: list[Way] = []
            others: list[Way] = []
            for way in frontier:
                for found in self._next(way, seen, anywhere=level == 1):
                    if found.verdict.passes:
                        passing.append(found)
                    elif self._gets_on(way, found):
                        others.append(found)
            best = self._confirmed_first(passing, best)
            frontier = _promising(others)
        return best

    def _confirmed_first(self, passing: list[Way], best: Way | None) -> Way | None:
        ranked = sorted(passing, key=lambda each: each.cost)
        for way in ranked[: _MOST_TRIED if self._by_trial else _MOST_CONFIRMED]:
            if best is not None and best.cost <= way.cost:
                return best
            if self._confirmed(way.draft):
                return way
        return best

    def _next(self, way: Way, seen: set[object], *, anywhere: bool) -> Iterator[Way]:
        own = own_names(way.draft.operation)
        for move in moves(self._ground(way), anywhere=anywhere):
            if self._bench.late:
                return
            if not move or any(step.at[0] != "body" and step.at[1] in own for step in move):
                continue
            try:
                draft = way.draft.taken(move)
            except ValueError:
                continue
            key = _key(draft)
            if key not in seen:
                seen.add(key)
                yield Way(way.start, draft, (*way.steps, *move), self._bench.judge(draft))

    def _is_hopeless(self, way: Way) -> bool:
        """Whether a broken rule reads nothing of the request, so that no request can keep it."""
        about = ConditionMoves(self._ground(way))
        conditions = (outcome.rule.condition for outcome in way.verdict.broken)
        return any(isinstance(e, Requirement) and not about.targets(e) for e in conditions)

    def _gets_on(self, way: Way, found: Way) -> bool:
        """Whether a step has done something about what stands in the way."""
        if found.rule != way.rule or found.verdict.rank < way.verdict.rank:
            return True
        return found.verdict.rank == way.verdict.rank and self._offence(found) < self._offence(way)

    def _offence(self, way: Way) -> int:
        """How many things there are against a request in the rule that decides."""
        if not way.verdict.broken:
            return 0
        condition = way.verdict.broken[0].rule.condition
        if not isinstance(condition, Requirement):
            return 0
        return ConditionMoves(self._ground(way)).offence(condition)

    def _ground(self, way: Way) -> Ground:
        return Ground(self._bench, self._shelf, way.draft, way.verdict)

    def _from_bases(self, first: Way) -> Iterator[Way]:
        """What is needed of the difference to the first requests that are known to pass."""
        start = first.start
        for base in self._shelf.bases[:_MOST_BASES]:
            if self._bench.late:
                return
            steps = difference(start, base)
            if not steps or not self._does(start, steps):
                continue
            fewer = tuple(needed(steps, lambda some: self._does(start, some)))
            draft = start.taken(fewer)
            yield Way(start, draft, fewer, self._bench.judge(draft))

    def _does(self, start: Draft, steps: Sequence[Step]) -> bool:
        if self._bench.late:
            return False
        try:
            draft = start.taken(tuple(steps))
        except ValueError:
            return False
        passes = self._bench.judge(draft).passes
        return passes and (not self._by_trial or self._confirmed(draft))


def moves(ground: Ground, *, anywhere: bool) -> Iterator[Move]:
    """What may help a refused request on; `anywhere`: at every place besides those that the broken
    rules tell."""
    verdict = ground.verdict
    if verdict.fault is not None:
        yield from schema_moves(ground, ground.bench.breaks(ground.draft, None))
        anywhere = True
    for outcome in verdict.broken:
        condition = outcome.rule.condition
        yield from _of_rule(ground, outcome)
        if isinstance(condition, Requirement):
            found = ConditionMoves(ground).targets(condition)
            anywhere = anywhere or any(each.kind == "somewhere" for each in found)
    if anywhere:
        yield from moves_anywhere(ground)


def _of_rule(ground: Ground, outcome: Outcome) -> Iterator[Move]:
    match outcome.rule.condition:
        case SchemaClaim():
            yield from schema_moves(ground, ground.bench.breaks(ground.draft, outcome.rule.id))
        case ProtocolCheck():
            yield from check_moves(ground, outcome)
        case ElementsClaim():
            yield from element_moves(ground, outcome)
        case Requirement():
            yield from ConditionMoves(ground).of(outcome.rule.condition)


def cost_of(start: Draft, steps: Sequence[Step]) -> Cost:
    """How many places are changed, and how much text."""
    places: dict[Place, Cost] = {}
    draft = start
    for step in steps:
        before = draft.at(step.at)
        text = size_of(before, step.value)
        if GONE in (before, step.value) and not isinstance(step.at[-1], int):
            text += len(step.at[-1])
        places[step.at] = (changes_between(before, step.value, step.at), text)
        draft = draft.taken((step,))
    return sum(each for each, _ in places.values()), sum(text for _, text in places.values())


def _promising(ways: list[Way]) -> list[Way]:
    """The ways to go on from: those nearest to passing, not all of one kind."""
    ranked = sorted(ways, key=lambda each: (each.verdict.rank, each.cost))
    kinds: dict[object, int] = {}
    chosen = []
    for way in ranked:
        kind = (way.rule, tuple(step.at for step in way.steps))
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= _ALIKE:
            chosen.append(way)
        if len(chosen) == _BREADTH:
            break
    return chosen


def _key(draft: Draft) -> object:
    body = draft.raw if draft.raw is not None else repr(draft.value)
    return draft.path, draft.query, draft.headers, body

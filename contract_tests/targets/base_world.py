"""One world of a stub, and the throwaway worlds forked from it for the cases."""

import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import IntEnum

from rulebound.contract_tests.targets.control import Control
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.scenes import ForkScene, Known, ScratchScene
from rulebound.contract_tests.targets.tapes import Tape, taped
from rulebound.contract_tests.targets.target import Needs, Scene
from rulebound.fixtures.clock import SEED_TIME
from rulebound.openapi.model import Tolerated


class Thrift(IntEnum):
    """What may be saved while the rules of a world stay as they are: FORKS are reset and used
    again; with ANSWERS, what was sent to an untouched world is not sent to it again."""

    NONE = 0
    FORKS = 1
    ANSWERS = 2


class BaseWorld:
    """A target of its own: one world of a stub, standing at the seed's time."""

    strict = True
    stamp = ""
    mark = ""
    lasting = False

    def __init__(
        self,
        lines: Lines,
        control: Control,
        *,
        off: Iterable[str] = (),
        thrift: Thrift = Thrift.NONE,
    ) -> None:
        self.url, self.control, self._lines, self._thrift = lines.url, control, lines, thrift
        self.id = control.new_world(frozen=SEED_TIME, off=off)
        self._made = [self.id]
        self._untouched = {_name(None): self._known(self.id)}
        self._idle: dict[str, list[str]] = {}
        self._resets: dict[str, Tape] = {}

    @staticmethod
    def tolerates(rule: str) -> tuple[Tolerated, ...]:
        """Nothing: a stub is held to what is declared."""
        return ()

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """A state for one case: for a single request the throwaway fork that the stub makes of
        a world nobody changes, else a fork of the case's own."""
        if needs.alone and (self._thrift or not needs.settings):
            return self._scratch(needs)
        return self._fork(needs)

    def close(self) -> None:
        """Drop the world and every fork of it."""
        for world in self._made:
            self.control.drop_world(world)

    @contextmanager
    def _scratch(self, needs: Needs) -> Iterator[Scene]:
        name = _name(needs)
        known = self._untouched.get(name)
        if known is None:
            known = self._untouched[name] = self._known(self._new(needs))
        yield ScratchScene(known, self._lines, remember=self._thrift is Thrift.ANSWERS)

    @contextmanager
    def _fork(self, needs: Needs) -> Iterator[Scene]:
        name = _name(needs)
        idle = self._idle.setdefault(name, [])
        world = idle.pop() if idle else None
        if world is None:
            world = self._new(needs)
        else:
            self._reset(world)
        try:
            yield ForkScene(world, self._lines, self.control)
        finally:
            if self._thrift:
                idle.append(world)
            else:
                self._made.remove(world)
                self.control.drop_world(world)

    def _reset(self, world: str) -> None:
        tape = self._resets.get(world)
        if tape is not None and self._lines.again(tape, world.encode()):
            return
        with self._lines.taping() as exchanges:
            try:
                self.control.reset(world)
            finally:
                self._lines.forget()
        if (made := taped(exchanges, world)) is not None:
            self._resets[world] = made

    def _new(self, needs: Needs) -> str:
        settings = {needs.seed: needs.settings} if needs.settings else None
        world = self.control.new_world(origin=self.id, settings=settings)
        self._made.append(world)
        return world

    def _known(self, world: str) -> Known:
        return Known(world, self.control.digest(world))


def _name(needs: Needs | None) -> str:
    if needs is None or not needs.settings:
        return ""
    return json.dumps([needs.seed, needs.settings], sort_keys=True)

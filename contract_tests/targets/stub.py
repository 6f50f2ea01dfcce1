"""A stub of ours: each case in a fork of a frozen world, a single request in a throwaway fork."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from rulebound.contract_tests.targets.control import Control
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.target import Needs, Scene
from rulebound.contract_tests.wire.line import DEADLINE
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.clock import SEED_TIME

_WANT_DIGEST = ("Rulebound-Want", "digest")
_SCRATCH = ("Rulebound-Scratch", "yes")


class Stub:
    """A running stub, met over HTTP.

    All cases start from the world `base`, made at the seed's time when first needed.
    """

    strict = True
    stamp = ""

    def __init__(self, url: str, deadline: float = DEADLINE, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._lines = Lines(self.url, deadline)
        self.control = Control(self._lines, token)
        self._base: BaseWorld | None = None

    @property
    def base(self) -> "BaseWorld":
        """The world that all cases start from."""
        if self._base is None:
            self._base = BaseWorld(self._lines, self.control, self.url)
        return self._base

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """A state for one case, forked from the base world."""
        return self.base.scene(needs)

    @contextmanager
    def variant(self, off: Iterable[str] = ()) -> Iterator["BaseWorld"]:
        """The same stub seen from another base world, in which some rules are switched off."""
        world = BaseWorld(self._lines, self.control, self.url, off=off)
        try:
            yield world
        finally:
            world.close()

    def close(self) -> None:
        """Drop the base world and close the connections."""
        if self._base is not None:
            self._base.close()
        self._lines.close()


class BaseWorld:
    """A target of its own: one world of a stub, from which every case is forked."""

    strict = True
    stamp = ""

    def __init__(
        self, lines: Lines, control: Control, url: str, *, off: Iterable[str] = ()
    ) -> None:
        self.url, self.control, self._lines = url, control, lines
        self.id = control.new_world(frozen=SEED_TIME, off=off)
        self.digest = control.digest(self.id)

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """A state for one case."""
        if needs.alone and not needs.settings:
            return self._scratch()
        return self._fork(needs)

    def close(self) -> None:
        """Drop the world."""
        self.control.drop_world(self.id)

    @contextmanager
    def _scratch(self) -> Iterator[Scene]:
        yield _Scratch(self, self._lines)

    @contextmanager
    def _fork(self, needs: Needs) -> Iterator[Scene]:
        settings = {needs.seed: needs.settings} if needs.settings else None
        world = self.control.new_world(origin=self.id, settings=settings)
        try:
            yield _Fork(world, self._lines, self.control)
        finally:
            self.control.drop_world(world)


class _Scratch:
    """Every request meets the base world and leaves no trace in it."""

    now = SEED_TIME

    def __init__(self, base: BaseWorld, lines: Lines) -> None:
        self._base, self._lines = base, lines
        self._headers = (("Rulebound-World", base.id), _SCRATCH)

    def send(self, request: WireRequest) -> Answer:
        return self._lines.send(request.with_headers(self._headers))

    def send_guarded(self, request: WireRequest) -> tuple[Answer, bool | None]:
        answer = self._lines.send(request.with_headers((*self._headers, _WANT_DIGEST)))
        return answer, answer.header("rulebound-digest") == self._base.digest

    def advance(self, seconds: float) -> None:
        raise AssertionError("a case that lets time pass is not alone")

    def records(self, seed: str, table: str, where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        raise AssertionError("a case that looks into the world is not alone")


class _Fork:
    """A world of the case's own."""

    def __init__(self, world: str, lines: Lines, control: Control) -> None:
        self._world, self._lines, self._control = world, lines, control
        self._header = ("Rulebound-World", world)
        self.now: datetime = SEED_TIME

    def send(self, request: WireRequest) -> Answer:
        return self._lines.send(request.with_headers((self._header,)))

    def send_guarded(self, request: WireRequest) -> tuple[Answer, bool | None]:
        before = self._control.digest(self._world)
        answer = self._lines.send(request.with_headers((self._header, _WANT_DIGEST)))
        return answer, answer.header("rulebound-digest") == before

    def advance(self, seconds: float) -> None:
        self._control.advance(self._world, seconds)
        self.now += timedelta(seconds=seconds)

    def records(self, seed: str, table: str, where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return self._control.records(self._world, seed, table, where)

"""A stub of ours: each case in a fork of a frozen world, a single request in a throwaway fork."""

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping
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
    def variant(self, off: Iterable[str] = (), *, thrifty: bool = False) -> Iterator["BaseWorld"]:
        """The same stub seen from another base world, in which some rules are switched off."""
        world = BaseWorld(self._lines, self.control, self.url, off=off, thrifty=thrifty)
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
    """A target of its own: one world of a stub, from which every case is forked.

    With `thrifty` forks are reset and used again, and a single request that was sent before is
    not sent again: right only as long as the world's rules stay as they are.
    """

    strict = True
    stamp = ""

    def __init__(
        self,
        lines: Lines,
        control: Control,
        url: str,
        *,
        off: Iterable[str] = (),
        thrifty: bool = False,
    ) -> None:
        self.url, self.control, self._lines = url, control, lines
        self.id = control.new_world(frozen=SEED_TIME, off=off)
        self.digest = control.digest(self.id)
        self.digests: dict[str, str] = {}
        self.known: dict[Hashable, Answer] | None = {} if thrifty else None
        self._idle: dict[str, list[str]] = {}

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """A state for one case."""
        if needs.alone and not needs.settings:
            return self._scratch()
        return self._fork(needs)

    def close(self) -> None:
        """Drop the world, and its forks that are kept for further use."""
        for worlds in self._idle.values():
            for world in worlds:
                self.control.drop_world(world)
        self.control.drop_world(self.id)

    @contextmanager
    def _scratch(self) -> Iterator[Scene]:
        yield _Scratch(self, self._lines)

    @contextmanager
    def _fork(self, needs: Needs) -> Iterator[Scene]:
        name = json.dumps([needs.seed, needs.settings], sort_keys=True)
        world = self._taken(name, needs)
        try:
            yield _Fork(self, world, name, self._lines)
        finally:
            if self.known is None:
                self.control.drop_world(world)
            else:
                self._idle.setdefault(name, []).append(world)

    def _taken(self, name: str, needs: Needs) -> str:
        idle = self._idle.get(name)
        if idle:
            world = idle.pop()
            self.control.reset(world)
            return world
        settings = {needs.seed: needs.settings} if needs.settings else None
        return self.control.new_world(origin=self.id, settings=settings)


class _Scratch:
    """Every request meets the base world and leaves no trace in it."""

    now = SEED_TIME

    def __init__(self, base: BaseWorld, lines: Lines) -> None:
        self._base, self._lines = base, lines
        self._headers = (("Rulebound-World", base.id), _SCRATCH, _WANT_DIGEST)

    def send(self, request: WireRequest) -> Answer:
        known = self._base.known
        if known is None:
            return self._send(request)
        key = (request.method, request.address, request.headers, request.body)
        if key not in known:
            known[key] = self._send(request)
        return known[key]

    def send_guarded(self, request: WireRequest) -> tuple[Answer, bool | None]:
        answer = self.send(request)
        return answer, answer.header("rulebound-digest") == self._base.digest

    def _send(self, request: WireRequest) -> Answer:
        return self._lines.send(request.with_headers(self._headers))

    def advance(self, seconds: float) -> None:
        raise AssertionError("a case that lets time pass is not alone")

    def records(self, seed: str, table: str, where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        raise AssertionError("a case that looks into the world is not alone")


class _Fork:
    """A world of the case's own. Every answer brings its digest, so that it is seldom asked for."""

    def __init__(self, base: BaseWorld, world: str, name: str, lines: Lines) -> None:
        self._base, self._world, self._name, self._lines = base, world, name, lines
        self._headers = (("Rulebound-World", world), _WANT_DIGEST)
        self._digest: str | None = None
        self.now: datetime = SEED_TIME

    def send(self, request: WireRequest) -> Answer:
        answer = self._lines.send(request.with_headers(self._headers))
        self._digest = answer.header("rulebound-digest") or ""
        return answer

    def send_guarded(self, request: WireRequest) -> tuple[Answer, bool | None]:
        before = self._digest if self._digest is not None else self._fresh_digest()
        answer = self.send(request)
        return answer, self._digest == before

    def advance(self, seconds: float) -> None:
        self._base.control.advance(self._world, seconds)
        self.now += timedelta(seconds=seconds)

    def records(self, seed: str, table: str, where: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return self._base.control.records(self._world, seed, table, where)

    def _fresh_digest(self) -> str:
        """The digest of an untouched fork, the same for all with the same settings."""
        known = self._base.digests
        if self._name not in known:
            known[self._name] = self._base.control.digest(self._world)
        return known[self._name]

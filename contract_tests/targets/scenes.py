"""Where a case happens on a stub: a throwaway fork for every request, or a fork of its own."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rulebound.contract_tests.targets.control import Control
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.tapes import Tape, taped
from rulebound.contract_tests.targets.target import AsSeeded
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.clock import SEED_TIME

_WANT_DIGEST = ("Rulebound-Want", "digest")
_SCRATCH = ("Rulebound-Scratch", "yes")
_DIGEST = "rulebound-digest"


@dataclass(frozen=True)
class Known:
    """A world that nobody changes: its digest, and what it was asked already."""

    world: str
    digest: str
    answers: dict[Hashable, Answer] = field(default_factory=dict)


class _Place(AsSeeded):
    """A place on a stub, where everything is as it was in another such place; `whole` where each
    request is sent."""

    whole = True

    def __init__(self, world: str, lines: Lines) -> None:
        self._world, self._lines = world, lines

    @contextmanager
    def taping(self) -> Iterator[Callable[[], Tape | None]]:
        """What gives the tape of all that is exchanged here, None where none can be made."""
        with self._lines.taping() as exchanges:
            yield lambda: taped(exchanges, self._world)

    def again(self, tape: Tape) -> bool:
        """Whether a tape, played here, is answered as it was; else `send` begins with the answers
        that came, until `forget`."""
        return self._lines.again(tape, self._world.encode())

    def forget(self) -> None:
        """Forget the answers that came to a tape."""
        self._lines.forget()


class ScratchScene(_Place):
    """Every request meets an untouched world and leaves no trace in it.

    With `remember` a request that was answered before is not sent again.
    """

    now = SEED_TIME

    def __init__(self, known: Known, lines: Lines, *, remember: bool) -> None:
        super().__init__(known.world, lines)
        self._known, self._remember = known, remember
        self.whole = not remember
        self._headers = (("Rulebound-World", known.world), _SCRATCH, _WANT_DIGEST)

    @property
    def digest(self) -> str | None:
        return self._known.digest

    def send(self, request: WireRequest) -> Answer:
        if not self._remember:
            return self._lines.send(request.with_headers(self._headers))
        key = (request.method, request.address, request.headers, request.body)
        answer = self._known.answers.get(key)
        if answer is None:
            answer = self._lines.send(request.with_headers(self._headers))
            self._known.answers[key] = answer
        return answer

    def send_guarded(self, request: WireRequest, status: int = 0) -> tuple[Answer, bool | None]:
        answer = self.send(request)
        return answer, answer.header(_DIGEST) == self._known.digest

    def advance(self, seconds: float) -> None:
        raise AssertionError("a case that lets time pass is not alone")

    def records(
        self, seed: str, table: str, where: Mapping[str, Any], fields: Collection[str] = ()
    ) -> list[Mapping[str, Any]]:
        raise AssertionError("a case that looks into the world is not alone")


class ForkScene(_Place):
    """A world of the case's own. Every answer brings its digest, so that it is seldom asked for."""

    def __init__(self, world: str, lines: Lines, control: Control) -> None:
        super().__init__(world, lines)
        self._control = control
        self._headers = (("Rulebound-World", world), _WANT_DIGEST)
        self.digest: str | None = None
        self.now: datetime = SEED_TIME

    def send(self, request: WireRequest) -> Answer:
        answer = self._lines.send(request.with_headers(self._headers))
        self.digest = answer.header(_DIGEST)
        return answer

    def send_guarded(self, request: WireRequest, status: int = 0) -> tuple[Answer, bool | None]:
        before = self.digest or self._control.digest(self._world)
        answer = self.send(request)
        return answer, self.digest == before

    def advance(self, seconds: float) -> None:
        self._control.advance(self._world, seconds)
        self.now += timedelta(seconds=seconds)

    def records(
        self, seed: str, table: str, where: Mapping[str, Any], fields: Collection[str] = ()
    ) -> list[Mapping[str, Any]]:
        return self._control.records(self._world, seed, table, where)


StubScene = ScratchScene | ForkScene

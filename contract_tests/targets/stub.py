"""A stub of ours: each case in a fork of a frozen world, a single request in a throwaway fork."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock

from rulebound.contract_tests.targets.base_world import BaseWorld, Thrift
from rulebound.contract_tests.targets.control import Control
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.target import Needs, Scene
from rulebound.contract_tests.wire.line import DEADLINE
from rulebound.openapi.model import Tolerated


class Stub:
    """A running stub, met over HTTP.

    All cases start from the world `base`, made at the seed's time when first needed.
    """

    strict = True
    stamp = ""
    mark = ""
    lasting = False

    def __init__(self, url: str, deadline: float = DEADLINE, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._lines = Lines(self.url, deadline)
        self.control = Control(self._lines, token)
        self._base: BaseWorld | None = None
        self._lock = Lock()

    @staticmethod
    def tolerates(rule: str) -> tuple[Tolerated, ...]:
        """Nothing: a stub is held to what is declared."""
        return ()

    @property
    def base(self) -> BaseWorld:
        """The world that all cases start from."""
        with self._lock:
            if self._base is None:
                self._base = BaseWorld(self._lines, self.control, thrift=Thrift.FORKS)
            return self._base

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """A state for one case, forked from the base world."""
        return self.base.scene(needs)

    @contextmanager
    def variant(self, off: Iterable[str] = (), thrift: Thrift = Thrift.NONE) -> Iterator[BaseWorld]:
        """The same stub seen from another base world, in which some rules are switched off."""
        world = BaseWorld(self._lines, self.control, off=off, thrift=thrift)
        try:
            yield world
        finally:
            world.close()

    def close(self) -> None:
        """Drop the base world and close the connections."""
        if self._base is not None:
            self._base.close()
        self._lines.close()

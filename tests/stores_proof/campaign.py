"""One kill after the other on one store; whatever stood before stands after each of them."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from random import Random

from stores_proof.killing import Round, digest_of, new_round
from stores_proof.picking import CLIENTS
from stores_proof.stores import Store
from stores_proof.wire import Clients, Line

SOONEST, LATEST = 30, 400
"""After so many messages between clients and stub somebody dies."""


class Victim(StrEnum):
    """Who is killed."""

    WORKER = "one of the workers"
    STUB = "the stub"
    DATABASE = "the database"
    BOTH = "the stub and the database"


VICTIMS: Mapping[str, Sequence[Victim]] = {
    "sqlite": (Victim.STUB, Victim.WORKER),
    "postgresql": (Victim.STUB, Victim.DATABASE, Victim.BOTH, Victim.WORKER),
}
"""Who is killed in turns, by the kind of store."""


class Campaign:
    """A stub on a store, killed again and again. `close` ends it."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._random = Random(seed)
        self.stub = store.serve()
        self.rounds: list[Round] = []
        self.found: list[str] = []

    @property
    def acknowledged(self) -> int:
        """How many writes were acknowledged in all."""
        return sum(each.acknowledged for each in self.rounds)

    def strike(self, victim: Victim) -> None:
        """Let clients write until the victim dies, begin anew, and look at what is left: of this
        round, and the digests of the two before it."""
        line = self.stub.line()
        here = new_round(line, self._random.randrange(1 << 30))
        line.close()
        with self.stub.clients(CLIENTS, self._store.setup.workers) as clients:
            killer = threading.Thread(target=self._kill, args=(victim, clients))
            killer.start()
            clients.run(here.scripts())
            killer.join()
            ticks = clients.ticks
        self._begin_anew(victim)
        line = self.stub.line()
        told = f"round {len(self.rounds)}, {victim}: "
        self.found += [told + each for each in here.missing(line, ticks)]
        self.found += [told + each for each in self._changed(self.rounds[-2:], line)]
        self.rounds.append(here)
        line.close()

    def check_all(self) -> None:
        """Look at the worlds of all rounds once more, which must be as they were."""
        line = self.stub.line()
        self.found += self._changed(self.rounds, line)
        line.close()

    def close(self) -> None:
        """End the stub."""
        self.stub.stop()

    def _changed(self, rounds: list[Round], line: Line) -> list[str]:
        return [
            f"the digest of world {each.world} is another"
            for each in rounds
            if digest_of(line, each.world) != each.digest
        ]

    def _kill(self, victim: Victim, clients: Clients) -> None:
        """Wait until the clients are in the middle of it."""
        _wait(clients, self._random.randint(SOONEST, LATEST))
        if victim == Victim.WORKER:
            workers = set(self.stub.processes()) - {self.stub.process.pid}
            os.kill(self._random.choice(sorted(workers)), signal.SIGKILL)
            # The others go on; then all clients are cut off, and what was asked is carried out.
            _wait(clients, clients.ticks + LATEST)
            for line in clients.lines:
                with suppress(OSError):  # that worker's own are lost already
                    line.wire.shutdown(socket.SHUT_RDWR)
            time.sleep(0.5)
        if victim in (Victim.DATABASE, Victim.BOTH):
            self._store.cluster.kill()
        if victim in (Victim.STUB, Victim.BOTH):
            self.stub.kill()

    def _begin_anew(self, victim: Victim) -> None:
        if victim in (Victim.DATABASE, Victim.BOTH):
            self._store.cluster.restart()
        if victim in (Victim.STUB, Victim.BOTH):
            self.stub = self._store.serve()


def _wait(clients: Clients, moment: int) -> None:
    while clients.ticks < moment:
        time.sleep(0.0005)

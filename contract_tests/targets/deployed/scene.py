"""Where a case happens on a deployment: its one state, met with care."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rulebound.contract_tests.credentials import Held
from rulebound.contract_tests.side_effects import READ, effect_of
from rulebound.contract_tests.targets.deployed.burst import Burst
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.deeds import Deeds
from rulebound.contract_tests.targets.deployed.gate import Errand
from rulebound.contract_tests.targets.deployed.keyring import Keyring
from rulebound.contract_tests.targets.deployed.residue import Residue, addresses_in
from rulebound.contract_tests.targets.deployed.standins import StandIns
from rulebound.contract_tests.targets.deployed.waiting import TOO_MANY
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.seeds import Seed

MOST_RESENT = 3
_UNAUTHORIZED = 401


@dataclass
class DeployedScene:
    """One case on a deployment. `burst` is there where the case goes beyond a rate;
    `patience` are the seconds it may wait where time is to pass; `deeds` are what it does there."""

    carrier: Carrier
    keyring: Keyring
    stands: StandIns
    deeds: Deeds
    patience: float
    burst: Burst | None = None
    _waited: float = 0.0

    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    digest: str | None = None
    frozen: bool = False
    clean: bool = True
    left: Residue = field(default_factory=Residue)
    _addresses: set[str] = field(default_factory=set)

    def moved(self) -> str | None:
        """A record the case stands on that is not as bound, in words; None where all are."""
        return self.stands.moved()

    def residue(self) -> str | None:
        """Something the case stands on that an earlier one has changed; None for nothing."""
        return self.left.first_of(self.stands.names | self._addresses)

    @property
    def now(self) -> datetime:
        """When the case began, and what it waited since: one moment for all that it sends. By our
        own clock, as the deployment's is not ours to read."""
        return self.began + timedelta(seconds=self._waited)

    def record(self, seed: Seed, name: str) -> Mapping[str, Any]:
        """What stands for a record. Raises KeyError and NotReached."""
        return self.stands.record(seed, name)

    def held(self, seed: Seed, actor: str) -> Held:
        """What an actor proves itself with. Raises NotReached."""
        return self.keyring.held(seed.name, actor)

    def texts(self, seed: Seed) -> Mapping[str, Any]:
        """Texts of the world that are called otherwise here."""
        return self.stands.texts(seed)

    def send(self, request: WireRequest) -> Answer:
        """Send a request. Raises NotReached, TargetFault and UnsendableRequest."""
        return self.send_guarded(request)[0]

    def send_guarded(self, request: WireRequest, status: int = 0) -> tuple[Answer, bool | None]:
        """Send a request that should be refused with `status`; whether anything changed cannot be
        seen. A credential that has ended is got anew, and a rate limit that is met is honoured,
        unless that is what the case is about."""
        answer = self._carried(request)
        if answer.status == _UNAUTHORIZED and status != _UNAUTHORIZED:
            renewed = self.keyring.renewed(request)
            if renewed is not None:
                request, answer = renewed, self._carried(renewed)
                if answer.status == _UNAUTHORIZED:
                    self.keyring.refused(request)
        if 200 <= answer.status < 300:
            self.keyring.accepted(request)
        tries = 0
        while answer.status == TOO_MANY and status != TOO_MANY:
            tries += 1
            if self.burst or tries > MOST_RESENT:
                raise NotReached("the rate limit was met early: others use this key as well")
            answer = self._carried(request)
        return answer, None

    def advance(self, seconds: float) -> None:
        """Wait. Raises NotReached where that takes longer than the profile's patience."""
        if seconds > self.patience:
            raise NotReached(
                f"its clock cannot be advanced by {seconds:g} s, and the profile's patience "
                f"is {self.patience:g} s"
            )
        time.sleep(seconds)
        self._waited += seconds

    def records(
        self, seed: str, table: str, where: Mapping[str, Any], fields: Collection[str] = ()
    ) -> list[Mapping[str, Any]]:
        """The records of a table, read through a documented operation. Raises NotReached."""
        found: list[Mapping[str, Any]] = []
        known = {**self.stands.known(table, where.get("id")), **where}
        wanted = {*where, *fields}
        found += self.stands.looking.found(self.keyring.seed(seed), table, known, wanted)
        return found

    def close(self) -> None:
        """Leave what was done to later cases, without the sessions that the case opened."""
        self.left.add(self.deeds.touched)
        self.deeds.end_sessions()

    def _carried(self, request: WireRequest) -> Answer:
        _, operation = self.keyring.apis.owner(request.operation)
        self._addresses |= addresses_in(request.body)
        effect = effect_of(operation, request.method)
        burst = self.burst if self.burst and self.burst.operation == operation.id else None
        if burst:
            burst.calling()
        if effect == READ:
            answer = self.carrier.send(request, Errand(burst=burst is not None))
        else:
            self.stands.looking.seen.clear()
            on = self.stands.names
            answer = self.deeds.send(request, effect, on, burst=burst is not None)
        if burst and answer.status != TOO_MANY:
            burst.called()
        return answer

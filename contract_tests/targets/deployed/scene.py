"""Where a case happens on a deployment: its one state, met with care."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rulebound.contract_tests.credentials import Held
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.side_effects import CHANGE, CREATE, READ, effect_of
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.keyring import Keyring
from rulebound.contract_tests.targets.deployed.ledger import Ledger
from rulebound.contract_tests.targets.deployed.opening import SessionOperation
from rulebound.contract_tests.targets.deployed.residue import Residue, addresses_in
from rulebound.contract_tests.targets.deployed.standins import StandIns
from rulebound.contract_tests.targets.deployed.waiting import TOO_MANY, UNSAID, asked_to_wait
from rulebound.contract_tests.targets.lines import NotSent
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunOver
from rulebound.contract_tests.wire.message import (
    Answer,
    TargetFault,
    UnsendableRequest,
    WireRequest,
)
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation

MOST_RESENT = 3
_UNAUTHORIZED = 401


@dataclass
class DeployedScene:
    """One case on a deployment. `burst` names the operation whose rate the case goes beyond;
    `patience` are the seconds it may wait where time is to pass; `mark` is the run's own."""

    carrier: Carrier
    keyring: Keyring
    stands: StandIns
    ledger: Ledger
    mark: str
    patience: float
    burst: str | None = None
    changed: bool = False
    _waited: float = 0.0
    _sessions: list[tuple[SessionOperation, str]] = field(default_factory=list)

    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    digest: str | None = None
    frozen: bool = False
    clean: bool = True
    left: Residue = field(default_factory=Residue)
    _addresses: set[str] = field(default_factory=set)
    _touched: set[str] = field(default_factory=set)

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
        tries = 0
        while answer.status == TOO_MANY and status != TOO_MANY:
            tries += 1
            if self.burst or tries > MOST_RESENT:
                raise NotReached("the rate limit was met early: others use this key as well")
            if asked_to_wait(answer) is None:
                self.carrier.gate.pause.hold(UNSAID)
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
        """End the sessions that the case opened, so that they do not count against later ones."""
        self.left.add(self._touched)
        for operation, session in self._sessions:
            try:
                operation.ended(self.carrier, session)
            except (NotReached, TargetFault, UnsendableRequest):
                return

    def _carried(self, request: WireRequest) -> Answer:
        _, operation = self.keyring.apis.owner(request.operation)
        self._addresses |= addresses_in(request.body)
        effect = effect_of(operation, request.method)
        if effect != READ:
            self.stands.looking.seen.clear()
        try:
            answer = self.carrier.send(request, burst=request.operation == self.burst)
        except TargetFault as error:
            if _was_sent(error):
                self._happened(request, operation, effect, None)
            raise
        if 200 <= answer.status < 300:
            self._happened(request, operation, effect, answer)
        return answer

    def _happened(
        self, request: WireRequest, operation: Operation, effect: str, answer: Answer | None
    ) -> None:
        """Put down what was made, or may have been where no answer came. A session is none of it,
        and is ended with the scene."""
        if effect == READ:
            return
        self.changed = True
        api, _ = self.keyring.apis.owner(operation.id)
        opens = SessionOperation.of_api(self.keyring.apis, api)
        self._touched |= addresses_in(request.body)
        if effect == CHANGE or opens:
            self._touched |= self.stands.names
        if effect != CREATE:
            return
        file = api.files.get(operation.id)
        made = made_by(answer, operation, file) if answer and file else None
        for opening in opens:
            if opening.operation is operation:
                self._sessions += [(opening, made)] if made else []
                return
        marked = self.mark.encode() in (request.body or b"")
        self.ledger.made(api=api.name, operation=operation.id, id=made, marked=marked)


def _was_sent(error: TargetFault) -> bool:
    """Whether a request without an answer had been sent; what the end of the run cut off had."""
    if isinstance(error, RunOver):
        return isinstance(error.__context__, TargetFault)
    return not isinstance(error, NotSent)

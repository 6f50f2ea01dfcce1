"""Where a case happens on a deployment: its one state, met with care."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from rulebound.contract_tests.credentials import Held
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.side_effects import CREATE, side_effect
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.keyring import Keyring
from rulebound.contract_tests.targets.deployed.ledger import Ledger
from rulebound.contract_tests.targets.deployed.opening import SessionOperation
from rulebound.contract_tests.targets.deployed.standins import StandIns
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import Answer, TargetFault, WireRequest
from rulebound.fixtures.seeds import Seed

_TRIES = 3
_LONGEST_PAUSE = 60.0
_UNAUTHORIZED, _TOO_MANY = 401, 429


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
        tries = 0
        while answer.status == _TOO_MANY and status != _TOO_MANY:
            tries += 1
            if self.burst or tries > _TRIES:
                raise NotReached("the rate limit was met early: others use this key as well")
            self._pause(_retry_after(answer))
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
        for operation, session in self._sessions:
            try:
                operation.ended(self.carrier, session)
            except (NotReached, TargetFault):
                return

    def _carried(self, request: WireRequest) -> Answer:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.stands.looking.seen.clear()
        answer = self.carrier.send(request, burst=request.operation == self.burst)
        if 200 <= answer.status < 300:
            self._note(request, answer)
        return answer

    def _note(self, request: WireRequest, answer: Answer) -> None:
        api, operation = self.keyring.apis.owner(request.operation)
        effect = side_effect(operation)
        self.changed = self.changed or effect != "read"
        file = api.files.get(operation.id)
        made = made_by(answer, operation, file) if file is not None else None
        if made is None or effect != CREATE:
            return
        for opening in SessionOperation.of_api(self.keyring.apis, api):
            if opening.operation is operation:
                self._sessions.append((opening, made))
                return
        marked = self.mark.encode() in (request.body or b"")
        self.ledger.made(api=api.name, operation=operation.id, id=made, marked=marked)

    def _pause(self, seconds: float) -> None:
        if seconds > max(self.patience, _LONGEST_PAUSE):
            raise NotReached(f"the target asks to wait {seconds:g} s before the next request")
        time.sleep(seconds)


def _retry_after(answer: Answer) -> float:
    """The seconds an answer asks to wait; 5 where it does not say."""
    value = (answer.header("retry-after") or "").strip()
    if value.isdigit():
        return float(value)
    try:
        wished = parsedate_to_datetime(value)
    except ValueError:
        return 5.0
    return max(0.0, (wished.astimezone(UTC) - datetime.now(UTC)).total_seconds())

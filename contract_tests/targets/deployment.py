"""A deployment that is not ours: no worlds, no look inside, and limits to be kept.

Known by a profile, or by its URL only: then names stand for what the seed has.
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.reports.hiding import seed_secrets
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.side_effects import READ, side_effect
from rulebound.contract_tests.targets.deployed.burst import Burst
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.deeds import Deeds
from rulebound.contract_tests.targets.deployed.gate import Gate, Limits
from rulebound.contract_tests.targets.deployed.keyring import Keyring
from rulebound.contract_tests.targets.deployed.ledger import Ledger
from rulebound.contract_tests.targets.deployed.looking import Looking
from rulebound.contract_tests.targets.deployed.making import Making, restoring
from rulebound.contract_tests.targets.deployed.opening import session_headers
from rulebound.contract_tests.targets.deployed.part import WHOLE, Part
from rulebound.contract_tests.targets.deployed.proofs import secrets_of
from rulebound.contract_tests.targets.deployed.residue import Residue
from rulebound.contract_tests.targets.deployed.scene import DeployedScene
from rulebound.contract_tests.targets.deployed.settings import misfit, rate_seconds
from rulebound.contract_tests.targets.deployed.standins import StandIns, Supply
from rulebound.contract_tests.targets.deployed.traces import as_left, taken_over
from rulebound.contract_tests.targets.deployed.waiting import Pause
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.permits import allowed, patience, url_profile
from rulebound.contract_tests.targets.target import Needs, NotReached, Scene
from rulebound.contract_tests.wire.deadline import RunDeadline
from rulebound.contract_tests.wire.line import DEADLINE
from rulebound.contract_tests.wire.message import TargetFault
from rulebound.fixtures.profiles import Profile
from rulebound.openapi.model import Tolerated


class Deployment:
    """The target of a profile. The run's time begins now.

    `run`: the run's id, by which what it makes is marked; a run without one leaves no ledger.
    `part` says which part of it this is; `seeded` that names stand for the seed's own records and
    credentials.
    """

    strict = False

    def __init__(
        self,
        profile: Profile,
        apis: Apis,
        *,
        run: str = "",
        part: Part = WHOLE,
        seeded: bool = False,
    ) -> None:
        self.profile, self.apis = profile, apis
        self.url = next(iter(profile.apis.values()), "")
        self.run = run or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self.mark = f"rulebound-{self.run}"
        self.stamp = f"{time.time_ns():x}"
        known = seed_secrets(apis) if seeded else secrets_of(profile)
        self.vault, self._seeded = Vault(known), seeded
        self.allow = allowed(profile)
        self._lines: dict[str, Lines] = {}
        self._deadline = RunDeadline(profile.run_seconds)
        self._lock, self._stopped = RLock(), False
        # A scene may be held for long, and its threads still need their lines.
        self._dialling = Lock()
        self._supply, self._left = Supply(part.share, part.place), Residue()
        self._changed = taken_over(part.left, self._supply, self._left)
        # An earlier run may have been interrupted before it could put back what it changed.
        self._is_put_back = not self.allow - {READ}
        self._scenes = dict[int, DeployedScene]()
        self._worded = dict[str, Mapping[str, Any]]()
        self._carrier = self._carry(part.share)
        self.keyring = Keyring(profile, apis, self._carrier, self.vault, seeded)
        self._ledger = self._open_ledger(profile.state / "ledger.jsonl" if run else None)

    def scene(self, needs: Needs) -> AbstractContextManager[Scene]:
        """The one state there is, put back first where the profile says how and it was changed.

        Raises NotReached for a case that needs other settings than the deployment's.
        """
        why = misfit(self.profile, self.apis, needs)
        if why is not None:
            raise NotReached(why)
        return self._scene(needs)

    @property
    def lasting(self) -> bool:
        """Whether what a case leaves stays there: nobody puts it back."""
        return self.profile.restore is None

    def tolerates(self, rule: str) -> tuple[Tolerated, ...]:
        """What the profile tolerates of a rule; a key may hold `*`."""
        return tuple(
            answer
            for pattern, answers in self.profile.tolerates.items()
            if fnmatchcase(rule, pattern)
            for answer in answers
        )

    @property
    def traces(self) -> Mapping[str, Any]:
        """What this run and the parts of it before have used up and changed, in JSON values; what
        is under way may have."""
        deeds = [scene.deeds for scene in [*self._scenes.values()]]
        names = self._left.names.union(*(each.touched for each in deeds))
        changed = self._changed or any(each.may_have_changed for each in deeds)
        return as_left(self._supply, names, changed=changed)

    def stop(self) -> None:
        """Send nothing more but what ends sessions: the run was interrupted, and its threads may
        not have heard of it."""
        self._stopped = True
        self._carrier.gate.stop()

    def close(self) -> None:
        """Put back what was changed, unless the run was stopped, end the sessions that were opened,
        and close the connections. What was still under way stands in the ledger then."""
        if self._changed and not self._stopped:
            with suppress(NotReached, TargetFault):
                self._put_back()
        self._carrier.gate.stop()
        try:
            self._ledger.close()
        finally:
            for scene in [*self._scenes.values()]:
                scene.deeds.end_sessions()
            self.keyring.close()
            self._carrier.gate.shut()
            for lines in self._lines.values():
                lines.close()

    @contextmanager
    def _scene(self, needs: Needs) -> Iterator[Scene]:
        # What is put back must not be pulled from under another case.
        with self._lock if self.profile.restore else nullcontext():
            if self._changed or not self._is_put_back:
                self._put_back()
            scene = self._opened(needs)
            self._scenes[id(scene)] = scene
            scene.clean = not self._changed
            scene.left = self._left if self.lasting else Residue()
            try:
                if needs.burst:
                    self._wait(needs.operation)
                yield scene
            except KeyboardInterrupt:
                self.stop()
                raise
            finally:
                self._changed = self._changed or scene.deeds.changed
                scene.close()
                del self._scenes[id(scene)]

    def _opened(self, needs: Needs) -> DeployedScene:
        operation = self.apis.owner(needs.operation)[1] if needs.operation else None
        changes = operation is None or side_effect(operation) != READ or not needs.alone
        making = Making(self.apis, datetime.now(UTC), self.mark)
        stands = StandIns(
            self.profile,
            self.keyring,
            self._supply,
            making.record,
            Looking(self.profile, making.read, making.started),
            self.vault,
            changes,
            self._seeded,
            worded=self._worded,
        )
        making.scene = scene = DeployedScene(
            self._carrier,
            self.keyring,
            stands,
            Deeds(self.apis, self._carrier, self._ledger, self.mark),
            patience(self.profile),
            self._burst(needs),
        )
        return scene

    def _burst(self, needs: Needs) -> Burst | None:
        if not needs.burst:
            return None
        seconds = rate_seconds(self.profile, self.apis, needs)
        return Burst(needs.operation, seconds or self._carrier.gate.window(needs.operation))

    def _carry(self, share: int) -> Carrier:
        operations = {op.id: op for api in self.apis.all for op in api.document.operations}
        headers = frozenset[str]().union(*map(session_headers, self.apis.all))
        limits = Limits(self.allow, operations, self.profile.budget, self._deadline, share)
        gate = Gate(limits, Pause(patience(self.profile), self._deadline))
        hosts = self.profile.hosts
        return Carrier(self.profile.apis, hosts, gate, self.vault, headers, self._dial, self.mark)

    def _open_ledger(self, path: Path | None) -> Ledger:
        ledger = Ledger(path, self.run, self.vault)
        if self.allow - {READ}:
            ledger.ready()
        return ledger

    def _dial(self, url: str) -> Lines:
        with self._dialling:
            if url not in self._lines:
                self._lines[url] = Lines(
                    url,
                    self.profile.exchange_seconds,
                    most_bytes=self.profile.most_bytes,
                    run=self._deadline,
                    again=False,
                )
            return self._lines[url]

    def _put_back(self) -> None:
        restore = self.profile.restore
        if restore is None:
            return
        # What is put back may not know the sessions of before, or may keep them for ever.
        self.keyring.close()
        answer = self._carrier.ask(restore.url, restoring(restore))
        if answer.status >= 300:
            raise NotReached(f"the data could not be put back: answered {answer.status}")
        self._changed, self._is_put_back = False, True
        self.keyring.forget()

    def _wait(self, operation: str) -> None:
        """Let the rate's window pass, so that earlier requests do not count."""
        window = self._carrier.gate.window(operation)
        if window:
            time.sleep(min(window, self._deadline.left()))


def plain_deployment(url: str, apis: Apis, seconds: float = DEADLINE) -> Deployment:
    """A deployment known by its URL alone, met with the seed's own names; it keeps no ledger.

    Raises BadAddress for what is no URL.
    """
    return Deployment(url_profile(url, apis, seconds), apis, seeded=True)

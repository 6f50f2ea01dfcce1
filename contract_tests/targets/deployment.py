"""A deployment that is not ours: no worlds, no look inside, and limits to be kept.

Known by a profile, or by its URL only: then names stand for what the seed has.
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from threading import Lock, RLock
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.reports.hiding import seed_secrets
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.side_effects import READ, side_effect
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.gate import Gate, Limits
from rulebound.contract_tests.targets.deployed.keyring import Keyring
from rulebound.contract_tests.targets.deployed.ledger import Ledger
from rulebound.contract_tests.targets.deployed.looking import Looking
from rulebound.contract_tests.targets.deployed.making import Making, restoring
from rulebound.contract_tests.targets.deployed.opening import session_headers
from rulebound.contract_tests.targets.deployed.proofs import secrets_of
from rulebound.contract_tests.targets.deployed.residue import Residue
from rulebound.contract_tests.targets.deployed.scene import DeployedScene
from rulebound.contract_tests.targets.deployed.settings import misfit
from rulebound.contract_tests.targets.deployed.standins import StandIns, Supply
from rulebound.contract_tests.targets.deployed.waiting import Pause
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.permits import allowed, patience, url_profile
from rulebound.contract_tests.targets.target import Needs, NotReached, Scene
from rulebound.contract_tests.wire.deadline import RunDeadline
from rulebound.contract_tests.wire.line import DEADLINE
from rulebound.fixtures.profiles import Profile
from rulebound.openapi.model import Tolerated


class Deployment:
    """The target of a profile. The run's time begins now.

    `run`: the run's id, by which what it makes is marked; a run without one leaves no ledger.
    `share`: by how many runs its rates are shared; `seeded` says that names stand for the seed's
    own records and credentials.
    """

    strict = False

    def __init__(
        self,
        profile: Profile,
        apis: Apis,
        *,
        run: str = "",
        share: int = 1,
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
        self._lock, self._changed = RLock(), False
        # A scene may be held for long, and its threads still need their lines.
        self._dialling = Lock()
        self._supply, self._left = Supply(), Residue()
        self._worded: dict[str, Mapping[str, Any]] = {}
        self._carrier = self._carry(share)
        self.keyring = Keyring(profile, apis, self._carrier, self.vault, seeded)
        ledger = profile.state / "ledger.jsonl" if run else None
        self._ledger = Ledger(ledger, self.run, self.vault)
        if self.allow - {READ}:
            self._ledger.ready()

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

    def close(self) -> None:
        """End the sessions that were opened, and close the connections."""
        self.keyring.close()
        for lines in self._lines.values():
            lines.close()

    @contextmanager
    def _scene(self, needs: Needs) -> Iterator[Scene]:
        # What is put back must not be pulled from under another case.
        with self._lock if self.profile.restore else nullcontext():
            self._put_back()
            scene = self._opened(needs)
            scene.clean = not self._changed
            scene.left = self._left if self.lasting else Residue()
            try:
                if needs.burst:
                    self._wait(needs.operation)
                yield scene
            finally:
                self._changed = self._changed or scene.changed
                scene.close()

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
            self._ledger,
            self.mark,
            patience(self.profile),
            needs.operation if needs.burst else None,
        )
        return scene

    def _carry(self, share: int) -> Carrier:
        operations = {op.id: op for api in self.apis.all for op in api.document.operations}
        headers = frozenset[str]().union(*map(session_headers, self.apis.all))
        limits = Limits(self.allow, operations, self.profile.budget, self._deadline, share)
        gate = Gate(limits, Pause(patience(self.profile), self._deadline))
        hosts = self.profile.hosts
        return Carrier(self.profile.apis, hosts, gate, self.vault, headers, self._dial, self.mark)

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
        if restore is None or not self._changed:
            return
        answer = self._carrier.ask(restore.url, restoring(restore))
        if answer.status >= 300:
            raise NotReached(f"the data could not be put back: answered {answer.status}")
        self._changed = False
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

"""A scene on a deployment that is spoken to in the terms of the seed."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from rulebound.contract_tests.properties.tongue import Tongue
from rulebound.contract_tests.targets.deployed.scene import DeployedScene
from rulebound.contract_tests.targets.target import AsSeeded, Scene
from rulebound.contract_tests.wire.message import Answer, WireRequest

_READING = ("GET", "HEAD", "OPTIONS")


class BoundScene(AsSeeded):
    """Everything that is sent is put into the deployment's terms, every answer into the seed's."""

    frozen = False

    def __init__(self, scene: Scene, tongue: Tongue) -> None:
        self._scene, self._tongue = scene, tongue

    @property
    def now(self) -> datetime:
        """The time by our own clock."""
        return datetime.now(UTC)

    @property
    def digest(self) -> str | None:
        """Not known."""
        return None

    def send(self, request: WireRequest) -> Answer:
        """Send a request of the seed. Raises NotReached, TargetFault, UnsendableRequest."""
        return self.send_guarded(request)[0]

    def send_guarded(self, request: WireRequest, status: int = 0) -> tuple[Answer, bool | None]:
        """Send a request that should be refused; whether anything changed cannot be seen."""
        sent = self._tongue.outward(request)
        if sent.method not in _READING and isinstance(self._scene, DeployedScene):
            # What a faulty target left behind although it refused is put back as well.
            self._scene.deeds.changed = True
        answer, unchanged = self._scene.send_guarded(sent, status)
        return self._tongue.inward(request, answer), unchanged

    def advance(self, seconds: float) -> None:
        """Let time pass. Raises NotReached where it cannot."""
        self._scene.advance(seconds)

    def records(
        self, seed: str, table: str, where: Mapping[str, Any], fields: Collection[str] = ()
    ) -> list[Mapping[str, Any]]:
        """Look into a table. Raises NotReached where that cannot be done."""
        self._tongue.meet(self._scene, seed, where.get("id"))
        asked = {name: self._tongue.said(seed, value) for name, value in where.items()}
        found = self._scene.records(seed, table, asked, fields)
        return [
            {name: self._tongue.heard(seed, value) for name, value in record.items()}
            for record in found
        ]

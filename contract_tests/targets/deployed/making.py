"""Requests that the run itself sends to a deployment: records made, tables read, data put back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.targets.deployed.drafting import Drafts
from rulebound.contract_tests.targets.target import NotReached, Scene
from rulebound.contract_tests.wire.message import Answer, UnsendableRequest, WireRequest
from rulebound.fixtures.profiles import Provision, Read, Restore
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation


@dataclass
class Making:
    """What the run asks for in one scene.

    `scene` is set once it is there: it needs what is made here, and this is sent through it.
    """

    apis: Apis
    began: datetime
    mark: str
    scene: Scene = field(init=False)

    def record(self, seed: Seed, wish: Provision) -> Mapping[str, Any]:
        """Make a record; its id and the fields known of it. Raises NotReached."""
        built = self._drafts.provision(seed, wish)
        answer = self._sent(built)
        file = built.api.files.get(built.operation.id)
        made = made_by(answer, built.operation, file) if file and answer.status < 300 else None
        if made is None:
            raise NotReached(f"{wish.operation} made no record: answered {answer.status}")
        return self._drafts.fields(seed, wish, made)

    def read(self, seed: Seed, wish: Read, query: Mapping[str, str]) -> tuple[Operation, Answer]:
        """Send the request of a reading. Raises NotReached."""
        built = self._drafts.reading(seed, wish, query)
        return built.operation, self._sent(built)

    def started(self, wish: Read) -> str:
        """When the scene began, as the operation's API writes dates."""
        return self._drafts.dated(wish, self.began)

    def _sent(self, built: Built) -> Answer:
        try:
            return self.scene.send(built.request)
        except UnsendableRequest as error:
            raise NotReached(f"{built.operation.id} cannot be sent: {error}") from error

    @property
    def _drafts(self) -> Drafts:
        return Drafts(self.apis, self.scene, self.mark)


def restoring(wish: Restore) -> WireRequest:
    """The request that puts a deployment's data back."""
    return WireRequest(wish.method, "", body=b"" if wish.method != "GET" else None)

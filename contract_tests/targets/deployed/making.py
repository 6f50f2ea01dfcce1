"""Requests that the run itself sends to a deployment: records made, tables read, data put back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder, Built
from rulebound.contract_tests.cases.marking import Mark
from rulebound.contract_tests.cases.model import UNSET, Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault, plain, written
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.targets.target import NotReached, Scene
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.profiles import Provision, Read, Restore
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation


@dataclass
class Making:
    """What the run asks for in one scene, by the documents and the witnesses' baselines.

    `scene` is set once it is there: it needs what is made here, and this is sent through it.
    """

    apis: Apis
    began: datetime
    mark: str
    scene: Scene = field(init=False)

    def record(self, seed: Seed, wish: Provision) -> Mapping[str, Any]:
        """Make a record; its id and the fields known of it. Raises NotReached."""
        sending = Sending(
            operation=wish.operation,
            on=wish.on,
            actor=UNSET if wish.actor is None else wish.actor,
            query=wish.query,
            body=UNSET if wish.body is None else wish.body,
        )
        built = self._built(seed, sending, baseline=True)
        answer = self.scene.send(built.request)
        file = built.api.files.get(built.operation.id)
        made = made_by(answer, built.operation, file) if file and answer.status < 300 else None
        if made is None:
            raise NotReached(f"{wish.operation} made no record: answered {answer.status}")
        fields = plain(self._resolver(seed, made).resolve(dict(wish.fields)))
        return {**fields, "id": made}

    def read(self, seed: Seed, wish: Read, query: Mapping[str, str]) -> tuple[Operation, Answer]:
        """Send the request of a reading."""
        sending = Sending(
            operation=wish.operation,
            actor=UNSET if wish.actor is None else wish.actor,
            query=query,
        )
        built = self._built(seed, sending, baseline=False)
        return built.operation, self.scene.send(built.request)

    def started(self, wish: Read) -> str:
        """When the scene began, as the operation's API writes dates."""
        api, _ = self.apis.owner(wish.operation)
        return written(self.began, api.document.date_format)

    def _built(self, seed: Seed, sending: Sending, *, baseline: bool) -> Built:
        try:
            api, operation = self.apis.owner(sending.operation or "")
            file = api.files[operation.id]
            if baseline and sending.on is None:
                sending = replace(sending, on=file.first.name)
            mark = Mark(self.mark)
            builder = Builder(
                self.apis, api, file, None, self._resolver(seed), self.scene.held, mark
            )
            return builder.build(sending)
        except KeyError as error:
            raise NotReached(f"there is no operation {sending.operation!r}") from error
        except ValueFault as error:
            raise NotReached(f"{sending.operation} cannot be sent: {error}") from error

    def _resolver(self, seed: Seed, made: str | None = None) -> Resolver:
        return Resolver(
            record=lambda name: self.scene.record(seed, name),
            now=datetime.now(UTC),
            date_format=None,
            unique=lambda prefix: f"{prefix}-{datetime.now(UTC):%H%M%S%f}",
            made=made,
            texts=self.scene.texts(seed),
        )


def restoring(wish: Restore) -> WireRequest:
    """The request that puts a deployment's data back."""
    parts = urlsplit(wish.url)
    return WireRequest(wish.method, parts.path or "/", body=b"" if wish.method != "GET" else None)

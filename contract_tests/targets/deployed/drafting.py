"""Builds the requests that the run itself sends to a deployment: records made, tables read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder, Built
from rulebound.contract_tests.cases.marking import Mark
from rulebound.contract_tests.cases.model import UNSET, Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault, plain, written
from rulebound.contract_tests.targets.target import Names, NotReached
from rulebound.fixtures.profiles import Provision, Read
from rulebound.fixtures.seeds import Seed


@dataclass(frozen=True)
class Drafts:
    """By the documents and the witnesses' baselines; `names` say what stands for records and
    actors, `mark` is the run's own. Every method raises NotReached for what cannot be built."""

    apis: Apis
    names: Names
    mark: str

    def provision(self, seed: Seed, wish: Provision) -> Built:
        """The request that makes a record."""
        sending = Sending(
            operation=wish.operation,
            on=wish.on,
            actor=UNSET if wish.actor is None else wish.actor,
            query=wish.query,
            body=UNSET if wish.body is None else wish.body,
        )
        return self._built(seed, sending, baseline=True)

    def fields(self, seed: Seed, wish: Provision, made: str) -> Mapping[str, Any]:
        """What is known of the record that was made."""
        try:
            fields = plain(self._resolver(seed, made).resolve(dict(wish.fields)))
        except ValueFault as error:
            raise NotReached(f"the fields of what {wish.operation} makes: {error}") from error
        return {**fields, "id": made}

    def reading(self, seed: Seed, wish: Read, query: Mapping[str, str]) -> Built:
        """The request that reads a table."""
        sending = Sending(
            operation=wish.operation,
            actor=UNSET if wish.actor is None else wish.actor,
            query=query,
        )
        return self._built(seed, sending, baseline=False)

    def dated(self, wish: Read, moment: datetime) -> str:
        """A moment as the API of a reading writes dates."""
        api, _ = self.apis.owner(wish.operation)
        return written(moment, api.document.date_format)

    def _built(self, seed: Seed, sending: Sending, *, baseline: bool) -> Built:
        try:
            api, operation = self.apis.owner(sending.operation or "")
            file = api.files[operation.id]
            if baseline and sending.on is None:
                sending = replace(sending, on=file.first.name)
            mark = Mark(self.mark, over=True)
            builder = Builder(
                self.apis, api, file, None, self._resolver(seed), self.names.held, mark
            )
            return builder.build(sending)
        except KeyError as error:
            raise NotReached(f"there is no operation {sending.operation!r}") from error
        except ValueFault as error:
            raise NotReached(f"{sending.operation} cannot be sent: {error}") from error

    def _resolver(self, seed: Seed, made: str | None = None) -> Resolver:
        return Resolver(
            record=lambda name: self.names.record(seed, name),
            now=datetime.now(UTC),
            date_format=None,
            unique=lambda prefix: f"{prefix}-{datetime.now(UTC):%H%M%S%f}",
            made=made,
            texts=self.names.texts(seed),
        )

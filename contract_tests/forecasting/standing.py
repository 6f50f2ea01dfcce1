"""What a run would send besides its cases: for records, looks, credentials, data put back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.forecasting.foreseen import Foreseen
from rulebound.contract_tests.forecasting.names import ForeseenNames
from rulebound.contract_tests.side_effects import CHANGE, CREATE, READ, side_effect
from rulebound.contract_tests.targets.deployed.drafting import Drafts
from rulebound.contract_tests.targets.deployed.looking import query_for
from rulebound.contract_tests.targets.deployed.opening import SessionOperation
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.profiles import Login, OAuth2, Profile, Provision, Read
from rulebound.fixtures.seeds import Seed


@dataclass(frozen=True)
class Standing:
    """`names` say what stands for records, and know which of them were asked for."""

    apis: Apis
    profile: Profile
    names: ForeseenNames
    mark: str

    def url(self, request: WireRequest) -> str:
        """The whole address of a request. Raises NotReached where the profile has none."""
        url = self.profile.apis.get(request.api)
        if url is None:
            raise NotReached(f"the profile has no address for {request.api}")
        return url + request.address

    def of_used(self, seed: Seed, label: str) -> Iterator[Foreseen]:
        """What is sent so that the records that were asked for stand there, and those that it takes
        to make them: each is made, or read anew."""
        done: set[str] = set()
        while left := self.names.used.keys() - done:
            for name in sorted(left):
                done.add(name)
                known = self.names.used[name]
                yield from self._of_record(seed, name, known, label)

    def _of_record(
        self, seed: Seed, name: str, known: Mapping[str, Any], label: str
    ) -> Iterator[Foreseen]:
        world, table = self.profile.world(seed.name), name.partition(".")[0]
        bound, read = world.record(name), world.reads.get(table)
        if bound is not None and bound.provision is not None:
            yield self._made(seed, bound.provision, label)
        if read is not None and "id" in known:
            yield self._read(seed, read, known, label)

    def _made(self, seed: Seed, wish: Provision, label: str) -> Foreseen:
        effect = side_effect(self.apis.owner(wish.operation)[1])
        drafts = Drafts(self.apis, self.names, self.mark)
        try:
            request = drafts.provision(seed, wish).request
            drafts.fields(seed, wish, "")
            return Foreseen(label, effect, wish.operation, 1, request, self.url(request))
        except (NotReached, KeyError) as error:
            return Foreseen(label, effect, wish.operation, 0, None, why=str(error))

    def _read(self, seed: Seed, read: Read, known: Mapping[str, Any], label: str) -> Foreseen:
        drafts = Drafts(self.apis, self.names, self.mark)
        try:
            query = query_for(read, known, drafts.dated(read, datetime.now(UTC)))
            request = drafts.reading(seed, read, query).request
            return Foreseen(label, READ, read.operation, 1, request, self.url(request))
        except (NotReached, KeyError) as error:
            return Foreseen(label, READ, read.operation, 0, None, why=str(error))

    def of_look(
        self, seed: Seed, table: str, where: Mapping[str, Any], label: str
    ) -> Iterator[Foreseen]:
        """What is sent to look into a table: by one of two queries, where it depends on what a
        reading shows of the record before."""
        read = self.profile.world(seed.name).reads.get(table)
        if read is None:
            why = f"table {table} cannot be looked into: no profile says how it is read (reads:)"
            yield Foreseen(label, READ, table, 0, None, why=why)
            return
        known = next(
            (
                fields
                for name, fields in self.names.used.items()
                if name.partition(".")[0] == table and fields.get("id") == where.get("id")
            ),
            None,
        )
        several: dict[object, Foreseen] = {}
        for shown in ({}, {} if known is None else self.names.unread(seed, table)):
            each = self._read(seed, read, {**shown, **(known or {}), **where}, label)
            names = each.request and frozenset(name for name, _ in each.request.query)
            several[names] = each
        yield from several.values()

    def ended(self, foreseen: Foreseen) -> Iterator[Foreseen]:
        """What ends the sessions that a request opens, so that they do not count against others."""
        api, operation = self.apis.owner(foreseen.operation)
        for opening in SessionOperation.of_api(self.apis, api):
            if opening.operation is operation:
                yield from self._ending(opening, foreseen.case, foreseen.at_most)

    def _ending(self, opening: SessionOperation, label: str, often: int) -> Iterator[Foreseen]:
        request = opening.ending("$SESSION_MADE")
        if request is not None:
            url = self.url(request)
            yield Foreseen(label, CHANGE, request.operation, often, request, url, own=True)

    def of_run(self, restores: int, proven: Mapping[tuple[str, str], int]) -> Iterator[Foreseen]:
        """What a run sends for itself that puts the data back so often, before which sessions are
        ended and after which credentials are got anew; `proven`: in how many scenes an actor, by
        world and name, needs one."""
        for (world, actor), scenes in sorted(proven.items()):
            often = min(scenes, 1 + restores)
            proof, label = self.profile.world(world).actors[actor], f"credential of {actor}"
            if isinstance(proof, OAuth2):
                request = WireRequest("POST", "")
                yield Foreseen(label, CREATE, "token", often, request, proof.url, own=True)
            elif isinstance(proof, Login):
                yield from self._login(world, label, often)
        restore = self.profile.restore
        if restore is not None and restores:
            request = WireRequest(restore.method, "")
            yield Foreseen(
                "data put back", CHANGE, "restore", restores, request, restore.url, own=True
            )

    def _login(self, world: str, label: str, often: int) -> Iterator[Foreseen]:
        try:
            opening = SessionOperation.of_world(self.apis, world)
            request = opening.opening("$USER", "$PASSWORD")
            url = self.url(request)
        except NotReached as error:
            yield Foreseen(label, CREATE, "login", 0, None, why=str(error), own=True)
            return
        yield Foreseen(label, CREATE, request.operation, often, request, url, own=True)
        yield from self._ending(opening, label, often)

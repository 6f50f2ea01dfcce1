"""Tries the credentials of a profile's actors, each once, without changing anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.credentials import Held
from rulebound.contract_tests.profiling.describing import Describer
from rulebound.contract_tests.profiling.report import ACCEPTED, GIVEN, GOT, Probed
from rulebound.contract_tests.side_effects import READ, side_effect
from rulebound.contract_tests.targets.deployed.opening import SessionOperation
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import TargetFault, UnsendableRequest, WireRequest
from rulebound.fixtures.actors import Token
from rulebound.fixtures.clock import SEED_TIME
from rulebound.fixtures.profiles import Login, OAuth2
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation

_UNAUTHORIZED = 401


@dataclass(frozen=True)
class Prober:
    """Gets a credential as a run would, and shows it to an operation that only reads, where one
    takes it."""

    deployment: Deployment
    apis: Apis

    def probe(self, world: str, actor: str) -> Probed:
        """What came of it; a fault never shows a secret. Raises nothing the target can cause."""
        proof = self.deployment.profile.world(world).actors[actor]
        how = GOT if isinstance(proof, OAuth2 | Login) else GIVEN
        try:
            self.deployment.keyring.held(world, actor)
            status = self._shown(world, actor)
            if isinstance(proof, Login):
                self._end(world, actor)
        except (NotReached, TargetFault, UnsendableRequest, ValueFault) as error:
            return Probed(world, actor, how, self.deployment.vault.hide(str(error)))
        if status is None:
            return Probed(world, actor, how, None)
        return Probed(world, actor, ACCEPTED, self._judged(world, actor, status))

    def _end(self, world: str, actor: str) -> None:
        """End the session that was opened: a user may have so many only."""
        keyring = self.deployment.keyring
        session = keyring.held(world, actor).value
        SessionOperation.of_world(self.apis, world).ended(keyring.carrier, session)

    def _judged(self, world: str, actor: str, status: int) -> str | None:
        seed = self.deployment.keyring.seed(world)
        known = seed.actors.get(actor)
        end = None if known is None else Describer(seed).end(known)
        has_ended = end is not None and end <= SEED_TIME
        if status == _UNAUTHORIZED and not has_ended:
            return "it was not accepted (401)"
        if status < 300 and has_ended:
            return f"it was accepted ({status}), but should have ended"
        return None

    def _shown(self, world: str, actor: str) -> int | None:
        """The status that answers the credential; None where no operation only reads with it."""
        held = self.deployment.keyring.held(world, actor)
        for api, operation in self._readers(world):
            request = self._request(api, operation, actor)
            if request.secrets and _takes(api, operation, held):
                return self.deployment.keyring.carrier.send(request).status
        return None

    def _readers(self, world: str) -> Iterator[tuple[Api, Operation]]:
        there = self.deployment.profile.apis
        for api in self.apis.all:
            if api.seed.name == world and READ in self.deployment.allow and api.name in there:
                for operation in api.document.operations:
                    if side_effect(operation) == READ and operation.id in api.files:
                        yield api, operation

    def _request(self, api: Api, operation: Operation, actor: str) -> WireRequest:
        """The barest request there is: who asks is judged before what is asked."""
        keyring, file = self.deployment.keyring, api.files[operation.id]
        resolver = Resolver(lambda name: self._record(api.seed, name), SEED_TIME, None, str)
        builder = Builder(
            self.apis,
            api,
            file,
            None,
            resolver,
            lambda seed, name: keyring.held(seed.name, name),
        )
        # An address with parameters is that of a baseline.
        path = file.first.path if "{" in operation.path else None
        return builder.build(Sending(operation=operation.id, actor=actor, path=path)).request

    def _record(self, seed: Seed, name: str) -> Mapping[str, Any]:
        """A record as far as it is bound; the rest does for a request that only shows who asks."""
        bound = self.deployment.profile.world(seed.name).record(name)
        own = {} if bound is None else {**bound.fields, **next(iter(bound.each), {})}
        return {**seed.names[name], **own}


def _takes(api: Api, operation: Operation, held: Held) -> bool:
    """Whether a security scheme of the operation is for what is held: a token, or a key."""
    schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
    names = {name for each in operation.security for name in each} & schemes.keys()
    is_key = not isinstance(held, Token)
    return any((schemes[name]["type"] == "apiKey") == is_key for name in names)

"""Credentials of a deployment's actors: got when first wanted, and anew when they have ended."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import RLock

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.credentials import Held, as_seeded
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.granting import granted
from rulebound.contract_tests.targets.deployed.opening import Failed, Refused, SessionOperation
from rulebound.contract_tests.targets.deployed.proofs import actor_name
from rulebound.contract_tests.targets.deployed.waiting import UNSAID
from rulebound.contract_tests.targets.lines import NotSent
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunOver
from rulebound.contract_tests.wire.message import TargetFault, UnsendableRequest, WireRequest
from rulebound.fixtures.actors import AccessKey, Session, Token
from rulebound.fixtures.profiles import (
    GivenSession,
    GivenToken,
    Keys,
    Login,
    MissingSecret,
    OAuth2,
    Profile,
    Proof,
)
from rulebound.fixtures.seeds import Seed

MOST_TRIES = 3
"""So often a credential is asked for where the answer is no refusal but a failure."""
_Key = tuple[str, str]


@dataclass
class Keyring:
    """What the actors of a profile hold; `seeded`: what those of the seed hold, without a profile.

    A credential that was refused is not asked for again: a user may be locked out for it. One that
    was got anew and refused as well is spent, until it is accepted for something else: it was not
    the credential then. For many threads.
    """

    profile: Profile
    apis: Apis
    carrier: Carrier
    vault: Vault
    seeded: bool = False
    _held: dict[_Key, Held] = field(default_factory=dict)
    _ended: dict[str, _Key] = field(default_factory=dict)
    _spent: set[_Key] = field(default_factory=set)
    _failed: dict[_Key, str] = field(default_factory=dict)
    _tries: Counter[_Key] = field(default_factory=Counter)
    _lock: RLock = field(default_factory=RLock)

    def held(self, world: str, actor: str) -> Held:
        """What an actor proves itself with here.

        Raises NotReached where the profile binds none, or none is to be had.
        """
        with self._lock:
            key = (world, actor)
            if key not in self._held:
                proof = self.profile.world(world).actors.get(actor)
                if proof is None and not self.seeded:
                    raise NotReached(f"the profile binds no actor {actor}")
                self._held[key] = self._got(key, proof)
            return self._held[key]

    def seed(self, world: str) -> Seed:
        """The seed of a world."""
        return next(api.seed for api in self.apis.all if api.seed.name == world)

    def forget(self) -> None:
        """Get every credential anew that can be got: those there were have ended. Sessions are
        ended before, by `close`."""
        with self._lock:
            for known in (self._held, self._ended, self._spent, self._failed, self._tries):
                known.clear()

    def close(self) -> None:
        """End the sessions that were opened: a user may have so many only."""
        with self._lock:
            for key, held in self._held.items():
                self._end(key, _text(held))
            self._held.clear()

    def _end(self, key: _Key, session: str) -> None:
        world, actor = key
        if isinstance(self.profile.world(world).actors.get(actor), Login):
            with suppress(NotReached, TargetFault, UnsendableRequest):
                SessionOperation.of_world(self.apis, world).ended(self.carrier, session)

    def renewed(self, request: WireRequest) -> WireRequest | None:
        """The request with the credential in it got anew; None where it holds none of those that
        can be, or where no other is to be had."""
        with self._lock:
            found = self._in(request)
            if found is None or found[1] in self._spent:
                return None
            old, key = found
            if old not in self._ended:
                self._ended[old] = key
                del self._held[key]
                # It may have been refused for another reason, and still count.
                self._end(key, old)
            try:
                return _replaced(request, old, _text(self.held(*key)))
            except (NotReached, TargetFault, UnsendableRequest):
                return None

    def refused(self, request: WireRequest) -> None:
        """Hear that a credential was refused right after it was got: another will be as well."""
        with self._lock:
            found = self._in(request)
            if found is not None:
                self._spent.add(found[1])

    def accepted(self, request: WireRequest) -> None:
        """Hear that a request was accepted, so that its credential is good."""
        with self._lock:
            found = self._in(request) if self._spent else None
            if found is not None:
                self._spent.discard(found[1])

    def _in(self, request: WireRequest) -> tuple[str, _Key] | None:
        """The text of a credential in a request that can be got anew, and whose it is."""
        known = {_text(held): key for key, held in self._held.items()}
        for text, key in {**self._ended, **known}.items():
            proof = self.profile.world(key[0]).actors.get(key[1])
            if isinstance(proof, OAuth2 | Login) and _holds(request, text):
                return text, key
        return None

    def _got(self, key: _Key, proof: Proof | None) -> Held:
        if key in self._failed:
            raise NotReached(self._failed[key])
        world, actor = key
        self._tries[key] += 1
        try:
            held = self._of(world, actor, proof)
        except MissingSecret as error:
            raise NotReached(f"actor {actor}: {error}") from error
        except UnsendableRequest as error:
            raise NotReached(f"the credential of {actor} cannot be sent: {error}") from error
        except (NotReached, TargetFault) as error:
            if isinstance(error, Refused) or self._tries[key] >= MOST_TRIES:
                self._failed[key] = str(error)
            else:
                self._leave_alone(error)
            raise
        self._tries[key] = 0
        for text, name in _parts(held):
            self.vault.add(text, f"{name}_{actor_name(actor)}")
        return held

    def _leave_alone(self, error: NotReached | TargetFault) -> None:
        """What failed is not to be tried again at once: an outage would take all tries."""
        if isinstance(error, Failed):
            self.carrier.gate.pause.hold(error.seconds)
        elif isinstance(error, TargetFault) and not isinstance(error, NotSent | RunOver):
            self.carrier.gate.pause.hold(UNSAID)

    def _of(self, world: str, actor: str, proof: Proof | None) -> Held:
        match proof:
            case None:
                return as_seeded(self.seed(world), actor)
            case GivenToken(token):
                return Token(token.value())
            case GivenSession(session):
                return Session(session.value())
            case Keys(key, secret):
                return AccessKey(key.value(), secret.value())
            case Login(user, password):
                operation = SessionOperation.of_world(self.apis, world)
                return Session(operation.opened(self.carrier, user.value(), password.value()))
            case OAuth2():
                return Token(granted(self.carrier, self.vault, actor, proof))


def _parts(held: Held) -> tuple[tuple[str, str], ...]:
    match held:
        case AccessKey(value, secret):
            return (value, "KEY"), (secret, "SECRET")
        case Session(value):
            return ((value, "SESSION"),)
        case Token(value):
            return ((value, "TOKEN"),)


def _text(held: Held) -> str:
    return held.value


def _holds(request: WireRequest, text: str) -> bool:
    pairs = (*request.headers, *request.query)
    return any(text in value for _, value in pairs)


def _replaced(request: WireRequest, old: str, new: str) -> WireRequest:
    def swapped(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((name, value.replace(old, new)) for name, value in pairs)

    secrets = tuple((new if text == old else text, name) for text, name in request.secrets)
    return replace(
        request, query=swapped(request.query), headers=swapped(request.headers), secrets=secrets
    )

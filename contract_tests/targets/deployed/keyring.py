"""Credentials of a deployment's actors: got when first wanted, and anew when they have ended."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from authlib.common.urls import add_params_to_qs
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.credentials import Held, as_seeded
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.opening import Refused, SessionOperation, is_refusal
from rulebound.contract_tests.targets.deployed.proofs import actor_name
from rulebound.contract_tests.targets.target import NotReached
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

_FORM = "application/x-www-form-urlencoded"
MOST_TRIES = 3
"""So often a credential is asked for where the answer is no refusal but a failure."""
_Key = tuple[str, str]


@dataclass
class Keyring:
    """What the actors of a profile hold; `seeded`: what those of the seed hold, without a profile.

    A credential that was refused is not asked for again: a user may be locked out for it. For many
    threads.
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
        """Get every credential anew that can be got: those there were have ended."""
        with self._lock:
            for known in (self._held, self._ended, self._spent, self._failed, self._tries):
                known.clear()

    def close(self) -> None:
        """End the sessions that were opened: a user may have so many only."""
        with self._lock:
            for (world, actor), held in self._held.items():
                if isinstance(self.profile.world(world).actors.get(actor), Login):
                    with suppress(NotReached, TargetFault, UnsendableRequest):
                        SessionOperation.of_world(self.apis, world).ended(self.carrier, _text(held))
            self._held.clear()

    def renewed(self, request: WireRequest) -> WireRequest | None:
        """The request with the credential in it got anew; None where it holds none of those that
        can be, or where no other is to be had."""
        with self._lock:
            found = self._in(request)
            if found is None:
                return None
            old, key = found
            if old not in self._ended:
                self._ended[old] = key
                del self._held[key]
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

    def _in(self, request: WireRequest) -> tuple[str, _Key] | None:
        """The text of a credential in a request that can be got anew, and whose it is."""
        known = {_text(held): key for key, held in self._held.items()}
        for text, key in {**self._ended, **known}.items():
            proof = self.profile.world(key[0]).actors.get(key[1])
            able = isinstance(proof, OAuth2 | Login) and key not in self._spent
            if able and _holds(request, text):
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
            raise
        self._tries[key] = 0
        for text, name in _parts(held):
            self.vault.add(text, f"{name}_{actor_name(actor)}")
        return held

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
                return Token(self._token(actor, proof))

    def _token(self, actor: str, proof: OAuth2) -> str:
        texts = {
            "client_id": proof.client,
            "username": proof.username,
            "client_secret": proof.secret,
            "password": proof.password,
        }
        sent = [("grant_type", proof.grant)]
        sent += [(name, text.value()) for name, text in texts.items() if text]
        if proof.scope:
            sent.append(("scope", proof.scope))
        body = str(add_params_to_qs("", sent)).encode()
        headers = (("Content-Type", _FORM), ("Accept", "application/json"))
        answer = self.carrier.ask(proof.url, WireRequest("POST", "", headers=headers, body=body))
        given = _json(answer.body, answer.json)
        token = given.get("access_token") if answer.status == 200 else None
        if isinstance(token, str) and token:
            return token
        said = self.vault.hide(str(given.get("error", "")))[:200]
        why = f"no token for {actor}: answered {answer.status} {said}".rstrip()
        raise Refused(why) if is_refusal(answer) else NotReached(why)


def _parts(held: Held) -> tuple[tuple[str, str], ...]:
    match held:
        case AccessKey(value, secret):
            return (value, "KEY"), (secret, "SECRET")
        case Session(value):
            return ((value, "SESSION"),)
        case Token(value):
            return ((value, "TOKEN"),)


def _json(body: bytes, read: Any) -> Mapping[str, Any]:
    try:
        value = read() if body else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


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

"""Credentials of a deployment's actors: got when first wanted, and anew when they have ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from authlib.common.urls import add_params_to_qs
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.credentials import Held, as_seeded
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.opening import SessionOperation
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import TargetFault, WireRequest
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
from rulebound.fixtures.profiles import Text as Secret
from rulebound.fixtures.seeds import Seed

_FORM = "application/x-www-form-urlencoded"


@dataclass
class Keyring:
    """What the actors of a profile hold; `seeded`: what those of the seed hold, without a profile.
    For many threads."""

    profile: Profile
    apis: Apis
    carrier: Carrier
    vault: Vault
    seeded: bool = False
    _held: dict[tuple[str, str], Held] = field(default_factory=dict)
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
                self._held[key] = self._got(world, actor, proof)
            return self._held[key]

    def seed(self, world: str) -> Seed:
        """The seed of a world."""
        return next(api.seed for api in self.apis.all if api.seed.name == world)

    def forget(self) -> None:
        """Get every credential anew that can be got: those there were have ended."""
        with self._lock:
            self._held.clear()

    def renewed(self, request: WireRequest) -> WireRequest | None:
        """The request with the credential in it got anew; None where it holds none of those that
        can be, or where no other is to be had."""
        with self._lock:
            for (world, actor), held in list(self._held.items()):
                proof = self.profile.world(world).actors.get(actor)
                old = _text(held)
                if not isinstance(proof, OAuth2 | Login) or not _holds(request, old):
                    continue
                del self._held[world, actor]
                try:
                    new = _text(self.held(world, actor))
                except (NotReached, TargetFault):
                    return None
                return _replaced(request, old, new)
        return None

    def _got(self, world: str, actor: str, proof: Proof | None) -> Held:
        try:
            held = self._of(world, actor, proof)
        except MissingSecret as error:
            raise NotReached(f"actor {actor}: {error}") from error
        name = actor.upper().replace("-", "_")
        match held:
            case AccessKey(value, secret):
                self.vault.add(value, f"KEY_{name}")
                self.vault.add(secret, f"SECRET_{name}")
            case Session(value):
                self.vault.add(value, f"SESSION_{name}")
            case Token(value):
                self.vault.add(value, f"TOKEN_{name}")
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
                word = self._secret(password, actor)
                return Session(operation.opened(self.carrier, user.value(), word))
            case OAuth2():
                return Token(self._token(actor, proof))

    def _token(self, actor: str, proof: OAuth2) -> str:
        secret = {"client_secret": proof.secret, "password": proof.password}
        open_ = {"client_id": proof.client, "username": proof.username}
        sent = [("grant_type", proof.grant)]
        sent += [(name, text.value()) for name, text in open_.items() if text]
        sent += [(name, self._secret(text, actor)) for name, text in secret.items() if text]
        if proof.scope:
            sent.append(("scope", proof.scope))
        body = str(add_params_to_qs("", sent)).encode()
        headers = (("Content-Type", _FORM), ("Accept", "application/json"))
        answer = self.carrier.ask(proof.url, WireRequest("POST", "", headers=headers, body=body))
        given = _json(answer.body, answer.json) if answer.status == 200 else {}
        token = given.get("access_token")
        if not isinstance(token, str) or not token:
            said = self.vault.hide(str(given.get("error", "")))
            raise NotReached(f"no token for {actor}: answered {answer.status} {said}".rstrip())
        return token

    def _secret(self, text: Secret, actor: str) -> str:
        value = text.value()
        self.vault.add(value, f"SECRET_{actor.upper().replace('-', '_')}")
        return value


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

"""Says in a deployment's own terms what is drawn in those of the seed, and the other way round.

Only whole texts are exchanged: an id, or what an actor proves itself with. What is made during a
run is called alike on both sides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.properties.bound_seed import BoundSeed
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import Scene
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.actors import AccessKey, Credential

Terms = Mapping[str, str]
_Pairs = tuple[tuple[str, str], ...]
# A text of JSON or XML that could be an id, with the name it stands under where there is one.
_JSON = re.compile(r'("(?:[^"\\]|\\.)*"\s*:\s*)?"([\w.-]{2,64})"')
_XML = re.compile(r"(<[\w:]+>\s*)([\w.-]{2,64})(?=\s*</)")
_ATTRIBUTE = re.compile(r'(\sid=)"([\w.-]{2,64})"')
_LINK = re.compile(r'(?<=[/=])[\w.-]{2,64}(?=["<?&])')
_WORD = re.compile(r"[\w.-]*\w")
_NAMES = re.compile(r"(name|loginid|subject|text|html)\W*$", re.IGNORECASE)
_SEGMENTS = re.compile(r"[^/?#&=]+")


@dataclass(frozen=True)
class Tongue:
    """`bound`: by the name of a seed, what stands there for it; empty where names stand for the
    seed's own. With `ids` off only credentials are exchanged."""

    target: Deployment
    apis: Apis
    bound: Mapping[str, BoundSeed] = field(default_factory=dict)
    ids: bool = True

    @cached_property
    def plain(self) -> "Tongue":
        """The same, but every id is left as it is."""
        return replace(self, ids=False)

    def outward(self, request: WireRequest) -> WireRequest:
        """The request as it is sent there. Raises NotReached for an actor that cannot be had."""
        seed = self._seed_of(request)
        terms = self._outward.get(seed, {})
        held = {word: self._held(seed, word) for word in self._credentials(seed, request)}
        query = tuple(
            (name, held.get(value, value if _NAMES.search(name) else terms.get(value, value)))
            for name, value in request.query
        )
        headers = tuple(
            (name, _worded(value, {**terms, **held})) for name, value in request.headers
        )
        return replace(
            request,
            path=_SEGMENTS.sub(lambda found: terms.get(found[0], found[0]), request.path),
            query=query,
            headers=headers,
            body=None if request.body is None else _exchanged(request.body, terms),
            secrets=tuple((held.get(text, text), name) for text, name in request.secrets),
        )

    def inward(self, request: WireRequest, answer: Answer) -> Answer:
        """The answer to a request with the seed's ids in it."""
        seed = self._seed_of(request)
        terms = self._inward.get(seed, {})
        own = {self._held(seed, text): text for text in self._credentials(seed, request)}
        headers = tuple(
            (name, _SEGMENTS.sub(lambda found: terms.get(found[0], found[0]), value))
            if name.lower() == "location"
            else (name, own.get(value, value))
            for name, value in answer.headers
        )
        return replace(answer, headers=headers, body=_exchanged(answer.body, terms))

    def meet(self, scene: Scene, seed: str, id: Any) -> None:
        """Let a scene know of the record with this id of the seed, so that it can look at it."""
        bound = self.bound.get(seed)
        if bound is None:
            return
        for name, record in bound.seed.names.items():
            if record["id"] == id:
                scene.record(bound.seed, name)

    def said(self, seed: str, value: Any) -> Any:
        """A value as it is there."""
        return _changed(value, self._outward.get(seed, {}))

    def heard(self, seed: str, value: Any) -> Any:
        """A value from there as the seed has it."""
        return _changed(value, self._inward.get(seed, {}))

    def curl(self, request: WireRequest) -> str:
        """A request of the seed as a line that can be pasted, without a secret in it."""
        url = self.target.profile.apis.get(request.api, self.target.url)
        return self.target.vault.curl(self.outward(request), url)

    def spoken(self, text: str) -> str:
        """A sentence with the deployment's ids in it."""
        terms = {here: there for each in self._outward.values() for here, there in each.items()}
        said = _WORD.sub(lambda found: terms.get(found[0], found[0]), text)
        return self.target.vault.hide(said)

    def texts(self, seed: str) -> Mapping[str, Any]:
        """Texts of a seed that are called otherwise there."""
        return self.bound[seed].texts if seed in self.bound else {}

    @cached_property
    def _outward(self) -> Mapping[str, Terms]:
        return {name: each.ids for name, each in self.bound.items()} if self.ids else {}

    @cached_property
    def _inward(self) -> Mapping[str, Terms]:
        return {
            name: {there: here for here, there in ids.items()}
            for name, ids in self._outward.items()
        }

    @cached_property
    def _actors(self) -> Mapping[str, Mapping[str, str]]:
        """By seed: each text of a credential -> the actor who holds it."""
        seeds = {api.seed.name: api.seed for api in self.apis.all}
        return {
            name: {
                text: actor.name
                for actor in seed.actors.values()
                for text in _texts(actor.credential)
            }
            for name, seed in seeds.items()
        }

    def _seed_of(self, request: WireRequest) -> str:
        return next((api.seed.name for api in self.apis.all if api.name == request.api), "")

    def _credentials(self, seed: str, request: WireRequest) -> set[str]:
        values = (value for _, value in (*request.headers, *request.query))
        return {word for value in values for word in value.split()} & self._actors[seed].keys()

    def _held(self, seed: str, text: str) -> str:
        held = self.target.keyring.held(seed, self._actors[seed][text])
        if not isinstance(held, AccessKey):
            return held.value
        actor = self._actors[seed][text]
        own = self.target.keyring.seed(seed).actors[actor].credential
        return held.value if own.value == text else held.secret


def _texts(credential: Credential) -> tuple[str, ...]:
    if isinstance(credential, AccessKey):
        return (credential.value, credential.secret)
    return (credential.value,)


def _changed(value: Any, terms: Terms) -> Any:
    if isinstance(value, str):
        return terms.get(value, value)
    if isinstance(value, Mapping):
        return {name: _changed(item, terms) for name, item in value.items()}
    return [_changed(item, terms) for item in value] if isinstance(value, list) else value


def _worded(text: str, terms: Terms) -> str:
    return " ".join(terms.get(word, word) for word in text.split(" "))


def _exchanged(body: bytes, terms: Terms) -> bytes:
    """A body with every id in it exchanged; one that is no text is left as it is."""
    if not terms or not body:
        return body
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    pattern, end = (_XML, "") if text.lstrip().startswith("<") else (_JSON, '"')

    def exchange(found: re.Match[str]) -> str:
        before, value = found[1] or "", found[2]
        if value not in terms or _NAMES.search(before):
            return found[0]
        return f"{before}{end}{terms[value]}{end}"

    text = pattern.sub(exchange, text)
    if pattern is _XML:
        text = _ATTRIBUTE.sub(lambda found: f'{found[1]}"{terms.get(found[2], found[2])}"', text)
    return _LINK.sub(lambda found: terms.get(found[0], found[0]), text).encode()

"""Opens and ends sessions through the operation that a document has for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Sending, WitnessFile
from rulebound.contract_tests.cases.values import Resolver
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.gate import Errand
from rulebound.contract_tests.targets.deployed.waiting import UNSAID, asked_to_wait
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.openapi.model import Operation

_LATER = (408, 425, 429)


class Refused(NotReached):
    """A credential was refused, and would be again."""


class Failed(NotReached):
    """A credential could not be had, but may be after so many `seconds`."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


def not_given(why: str, answer: Answer) -> NotReached:
    """What it means that an answer gave no credential: a failure or a limit passes, all else will
    be the same the next time."""
    if answer.status < 500 and answer.status not in _LATER:
        return Refused(why)
    seconds = asked_to_wait(answer)
    return Failed(why, UNSAID if seconds is None else seconds)


@dataclass(frozen=True)
class SessionOperation:
    """The operation that makes what a security scheme of its API wants in a header."""

    apis: Apis
    api: Api
    operation: Operation
    file: WitnessFile

    @classmethod
    def of_world(cls, apis: Apis, world: str) -> "SessionOperation":
        """That of a world's APIs. Raises NotReached where there is none."""
        for api in apis.all:
            if api.seed.name == world:
                for found in cls.of_api(apis, api):
                    return found
        raise NotReached(f"no operation of world {world} opens sessions, so nobody can log in")

    @classmethod
    def of_api(cls, apis: Apis, api: Api) -> "list[SessionOperation]":
        """Those of an API."""
        headers = session_headers(api)
        return [
            cls(apis, api, api.document.operation(id), file)
            for id, file in api.files.items()
            if file.made.get("header", "").lower() in headers
        ]

    @property
    def header(self) -> str:
        """The header in which an answer gives the session."""
        return str(self.file.made["header"])

    def opened(self, carrier: Carrier, user: str, password: str) -> str:
        """The id of a new session. Raises Refused or Failed when none is given, and TargetFault."""
        errand = Errand(own=True, opens=self.has_end)
        answer = carrier.send(self.opening(user, password), errand)
        session = answer.header(self.header)
        if answer.status >= 300 or not session:
            if errand.opens:
                carrier.gate.spending.release()
            said = f"{self.operation.id} opened no session: answered {answer.status}"
            raise not_given(said, answer)
        return session

    @property
    def has_end(self) -> bool:
        """Whether an operation ends what this one opens."""
        return self.ending("") is not None

    def opening(self, user: str, password: str) -> WireRequest:
        """The request that opens a session."""
        body = self._body(user, password)
        return self._build(Sending(operation=self.operation.id, actor=None, body=body))

    def ended(self, carrier: Carrier, session: str) -> None:
        """End a session, where an operation does; none is no fault."""
        request = self.ending(session)
        if request is not None:
            carrier.send(request, Errand(own=True, ends=True))

    def ending(self, session: str) -> WireRequest | None:
        """The request that ends a session: that of the operation that deletes at the same address,
        or beside it (`../login`, `../logout`). None where there is none."""
        own, folder = self.operation.path, _folder(self.operation.path)
        deleting = [
            each for each in self.api.document.operations if each.method.lower() == "delete"
        ]
        near = [each for each in deleting if each.path == own] or [
            each for each in deleting if _folder(each.path) == folder and "{" not in each.path
        ]
        if not near:
            return None
        return self._build(
            Sending(operation=near[0].id, actor=None, headers={self.header: session})
        )

    def _body(self, user: str, password: str) -> Mapping[str, str]:
        """By the names of the body's properties: the one that speaks of a password holds it."""
        media = self.operation.body.media if self.operation.body else {}
        schema: Mapping[str, Any] = next(iter(media.values()), {})
        names = schema.get("required", ())
        return {name: password if "pass" in name.lower() else user for name in names}

    def _build(self, sending: Sending) -> WireRequest:
        seed = self.api.seed
        resolver = Resolver(
            seed.names.__getitem__, datetime.now(UTC), self.api.document.date_format, str
        )
        return Builder(self.apis, self.api, self.file, None, resolver).build(sending).request


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def session_headers(api: Api) -> frozenset[str]:
    """The headers, in lower case, in which an API's security schemes want a session or a key."""
    schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
    return frozenset(
        str(each["name"]).lower()
        for each in schemes.values()
        if each.get("type") == "apiKey" and each.get("in") == "header"
    )

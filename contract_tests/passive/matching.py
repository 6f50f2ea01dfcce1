"""Which operation a recorded request was for: by method, and by the end of its path."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from rulebound.contract_tests.apis import Api
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Expect
from rulebound.contract_tests.judging.answers import code_of
from rulebound.contract_tests.passive.recorded import Pairs, Recorded
from rulebound.contract_tests.wire.message import NO_VALUE, Answer, WireRequest
from rulebound.openapi.model import Operation
from rulebound.openapi.read_body import read_body
from rulebound.openapi.request import NO_BODY, Request

_PARAMETER = re.compile(r"(\{[^{}/]+\})")


@dataclass(frozen=True)
class Exchange:
    """A recorded exchange with its operation: `built` as the conformance check sees the request
    (its path without what a gateway put in front), `request` as the openapi room does."""

    recorded: Recorded
    api: Api
    operation: Operation
    built: Built
    request: Request

    @property
    def answer(self) -> Answer:
        """The answer as it came."""
        return self.recorded.answer

    @property
    def headers(self) -> Pairs:
        """The request's headers, as far as they are told."""
        return self.recorded.headers or ()

    @property
    def is_accepted(self) -> bool:
        """Whether the answer is an acceptance."""
        return 200 <= self.answer.status < 300

    @property
    def code(self) -> str | None:
        """The vendor's error code in the answer."""
        return code_of(self.answer, self.api.document, self.operation)


@dataclass(frozen=True)
class _Address:
    api: Api
    operation: Operation
    pattern: re.Pattern[str]
    words: int
    """How many parts of the path are words: the more, the better it fits."""


class Matcher:
    """Finds operations of the chosen APIs."""

    def __init__(self, chosen: Iterable[tuple[Api, Operation]]) -> None:
        found = [_address(api, operation) for api, operation in chosen]
        self._addresses = sorted(found, key=lambda each: -each.words)

    def knows(self, recorded: Recorded) -> bool:
        """Whether the path is that of an operation, whatever the method."""
        return any(each.pattern.fullmatch(recorded.path) for each in self._addresses)

    def match(self, recorded: Recorded) -> Exchange | None:
        """The exchange with its operation; None where no operation has this method and path."""
        for address in self._addresses:
            if address.operation.method.upper() != recorded.method:
                continue
            found = address.pattern.fullmatch(recorded.path)
            if found:
                return _exchange(recorded, address, found)
        return None


def _address(api: Api, operation: Operation) -> _Address:
    parts = _PARAMETER.split(api.base + operation.path)
    own = "".join(
        f"(?P<p{number // 2}>[^/]+)" if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    )
    words = sum(bool(part.strip("/")) for part in parts[::2])
    # An address of nothing but parameters is the end of every path.
    before = r"(?:/[^/]+)*?" if words else ""
    return _Address(api, operation, re.compile(f"{before}(?P<own>{own})"), words)


def _exchange(recorded: Recorded, address: _Address, found: re.Match[str]) -> Exchange:
    api, operation = address.api, address.operation
    names = _PARAMETER.findall(api.base + operation.path)
    parameters = {name[1:-1]: unquote(found[f"p{n}"]) for n, name in enumerate(names)}
    headers = recorded.headers or ()
    lower = tuple((name.lower(), value) for name, value in headers)
    known = dict(reversed(lower))
    if recorded.headers is None and recorded.body.kind is not None:
        known["content-type"] = recorded.body.kind
    read = read_body(operation, known, recorded.body.content)
    request = Request(
        method=recorded.method,
        path=found["own"],
        query=recorded.query,
        headers=lower,
        media_type=read.media_type,
        body=read.body,
        body_fault=read.fault,
        path_parameters=parameters,
    )
    wire = WireRequest(
        method=recorded.method,
        path=found["own"],
        query=recorded.query,
        headers=headers,
        body=recorded.body.content or None,
        value=NO_VALUE if read.body is NO_BODY else read.body,
    )
    return Exchange(recorded, api, operation, Built(wire, api, operation, Expect()), request)

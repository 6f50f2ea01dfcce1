"""Carries requests to the addresses of a deployment, through its gate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.gate import Errand, Gate
from rulebound.contract_tests.targets.deployed.given import given_by
from rulebound.contract_tests.targets.deployed.waiting import TOO_MANY, UNSAID, asked_to_wait
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.line import StaleConnection
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.profiles import host_of

_PLAIN = Errand()
Heard = Callable[[], None]


def _nobody() -> None:
    """Nobody wants to hear."""


@dataclass(frozen=True)
class Carrier:
    """`urls`: API name -> base address; `dial` opens the lines to an address; `hosts` may be met
    besides, `session_headers` are headers in which an answer gives a credential."""

    urls: Mapping[str, str]
    hosts: frozenset[str]
    gate: Gate
    vault: Vault
    session_headers: frozenset[str]
    dial: Callable[[str], Lines]
    agent: str

    def send(
        self, request: WireRequest, errand: Errand = _PLAIN, leaving: Heard = _nobody
    ) -> Answer:
        """Send a request of an operation. Just before it goes out `leaving` hears of it.

        Raises NotReached, TargetFault and UnsendableRequest.
        """
        url = self.urls.get(request.api)
        if url is None:
            raise NotReached(f"the profile has no address for {request.api}")
        path = urlsplit(url).path.rstrip("/") + request.path
        sent = self._signed(replace(request, path=path))
        try:
            return self._passed(url, sent, errand, leaving)
        except StaleConnection:
            # Sent again it is another request to the target, and counts as one.
            return self._passed(url, sent, errand, leaving)

    def ask(self, url: str, request: WireRequest) -> Answer:
        """Send a request to an address that belongs to no operation: a token endpoint, say.

        Raises NotReached for a host the profile does not name, and what `send` raises.
        """
        host = host_of(url)
        if host not in self.hosts | {host_of(each) for each in self.urls.values()}:
            raise NotReached(f"the host {host} is not among those of the profile (hosts: [{host}])")
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = self._signed(replace(request, path=path))
        return self._passed(f"{parts.scheme}://{parts.netloc}", sent, Errand(own=True))

    def _passed(
        self, url: str, request: WireRequest, errand: Errand, leaving: Heard = _nobody
    ) -> Answer:
        with self.gate.turn(request, errand):
            leaving()
            return self._read(self.dial(url).send(request), errand)

    def _signed(self, request: WireRequest) -> WireRequest:
        if request.header("user-agent") is not None:
            return request
        return request.with_headers((("User-Agent", self.agent),))

    def _read(self, answer: Answer, errand: Errand) -> Answer:
        """What an answer gives as a credential is a secret from then on, and whoever is asked to
        wait waits with all that is sent, some seconds where it is not said how long: but for a
        case that is about this very limit."""
        for text, name in given_by(answer, self.session_headers):
            self.vault.add(text, name)
        if answer.status == TOO_MANY:
            seconds = asked_to_wait(answer)
            if seconds is not None or not errand.burst:
                self.gate.pause.hold(UNSAID if seconds is None else seconds)
        return answer

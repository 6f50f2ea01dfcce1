"""Carries requests to the addresses of a deployment, through its gate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.gate import Gate
from rulebound.contract_tests.targets.deployed.given import given_by
from rulebound.contract_tests.targets.deployed.waiting import TOO_MANY, asked_to_wait
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.line import StaleConnection
from rulebound.contract_tests.wire.message import Answer, WireRequest
from rulebound.fixtures.profiles import host_of


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

    def send(self, request: WireRequest, *, burst: bool = False, own: bool = False) -> Answer:
        """Send a request of an operation; `burst` and `own` as the gate has them.

        Raises NotReached, TargetFault and UnsendableRequest.
        """
        url = self.urls.get(request.api)
        if url is None:
            raise NotReached(f"the profile has no address for {request.api}")
        path = urlsplit(url).path.rstrip("/") + request.path
        sent = self._signed(replace(request, path=path))
        try:
            return self._passed(url, sent, burst=burst, own=own)
        except StaleConnection:
            # Sent again it is another request to the target, and counts as one.
            return self._passed(url, sent, burst=burst, own=own)

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
        return self._passed(f"{parts.scheme}://{parts.netloc}", sent, own=True)

    def _passed(
        self, url: str, request: WireRequest, *, burst: bool = False, own: bool = False
    ) -> Answer:
        with self.gate.turn(request, burst=burst, own=own):
            return self._read(self.dial(url).send(request))

    def _signed(self, request: WireRequest) -> WireRequest:
        if request.header("user-agent") is not None:
            return request
        return request.with_headers((("User-Agent", self.agent),))

    def _read(self, answer: Answer) -> Answer:
        """What an answer gives as a credential is a secret from then on, and whoever is asked to
        wait waits with all that is sent."""
        for text, name in given_by(answer, self.session_headers):
            self.vault.add(text, name)
        seconds = asked_to_wait(answer) if answer.status == TOO_MANY else None
        if seconds is not None:
            self.gate.pause.hold(seconds)
        return answer

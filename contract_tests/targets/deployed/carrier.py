"""Carries requests to the addresses of a deployment, through its gate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.gate import Gate
from rulebound.contract_tests.targets.lines import Lines
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import Answer, WireRequest

_GIVES = ("access_token", "refresh_token", "id_token", "session", "sessionId")


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
        self.gate.admit(request.operation, method=request.method, burst=burst, own=own)
        path = urlsplit(url).path.rstrip("/") + request.path
        sent = self._signed(replace(request, path=path))
        return self._read(self.dial(url).send(sent))

    def ask(self, url: str, request: WireRequest) -> Answer:
        """Send a request to an address that belongs to no operation: a token endpoint, say.

        Raises NotReached for a host the profile does not name, and what `send` raises.
        """
        host = urlsplit(url).hostname or ""
        known = self.hosts | {urlsplit(each).hostname for each in self.urls.values()}
        if host not in known:
            raise NotReached(f"the host {host} is not among those of the profile (hosts: [{host}])")
        parts = urlsplit(url)
        sent = self._signed(replace(request, path=parts.path or "/"))
        return self._read(self.dial(f"{parts.scheme}://{parts.netloc}").send(sent))

    def _signed(self, request: WireRequest) -> WireRequest:
        if request.header("user-agent") is not None:
            return request
        return request.with_headers((("User-Agent", self.agent),))

    def _read(self, answer: Answer) -> Answer:
        """What an answer gives as a credential is a secret from then on."""
        for name, value in answer.headers:
            if name.lower() in self.session_headers:
                self.vault.add(value, "SESSION_MADE")
            elif name.lower() == "set-cookie":
                self.vault.add(value.partition(";")[0].partition("=")[2], "COOKIE")
        if answer.media_type == "application/json" and len(answer.body) < 65536:
            self._read_body(answer)
        return answer

    def _read_body(self, answer: Answer) -> None:
        try:
            body = answer.json()
        except (ValueError, RecursionError):
            return
        if isinstance(body, dict):
            for name in _GIVES:
                if isinstance(body.get(name), str):
                    self.vault.add(body[name], "TOKEN_MADE")

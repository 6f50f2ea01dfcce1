"""How a run writes down what it sent and saw: without secrets, and alike in every run of a kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.wire.message import WireRequest


@dataclass(frozen=True)
class Wording:
    """`address` is where a stub was that is gone after the run; `url` is written in its place.
    `urls`: API name -> where it answers, for APIs that answer elsewhere."""

    vault: Vault
    url: str
    address: str | None = None
    urls: Mapping[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """A text that is only read."""
        shown = self.vault.hide(text)
        if self.address is None:
            return shown
        return shown.replace(_place(self.address), _place(self.url))

    def curl(self, request: WireRequest) -> str:
        """A request that can be sent again by hand."""
        return self.vault.curl(request, self.urls.get(request.api, self.url))


def _place(url: str) -> str:
    return url.partition("://")[2].rstrip("/")

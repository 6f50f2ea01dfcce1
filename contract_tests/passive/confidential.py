"""Shows recorded exchanges without the secrets of the people who were recorded."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from rulebound.contract_tests.judging.answers import UnreadableBody, summary, value_of
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.passive.recorded import Pairs
from rulebound.contract_tests.passive.secret_names import (
    Found,
    in_any,
    in_header,
    in_loose_text,
    in_query,
    in_value,
)
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.wire.curl import LONGEST_BODY
from rulebound.contract_tests.wire.message import NO_VALUE, WireRequest

_SHORTEST = 3
_WITHHELD = b"(not shown: it holds a secret too short to be told from other text)"


@dataclass(frozen=True)
class Shown:
    """An exchange to be read: its method and path, its request as a curl line, its answer in one
    line."""

    title: str
    curl: str
    got: str


@dataclass
class Confidential:
    """The secrets of a recording, each with a name to be written in its place."""

    vault: Vault = field(default_factory=Vault)
    _names: dict[str, str] = field(default_factory=dict)
    _count: Counter[str] = field(default_factory=Counter)
    _withheld: set[bytes] = field(default_factory=set)
    _shown: dict[str, Shown] = field(default_factory=dict)

    def learn(self, exchange: Exchange) -> None:
        """Take in the secrets of an exchange."""
        recorded = exchange.recorded
        self._learn_all(_around(exchange))
        for body, found in (
            (recorded.body.content, _in_body(recorded.body.content, exchange.built.request.value)),
            (recorded.answer.body, _in_body(recorded.answer.body, _answered(exchange))),
        ):
            if self._learn_all(found):
                self._withheld.add(body)

    def _learn_all(self, found: Found) -> bool:
        """Take them in; whether there was one too short for the vault."""
        is_short = False
        for kind, text in found:
            is_short = is_short or 0 < len(text) < _SHORTEST
            if text and text not in self._names:
                self._count[kind] += 1
                self._names[text] = f"HAR_{kind}_{self._count[kind]}"
                self.vault.add(text, self._names[text])
        return is_short

    def shown(self, exchange: Exchange) -> Shown:
        """The exchange without secrets, once all exchanges are learnt; kept, as one exchange is
        evidence for many rules."""
        where = exchange.recorded.where
        if where not in self._shown:
            self._shown[where] = Shown(
                self._title(exchange), self._curl(exchange), self._summary(exchange)
            )
        return self._shown[where]

    def _title(self, exchange: Exchange) -> str:
        path = self._path(exchange, exchange.request.path)
        return self.vault.hide(f"{exchange.recorded.method} {path}")

    @staticmethod
    def _path(exchange: Exchange, path: str) -> str:
        """The path; with a secret in it that is too short for the vault the document's."""
        short = any(0 < len(text) < _SHORTEST for _, text in _in_path(exchange))
        return exchange.api.base + exchange.operation.path if short else path

    def _curl(self, exchange: Exchange) -> str:
        """The curl line for the address it went to, the shell filling in secrets."""
        recorded, operation = exchange.recorded, exchange.operation
        in_headers = (in_header(n, v, operation.credential_headers) for n, v in exchange.headers)
        in_queries = (in_query(n, v, operation.credential_names) for n, v in recorded.query)
        body = recorded.body.content
        # The vault's curl line hides whole secrets; one at which the body is cut is not whole.
        if len(body) > LONGEST_BODY or body in self._withheld:
            body = self._hidden(body)
        request = WireRequest(
            method=recorded.method,
            path=self._path(exchange, recorded.path),
            query=self._bare(recorded.query, in_queries),
            headers=self._bare(exchange.headers, in_headers),
            body=body or None,
        )
        return self.vault.curl(request, recorded.origin)

    def _summary(self, exchange: Exchange) -> str:
        # Secrets are hidden before the line is cut: half of one is one too.
        answer = replace(exchange.answer, body=self._hidden(exchange.answer.body))
        return self.vault.hide(summary(answer, exchange.api.document, exchange.operation))

    def _bare(self, pairs: Pairs, found: Iterator[Found]) -> Pairs:
        """The pairs without the secrets that are too short for the vault."""
        return tuple(
            (name, f"${self._names[value]}")
            if any(text == value and len(text) < _SHORTEST for _, text in secrets) and value
            else (name, value)
            for (name, value), secrets in zip(pairs, found, strict=True)
        )

    def _hidden(self, body: bytes) -> bytes:
        if body in self._withheld:
            return _WITHHELD
        text = body.decode("utf-8", "replace")
        hidden = self.vault.hide(text)
        return body if hidden == text else hidden.encode("utf-8", "replace")


def _around(exchange: Exchange) -> Found:
    """The secrets beside the bodies."""
    recorded, operation = exchange.recorded, exchange.operation
    headers = (*exchange.headers, *recorded.answer.headers)
    return chain.from_iterable(
        (
            *(in_header(name, value, operation.credential_headers) for name, value in headers),
            *(in_query(name, value, operation.credential_names) for name, value in recorded.query),
            _in_path(exchange),
            in_any(recorded.path),
        )
    )


def _in_path(exchange: Exchange) -> Found:
    for name, value in exchange.request.path_parameters.items():
        yield from in_query(name, str(value), exchange.operation.credential_names)


def _in_body(body: bytes, value: Any) -> Found:
    text = body.decode("utf-8", "replace")
    yield from in_loose_text(text) if value is NO_VALUE else in_value(value)
    yield from in_any(text)


def _answered(exchange: Exchange) -> Any:
    try:
        return value_of(exchange.answer, exchange.operation)
    except UnreadableBody:
        return NO_VALUE

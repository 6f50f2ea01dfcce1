"""Every secret a run knows, and texts in which none of them stands any more.

A secret is hidden in each form in which it may come back: as it is, percent-encoded, escaped for
JSON or HTML, and inside base64 at any of its three alignments.
"""

import base64
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from threading import Lock
from urllib.parse import quote, quote_plus

from rulebound.contract_tests.wire.curl import as_curl
from rulebound.contract_tests.wire.message import WireRequest

_SHORTEST = 3
_SHORTEST_CODED = 6


class Vault:
    """Texts to be hidden, each with the name that is written in its place. For many threads."""

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        self._lock = Lock()
        self._names: dict[str, str] = {}
        self._forms: tuple[tuple[str, str], ...] = ()
        for text, name in known:
            self.add(text, name)

    def add(self, text: str, name: str) -> None:
        """Take in a secret; what is shorter than three characters would hide half of every text."""
        if len(text) < _SHORTEST or text in self._names:
            return
        with self._lock:
            self._names = {**self._names, text: name}
            forms = dict.fromkeys(_forms(text), f"${name}")
            known = {**forms, **dict(self._forms)}
            # The longest first: one secret may begin as another one does.
            self._forms = tuple(sorted(known.items(), key=lambda each: -len(each[0])))

    def hide(self, text: str) -> str:
        """The text with `$NAME` wherever a secret stood."""
        for form, name in self._forms:
            if form in text:
                text = text.replace(form, name)
        return text

    def curl(self, request: WireRequest, url: str) -> str:
        """A request as a curl line in which the shell fills in what is hidden."""
        body = (request.body or b"").decode("utf-8", "replace")
        whole = "\n".join((request.address, *(value for _, value in request.headers), body))
        found = {text: name for text, name in self._names.items() if text in whole}
        secrets = tuple({**dict(request.secrets), **found}.items())
        return self.hide(as_curl(replace(request, secrets=secrets), url))


def _forms(text: str) -> Iterator[str]:
    yield text
    yield from (quote(text, safe=""), quote(text), quote_plus(text))
    yield quote(text, safe="").lower()
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    yield html.escape(text)
    yield from _coded(text.encode("utf-8", "surrogatepass"))


def _coded(data: bytes) -> Iterator[str]:
    """The part of the base64 of anything with these bytes inside that they alone decide."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        # A character holds six bits: those that also hold bits of the neighbours vary.
        start = -(-before * 8 // 6)
        end = (before + len(data)) * 8 // 6
        form = whole[start:end]
        if len(form) >= _SHORTEST_CODED:
            yield form
            yield form.replace("+", "-").replace("/", "_")

"""Credentials and passwords of the seeds, kept out of reports wherever a case put them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.wire.curl import as_curl
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.actors import AccessKey, Actor, Session, Token


class Hiding:
    """Writes `$TOKEN_ANNA` and the like where the credential itself would stand."""

    def __init__(self, apis: Apis) -> None:
        found: dict[str, str] = {}
        for api in apis.all:
            for actor in api.seed.actors.values():
                for part, text in _parts(actor):
                    found.setdefault(text, f"{part}_{_name(actor.name)}")
            for name, record in api.seed.names.items():
                if password := record.get("password"):
                    found.setdefault(password, f"PASSWORD_{_name(name.partition('.')[2])}")
        self._names = found
        # The longest first: one credential may begin as another one does.
        texts = sorted(found, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, texts)) or r"(?!)")

    def text(self, text: str) -> str:
        """A text that is only read."""
        return self._any.sub(lambda found: f"${self._names[found[0]]}", text)

    def curl(self, request: WireRequest, url: str) -> str:
        """A curl line; the shell fills in what is hidden."""
        body = (request.body or b"").decode("utf-8", "replace")
        whole = "\n".join((request.address, *(value for _, value in request.headers), body))
        found = {each: self._names[each] for each in self._any.findall(whole)}
        return as_curl(
            replace(request, secrets=tuple({**dict(request.secrets), **found}.items())), url
        )


def _parts(actor: Actor) -> Iterator[tuple[str, str]]:
    match actor.credential:
        case Token(value):
            yield "TOKEN", value
        case Session(value):
            yield "SESSION", value
        case AccessKey(value, secret):
            yield from (("KEY", value), ("SECRET", secret))


def _name(name: str) -> str:
    return name.upper().replace("-", "_")

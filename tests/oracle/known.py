"""What the draws start from: the valid requests of the witnesses, and their cases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from oracle.calling import Asked
from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault


@dataclass(frozen=True)
class Known:
    """The requests that are known of an operation: valid ones, and those of every case that says
    what is refused and what is not."""

    operation: str
    valid: tuple[Asked, ...]
    cases: tuple[tuple[str, Asked], ...]
    effects: tuple[Asked, ...]
    """Of each effect two requests that show it."""

    @property
    def bodies(self) -> list[Any]:
        """The bodies of all of them that are objects, the valid ones first."""
        asked = [*self.valid, *(each for _, each in self.cases)]
        read = [_object(each.body) for each in asked]
        return [body for body in read if body is not None]


def known_requests(apis: Apis) -> dict[str, Known]:
    """Operation id -> its known requests, the credentials of a moment of the seed's in them."""
    return {
        operation.id: _known(apis, api, operation.id)
        for api in apis.all
        for operation in api.document.operations
    }


def _known(apis: Apis, api: Api, operation: str) -> Known:
    file, seed = api.files[operation], api.seed
    names = Resolver(seed.resolve, seed.world().clock.now(), api.document.date_format, str)
    own = [Sending(on=name) for name in file.baselines]
    valid = [_asked(apis, api, operation, names, each) for each in own]
    refusing, showing = [], []
    for witness in file.rules.values():
        for role in ("break", "boundary", "accepted", "near-miss"):
            refusing += witness.in_role(role)
        showing += witness.in_role("observed")[:2]
    cases = [(each.id, each.sending) for each in refusing if _is_plain(each.sending, operation)]
    asked = [(id, _asked(apis, api, operation, names, sending)) for id, sending in cases]
    shown = [each.sending for each in showing if _is_plain(each.sending, operation)]
    effects = [_asked(apis, api, operation, names, sending) for sending in shown]
    return Known(
        operation,
        tuple(each for each in valid if each is not None),
        tuple((id, each) for id, each in asked if each is not None),
        tuple(each for each in effects if each is not None),
    )


def _is_plain(sending: Sending, operation: str) -> bool:
    """Whether it is sent to the operation as such, at its own path."""
    own = sending.operation in (None, operation)
    return own and sending.path is None and sending.method is None


def _asked(apis: Apis, api: Api, operation: str, names: Resolver, sending: Sending) -> Asked | None:
    """The request of a sending; None for one that needs an answer to something before it."""
    try:
        built = Builder(apis, api, api.files[operation], sending.on, names).build(sending)
    except ValueFault:
        return None
    wire = built.request
    return Asked(api.name, operation, wire.method, wire.path, wire.query, wire.headers, wire.body)


def _object(body: bytes | None) -> dict[str, Any] | None:
    try:
        value = json.loads(body or b"")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None

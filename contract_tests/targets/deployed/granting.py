"""Asks a token endpoint for an access token."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.opening import not_given
from rulebound.contract_tests.wire.message import Answer, WireRequest, written
from rulebound.fixtures.profiles import OAuth2

_FORM = "application/x-www-form-urlencoded"


def granted(carrier: Carrier, vault: Vault, actor: str, proof: OAuth2) -> str:
    """A new token. Raises Refused or Failed when none is given, MissingSecret, NotReached and
    TargetFault."""
    texts = {
        "client_id": proof.client,
        "username": proof.username,
        "client_secret": proof.secret,
        "password": proof.password,
    }
    sent = [("grant_type", proof.grant)]
    sent += [(name, text.value()) for name, text in texts.items() if text]
    if proof.scope:
        sent.append(("scope", proof.scope))
    body = urlencode([(name, written(text)) for name, text in sent]).encode()
    headers = (("Content-Type", _FORM), ("Accept", "application/json"))
    answer = carrier.ask(proof.url, WireRequest("POST", "", headers=headers, body=body))
    given = _object(answer)
    token = given.get("access_token") if answer.status == 200 else None
    if isinstance(token, str) and token:
        return token
    said = vault.hide(str(given.get("error", "")))[:200]
    raise not_given(f"no token for {actor}: answered {answer.status} {said}".rstrip(), answer)


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        value = answer.json() if answer.body else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}

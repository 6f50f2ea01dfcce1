"""Who may use the control plane: callers on this machine, and those who know the token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from rulebound.mock_server.origins import LOOPBACK
from starlette.types import Scope


def refusal(scope: Scope, token: str | None, origins: Sequence[str]) -> str | None:
    """Why a request may not use the control plane, in words; None when it may.

    A page of another origin, or a name that only resolves to this machine, would reach it through
    a browser that runs here: both are refused too.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    sent = [name for name, _ in scope["headers"]]
    for name in ("host", "origin"):
        if sent.count(name.encode()) > 1:
            return f"the header {name} is given more than once"
    if token and _knows(headers, token):
        return None
    client = scope.get("client")
    if client is None or not _is_loopback(client[0]):
        return "the control plane answers callers on this machine, or those with its token"
    host = headers.get("host", "localhost")
    if not _is_loopback(_name_of(host)):
        return f"the control plane is not reached by the name {host!r}"
    origin = headers.get("origin")
    if origin is not None and not LOOPBACK.fullmatch(origin) and origin not in origins:
        return f"the control plane does not answer pages of {origin!r}"
    return None


def _knows(headers: Mapping[str, str], token: str) -> bool:
    sent = headers.get("rulebound-token") or headers.get("authorization", "").removeprefix(
        "Bearer "
    )
    return hmac.compare_digest(sent.encode(), token.encode())


def _name_of(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False

"""Who may use the control plane: callers on this machine, and those who know the token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from rulebound.mock_server.hosts import Hosts, name_of
from rulebound.mock_server.origins import LOOPBACK
from starlette.types import Scope

COOKIE = "rulebound-console"
"""The cookie of a browser that signed in to the console with the token."""
_HERE = Hosts("127.0.0.1")
_READING = frozenset(("GET", "HEAD", "OPTIONS"))


def refusal(
    scope: Scope, token: str | None, origins: Sequence[str], hosts: Hosts = _HERE
) -> str | None:
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
    # A browser sends its cookie whoever asks: what counts is the page that makes it ask.
    if token and _signed_in(headers, token) and _asks_itself(scope, headers):
        return None
    client = scope.get("client")
    if client is None or not _is_loopback(client[0]):
        return "the control plane answers callers on this machine, or those with its token"
    host = headers.get("host", "localhost")
    if not hosts.owns(name_of(host)):
        return f"the control plane is not reached by the name {host!r}"
    origin = headers.get("origin")
    known = origin in origins or LOOPBACK.fullmatch(origin or "") or _asks_itself(scope, headers)
    if origin is not None and not known:
        return f"the control plane does not answer pages of {origin!r}"
    if origin is None and _is_cross_site(scope, headers):
        return "the control plane is not changed by pages of other sites"
    return None


def cookie_of(token: str) -> str:
    """What the cookie holds of a browser that knew the token; the token cannot be read from it."""
    return hmac.new(token.encode(), b"rulebound console", hashlib.sha256).hexdigest()


def _signed_in(headers: Mapping[str, str], token: str) -> bool:
    pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
    wanted = cookie_of(token).encode()
    return any(
        name == COOKIE and hmac.compare_digest(value.encode(), wanted) for name, _, value in pairs
    )


def _asks_itself(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether a page of this very stub asks, or nobody's page."""
    origin = headers.get("origin")
    if origin is None:
        return not _is_cross_site(scope, headers)
    return origin in [f"{scheme}://{headers.get('host', '')}" for scheme in ("http", "https")]


def _is_cross_site(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether a browser says that a page of another site, or of another port here, asks for a
    change."""
    changes = scope.get("method", "GET") not in _READING
    return changes and headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


def _knows(headers: Mapping[str, str], token: str) -> bool:
    sent = headers.get("rulebound-token") or headers.get("authorization", "").removeprefix(
        "Bearer "
    )
    return hmac.compare_digest(sent.encode(), token.encode())


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False

"""Connexion routes, finds the actor and binds: without it no vendor request is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from acceptance import asked
from acceptance.thread import Threaded
from acceptance.wire import Caller
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from starlette.types import Receive, Scope, Send


@contextmanager
def altered(owner: type, name: str, new: Any) -> Iterator[Caller]:
    """A stub built and served while a part of Connexion is another one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, new)
        with Threaded() as caller:
            yield caller


async def shut(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
    """A layer that lets nobody through."""
    if scope["type"] == "http":
        raise RuntimeError("nobody passes")
    await self.app(scope, receive, send)


def statuses(caller: Caller) -> dict[str, int]:
    """What every operation answers to its valid request, each in a world of its own that stays
    as it was."""
    found = {}
    for name, request in asked.ALL.items():
        world = caller.new_world()
        before = world.digest()
        found[name] = request.send(world).status
        assert world.digest() == before, name
    return found


def test_without_connexions_routes_no_operation_is_found() -> None:
    """Once Connexion's router is empty every valid request is 404; the control plane answers."""
    with altered(RoutingMiddleware, "add_api", lambda *_, **__: None) as caller:
        assert statuses(caller) == dict.fromkeys(asked.ALL, 404)
        assert caller.control("GET", "/health").json["status"] == "ok"
        assert len(caller.control("GET", "/documents").json["documents"]) == 3
        assert caller.control("GET", "/docs/").status == 200


def test_without_connexions_security_no_operation_is_reached() -> None:
    """Once Connexion's security fails so does every valid request; the control plane answers."""
    with altered(SecurityMiddleware, "__call__", shut) as caller:
        assert statuses(caller) == dict.fromkeys(asked.ALL, 500)
        assert caller.control("GET", "/health").json["status"] == "ok"


ODD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "unknown address": ("GET", f"{asked.V3}/activity/nothing", {}),
    "unknown method": ("DELETE", asked.PICK, {}),
    "options": ("OPTIONS", asked.PICK, {}),
    "no credentials": ("PATCH", asked.PICK, {"body": {}}),
    "unreadable body": ("PATCH", asked.PICK, {"body": b"{", "headers": asked.v3()}),
    "unread query": ("GET", f"{asked.SEARCH}?customer=%FF", {"headers": asked.v12()}),
    "long address": ("GET", f"{asked.SEARCH}?customer={'1' * 20000}", {"headers": asked.v12()}),
    "large body": ("PATCH", asked.PICK, {"body": b" " * 12_000_000, "headers": asked.v3()}),
    "other root": ("GET", f"/system{asked.SEARCH}?customer=1080", {"headers": asked.v12()}),
}


def test_nothing_is_answered_before_connexion_has_routed() -> None:
    """Also what other servers refuse at the door passes Connexion's routing here."""
    seen: list[str] = []
    stock = RoutingMiddleware.__call__

    async def noting(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            seen.append(scope["path"])
        await stock(self, scope, receive, send)

    with altered(RoutingMiddleware, "__call__", noting) as caller:
        for name, (method, path, rest) in ODD.items():
            seen.clear()
            answer = caller(method, path, **rest)
            assert 200 <= answer.status < 500, name
            assert seen == [path.partition("?")[0].removeprefix("/system")], name

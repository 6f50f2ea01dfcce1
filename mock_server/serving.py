"""Serving the stub: one loop a process, everything built before the first request."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from math import ceil

import uvicorn
from rulebound.fixtures import SeedError
from rulebound.mock_server.current import Current
from rulebound.mock_server.greeting import greeting
from rulebound.mock_server.memory import give_back
from rulebound.mock_server.protocol import protocol_of
from rulebound.mock_server.settings import SettingFault, Settings
from rulebound.mock_server.stores.choosing import check
from rulebound.mock_server.stores.faults import StoreError
from rulebound.mock_server.stub import Stub, build
from rulebound.openapi.findings import DocumentError

CANNOT_SERVE = 2


def serve(settings: Settings) -> int:
    """Serve until interrupted. Gives the exit code: 0, or 2 when nothing could be served.

    A document or seed that is broken is told, finding by finding, on standard error. The line
    `listening on http://host:port` on standard output says that requests are answered.
    """
    give_back()
    try:
        check(settings)
        stub = build(settings)
        listener = _listener(settings.host, settings.port)
    except (DocumentError, SeedError, SettingFault, StoreError) as error:
        return _cannot(str(error))
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        other = "choose another by --port or RULEBOUND_SERVE_PORT"
        return _cannot(f"cannot listen on {where}: {error.strerror}; {other}")
    ready = partial(_listening, settings, stub, listener)
    with listener:
        if settings.workers > 1:
            return _together(settings, stub, listener, ready)
        with suppress(KeyboardInterrupt):
            _Server(settings, stub, ready).run(sockets=[listener])
    return 0


def _together(
    settings: Settings, stub: Stub, listener: socket.socket, ready: Callable[[], None]
) -> int:
    """Serve by several processes."""
    from rulebound.mock_server.crew import Crew  # noqa: PLC0415

    def work(ready: Callable[[], None]) -> None:
        _Server(settings, stub, ready).run(sockets=[listener])

    # No connection is shared by a fork; what was built and imported is, and collections leave it
    # alone. The control plane is imported when it is first asked, but here once for all.
    stub.worlds.close()
    import_module("rulebound.mock_server.control.application")
    gc.collect()
    gc.freeze()
    ended_by = Crew(settings.workers, work).run(ready)
    if ended_by is None:
        return _cannot("a worker ended before it served; what it said stands above")
    if ended_by == signal.SIGTERM:
        signal.raise_signal(signal.SIGTERM)
    return 0


def _listening(settings: Settings, stub: Stub, listener: socket.socket) -> None:
    """Say that requests are answered, and where."""
    host, port = listener.getsockname()[:2]
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if not settings.quiet:
        sys.stdout.write(greeting(stub.apis, base))
    sys.stdout.write(f"listening on {base}\n")
    sys.stdout.flush()


class _Server(uvicorn.Server):
    """uvicorn, which calls `ready` when it is listening, and watches the files if asked to."""

    def __init__(self, settings: Settings, stub: Stub, ready: Callable[[], None]) -> None:
        self._settings = settings
        self._current = Current(stub)
        self._ready = ready
        self._watching: asyncio.Task[None] | None = None
        super().__init__(config_of(self._current))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        # What was built stays: collections need not look at it again.
        gc.collect()
        gc.freeze()
        # A request leaves what the journal and the world keep, and no cycles: looking for some
        # every few requests, and through all that is kept now and then, finds nothing.
        gc.set_threshold(50_000, 20, 100)
        self._ready()
        if self._settings.watch:
            from rulebound.mock_server.watching import keep_up  # noqa: PLC0415

            self._watching = asyncio.create_task(keep_up(self._settings, self._current))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop watching and listening, end what is streamed, finish what is under way, then stop.

        What is not finished in the seconds allowed for it is dropped.
        """
        if self._watching is not None:
            self._watching.cancel()
        self._current.stub.events.close()
        seconds = self._current.stub.limits.ending_seconds
        late = asyncio.get_running_loop().call_later(seconds, self._drop)
        await super().shutdown(sockets)
        late.cancel()

    def _drop(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # What still sleeps is cancelled by uvicorn, which has no need to tell.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        for task in self.server_state.tasks:
            task.cancel()


def config_of(current: Current) -> uvicorn.Config:
    """How uvicorn serves it; the address comes with the socket."""
    return uvicorn.Config(
        current,
        interface="asgi3",
        lifespan="on",
        http=protocol_of(current),
        ws="none",
        access_log=False,
        log_level="error",
        server_header=False,
        # Who calls is told by the connection; a header could claim anything.
        proxy_headers=False,
        timeout_keep_alive=ceil(current.stub.limits.idle_seconds),
        timeout_graceful_shutdown=ceil(current.stub.limits.ending_seconds) + 1,
    )


def _listener(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _cannot(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return CANNOT_SERVE

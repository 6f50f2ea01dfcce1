"""The stub in a thread of the program that asks for it: for tests with the fixture `stub`.

It stands beside the rooms, as the command does: the proof and its pytest plugin never import the
stub, and load this only where `rulebound_stub = thread` asks for it.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import uvicorn
from rulebound.mock_server.current import Current
from rulebound.mock_server.serving import config_of
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build

STARTS_WITHIN = 60.0
ENDS_WITHIN = 10.0


class StubThread:
    """A stub of these API folders, of the kit's own without any, as long as the context is open.

    Raises DocumentError and SeedError for what cannot be served, and OSError.
    """

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        current = Current(build(Settings(apis=tuple(folders), quiet=True)))
        self._events = current.stub.events
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._server = _Server(config_of(current))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="rulebound stub", daemon=True
        )
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> StubThread:
        self._thread.start()
        if not self._server.ready.wait(STARTS_WITHIN):
            self.stop()
            raise OSError("the stub did not start in its thread")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the thread; what is under way is answered first, and streams end."""
        self._events.close()
        self._server.should_exit = True
        self._thread.join(ENDS_WITHIN)
        self._socket.close()


class _Server(uvicorn.Server):
    """uvicorn, which says when it is listening."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.ready.set()

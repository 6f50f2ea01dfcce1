"""A stub served over a real socket by a thread of the test, so that the test can alter it."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType

import uvicorn
from acceptance.wire import Caller
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build


class Threaded:
    """The stub that `build` gives at this moment, as long as the context is open."""

    def __init__(self) -> None:
        config = uvicorn.Config(
            build(Settings()).app, lifespan="on", access_log=False, log_level="critical"
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> Caller:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)
        return Caller("http://127.0.0.1:{1}".format(*self._socket.getsockname()))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

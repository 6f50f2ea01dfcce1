"""A relay in front of a server that dies after so many requests."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def relayed(url: str, requests: int) -> Iterator[str]:
    """The URL of a relay to `url`; after so many requests it hangs up on every one."""
    there = urlsplit(url)
    left = iter(range(requests))

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((there.hostname, there.port)) as behind:
                threading.Thread(target=self._back, args=(behind,), daemon=True).start()
                with suppress(OSError):
                    # Each request comes in one piece: they are small.
                    while (data := self.request.recv(1 << 20)) and next(left, None) is not None:
                        behind.sendall(data)

        def _back(self, behind: socket.socket) -> None:
            with suppress(OSError):
                while data := behind.recv(1 << 20):
                    self.request.sendall(data)
                self.request.shutdown(socket.SHUT_RDWR)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Relay) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()

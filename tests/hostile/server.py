"""Serves hostile targets on loopback, each on a port of its own."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from tests.hostile.behaviours import Hostile
from tests.hostile.certificates import Certificates

_WRAPPED = {"on a plain port": "good"}
"""What speaks TLS where nobody expects it; other kinds are named after their certificate."""


@contextmanager
def serving(targets: Iterable[Hostile], certificates: Certificates) -> Iterator[Mapping[str, str]]:
    """The URL of each target by its name, for as long as the context is open."""
    doors = selectors.DefaultSelector()
    urls: dict[str, str] = {}
    for target in targets:
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        doors.register(listener, selectors.EVENT_READ, target)
        scheme = "http" if target.tls in (None, *_WRAPPED) else "https"
        urls[target.name] = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    stopped = threading.Event()
    host = threading.Thread(target=_receive, args=(doors, certificates, stopped))
    host.start()
    try:
        yield urls
    finally:
        stopped.set()
        host.join()
        for key in list(doors.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        doors.close()


def _receive(
    doors: selectors.BaseSelector, certificates: Certificates, stopped: threading.Event
) -> None:
    while not stopped.is_set():
        for key, _ in doors.select(0.1):
            line, _ = key.fileobj.accept()  # type: ignore[union-attr]
            meeting = (key.data, line, certificates)
            threading.Thread(target=_meet, args=meeting, daemon=True).start()


def _meet(target: Hostile, line: socket.socket, certificates: Certificates) -> None:
    with suppress(OSError), line:
        # Nobody is to be waited for longer than any test takes.
        line.settimeout(20)
        context = certificates.servers.get(_WRAPPED.get(target.tls or "", target.tls or ""))
        if context is None:
            target.behave(line)
            return
        with context.wrap_socket(line, server_side=True) as wrapped:
            target.behave(wrapped)

"""A server on loopback that does with each connection what a test tells it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]


@contextmanager
def behaving(*behaviours: Behaviour) -> Iterator[str]:
    """The URL of a server whose n-th connection meets the n-th behaviour, the last one again."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stopped = threading.Event()
    open_ones: list[socket.socket] = []

    def serve() -> None:
        number = 0
        while not stopped.is_set():
            try:
                line, _ = listener.accept()
            except TimeoutError:
                continue
            open_ones.append(line)
            behaviour = behaviours[min(number, len(behaviours) - 1)]
            number += 1
            threading.Thread(target=_meet, args=(behaviour, line), daemon=True).start()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        thread.join()
        listener.close()
        for line in open_ones:
            line.close()


def _meet(behaviour: Behaviour, line: socket.socket) -> None:
    with suppress(OSError):
        behaviour(line)


def request_of(line: socket.socket) -> bytes:
    """The head of one request, and its body when its length is told."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(4096)
        if not piece:
            raise ConnectionError
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    for field in head.lower().split(b"\r\n"):
        if field.startswith(b"content-length:"):
            wanted = int(field.partition(b":")[2])
            while len(body) < wanted:
                body += line.recv(4096)
    return head + b"\r\n\r\n" + body


def answering(*answers: bytes, close: bool = True) -> Behaviour:
    """Answer one request after the other with these bytes."""

    def behave(line: socket.socket) -> None:
        for answer in answers:
            request_of(line)
            line.sendall(answer)
        if close:
            line.shutdown(socket.SHUT_RDWR)

    return behave

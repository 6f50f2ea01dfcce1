"""Callers that take their time: requests of which half has come, and the rest never or by bytes."""

from __future__ import annotations

import socket
from contextlib import suppress

from hostile_stub.case import CLOSE, CONTROL, HOST, JSON, LANGUAGE, LSQ, PICK, SEARCH, TOKEN, V12

HEAD_OF_PICK = f"PATCH {PICK} HTTP/1.1\r\n{HOST}\r\n{TOKEN}\r\n{LANGUAGE}\r\n{JSON}\r\n{CLOSE}\r\n"
HALF_HEADS = (
    b"P",
    f"GET {SEARCH}".encode(),
    f"GET {SEARCH}?customer=1080 HTTP/1.1\r\n{HOST}\r\n{V12[0]}\r\nAccep".encode(),
    f"GET {CONTROL}/worlds HTTP/1.1\r\n{HOST}\r\n".encode(),
)
HALF_BODIES = (
    f'{HEAD_OF_PICK}Content-Length: 500\r\n\r\n{{"activity": ['.encode(),
    f"{HEAD_OF_PICK}Transfer-Encoding: chunked\r\n\r\n5\r\n{{".encode(),
    f"POST /v2/Task.svc/Create HTTP/1.1\r\n{HOST}\r\n{LSQ[0]}\r\n{LSQ[1]}\r\n{JSON}\r\n"
    f"{CLOSE}\r\nContent-Length: 9\r\n\r\n".encode(),
    f"POST {CONTROL}/worlds HTTP/1.1\r\n{HOST}\r\n{JSON}\r\n{CLOSE}\r\n"
    "Content-Length: 90\r\n\r\n{".encode(),
)
# What is sent first, and the byte that then comes each second.
BY_BYTES = (
    (f"GET {SEARCH}?customer=1080 HTTP/1.1\r\n{HOST}\r\nX-Slow: ".encode(), b"a"),
    (b"GET /", b"a"),
    (f"{HEAD_OF_PICK}Content-Length: 4000\r\n\r\n".encode(), b" "),
    (f"{HEAD_OF_PICK}Transfer-Encoding: chunked\r\n\r\nfff\r\n".encode(), b" "),
)


class SlowCaller:
    """One of them. `heard` is what it was told; `ended`, that the server ended it."""

    def __init__(self, address: tuple[str, int], first: bytes, then: bytes = b"") -> None:
        self.first, self.then = first, then
        self.heard = b""
        self.ended = False
        self._wire = socket.create_connection(address, timeout=10)
        self._wire.sendall(first)
        self._wire.setblocking(False)

    def second(self) -> None:
        """What it does in a second: send its byte if it has one, and listen."""
        if self.ended:
            return
        try:
            if self.then:
                self._wire.send(self.then)
            while data := self._wire.recv(65536):
                self.heard += data
            self.ended = True
        except BlockingIOError:
            pass
        except OSError:
            self.ended = True

    def leave(self) -> None:
        """End it."""
        with suppress(OSError):
            self._wire.close()


def slow_callers(address: tuple[str, int], count: int) -> list[SlowCaller]:
    """So many of them, of every kind about as many."""
    kinds = [(first, b"") for first in (*HALF_HEADS, *HALF_BODIES)] + [*BY_BYTES]
    return [SlowCaller(address, *kinds[number % len(kinds)]) for number in range(count)]

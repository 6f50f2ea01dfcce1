"""Callers who send and never read, leave in the middle, or come by the hundred."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hostile_stub.case import CLOSE, CONTROL, HOST, PICK, V3, pick, search
from hostile_stub.stub import Stub

MOST_GROWN = 64.0
MOST_WATCHERS = 50


@contextmanager
def unharmed(stub: Stub) -> Iterator[None]:
    """What happens within leaves the world as it was, the stub as large, and others served."""
    resident = stub.resident()
    yield
    assert stub.found() == stub.normal
    assert stub.digest() == stub.world
    assert stub.resident() - resident <= MOST_GROWN
    assert "".join(stub.served.printed[1:]) == ""


def lines(stub: Stub, count: int) -> Iterator[socket.socket]:
    """So many connections."""
    return (socket.create_connection(stub.address, timeout=2) for _ in range(count))


def test_who_never_reads_is_not_gathered_for(stub: Stub) -> None:
    """Twenty thousand searches on a line that nobody reads are not all answered into memory."""
    one = search("customer=1080")[0].replace(CLOSE.encode(), b"X-A: b")
    with unharmed(stub), socket.create_connection(stub.address, timeout=2) as wire:
        try:
            for _ in range(200):
                wire.sendall(one * 100)
        except TimeoutError:
            pass
        assert stub.found() == stub.normal


def test_who_listens_and_never_reads_hinders_nobody(stub: Stub) -> None:
    """Sixty listeners who never read: no more than are stated are let in, others are served."""
    listen = f"GET {CONTROL}/worlds/default/events?after=0 HTTP/1.1\r\n{HOST}\r\n\r\n".encode()
    with unharmed(stub), ExitStack() as stack:
        let_in = 0
        for wire in lines(stub, MOST_WATCHERS + 10):
            stack.enter_context(wire)
            wire.sendall(listen)
            let_in += wire.recv(12).endswith(b" 200")
        assert 0 < let_in <= MOST_WATCHERS
        for _ in range(300):
            assert stub.found() == stub.normal


def test_who_leaves_in_the_middle_leaves_nothing(stub: Stub) -> None:
    """Three hundred lines cut off by a reset, a request half sent or not yet answered on each."""
    whole = pick(body=b'{"activity": [')[0]
    with unharmed(stub):
        for number, wire in enumerate(lines(stub, 300)):
            wire.sendall(whole[: len(whole) * (number % 30 + 1) // 30])
            # Closed so, it is reset: what was sent may be lost on the way.
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wire.close()


def test_a_body_promised_and_not_sent_costs_nothing(stub: Stub) -> None:
    """Three hundred who promise 4 MB each and send a byte take no memory for it."""
    head = "\r\n".join((f"PATCH {PICK} HTTP/1.1", HOST, *V3, "Content-Length: 4000000", "", ""))
    with unharmed(stub), ExitStack() as stack:
        for wire in lines(stub, 300):
            stack.enter_context(wire)
            wire.sendall(f"{head}{{".encode())
        assert stub.found() == stub.normal


def test_bodies_half_sent_are_held_within_bounds(stub: Stub) -> None:
    """Sixty who send half of 4 MB each and wait are not all kept waiting in memory."""
    head = "\r\n".join((f"PATCH {PICK} HTTP/1.1", HOST, *V3, "Content-Length: 4000000", "", ""))
    resident = stub.resident()
    with unharmed(stub), ExitStack() as stack:
        for wire in lines(stub, 60):
            stack.enter_context(wire)
            try:
                wire.sendall(head.encode() + b" " * 2_000_000)
            except OSError:
                continue
        assert stub.found() == stub.normal
        assert stub.resident() - resident <= 2 * MOST_GROWN

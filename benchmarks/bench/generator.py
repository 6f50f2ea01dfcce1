"""The load where wrk is not installed: so many connections, each sends a request when answered.

    python generator.py PORT CONNECTIONS SECONDS CALLS

CALLS is the file that `calls.lua` reads; what is printed has the form that it prints. It costs
more than wrk, so on slow machines rates are those of the generator; processor time per request
is told right all the same.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from httptools import HttpResponseParser


class Sender(asyncio.Protocol):
    """One connection."""

    def __init__(self, sends: list[bytes], times: list[float], until: float) -> None:
        self._sends, self._times, self._until = sends, times, until
        self._place = 0
        self.refused = 0
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._parser = HttpResponseParser(self)
        self._place += 1
        self._began = time.perf_counter()
        self._transport.write(self._sends[self._place % len(self._sends)])

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """An answer is whole: count it, send the next."""
        now = time.perf_counter()
        self._times.append(now - self._began)
        self.refused += self._parser.get_status_code() > 399
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """The end, whoever wanted it."""
        if not self.over.done():
            self.over.set_result(None)


async def run(port: int, connections: int, seconds: float, calls: str) -> None:
    """Send, and print what came of it."""
    sends = [_wire(each) for each in calls.split("\x1e") if each]
    times: list[float] = []
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    senders: list[Sender] = []
    for _ in range(connections):
        made = await loop.create_connection(
            lambda: Sender(sends, times, began + seconds), "127.0.0.1", port
        )
        senders.append(made[1])
    _, late = await asyncio.wait([each.over for each in senders], timeout=seconds + 30)
    ranked = sorted(times) or [0.0]
    told = {
        "requests": len(times),
        "microseconds": int((time.perf_counter() - began) * 1e6),
        "p50": ranked[len(ranked) // 2] * 1e6,
        "p99": ranked[int(len(ranked) * 0.99)] * 1e6,
        "refused": sum(each.refused for each in senders),
        "lost": len(late),
    }
    sys.stdout.write(json.dumps(told) + "\n")


def _wire(call: str) -> bytes:
    head, _, body = call.partition("\n\n")
    first, *lines = head.split("\n")
    lines = [f"{first} HTTP/1.1", "Host: 127.0.0.1", *lines]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body.encode()


if __name__ == "__main__":
    where, many, long, file = sys.argv[1:]
    text = Path(file).read_text(encoding="utf-8")
    asyncio.run(run(int(where), int(many), float(long), text))

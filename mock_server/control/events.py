"""What happens in a world, as it happens: server-sent events of its journal.

Served beside Flask, whose threads are few. The journal is looked at now and then, so that a request
to an API costs nothing more when somebody watches.
"""

from __future__ import annotations

import asyncio
import re
from time import monotonic
from urllib.parse import parse_qs

import orjson
from rulebound.mock_server.journal import Entry, Journal
from rulebound.mock_server.plain_answers import send_json
from rulebound.mock_server.stores.faults import StoreFault
from rulebound.mock_server.worlds import ServedWorld, Worlds
from starlette.types import Receive, Scope, Send

ADDRESS = re.compile(r"/_rulebound/worlds/([^/]+)/events")
MOST_WATCHERS = 50
MOST_AT_ONCE = 100
MOST_LINES = 1000
MOST_TEXT = 200
"""Characters of a path and of a query, of which a list shows less."""
PAUSE, PAUSE_WHEN_BUSY = 0.25, 1.0
"""Seconds between two looks; more than a page can show need not be drawn often."""
HEARTBEAT = 15.0
_TOO_MANY = {"error": f"{MOST_WATCHERS} pages watch already", "instead": "close one of them"}
_UNKNOWN = {
    "error": "the address names a world that does not exist",
    "instead": "GET /_rulebound/worlds lists those there are",
}
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Events:
    """The streams of one stub. `close` ends them all, so that a server can stop; that of a world
    ends with it."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._watchers = 0
        self._closed = False
        self._lines: dict[tuple[str, int], bytes] = {}

    def close(self) -> None:
        """End every stream at its next look."""
        self._closed = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one stream: events of new entries, each a JSON list of summaries, its id the number
        of the newest. It begins behind `Last-Event-ID`, or `?after=`, or with what comes next. An
        event `anew` says that a reader knows numbers of a stub that is no more."""
        found = ADDRESS.fullmatch(scope["path"])
        served = self._worlds.find(found[1]) if found else None
        if served is None:
            await send_json(send, 404, _UNKNOWN)
        elif self._watchers >= MOST_WATCHERS:
            await send_json(send, 503, _TOO_MANY)
        else:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            self._watchers += 1
            try:
                await self._stream(served, _begins(scope, served.journal), receive, send)
            except StoreFault:  # whoever watches asks again by itself
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            finally:
                self._watchers -= 1

    async def _stream(self, served: ServedWorld, seen: int, receive: Receive, send: Send) -> None:
        journal = served.journal
        gone = asyncio.ensure_future(_gone(receive))
        spoken = monotonic()
        try:
            await _say(send, b"retry: 1000\n\n")
            if seen > journal.newest:
                seen = 0
                await _say(send, b"event: anew\ndata: {}\n\n")
            while not gone.done() and not self._closed and self._serves(served):
                news = journal.after(seen)[-MOST_AT_ONCE:]
                if news:
                    seen = news[-1].number
                    data = b",".join(self._line(served.id, entry) for entry in news)
                    await _say(send, b"id: %d\ndata: [%s]\n\n" % (seen, data))
                    spoken = monotonic()
                elif monotonic() - spoken > HEARTBEAT:
                    await _say(send, b": still here\n\n")
                    spoken = monotonic()
                busy = len(news) >= MOST_AT_ONCE
                await asyncio.wait([gone], timeout=PAUSE_WHEN_BUSY if busy else PAUSE)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()

    def _line(self, world: str, entry: Entry) -> bytes:
        """An entry as it is told, made once for all who watch."""
        key = (world, entry.number)
        if key not in self._lines:
            summary = entry.summary()
            summary |= {name: summary[name][:MOST_TEXT] for name in ("path", "query")}
            self._lines[key] = orjson.dumps(summary)
            while len(self._lines) > MOST_LINES:
                del self._lines[next(iter(self._lines))]
        return self._lines[key]

    def _serves(self, served: ServedWorld) -> bool:
        return self._worlds.find(served.id) is served


async def _say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _gone(receive: Receive) -> None:
    """Wait until the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _begins(scope: Scope, journal: Journal) -> int:
    """The number behind which a stream begins."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[-1]
    last = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    for text in (last, asked):
        if text.isascii() and text.isdecimal():
            return int(text[:12])
    return journal.newest

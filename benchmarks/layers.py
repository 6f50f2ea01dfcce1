"""What a request costs inside the stub: calls of Python functions, and processor time.

    python benchmarks/layers.py [records] [name ..]

In process, without a server: ASGI messages in and out. A call is an event `call` or `c_call` of
sys.setprofile, so builtins count; the number is the same however busy the machine is. Time is
that of the processor, in turns with a bare Starlette application that answers 201.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections import Counter
from statistics import median
from time import process_time
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from typical_calls import CALLS, Call, full_stub

ROUNDS, TURNS = 15, 60


def scope_of(call: Call) -> dict[str, Any]:
    """The ASGI scope of a call, as uvicorn makes it."""
    path, _, query = call.target.partition("?")
    headers = [(name.lower().encode(), value.encode()) for name, value in call.headers.items()]
    headers.append((b"host", b"127.0.0.1:8400"))
    if call.body:
        headers.append((b"content-length", str(len(call.body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8400),
        "state": {},
        "extensions": {"rulebound.close": None},
    }


class Driver:
    """Sends one call to an application again and again, without waiting for anything."""

    def __init__(self, app: Any, call: Call) -> None:
        self._app = app
        self._call = call
        self._scope = scope_of(call)
        self._message = {"type": "http.request", "body": call.body, "more_body": False}
        self.status = 0

    async def _receive(self) -> Any:
        return self._message

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]

    async def turn(self) -> None:
        """One request."""
        scope = {**self._scope, "extensions": dict(self._scope["extensions"]), "state": {}}
        await self._app(scope, self._receive, self._send)


async def _bare(request: Any) -> Response:
    await request.body()
    return Response(b"{}", 201, media_type="application/json")


def bare_app() -> Starlette:
    """Answers 201 to everything that it is asked."""
    return Starlette(routes=[Route("/{rest:path}", _bare, methods=["GET", "POST", "PATCH"])])


async def calls_of(driver: Driver, warmed: int = 5) -> Counter[str]:
    """How often each function was called for one request, after some to warm up."""
    for _ in range(warmed):
        await driver.turn()
    counted: Counter[str] = Counter()

    def seen(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            code = frame.f_code
            counted[f"{code.co_filename.rpartition('site-packages/')[2]}:{code.co_qualname}"] += 1
        elif event == "c_call":
            counted[f"builtin {argument.__qualname__}"] += 1

    sys.setprofile(seen)
    try:
        await driver.turn()
    finally:
        sys.setprofile(None)
    return counted


async def measured(drivers: dict[str, Driver]) -> dict[str, tuple[float, float]]:
    """Name -> microseconds of the processor per request, and the ratio to the first driver."""
    found: dict[str, list[float]] = {name: [] for name in drivers}
    for _ in range(ROUNDS):
        for name, driver in drivers.items():
            began = process_time()
            for _ in range(TURNS):
                await driver.turn()
            found[name].append((process_time() - began) / TURNS * 1e6)
    first = next(iter(found.values()))
    return {
        name: (min(times), median(a / b for a, b in zip(times, first, strict=True)))
        for name, times in found.items()
    }


async def main(records: int, names: list[str]) -> None:
    """Print a line for each call; with names also what is called most."""
    stub = full_stub(records)
    await stub.start()
    wanted = names or [name for name in CALLS if records or name != "search"]
    drivers = {"bare": Driver(bare_app(), CALLS["accepted"])}
    drivers |= {name: Driver(stub.app, CALLS[name]) for name in wanted}
    counts = {name: await calls_of(driver) for name, driver in drivers.items()}
    for name in wanted:
        assert drivers[name].status == CALLS[name].status, (name, drivers[name].status)
    gc.collect()
    gc.freeze()
    times = await measured(drivers)
    for name, counted in counts.items():
        micros, ratio = times[name]
        sys.stdout.write(
            f"{name:<12} {sum(counted.values()):5} calls {micros:7.0f} us {ratio:6.2f} x bare\n"
        )
    for name in names:
        for what, often in counts[name].most_common(400):
            sys.stdout.write(f"    {often:4} {what}\n")


if __name__ == "__main__":
    count = sys.argv[1] if len(sys.argv) > 1 else "0"
    asyncio.run(main(int(count), sys.argv[2:]))

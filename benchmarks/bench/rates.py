"""The parts over HTTP: create task accepted and refused, and search, beside other servers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.bench import peers
from benchmarks.bench.bars import Bar, ratio_bar
from benchmarks.bench.calls import (
    BY_RULE,
    BY_SCHEMA,
    STRANGER,
    ask,
    no_method,
    nowhere,
    search,
    several,
)
from benchmarks.bench.plain_document import plain
from benchmarks.bench.servers import Kind, NotStarted, Server
from benchmarks.bench.stub import BARE, STUB, bare_kind, connexion_kind, stub_kind
from benchmarks.bench.turns import Pace, Row, Rows, Scenario, measure
from benchmarks.bench.worlds import CUSTOMER, ROOT, full_folder

Say = Callable[[str], object]
FLASK, ASYNC = "Connexion FlaskApp", "Connexion AsyncApp"
SCENARIOS = (
    Scenario("accepted", "create task, accepted", several(), 201, peers=True),
    Scenario("rule", "refused by a rule", several(**BY_RULE), 400),
    Scenario("schema", "refused by the schema", several(**BY_SCHEMA), 400, peers=True),
    Scenario("401", "unknown token", [replace(each, headers=STRANGER) for each in several()], 401),
    Scenario("404", "no such address", [nowhere()], 404),
    Scenario("405", "no such method", [no_method()], 405),
)
SEARCH = Scenario("search", "search", [search(CUSTOMER + n) for n in range(16)], 200)
SMALL, LARGE = 10_000, 100_000
IN_SMALL, IN_LARGE = f"{STUB}, 10,000 records", f"{STUB}, 100,000 records"


def create_task(
    chosen: Sequence[Scenario], pace: Pace, cache: Path, say: Say, *, others: bool = True
) -> dict[str, Rows]:
    """Scenario -> server -> row, of these scenarios; without `others` none but bare Starlette is
    measured beside the stub."""
    found: dict[str, Rows] = {}
    with ExitStack() as stack:
        stub = stack.enter_context(running(stub_kind(), cache))
        beside: list[Server] = []
        missing: dict[str, str] = {}
        if others and any(scenario.peers for scenario in chosen):
            beside, missing = _others(stack, cache, say)
        for scenario in chosen:
            shown = beside if scenario.peers else []
            found[scenario.key] = _beside_bare(scenario, stub, [stub, *shown], pace, cache, say)
            if scenario.peers:
                found[scenario.key] |= {name: Row(note=why) for name, why in missing.items()}
    return found


def searching(pace: Pace, cache: Path, say: Say) -> dict[str, Rows]:
    """The same for search, in a world of 10,000 and in one of 100,000 activities."""
    with ExitStack() as stack:
        stubs = []
        for name, records in ((IN_SMALL, SMALL), (IN_LARGE, LARGE)):
            say(f"search: starting with {records:,} activities")
            folder = full_folder("ece-v12", records, cache)
            stubs.append(stack.enter_context(running(stub_kind(name, [folder]), cache)))
        return {SEARCH.key: _beside_bare(SEARCH, stubs[0], stubs, pace, cache, say)}


def _beside_bare(  # noqa: PLR0913, PLR0917
    scenario: Scenario, stub: Server, servers: Sequence[Server], pace: Pace, cache: Path, say: Say
) -> Rows:
    call = scenario.calls[0]
    with running(bare_kind(call, ask(stub.port, call), cache), cache) as bare:
        return measure(scenario, [bare, *servers], pace, cache, say)


@contextmanager
def running(kind: Kind, cache: Path) -> Iterator[Server]:
    """A server, as long as the context is open. Raises NotStarted."""
    server = Server(kind, cache / "log")
    try:
        yield server
    finally:
        server.stop()


def _others(stack: ExitStack, cache: Path, say: Say) -> tuple[list[Server], dict[str, str]]:
    """Plain Connexion and the peers, and why those that are missing are."""
    document = cache / "egain-v3-plain.json"
    value = plain(ROOT / "openapi" / "egain-v3", "/core/casemgr/v3")
    document.parent.mkdir(parents=True, exist_ok=True)
    document.write_text(json.dumps(value), encoding="utf-8")
    kinds = [connexion_kind("async", document), connexion_kind("flask", document)]
    missing: dict[str, str] = {}
    say("peers: installing")
    try:
        folder = peers.install(cache.parent / "peers")
        kinds += peers.kinds(folder, document, cache)
    except peers.NotInstalled as error:
        missing = dict.fromkeys(peers.NAMES, f"not installed: {error}")
    servers: list[Server] = []
    for kind in kinds:
        say(f"{kind.name}: starting")
        try:
            servers.append(stack.enter_context(running(kind, cache)))
        except NotStarted as error:
            missing[kind.name] = f"does not start: {error}"
    return servers, missing


def _figures(rows: Rows, server: str, figure: str = "computing") -> list[float] | None:
    row = rows.get(server)
    return row.of(figure) if row is not None and row.turns else None


def bars(found: dict[str, Rows]) -> list[Bar]:
    """The bars of all that was found."""
    told: list[Bar] = []

    def add(key: str, says: str, above: Any, below: Any, bar: float, **more: Any) -> None:
        told.append(ratio_bar(key, says, above, below, bar, **more))

    if rows := found.get("accepted"):
        own, bare = _figures(rows, STUB), _figures(rows, BARE)
        what = "accepted create task: processor time"
        add("accepted", f"{what}, x bare Starlette", own, bare, 2.6, goal=2.2)
        for key, name, bar in (("prism", "Prism", 3.5), ("flask", FLASK, 13.0)):
            why = rows[name].note if name in rows else "was not measured"
            theirs = _figures(rows, name)
            add(key, f"{what}, {name}'s x ours", theirs, own, bar, least=True, why=why)
        late = "accepted create task: p99 at 16 connections, x bare Starlette"
        add("p99", late, _figures(rows, STUB, "p99"), _figures(rows, BARE, "p99"), 2.0)
    limits = {"rule": (2.2, 1.9), "schema": (2.2, 1.9), "401": (1.4,), "404": (1.4,), "405": (1.4,)}
    for scenario in SCENARIOS:
        if scenario.key in limits and (rows := found.get(scenario.key)):
            bar, *goal = limits[scenario.key]
            says = f"{scenario.title}: processor time, x bare Starlette"
            own, bare = _figures(rows, STUB), _figures(rows, BARE)
            add(scenario.key, says, own, bare, bar, goal=goal[0] if goal else None)
    if rows := found.get(SEARCH.key):
        small, large = _figures(rows, IN_SMALL), _figures(rows, IN_LARGE)
        says = "search, two filters, page of 25 of 10,000 records: processor time, x bare Starlette"
        add("search", says, small, _figures(rows, BARE), 2.5)
        add("search-large", "search in 100,000 records, x search in 10,000", large, small, 2.0)
    return told

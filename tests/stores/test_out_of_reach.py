"""A store that cannot be asked for a while: an answer, a line, nothing half done, then all well."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from psycopg import OperationalError
from rulebound.mock_server.stores import engine, ledger
from rulebound.mock_server.stores.address import address_of
from rulebound.mock_server.stores.engine import Database
from rulebound.mock_server.stores.faults import StoreFault
from rulebound.mock_server.stores.link import Link
from rulebound.mock_server.stores.pools import PATIENCE
from rulebound.mock_server.stores.shared import SharedWorlds
from rulebound.mock_server.stores.statements import Statement
from sqlalchemy import func, select
from stores.openings import Opened
from stores.served import Process, serving
from stores_proof.cluster import Cluster

MOST_BYTES = 300_000


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Any]:
    """Another program that has the file open."""
    connection = sqlite3.connect(tmp_path / "worlds.db", isolation_level=None)
    yield connection
    connection.close()


def test_a_locked_file(tmp_path: Path, other: Any) -> None:
    """The vendor's own failure within a few seconds, a line for each; then all is well."""
    with serving(f"sqlite:///{tmp_path / 'worlds.db'}") as stub:
        assert (stub.add(), stub.count()) == (201, 4)
        other.execute("BEGIN IMMEDIATE")
        status, body = stub.ask("POST", "/library/books", '{"title": "Lost"}')
        control, told = stub.ask("POST", "/_rulebound/worlds/default/reset")
        other.execute("ROLLBACK")

        assert (status, control) == (500, 503)
        assert "error" in body
        assert "again once the store is back" in told
        assert (stub.count(), stub.add(), stub.count()) == (4, 201, 5)
        lines = stub.errors.splitlines()
        assert len(lines) == 2
        assert "failed: database is locked" in lines[0]


def test_those_who_come_together_do_not_wait_in_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One waits for a lock, and those behind it next to nothing, for as long as it is held."""
    database = Database(address_of(f"sqlite:///{tmp_path / 'worlds.db'}"))
    now, waited = 0.0, []

    def locked(link: Link, patience: float) -> None:
        nonlocal now
        now += patience
        waited.append(now)
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(engine, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(Link, "begin", locked)
    for _ in range(40):
        with pytest.raises(StoreFault, match="database is locked"):
            database.begin(lambda _: None)

    assert (waited[0], max(waited) < 7) == (PATIENCE, True)
    now += 1
    with pytest.raises(StoreFault):
        database.begin(lambda _: None)
    assert waited[-1] == now == waited[-2] + 1 + PATIENCE
    database.close()


def test_a_full_disk(tmp_path: Path) -> None:
    """What was acknowledged stays, what was not is not there; nothing is said in a traceback."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))

    address = f"sqlite:///{tmp_path / 'worlds.db'}"
    with serving(address, limited=limited) as stub:
        statuses = [stub.add() for _ in range(200)]
        added = statuses.count(201)
        assert set(statuses) == {201, 500}
        assert "Traceback" not in stub.errors
    with serving(address) as stub:
        assert stub.count() == 3 + added
        assert stub.add() == 201


def test_a_server_that_is_gone_for_a_while() -> None:
    """PostgreSQL is killed and started again: failures meanwhile, no write lost."""
    with Cluster() as cluster, serving(cluster.database(), "--workers", "2") as stub:
        assert stub.add() == 201
        cluster.kill()
        assert {stub.add() for _ in range(4)} == {500}
        assert stub.ask("GET", "/_rulebound/worlds/default/a/b%0a%0a")[0] == 503
        assert "" not in stub.errors.splitlines()
        cluster.restart()
        assert (stub.count(), stub.add(), stub.count()) == (4, 201, 5)


def test_a_server_that_hangs() -> None:
    """PostgreSQL takes what it is asked and says nothing: failures in time, then all is well."""
    with Cluster() as cluster, serving(cluster.database(), "--workers", "1") as stub:
        assert stub.add() == 201
        cluster.hang()
        try:
            assert stub.add() == 500
            assert stub.ask("GET", "/_rulebound/documents")[0] == 200
        finally:
            cluster.go_on()
        assert "no answer within 7 seconds" in stub.errors
        assert [_until_added(stub), stub.add()] == [201, 201]


def _until_added(stub: Process) -> int:
    """The first answer that is no failure; there is to be one soon."""
    end = time.monotonic() + 20
    while (status := stub.add()) == 500 and time.monotonic() < end:
        time.sleep(0.2)
    return status


def test_what_has_begun_is_kept_and_said_so(shared: Opened) -> None:
    """Others who wait in vain meanwhile, for another world, do not have it fail once it is done."""
    here = shared.here.get("default")
    assert isinstance(shared.here, SharedWorlds)

    with here.turn():
        here.worlds["small"].change_settings({"limit": 9})
        shared.here._database._out_until = time.monotonic() + 60

    assert shared.there.get("default").worlds["small"].settings["limit"] == 9


def test_a_connection_that_ends_in_use_is_told_by_us_alone(
    postgresql: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    """No library writes a traceback of its own when the server closes it, whatever is done next."""
    database = Database(address_of(postgresql.database()))
    for use in (Link.close, Link.drop, _write):
        link, found = database.begin(
            lambda link: link.rows(Statement(select(func.pg_backend_pid())), {})
        )
        end = Statement(select(func.pg_terminate_backend(found[0][0])))
        database.read(lambda link, end=end: link.rows(end, {}))
        use(link)
    database.close()

    assert [each.getMessage() for each in caplog.records] == []


def _write(link: Link) -> None:
    """Fails on a connection that has ended."""
    with pytest.raises(OperationalError):
        ledger.put_rows(link, "x", 1, [ledger.Row(1, "a", "b", str(n), n, None) for n in range(3)])
    link.close()


def test_a_commit_that_fails_leaves_nothing(
    shared: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither there nor here: records, settings, counters and journal are as they were."""
    here = shared.here.get("default")
    before = here.digest()
    made: list[str] = []

    def failing(link: Link) -> None:
        raise OSError("no space is left")

    monkeypatch.setattr(Link, "commit", failing)
    with pytest.raises(StoreFault, match="no space is left"), here.turn():
        here.worlds["small"].change_settings({"limit": 9})
        with here.worlds["small"].transaction() as transaction:
            made.append(transaction.new_id("item"))
            transaction.insert("item", {"id": made[0]})
    monkeypatch.undo()

    again = shared.here.get("default")
    assert (again.digest(), shared.there.get("default").digest()) == (before, before)
    with again.worlds["small"].transaction() as transaction:
        assert transaction.new_id("item") == made[0]

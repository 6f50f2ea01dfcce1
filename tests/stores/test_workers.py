"""Several processes that serve together."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from stores.served import serving


def _at(folder: Path) -> str:
    return f"sqlite:///{folder / 'worlds.db'}"


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    """With a line; nothing that it had answered is lost."""
    with serving(_at(tmp_path), "--workers", "3") as stub:
        before = stub.workers()
        assert stub.add() == 201
        os.kill(before[0], signal.SIGKILL)
        _until(lambda: len(stub.workers()) == 3 and before[0] not in stub.workers())
        _until(lambda: "another one takes its place" in stub.errors)

        assert [stub.count() for _ in range(20)] == [4] * 20
        assert f"worker {before[0]} ended (signal 9)" in stub.errors


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_all_end_together(tmp_path: Path, by: int, code: int) -> None:
    """By Ctrl-C and by SIGTERM, with the exit codes of one process, and without a word."""
    with serving(_at(tmp_path), "--workers", "2") as stub:
        workers = stub.workers()
        assert stub.add() == 201
        assert stub.end(by) == code
        assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
        assert stub.errors == ""


def test_workers_end_with_who_started_them(tmp_path: Path) -> None:
    """Also when that one is killed and can tell nobody."""
    with serving(_at(tmp_path), "--workers", "2") as stub:
        workers = stub.workers()
        stub.end(signal.SIGKILL)
        _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


def test_the_journal_and_the_worlds_are_those_of_all(tmp_path: Path) -> None:
    """Whoever answers: a world made, its clock, its faults and its requests are there."""
    with serving(_at(tmp_path), "--workers", "3") as stub:
        assert {stub.add() for _ in range(12)} == {201}
        for _ in range(6):
            assert stub.ask("GET", "/_rulebound/worlds/default/journal")[1].count('"number"') == 12
        stub.ask("PUT", "/_rulebound/worlds/default/clock", '{"freeze": "2027-01-01T00:00:00Z"}')
        stub.ask("POST", "/_rulebound/worlds/default/faults", '{"kind": "429", "calls": 5}')
        assert sorted(stub.add() for _ in range(12)) == [201] * 7 + [429] * 5
        for _ in range(6):
            assert "2027-01-01" in stub.ask("GET", "/_rulebound/worlds")[1]


def test_a_store_outlives_its_stub(tmp_path: Path) -> None:
    """What was done is there when another one begins."""
    with serving(_at(tmp_path), "--workers", "2") as stub:
        assert stub.add() == 201
        stub.ask("PUT", "/_rulebound/worlds/default/rules/book.added", '{"on": false}')
    with serving(_at(tmp_path)) as stub:
        assert stub.count() == 4
        assert '"off":["book.added"]' in stub.ask("GET", "/_rulebound/worlds")[1].replace(" ", "")


def _until(happened: object, seconds: float = 15) -> None:
    assert callable(happened)
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)

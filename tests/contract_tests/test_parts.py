"""Smaller promises: the second reading's frame, the workers, the stub's process, credentials."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rulebound.contract_tests import reading
from rulebound.contract_tests.apis import Apis, base_path, own, shipped
from rulebound.contract_tests.credentials import NOBODY, credential
from rulebound.contract_tests.judging.answers import UnreadableBody, code_of, made_by, value_of
from rulebound.contract_tests.reading import Situation, readings, reads
from rulebound.contract_tests.targets import process
from rulebound.contract_tests.targets.process import StubFailed, StubProcess
from rulebound.contract_tests.wire.message import Answer
from rulebound.contract_tests.workers import each


def test_a_reading_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule has one second reading; a second one for it is an error."""
    monkeypatch.setattr(reading, "_READINGS", {})

    @reads("a.b")
    def kept(case: Situation) -> bool:
        return "1" in case.table("t")

    situation = Situation({}, {}, None, None, {}, datetime.now(UTC), lambda name: {"1": {}})
    assert kept(situation)
    with pytest.raises(ValueError, match=r"a\.b is read twice"):
        reads("a.b")(kept)


def test_the_shipped_readings_load() -> None:
    """Every module of readings is imported, and names rules."""
    assert all("." in rule for rule in readings())


def test_work_is_shared_out() -> None:
    """Every item is worked on once, by no more threads than asked for."""
    seen: set[int] = set()

    def work(item: int) -> int:
        seen.add(threading.get_ident())
        time.sleep(0.001)
        return item * 2

    assert dict(each(range(50), work, 3)) == {item: item * 2 for item in range(50)}
    assert len(seen) <= 3


def test_an_error_of_work_is_raised() -> None:
    """What goes wrong in a thread goes wrong for the caller, who waits for nothing more."""

    def work(item: int) -> int:
        if item == 3:
            raise ValueError("three")
        return item

    with pytest.raises(ValueError, match="three"):
        list(each(range(1000), work, 2))


def test_a_stub_that_fails_shows_what_it_printed() -> None:
    """A stub that does not start is told with its own words."""
    with pytest.raises(StubFailed, match="usage: "):
        StubProcess(["--no-such-option"])


def test_a_stub_that_says_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A process that prints no address is ended after a while, even if it will not end."""
    stubborn = tmp_path / "stubborn"
    stubborn.write_text(
        "#!/bin/sh\ntrap '' TERM\necho warming up\nwhile :; do sleep 0.1; done\n", "utf-8"
    )
    stubborn.chmod(0o755)
    monkeypatch.setattr(process, "STARTS_WITHIN", 0.5)
    monkeypatch.setattr(process, "ENDS_WITHIN", 0.3)
    monkeypatch.setattr(process.sys, "executable", str(stubborn))
    started = time.monotonic()
    with pytest.raises(StubFailed, match="warming up"):
        StubProcess()
    assert time.monotonic() - started < 5


def test_credentials_follow_the_scheme(notes: Apis) -> None:
    """A token goes where the operation's scheme wants it; nobody sends nothing."""
    api = notes.all[0]
    operation = api.document.operation("createNote")
    held = credential(api, operation, "ann")
    assert held.headers == {"Authorization": "Bearer token-ann"}
    assert credential(api, operation, None) is NOBODY


def test_an_own_api_brings_its_witnesses(tmp_path: Path) -> None:
    """Witnesses lie beside the document unless told otherwise."""
    assert own(tmp_path).witnesses == tmp_path / "witnesses"
    assert own(tmp_path, tmp_path / "w").witnesses == tmp_path / "w"
    assert {place.document.name for place in shipped()} >= {"egain-v3", "ece-v12"}


def test_the_base_is_the_path_of_the_server(notes: Apis) -> None:
    """The first server's path stands in front of every address."""
    assert base_path(notes.all[0].document) == "/v1"


def answer(status: int, media: str, body: bytes, *headers: tuple[str, str]) -> Answer:
    """An answer of this media type."""
    return Answer(status, (("Content-Type", media), *headers), body)


def test_answers_are_read_in_both_forms(notes: Apis) -> None:
    """The error code is found in JSON and in XML, and missing where the body is neither."""
    document = notes.all[0].document
    operation = document.operation("createNote")
    json_ = answer(400, "application/json; charset=utf-8", b'{"code":"1"}')
    xml = answer(400, "application/xml", b"<error><code>1</code></error>")
    for each_ in (json_, xml):
        assert code_of(each_, document, operation) == "1"
    for body in (b"", b"{", b"[]", b'{"code":null}', b"NaN"):
        assert code_of(answer(400, "application/json", body), document, operation) is None
    with pytest.raises(UnreadableBody, match="neither JSON nor XML"):
        value_of(answer(400, "text/html", b"<p>"), operation)
    with pytest.raises(UnreadableBody, match="not application/xml"):
        value_of(answer(400, "application/xml", b"<a>"), operation)


def test_what_was_made_is_found(notes: Apis) -> None:
    """The id of what was made is the last segment of the header the witness file names."""
    api = notes.all[0]
    operation, file = api.document.operation("createNote"), api.files["createNote"]
    made = answer(201, "text/plain", b"", ("Location", "/v1/notes/12/"))
    assert made_by(made, operation, file) == "12"
    assert made_by(answer(201, "text/plain", b""), operation, file) is None

"""A case that was right is conducted again: every request goes out, every answer is held to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.cases.model import Refused
from rulebound.contract_tests.judging.bench import Bench, Unchecked
from rulebound.contract_tests.judging.conduct import conduct
from rulebound.contract_tests.judging.memory import Memory, can_be_held
from rulebound.contract_tests.judging.outcome import CaseResult, Verdict
from rulebound.contract_tests.planning import EVERYTHING, plan
from rulebound.contract_tests.proving.switches import pieces
from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.targets.stub import Stub
from rulebound.contract_tests.targets.tapes import taped
from rulebound.contract_tests.wire.framing import AnswerReader
from rulebound.contract_tests.wire.known import HoldingReader, known_answer
from rulebound.contract_tests.wire.line import Line
from rulebound.contract_tests.wire.message import TargetFault

HEAD = b"HTTP/1.1 200 OK\r\nDate: %s\r\nX-A: 1\r\nContent-Length: 2\r\n\r\n"
ONE, LATER = HEAD % b"then", HEAD % b"some time after"


@pytest.fixture(scope="module")
def stub(notes_place: Place) -> Iterator[Stub]:
    """The notes, served."""
    with StubProcess([str(notes_place.document)]) as process:
        stub = Stub(process.url)
        yield stub
        stub.close()


def conducted(apis: Apis, stub: Stub, memory: Memory | None) -> dict[str, CaseResult]:
    """What comes of every case."""
    bench = Bench(apis, stub, Unchecked(), memory=memory)
    cases = pieces(plan(apis, EVERYTHING))
    return {case.id: conduct(bench, subject, case) for subject, case in cases}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The bytes that went out."""
    found: list[bytes] = []
    known = Line.exchange

    def heard(line: Line, method: str, data: bytes, *more: object) -> AnswerReader:
        found.append(data)
        return known(line, method, data, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Line, "exchange", heard)
    return found


def test_every_request_goes_out_again(notes: Apis, stub: Stub, sent: list[bytes]) -> None:
    """From memory the same bytes are sent as without, in worlds that are made as often."""
    memory = Memory()
    conducted(notes, stub, memory)
    assert memory.cases
    sent.clear()
    again = conducted(notes, stub, memory)
    from_memory = sorted(sent)
    sent.clear()
    anew = conducted(notes, stub, None)
    assert {id: result.verdict for id, result in again.items()} == dict.fromkeys(anew, Verdict.KEPT)
    assert from_memory == sorted(sent)


def test_what_is_known_of_a_case_is_asked_all_the_same(
    notes: Apis, stub: Stub, sent: list[bytes]
) -> None:
    """A case of which single steps are known is put down whole: what is left out cannot be held."""
    conducted(notes, stub, None)
    every, memory = len(sent), Memory()
    conducted(notes, stub, memory)
    sent.clear()
    conducted(notes, stub, replace(memory, cases={}))
    assert len(sent) == every


def test_another_answer_is_judged(notes: Apis, stub: Stub) -> None:
    """What was right is broken as soon as the stub answers otherwise, and nothing else is."""
    memory, rule = Memory(), "note.folder-exists"
    before = conducted(notes, stub, memory)
    stub.control.switch_off(stub.base.id, rule)
    try:
        without = conducted(notes, stub, None)
        again = conducted(notes, stub, memory)
    finally:
        stub.control.restore(stub.base.id, rule)
    broken = {id for id, result in without.items() if result.verdict is Verdict.BROKEN}
    assert broken and {id for id, result in again.items() if result.verdict is Verdict.BROKEN} == (
        broken
    )
    for id in broken:
        assert [each.problems for each in again[id].steps] == [
            each.problems for each in without[id].steps
        ]
    assert {result.verdict for result in before.values()} == {Verdict.KEPT}


def test_a_world_is_reset_each_time(stub: Stub, sent: list[bytes]) -> None:
    """Also when a reset is not answered as it was: what came is read, and the next one goes out."""
    world = stub.control.new_world()
    resets = stub.base._resets
    stub.base._reset(world)
    resets[world] = (replace(resets[world][0], answer=known_answer(ONE + b"hi")),)
    sent.clear()
    for _ in range(3):
        stub.base._reset(world)
    assert len(sent) == 3 and all(f"{world}/reset".encode() in each for each in sent)
    assert taped([], world) is None
    stub.control.drop_world(world)


@pytest.mark.parametrize(
    ("come", "holds"),
    [
        (ONE + b"hi", True),
        (LATER + b"hi", True),
        (LATER + b"h", None),
        (LATER, None),
        (LATER + b"ho", False),
        (LATER + b"hi.", False),
        (LATER.replace(b"1\r", b"2\r") + b"hi", False),
        (LATER.replace(b"200 OK", b"201 OK") + b"hi", False),
        (LATER.replace(b"after", b"after\r\nX-B: 2") + b"hi", False),
        (b"", False),
    ],
)
def test_an_answer_is_the_same_in_every_byte(come: bytes, holds: bool | None) -> None:
    """But for the values of headers that change by themselves."""
    assert known_answer(ONE + b"hi").holds(come) is holds


def test_another_answer_is_read() -> None:
    """However it comes in pieces, and within the limits that hold for every answer."""
    known = known_answer(ONE + b"hi")
    for size in (1, 7, 1000):
        reader = HoldingReader("GET", 1000, known)
        other = LATER + b"ho"
        for at in range(0, len(other), size):
            reader.feed(other[at : at + size])
        assert (reader.known, reader.complete, reader.answer.body) == (False, True, b"ho")
    with pytest.raises(TargetFault, match="larger than 20 bytes"):
        HoldingReader("GET", 20, known).feed(LATER + b"ho")
    with pytest.raises(TargetFault, match="mid-answer"):
        cut = HoldingReader("GET", 1000, known)
        cut.feed(LATER)
        cut.feed(b"")


def test_what_is_expected_of_a_changing_header_is_looked_at(notes: Apis, stub: Stub) -> None:
    """A case that expects something of the date is no case for memory."""
    subject, case = pieces(plan(notes, EVERYTHING))[0]
    steps = conduct(Bench(notes, stub, Unchecked()), subject, case).steps
    assert can_be_held(notes, case, None, steps)
    assert can_be_held(notes, case, Refused(400), steps)
    assert not can_be_held(notes, case, Refused(400, headers={"Date": "now"}), steps)

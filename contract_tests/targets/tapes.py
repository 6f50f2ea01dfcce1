"""The exchanges of a case as they went over the wire, to be gone through once more.

A tape is written of a case whose every answer was right. Played in a scene of the same kind, each
request goes out again as the same bytes, and each answer is held against the one on the tape, all
of it but the headers that change by themselves. What differs is judged as if there were no tape.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rulebound.contract_tests.wire.known import KeepingReader, KnownAnswer, known_answer


@dataclass(frozen=True, slots=True)
class Entry:
    """An exchange: the bytes before and after the name of the world, and how it was answered."""

    method: str
    before: bytes
    after: bytes
    answer: KnownAnswer


Tape = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it went out, and what has read its answer."""

    method: str
    data: bytes
    reader: KeepingReader


def taped(exchanges: Iterable[Exchange], world: str) -> Tape | None:
    """The tape of exchanges in a world; None where there are none, or one cannot be repeated
    elsewhere."""
    entries = []
    for each in exchanges:
        before, name, after = each.data.partition(world.encode())
        if not name or name in after or not each.reader.reusable:
            return None
        entries.append(Entry(each.method, before, after, known_answer(bytes(each.reader.come))))
    return tuple(entries) or None

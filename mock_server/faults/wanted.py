"""Faults read from what somebody asks for, and put on the desk of a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rulebound.mock_server.faults.desk import Standing
from rulebound.mock_server.faults.fault import KINDS, Fault, only_reads
from rulebound.mock_server.worlds import ServedWorld, WorldRefusal
from rulebound.openapi.model import Operation

MOST_FAULTS = 50
RETRY_AFTER = 1
_RANGES: Mapping[str, tuple[int, int]] = {
    "milliseconds": (1, 60_000),
    "seconds": (0, 86_400),
    "status": (400, 599),
    "calls": (1, 1_000_000),
}
_NEEDED = ("milliseconds", "status")

Operations = Mapping[str, Operation]


def add_fault(served: ServedWorld, asked: Any, operations: Operations) -> Standing:
    """Set one more fault for a world. Raises WorldRefusal 400; then nothing is changed."""
    with served.turn():
        _not_too_many(len(served.faults.all()) + 1)
        return served.faults.add(fault_of(asked, operations))


def set_faults(served: ServedWorld, asked: Sequence[Any], operations: Operations) -> None:
    """Set these faults for a world and no others. Raises WorldRefusal 400, as `add_fault` does."""
    _not_too_many(len(asked))
    faults = []
    for place, each in enumerate(asked, 1):
        try:
            faults.append(fault_of(each, operations))
        except WorldRefusal as refused:
            raise WorldRefusal(400, f"fault {place}: {refused}", refused.instead) from None
    served.faults.set(faults)


def fault_of(asked: Any, operations: Operations) -> Fault:
    """The fault that {operation, kind, milliseconds, seconds, status, calls} describes.

    What is null counts as left out. Raises WorldRefusal 400.
    """
    if not isinstance(asked, Mapping):
        raise WorldRefusal(400, "a fault is no object", "write {kind: '429', calls: 2}")
    given = {name: value for name, value in asked.items() if value is not None}
    kind = _kind(given)
    known = ("operation", "kind", *KINDS[kind], "calls")
    for name in given:
        if name not in known:
            message = f"a fault of kind {kind} has no member {name!r:.60}"
            raise WorldRefusal(400, message, f"its members may be {', '.join(known)}")
    for name in _NEEDED:
        if name in known and name not in given:
            raise WorldRefusal(400, f"a fault of kind {kind} has no {name}", _range(name))
    numbers = {name: _number(name, given[name]) for name in _RANGES if name in given}
    if kind == "429":
        numbers.setdefault("seconds", RETRY_AFTER)
    return Fault(kind, _operation(given, kind, operations), **numbers)


def _kind(given: Mapping[str, Any]) -> str:
    kinds = f"the kinds are {', '.join(KINDS)}"
    if "kind" not in given:
        raise WorldRefusal(400, "a fault has no kind", kinds)
    kind = str(given["kind"]) if type(given["kind"]) in (str, int) else ""
    if kind not in KINDS:
        raise WorldRefusal(400, f"there is no kind of fault {given['kind']!r:.60}", kinds)
    return kind


def _number(name: str, value: Any) -> int:
    least, most = _RANGES[name]
    if type(value) is not int or not least <= value <= most:
        raise WorldRefusal(400, f"{name} cannot be {value!r:.60}", _range(name))
    return value


def _range(name: str) -> str:
    least, most = _RANGES[name]
    return f"write {name}: a whole number from {least} to {most}"


def _operation(given: Mapping[str, Any], kind: str, operations: Operations) -> str | None:
    wanted = given.get("operation")
    if wanted is None:
        return None
    if not isinstance(wanted, str) or wanted not in operations:
        message = f"there is no operation {wanted!r:.60}"
        raise WorldRefusal(400, message, f"there are {', '.join(operations)}; none means all")
    if kind == "stale" and not only_reads(operations[wanted]):
        reading = [id for id, each in operations.items() if only_reads(each)]
        instead = f"name one that does: {', '.join(reading)}" if reading else "choose another kind"
        raise WorldRefusal(400, f"{wanted} does not only read, so it cannot be stale", instead)
    return wanted


def _not_too_many(count: int) -> None:
    if count > MOST_FAULTS:
        message = f"a world has at most {MOST_FAULTS} faults"
        raise WorldRefusal(400, message, "take off those no longer needed")

"""Reads HAR 1.2 files: bounded in size and depth, and entry by entry, so that one that is odd
costs no other."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rulebound.contract_tests.passive.entries import read_entry
from rulebound.contract_tests.passive.recorded import EntryFault, HarFault, Recorded
from rulebound.contract_tests.wire.depth import TooDeep, check_depth

MOST_BYTES = 128 * 1024 * 1024
MOST_DEPTH = 64
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Recording:
    """The exchanges of a file, how many entries it has, and what is to be said of the others."""

    exchanges: tuple[Recorded, ...] = field(repr=False)
    entries: int
    notes: tuple[str, ...]


def read_har(path: Path, name: str = "", most_bytes: int = MOST_BYTES) -> Recording:
    """The recording in a file; `name` stands in front of the numbers of its entries.

    Raises HarFault for a file that cannot be read, is too large or nested too deeply, or is no HAR.
    """
    entries = _entries(_value(path, most_bytes), path)
    exchanges: list[Recorded] = []
    notes: list[str] = []
    for number, raw in enumerate(entries):
        where = f"{name} entry {number}".strip()
        try:
            recorded, said = read_entry(raw, where, number)
        except EntryFault as fault:
            notes.append(f"{where}: {fault}")
        else:
            exchanges.append(recorded)
            notes += [f"{where}: {each}" for each in said]
    return Recording(tuple(exchanges), len(entries), tuple(notes))


def _value(path: Path, most: int) -> Any:
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise HarFault(f"{path} cannot be read: {error.strerror or error}") from None
    if len(raw) > most:
        raise HarFault(f"{path} is larger than {most // _MIB} MiB; record in several files")
    # Some recorders begin with a byte order mark.
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        check_depth(raw, "application/json", MOST_DEPTH)
        return json.loads(raw)
    except TooDeep:
        raise HarFault(f"{path} is nested deeper than {MOST_DEPTH} levels; it is no HAR") from None
    except (ValueError, RecursionError):
        raise HarFault(f"{path} is not JSON; export the traffic as HAR 1.2") from None


def _entries(value: Any, path: Path) -> list[Any]:
    log = value.get("log") if isinstance(value, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise HarFault(f"{path} has no list log.entries; export the traffic as HAR 1.2")
    return entries

"""What is shown of records, remembered as long as all that it was made of stands as it was."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import orjson
from rulebound.mock_server.effects.displays import words
from rulebound.mock_server.effects.steps import Record
from rulebound.mock_server.pieces import Piece

MOST = 1024
"""Records whose showing is remembered; each takes some 4 kB, and 2 more when it was shown twice."""
MOST_BYTES = 16 * 1024
"""As JSON, of a record that is remembered: what is shown may outlive its world for a while."""
_MOST_MANNERS = 64
Get = Callable[[str, str], Record | None]
"""(table, id) -> the record, or None."""
Found = tuple[tuple[str, str], Record | None]
"""A record looked up, behind its table and id."""
Met = tuple[Found, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The member `member` of what is sent, made by `show` of a record; None where it has no value.

    A value that is a map is added to what another part has put there already. What is made may be
    part of what other records show: nobody changes it.
    """

    member: str
    show: Callable[[View, Record], Any]


class Manner(NamedTuple):
    """All that what is sent of a record depends on, besides records: the parts shown, the language
    of words, the address of all activities, and the custom attributes wanted (None for every one).
    """

    parts: tuple[Part, ...]
    language: str
    address: str
    custom: frozenset[str] | None


class _Known(dict[tuple[str, str], Found]):
    """Records as they stand, each looked up once."""

    def __init__(self, get: Get) -> None:
        super().__init__()
        self._get = get

    def __missing__(self, key: tuple[str, str]) -> Found:
        found = self[key] = key, self._get(*key)
        return found


class View:
    """What a part may read: the manner, and other records, of which note is taken in `met`."""

    __slots__ = ("_known", "address", "custom", "met", "words")

    def __init__(self, manner: Manner, known: _Known) -> None:
        self.address = manner.address
        self.custom = manner.custom
        self.words = words(manner.language)
        self.met: list[Found] = []
        self._known = known

    def get(self, table: str, id: str) -> Record | None:
        """The record of a table with this id."""
        found = self._known[table, id]
        self.met.append(found)
        return found[1]


class Shown(Piece):
    """`record`, and what is `sent` of it; `met` are the records looked up for it."""

    met: Met = ()


class _Plan:
    """What is done for each record shown in one manner, and what was shown of records before."""

    def __init__(self, manner: Manner) -> None:
        self.kept: dict[int, Shown] = {}
        members = [part.member for part in manner.parts]
        again = [name in members[:place] for place, name in enumerate(members)]
        shows = [part.show for part in manner.parts]
        self._parts = tuple(zip(members, shows, again, strict=True))

    def shown(self, record: Record, view: View) -> Shown:
        """What is shown of a record."""
        sent: dict[str, Any] = {}
        view.met = []
        for member, show, again in self._parts:
            value = show(view, record)
            if value is not None:
                if again and isinstance(value, dict):
                    value = {**sent.get(member, {}), **value}
                sent[member] = value
        shown = Shown(record=record, sent=sent)
        shown.met = tuple(view.met)
        return shown


class Displays:
    """Remembers what was shown of the records seen last.

    Records are never changed but replaced, so that what was made of these very objects is what
    would be made of them again.
    """

    def __init__(self) -> None:
        self._plans: dict[Manner, _Plan] = {}
        self._oldest: deque[tuple[dict[int, Shown], int]] = deque()
        self._lock = Lock()  # several stubs of one process may be served by threads

    def of(self, manner: Manner, records: Iterable[Record], get: Get) -> list[Piece]:
        """What is shown of each of `records`, when others stand as `get` finds them."""
        plan = self._plans.get(manner) or self._begin(manner)
        known = _Known(get)
        view = View(manner, known)
        stands: Met = ()
        found: list[Piece] = []
        for record in records:
            # An entry holds its record, so that no other object can come to have its identity.
            shown = plan.kept.get(id(record))
            if shown is None or not _stand(shown, stands, known):
                shown = plan.shown(record, view)
                if shown.met == stands:
                    shown.met = stands  # most of a page share what they met
                self._keep(plan.kept, id(record), shown)
            stands = shown.met
            found.append(shown)
        return found

    def _begin(self, manner: Manner) -> _Plan:
        with self._lock:
            if len(self._plans) >= _MOST_MANNERS:
                self._plans.clear()
                self._oldest.clear()
            plan = self._plans[manner] = _Plan(manner)
        return plan

    def _keep(self, kept: dict[int, Shown], key: int, shown: Shown) -> None:
        if _is_large(shown["record"]):
            return
        with self._lock:
            if key not in kept:
                self._oldest.append((kept, key))
            kept[key] = shown
            if len(self._oldest) > MOST:
                oldest, gone = self._oldest.popleft()
                oldest.pop(gone, None)


def _is_large(record: Record) -> bool:
    """Whether a record is more than is worth remembering."""
    try:
        return len(orjson.dumps(record, default=str)) > MOST_BYTES
    except TypeError:  # what orjson does not write
        return True


def _stand(shown: Shown, stands: Met, known: _Known) -> bool:
    """Whether all that was met for it stands as it was; what `stands` is known to."""
    if shown.met is stands:
        return True
    if shown.met == stands:
        shown.met = stands
        return True
    for key, record in shown.met:  # noqa: SIM110 - quicker than a generator
        if known[key][1] is not record:
            return False
    return True

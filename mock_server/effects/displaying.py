"""What is shown of records, remembered as long as all that it was made of stands as it was."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from rulebound.mock_server.effects.steps import Record
from rulebound.mock_server.pieces import Piece

MOST = 1024
"""Records whose showing is remembered; each takes some 12 kB."""
_MOST_MANNERS = 64
Get = Callable[[str, str], Record | None]
"""(table, id) -> the record, or None."""
Met = tuple[tuple[tuple[str, str], Record | None], ...]
"""Records looked up, each behind its table and id."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The member `member` of what is sent, made by `show` of a record; None where it has no value.

    A value that is a map is added to what another part has put there already.
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


class View:
    """What a part may read: the manner, and other records, of which note is taken."""

    __slots__ = ("_get", "manner", "met")

    def __init__(self, manner: Manner, get: Get) -> None:
        self.manner = manner
        self.met: dict[tuple[str, str], Record | None] = {}
        self._get = get

    def get(self, table: str, id: str) -> Record | None:
        """The record of a table with this id."""
        found = self.met[table, id] = self._get(table, id)
        return found


class Shown(Piece):
    """`record`, and what is `sent` of it; `met` are the records looked up for it."""

    __slots__ = ("met",)

    def __init__(self, record: Record, view: View) -> None:
        sent: dict[str, Any] = {}
        for part in view.manner.parts:
            value = part.show(view, record)
            if isinstance(value, dict):
                sent.setdefault(part.member, {}).update(value)
            elif value is not None:
                sent[part.member] = value
        super().__init__(record=record, sent=sent)
        self.met: Met = tuple(view.met.items())


class _Known(dict[tuple[str, str], Record | None]):
    """Records as they stand, each looked up once."""

    def __init__(self, get: Get) -> None:
        super().__init__()
        self._get = get

    def __missing__(self, key: tuple[str, str]) -> Record | None:
        found = self[key] = self._get(*key)
        return found


class Displays:
    """Remembers what was shown of the records seen last.

    Records are never changed but replaced, so that what was made of these very objects is what
    would be made of them again.
    """

    def __init__(self) -> None:
        self._manners: dict[Manner, dict[int, Shown]] = {}
        self._oldest: deque[tuple[dict[int, Shown], int]] = deque()

    def of(self, manner: Manner, records: Iterable[Record], get: Get) -> list[Piece]:
        """What is shown of each of `records`, when others stand as `get` finds them."""
        kept = self._manners.get(manner)
        if kept is None:
            kept = self._begin(manner)
        known = _Known(get)
        stands: Met = ()
        found: list[Piece] = []
        for record in records:
            # An entry holds its record, so that no other object can come to have its identity.
            shown = kept.get(id(record))
            if shown is None or not _stand(shown, stands, known):
                shown = Shown(record, View(manner, get))
                self._keep(kept, id(record), shown)
            stands = shown.met
            found.append(shown)
        return found

    def _begin(self, manner: Manner) -> dict[int, Shown]:
        if len(self._manners) >= _MOST_MANNERS:
            self._manners.clear()
            self._oldest.clear()
        return self._manners.setdefault(manner, {})

    def _keep(self, kept: dict[int, Shown], key: int, shown: Shown) -> None:
        if key not in kept:
            self._oldest.append((kept, key))
        kept[key] = shown
        if len(self._oldest) > MOST:
            oldest, gone = self._oldest.popleft()
            oldest.pop(gone, None)


def _stand(shown: Shown, stands: Met, known: _Known) -> bool:
    """Whether all that was met for it stands as it was; what `stands` is known to."""
    if shown.met is stands:
        return True
    if shown.met == stands:
        shown.met = stands  # most of a page share what they met
        return True
    for key, record in shown.met:  # noqa: SIM110 - quicker than a generator
        if known[key] is not record:
            return False
    return True

"""The actors behind credentials, remembered as long as the records stand that they come from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from rulebound.fixtures import Credential, World, find_actor
from rulebound.fixtures.dates import parse_date
from rulebound.fixtures.records import Record, View

Actor = Mapping[str, Any]
_MOST = 1024


class _Known(NamedTuple):
    """An actor, the records read to find it, and the moment from which it is none any more."""

    actor: Actor
    read: tuple[tuple[str, object, Record], ...]
    until: datetime | None


class _Reading:
    """A view that notes what is read of it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.read: list[tuple[str, object, Record]] = []

    def get(self, table: str, id: object) -> Record | None:
        """See View."""
        found = self._view.get(table, id)
        if found is not None:
            self.read.append((table, id, found))
        return found

    def find(self, table: str, field: str, value: object) -> list[Record]:
        """See View. Raises NotImplementedError, as what is found so could not be remembered."""
        raise NotImplementedError("an actor is found by ids alone")

    def scan(self, table: str) -> list[Record]:
        """See View. Raises NotImplementedError, as what is found so could not be remembered."""
        raise NotImplementedError("an actor is found by ids alone")


class KnownActors:
    """Finds who a credential belongs to in a world.

    Records never change: another one stands in their place. So an actor is still the same while
    each record it was found by is the very one that stands there, in whichever world.
    """

    def __init__(self) -> None:
        self._known: dict[Credential, _Known] = {}

    def find(self, world: World, credential: Credential) -> Actor | None:
        """The actor, or None for a credential that is unknown or has expired."""
        # The control plane writes from threads of its own; what it has not finished does not count.
        with world.reading():
            view = world.view()
            known = self._known.get(credential)
            if known is not None and (known.until is None or world.clock.now() < known.until):
                for table, id, record in known.read:
                    if view.get(table, id) is not record:
                        break
                else:
                    return known.actor
            return self._look_up(view, credential, world.clock.now())

    def _look_up(self, view: View, credential: Credential, now: datetime) -> Actor | None:
        reading = _Reading(view)
        actor = find_actor(reading, credential, now)
        if actor is not None:
            if len(self._known) >= _MOST:
                self._known.clear()
            first = reading.read[0][2]
            until = parse_date(first.get("expires"))
            self._known[credential] = _Known(actor, tuple(reading.read), until)
        return actor

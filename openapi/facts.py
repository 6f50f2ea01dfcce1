"""Facts: what the world knows about the things a request names, looked up when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from rulebound.openapi.model import FactSpec, Operation
from rulebound.openapi.names import request_names
from rulebound.openapi.request import Request

Record = Mapping[str, Any]


class View(Protocol):
    """The read side of a world's store."""

    def get(self, table: str, id: str, /) -> Record | None:
        """The record with this id, or None."""

    def find(self, table: str, field: str, value: object, /) -> Iterable[Record]:
        """The records whose field is exactly this value, in the order they came."""

    def scan(self, table: str, /) -> Iterable[Record]:
        """Every record of the table."""


Lookup = Callable[
    [Any, Request, Mapping[str, Any] | None, Mapping[str, Any], Mapping[str, Any], datetime], Any
]
"""(view, request, actor, facts, settings, now) -> any JSON value; never raises on odd input."""


class Facts(Mapping[str, Any]):
    """The facts of an operation over one view, request and actor; each is looked up once."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        operation: Operation,
        view: View,
        request: Request,
        actor: Mapping[str, Any] | None,
        settings: Mapping[str, Any],
        now: datetime,
        lookups: Mapping[str, Lookup],
    ) -> None:
        """Raises KeyError, naming it, for a look-up the operation needs and `lookups` has not."""
        self._specs = {fact.name: fact for fact in operation.facts}
        for fact in operation.facts:
            if fact.form == "lookup" and fact.lookup not in lookups:
                raise KeyError(f"look-up {fact.lookup!r} of fact {fact.name} is not registered")
        self._view = view
        self._request = request
        self._actor = actor
        self._settings = settings
        self._now = now
        self._lookups = lookups
        self._names = request_names(operation, request, actor, settings, now)
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._look_up(self._specs[name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)

    @property
    def known(self) -> Mapping[str, Any]:
        """The facts looked up so far."""
        return self._known

    def _look_up(self, fact: FactSpec) -> Any:
        if fact.form == "lookup":
            run = self._lookups[fact.lookup]
            return run(self._view, self._request, self._actor, self, self._settings, self._now)
        value = self._value(fact.path)
        if fact.form == "one":
            return self._record(fact, value)
        if not isinstance(value, list):
            return []
        return [
            {"sent": sent, "found": self._record(fact, member(sent, fact.item))} for sent in value
        ]

    def _value(self, path: tuple[str, ...]) -> Any:
        start = self[path[0]] if path[0] in self._specs else self._names.get(path[0])
        return member(start, path[1:])

    def _record(self, fact: FactSpec, value: Any) -> Record | None:
        """The record whose field is `value`; only texts and numbers can be looked up."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return None
        if fact.by == "id":
            return self._view.get(fact.table, value) if isinstance(value, str) else None
        return next(iter(self._view.find(fact.table, fact.by, value)), None)


def member(value: Any, path: tuple[str, ...]) -> Any:
    """What `path` leads to inside a JSON value; None where it leads nowhere."""
    for part in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value

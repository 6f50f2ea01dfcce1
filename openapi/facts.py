"""Facts: what the world knows about the things a request names, looked up when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from rulebound.openapi.model import FactSpec, Operation
from rulebound.openapi.names import Names, request_names
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


class Asked(Names):
    """The names of a condition over one request and view: what a look-up works on, too.

    A fact is looked up when it is first named.
    """

    __slots__ = ("actor", "finders", "named", "now", "request", "settings", "view")

    view: View
    request: Request
    actor: Mapping[str, Any] | None
    settings: Mapping[str, Any]
    now: datetime
    finders: Mapping[str, Find]
    named: Mapping[Find, str]

    def __missing__(self, name: str) -> Any:
        value = self[name] = self.finders[name](self)
        return value

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a look-up knows of the other facts."""
        return self


Find = Callable[[Asked], Any]


class FactPlan:
    """How each fact of an operation is found; made once."""

    def __init__(self, operation: Operation, lookups: Mapping[str, Lookup]) -> None:
        """Raises KeyError, naming it, for a look-up the operation needs and `lookups` has not."""
        self.operation = operation
        self.finders: dict[str, Find] = {}
        for fact in operation.facts:
            if fact.form == "lookup" and fact.lookup not in lookups:
                raise KeyError(f"look-up {fact.lookup!r} of fact {fact.name} is not registered")
            self.finders[fact.name] = _finder(fact, lookups)
        # Of two facts of one look-up the first counts.
        self.named = {find: name for name, find in reversed(self.finders.items())}

    def asked(
        self,
        view: View,
        request: Request,
        actor: Mapping[str, Any] | None,
        settings: Mapping[str, Any],
        now: datetime,
    ) -> Asked:
        """The names of one request."""
        names = Asked(request_names(self.operation, request, actor, settings, now), {})
        names.view = view
        names.request = request
        names.actor = actor
        names.settings = settings
        names.now = now
        names.finders = self.finders
        names.named = self.named
        return names


class Facts(Mapping[str, Any]):
    """The facts of an operation over one view, request and actor; each is looked up once."""

    __slots__ = ("names",)

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        operation: Operation,
        view: View,
        request: Request,
        actor: Mapping[str, Any] | None,
        settings: Mapping[str, Any],
        now: datetime,
        lookups: Mapping[str, Lookup] | FactPlan,
    ) -> None:
        """Raises KeyError, naming it, for a look-up the operation needs and `lookups` has not."""
        plan = lookups if isinstance(lookups, FactPlan) else FactPlan(operation, lookups)
        self.names = plan.asked(view, request, actor, settings, now)

    def __getitem__(self, name: str) -> Any:
        if name not in self.names.finders:
            raise KeyError(name)
        return self.names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names.finders)

    def __len__(self) -> int:
        return len(self.names.finders)

    @property
    def known(self) -> Mapping[str, Any]:
        """The facts looked up so far."""
        names = self.names
        return {name: names[name] for name in names.finders if name in names}

    def whole(self) -> dict[str, Any]:
        """Every fact, looked up to the last one."""
        names = self.names
        return {name: names[name] for name in names.finders}


def names_of(  # noqa: PLR0913, PLR0917
    operation: Operation,
    request: Request,
    actor: Mapping[str, Any] | None,
    facts: Mapping[str, Any],
    settings: Mapping[str, Any],
    now: datetime,
) -> Names:
    """What a condition sees, the facts on demand; those of `facts` where these are of all that."""
    if isinstance(facts, Facts):
        own = facts.names
        if own.request is request and own.actor is actor and own.settings is settings:
            return own
    return Names(request_names(operation, request, actor, settings, now), facts)


def _finder(fact: FactSpec, lookups: Mapping[str, Lookup]) -> Find:
    if fact.form == "lookup":
        run = lookups[fact.lookup]
        # One that is registered takes what it is asked as a whole.
        find: Find | None = getattr(run, "find", None)
        return find or (
            lambda asked: run(
                asked.view, asked.request, asked.actor, asked, asked.settings, asked.now
            )
        )
    start, rest = fact.path[0], fact.path[1:]

    def one(asked: Asked) -> Record | None:
        known = start in asked or start in asked.finders
        value = member(asked[start], rest) if known else None
        return None if value is None else _record(asked.view, fact, value)

    def each(asked: Asked) -> list[dict[str, Any]]:
        known = start in asked or start in asked.finders
        sent = member(asked[start], rest) if known else None
        if type(sent) is not list and not isinstance(sent, list):
            return []
        view, item = asked.view, fact.item
        return [{"sent": one, "found": _record(view, fact, member(one, item))} for one in sent]

    return one if fact.form == "one" else each


def _record(view: View, fact: FactSpec, value: Any) -> Record | None:
    """The record whose field is `value`; only texts and numbers can be looked up."""
    kind = type(value)
    if kind is not str and (kind is bool or not isinstance(value, (str, int, float))):
        return None
    if fact.by == "id":
        return view.get(fact.table, value) if isinstance(value, str) else None
    for record in view.find(fact.table, fact.by, value):
        return record
    return None


def member(value: Any, path: tuple[str, ...]) -> Any:
    """What `path` leads to inside a JSON value; None where it leads nowhere."""
    for part in path:
        if type(value) is dict:
            value = value[part] if part in value else None  # noqa: SIM401 - a call less
        elif value is None or not isinstance(value, Mapping):
            return None
        else:
            value = value.get(part)
    return value

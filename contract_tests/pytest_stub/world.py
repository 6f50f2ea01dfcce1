"""The world of one test: what stands in it, how it is set, what happened in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from rulebound.contract_tests.pytest_stub.control import ControlPlane
from rulebound.contract_tests.pytest_stub.faults import StubFault
from rulebound.contract_tests.pytest_stub.library import Library
from rulebound.fixtures.clock import SEED_TIME

HEADER = "Rulebound-World"
_IN_FRONT = "{seed}.{name}"


class World:
    """A world of a running stub. Every method raises StubFault for what is not there."""

    def __init__(self, control: ControlPlane, library: Library) -> None:
        wish = {"clock": {"freeze": SEED_TIME.isoformat()}}
        self.id: str = control.call("POST", "/worlds", wish)["id"]
        self.control = control
        self._library = library

    def __repr__(self) -> str:
        return f"<world {self.id}>"

    @property
    def headers(self) -> dict[str, str]:
        """What a request says to be for this world; for clients other than `stub`."""
        return {HEADER: self.id}

    def records(self, table: str, /, **where: Any) -> list[dict[str, Any]]:
        """The records of a table, those whose fields are as `where` says.

        A table that several seeds have is written `seed.table`.
        """
        __tracebackhide__ = True
        seed, dot, name = table.rpartition(".")
        if not dot:
            tables = {key: each.tables for key, each in self._library.seeds.items()}
            seed = self._library.seed_with("table", table, tables, _IN_FRONT)
        chosen = {field: _written(value) for field, value in where.items()}
        path = f"/{quote(seed, safe='')}/{quote(name, safe='')}"
        records: list[dict[str, Any]] = self._call("GET", path, query=chosen)["records"]
        return records

    def record(self, name: str, /) -> dict[str, Any]:
        """The record of a name in the seed, `activity.email-queued`, as it now is.

        A name that several seeds have is written `seed.table.name`.
        """
        __tracebackhide__ = True
        names = {key: each.names for key, each in self._library.seeds.items()}
        seed, _, rest = name.partition(".")
        if rest in names.get(seed, ()):
            name = rest
        else:
            seed = self._library.seed_with("record", name, names, _IN_FRONT)
        table = name.partition(".")[0]
        found = self.records(f"{seed}.{table}", id=names[seed][name]["id"])
        if not found:
            raise StubFault(f"the record {name!r} is no longer in this world")
        return found[0]

    def settings(self, seed: str | None = None, /, **changes: Any) -> dict[str, Any]:
        """Change settings, and give all settings of their seed as they now are.

        The seed is told by the names, or as the first argument where several have them.
        """
        __tracebackhide__ = True
        known = {key: each.settings.defaults for key, each in self._library.seeds.items()}
        for name in changes:
            told = "settings('{seed}', {name}=..)"
            seed = seed or self._library.seed_with("setting", name, known, told)
        if seed is None and len(known) > 1:
            raise StubFault(f"whose settings? write one of {', '.join(known)} in front")
        path = f"/{quote(seed or next(iter(known)), safe='')}/settings"
        return dict(self._call("PATCH", path, changes))

    def rule_off(self, rule: str) -> None:
        """Switch a rule off in this world."""
        __tracebackhide__ = True
        self._known(rule)
        self._call("PUT", f"/rules/{quote(rule, safe='')}", {"on": False})

    def rule_on(self, rule: str) -> None:
        """Let a rule be again as the document has it."""
        __tracebackhide__ = True
        self._known(rule)
        self._call("DELETE", f"/rules/{quote(rule, safe='')}")

    def journal(self, last: int = 50) -> list[dict[str, Any]]:
        """The last requests to this world with the rules that were judged, the newest at the
        end; credentials are hidden."""
        __tracebackhide__ = True
        entries: list[dict[str, Any]] = self._call("GET", "/journal", query={"last": str(last)})[
            "entries"
        ]
        return entries

    def explained(self, number: int) -> dict[str, Any]:
        """Everything about the request of this number in the journal."""
        __tracebackhide__ = True
        return dict(self._call("GET", f"/journal/{number}"))

    def reset(self) -> None:
        """Put everything back as it was when the test began; the journal is empty then."""
        __tracebackhide__ = True
        self._call("POST", "/reset")

    def close(self) -> None:
        """Drop the world."""
        self._call("DELETE", "")

    def set_clock(self, wish: Mapping[str, Any]) -> datetime:
        """Set the clock as the control plane has it; the moment it is then."""
        __tracebackhide__ = True
        return _moment(self._call("PUT", "/clock", wish)["now"])

    def now(self) -> datetime:
        """The moment it is in this world."""
        __tracebackhide__ = True
        return self.set_clock({"advance": 0})

    def _known(self, rule: str) -> None:
        __tracebackhide__ = True
        if rule not in self._library.rules:
            raise StubFault(self._library.no_rule(rule))

    def _call(self, method: str, path: str, wish: Any = None, **more: Any) -> Any:
        __tracebackhide__ = True
        return self.control.call(method, f"/worlds/{self.id}{path}", wish, **more)


class Clock:
    """The clock of a test's world. It stands at the time of the seed until it is moved."""

    def __init__(self, world: World) -> None:
        self._world = world

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Stand still at a moment, or at the one it is; a text is ISO 8601, UTC without a zone."""
        __tracebackhide__ = True
        if isinstance(at, datetime):
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()
        return self._world.set_clock({"freeze": at or self.now().isoformat()})

    def advance(self, seconds: float | timedelta) -> datetime:
        """Move on by seconds or by a timedelta, standing or running."""
        __tracebackhide__ = True
        if isinstance(seconds, timedelta):
            seconds = seconds.total_seconds()
        return self._world.set_clock({"advance": seconds})

    def run(self) -> datetime:
        """Go with real time from now on."""
        __tracebackhide__ = True
        return self._world.set_clock({"run": True})

    def now(self) -> datetime:
        """The moment it is in the world."""
        __tracebackhide__ = True
        return self._world.now()


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _moment(now: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(next(iter(now.values())))

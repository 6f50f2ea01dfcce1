"""Looks at a deployment's records through its own operations, where the profile says how."""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from rulebound.contract_tests.judging.answers import UnreadableBody, value_of
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import Answer
from rulebound.fixtures.profiles import Profile, Read
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation
from rulebound.openapi.pointers import follow, split

Asker = Callable[[Seed, Read, Mapping[str, str]], tuple[Operation, Answer]]
"""Sends the request of a reading with this query."""


@dataclass(frozen=True)
class Looking:
    """`started` is when the scene began, as the API writes dates. What was seen is remembered
    until something may have changed it."""

    profile: Profile
    ask: Asker
    started: Callable[[Read], str]
    seen: dict[Hashable, list[Any]] = field(default_factory=dict)

    def refreshed(self, seed: Seed, table: str, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """The record with the fields that the deployment shows now, where it shows it."""
        if table not in self.profile.world(seed.name).reads or "id" not in record:
            return record
        for seen in self.found(seed, table, record):
            if seen.get("id") == record["id"]:
                return {
                    **record,
                    **{key: value for key, value in seen.items() if value is not None},
                }
        return record

    def found(
        self,
        seed: Seed,
        table: str,
        known: Mapping[str, Any],
        wanted: Collection[str] = (),
    ) -> list[dict[str, Any]]:
        """What the deployment shows of a table for what is known; fields by the seed's names.

        Raises NotReached where the profile does not say how the table is read, or one of the
        `wanted` fields is not shown there, or the answer cannot be used.
        """
        read = self.profile.world(seed.name).reads.get(table)
        if read is None:
            raise NotReached(
                f"table {table} cannot be looked into: no profile says how it is read (reads:)"
            )
        for name in wanted:
            if name not in read.fields:
                raise NotReached(f"the profile does not say where {table} shows {name} (reads:)")
        query = query_for(read, known, self.started(read))
        key = (table, tuple(sorted(query.items())))
        if key not in self.seen:
            self.seen[key] = self._items(seed, table, read, query)
        items = self.seen[key]
        return [
            {name: _at(item, pointer) for name, pointer in read.fields.items()} for item in items
        ]

    def _items(self, seed: Seed, table: str, read: Read, query: Mapping[str, str]) -> list[Any]:
        operation, answer = self.ask(seed, read, query)
        if answer.status == 204:
            return []
        try:
            listed = follow(value_of(answer, operation), split(read.list))
        except (UnreadableBody, LookupError) as error:
            said = f"reading {table} was answered {answer.status}"
            raise NotReached(f"{said}: {error}") from error
        return listed if isinstance(listed, list) else [listed]


def query_for(read: Read, known: Mapping[str, Any], started: str) -> dict[str, str]:
    """The first of a reading's queries whose places can all be filled by what is known of a record
    and by when the scene began. Raises NotReached where there is none."""
    values = {name: str(value) for name, value in known.items() if value is not None}
    values["started"] = started
    for query in read.queries:
        if all(_places(text) <= values.keys() for text in query.values()):
            return {name: text.format_map(values) for name, text in query.items()}
    raise NotReached(f"nothing is known of the record by which {read.operation} could find it")


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _at(item: Any, pointer: str) -> Any:
    try:
        return follow(item, split(pointer))
    except LookupError:
        return None

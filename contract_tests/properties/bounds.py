"""What may be varied freely: which places no rule without a second reading looks at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rulebound.contract_tests.properties.ground import Tried
from rulebound.openapi.conditions import Requirement, SchemaClaim
from rulebound.openapi.expressions import paths
from rulebound.openapi.model import Rule
from rulebound.openapi.request_schema import validator

Place = tuple[str, ...]
_SENDER: tuple[Place, ...] = (("actor",), ("headers",))
_CONTENT: tuple[Place, ...] = (("body",), ("query",))


@dataclass(frozen=True)
class Bounds:
    """The limits of variation of one operation.

    A condition is only looked at for the places it names: where a rule has no second reading
    nobody but the target could tell whether a change there breaks it, so nothing is changed.
    """

    tried: Tried

    @cached_property
    def unread(self) -> tuple[Rule, ...]:
        """The refusing rules with a condition of their own that nobody has read a second time."""
        readings = self.tried.ground.readings
        return tuple(
            rule
            for rule in self.tried.operation.of_kind("reject")
            if isinstance(rule.condition, Requirement) and rule.id not in readings
        )

    @cached_property
    def _closed(self) -> frozenset[Place]:
        return frozenset(place for rule in self.unread for place in self._looks_at(rule))

    def is_free(self, place: Place) -> bool:
        """Whether `body.subject`, `query.unpin`, `actor` .. may change as the readings allow.

        List indexes are left out of a place.
        """
        return not any(closed[: len(place)] == place[: len(closed)] for closed in self._closed)

    def _looks_at(self, rule: Rule) -> Iterator[Place]:
        condition = rule.condition
        if not isinstance(condition, Requirement):
            return
        whole = (*_SENDER, *(_CONTENT if self._follows_the_shape(rule) else ()))
        for compiled in (condition.require, condition.when):
            for path in paths(compiled.tree) if compiled is not None else ():
                yield from self._request_places(path, whole)

    def _follows_the_shape(self, rule: Rule) -> bool:
        """Whether the body's shape is judged before the rule; else no rule can rely on it."""
        claims = (r for r in self.tried.operation.rules if isinstance(r.condition, SchemaClaim))
        phases = self.tried.operation.phases
        shape = min((phases.index(claim.phase or "") for claim in claims), default=0)
        return phases.index(rule.phase or "") >= shape

    def _request_places(self, path: Place, whole: tuple[Place, ...]) -> Iterator[Place]:
        """The places in the request a path of a condition leads to; `whole` for a look-up."""
        facts = {fact.name: fact for fact in self.tried.operation.facts}
        steps = tuple(part for part in path if part != "[]")
        fact = facts.get(steps[0]) if steps else None
        if fact is None:
            yield steps
        elif fact.form == "lookup":
            yield from whole
        else:
            yield from self._request_places(fact.path, whole)

    def fits(self, value: Any, query: Mapping[str, str], actor: Mapping[str, Any] | None) -> bool:
        """Whether body and query keep the schemas and the table of elements."""
        return (
            self._body_fits(value)
            and self._query_fits(query)
            and all(self._element_fits(row, value, actor) for row in self._rows)
        )

    @cached_property
    def _rows(self) -> tuple[tuple[str, Mapping[str, str]], ...]:
        """(path, cell by kind of actor), by the witness writer's table where there is one."""
        own = tuple((row["path"], row) for row in self.tried.file.presence)
        return own or tuple((row.path, row.cells) for row in self.tried.operation.elements)

    @staticmethod
    def _element_fits(
        row: tuple[str, Mapping[str, str]], value: Any, actor: Mapping[str, Any] | None
    ) -> bool:
        cell = row[1].get(str(actor["kind"]) if actor else "")
        if cell not in ("required", "refused"):
            return True
        for part in row[0].split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return (value is not None) is (cell == "required")

    @cached_property
    def _validators(self) -> list[Any]:
        body = self.tried.operation.body
        return [validator(schema) for schema in (body.media.values() if body else ())]

    def _body_fits(self, value: Any) -> bool:
        return all(each.is_valid(value) for each in self._validators[:1])

    def _query_fits(self, query: Mapping[str, str]) -> bool:
        declared = self.tried.operation.where("query")
        return all(
            _text_fits(query[parameter.name], parameter.schema)
            for parameter in declared
            if parameter.name in query
        )


def _text_fits(text: str, schema: Any) -> bool:
    if isinstance(schema, Mapping) and schema.get("type") == "integer":
        return text.isdigit() and bool(validator(schema).is_valid(int(text)))
    return bool(validator(schema).is_valid(text))

"""Every value that a schema lists, put where it belongs in requests that are accepted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hypothesis import strategies as st
from rulebound.contract_tests.properties.bounds import Place
from rulebound.contract_tests.properties.chance import one_of
from rulebound.contract_tests.properties.draft import (
    Draft,
    Path,
    build,
    draft_of,
    is_plain,
    laid_on,
    leaves,
    put,
)
from rulebound.contract_tests.properties.drawing import Drawing


@dataclass(frozen=True)
class Listed:
    """The lists of values of one operation's body and query."""

    drawing: Drawing

    @cached_property
    def values(self) -> tuple[tuple[Place, Any], ...]:
        """Each place with a list of values, and each value of it; indexes left out of places."""
        operation = self.drawing.tried.operation
        schemas = list(operation.body.media.values()) if operation.body else [{}]
        places = [*_lists(schemas[0], ("body",))]
        for parameter in operation.where("query"):
            places += _lists(parameter.schema, ("query", parameter.name))
        return tuple((place, value) for place, values in places for value in values)

    def takes(self, data: st.DataObject, place: Place, value: Any) -> None:
        """An accepted request stays accepted with this value, unless a reading says no."""
        drafts = self._having.get(place, ())
        if not drafts:
            return
        draft, path = one_of(data, drafts)
        part = place[0]
        changed = replace(draft, **{part: put(getattr(draft, part), path, value)})
        if not (self.drawing.is_free(place) and self.drawing.is_valid(changed)):
            return
        with self.drawing.tried.caller() as caller:
            built = build(self.drawing.tried, changed)
            self.drawing.accepted(caller, built, caller.send(built))

    @cached_property
    def _having(self) -> Mapping[Place, list[tuple[Draft, Path]]]:
        """The accepted requests by the places where they hold something, with the path there."""
        found: dict[Place, list[tuple[Draft, Path]]] = {}
        asked = [place[1] for place, _ in self.values if place[0] == "query"]
        for draft in self._drafts:
            for name in dict.fromkeys(asked):
                found.setdefault(("query", name), []).append((draft, (name,)))
            for path, _ in leaves(draft.body):
                place = ("body", *(part for part in path if isinstance(part, str)))
                found.setdefault(place, []).append((draft, path))
        return found

    @cached_property
    def _drafts(self) -> tuple[Draft, ...]:
        file = self.drawing.tried.file
        baselines = tuple(map(draft_of, file.baselines.values()))
        return baselines + tuple(
            laid_on(draft_of(file.baseline(case.sending.on)), case)
            for case in self.drawing.accepted_cases
            if is_plain(case)
        )


def _lists(schema: Any, place: Place) -> Iterator[tuple[Place, list[Any]]]:
    if not isinstance(schema, Mapping):
        return
    if "enum" in schema:
        yield place, list(schema["enum"])
    for name, inner in schema.get("properties", {}).items():
        yield from _lists(inner, (*place, name))
    yield from _lists(schema.get("items"), place)

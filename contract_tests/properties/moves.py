"""Single changes to a request: each a strategy for the request after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hypothesis import strategies as st
from rulebound.contract_tests.cases.model import UNSET, Case
from rulebound.contract_tests.properties.bounds import Bounds, Place
from rulebound.contract_tests.properties.columns import Columns
from rulebound.contract_tests.properties.draft import (
    Draft,
    Path,
    at,
    form_of,
    is_accepted,
    is_plain,
    laid_on,
    leaves,
    patched,
    put,
)
from rulebound.contract_tests.properties.ground import Tried
from rulebound.contract_tests.properties.shapes import (
    absent_scalars,
    free_texts,
    is_free_text,
    narrow_values,
    schema_at,
)

Move = st.SearchStrategy[Draft]
ACCEPTED = ("boundary", "observed", "counter", "accepted")
MILD = ("text", "value", "order", "manner")
"""The kinds of moves that leave the records a request names, and who sends it, as they are."""
EVERY = (*MILD, "media", "record", "element", "case", "actor")


@dataclass(frozen=True)
class Moves:
    """The moves of one operation."""

    tried: Tried
    bounds: Bounds
    columns: Columns

    def of(self, draft: Draft, kind: str) -> list[Move]:
        """The moves of one kind from a draft."""
        moves: Iterator[Move] = getattr(self, f"_{kind}")(draft)
        return list(moves)

    @cached_property
    def _schema(self) -> Any:
        body = self.tried.operation.body
        return next(iter(body.media.values()), {}) if body else {}

    def _places(self, draft: Draft) -> Iterator[Path]:
        for path, value in leaves(draft.body):
            if form_of(value) is None and value is not UNSET:
                yield path
        if isinstance(draft.body, Mapping):
            yield from absent_scalars(self._schema, draft.body)

    def _text(self, draft: Draft) -> Iterator[Move]:
        for path in self._places(draft):
            schema = schema_at(self._schema, path)
            if is_free_text(schema) and self._free(path):
                yield free_texts(schema).map(_putting(draft, path))

    def _value(self, draft: Draft) -> Iterator[Move]:
        for path in self._places(draft):
            drawn = narrow_values(schema_at(self._schema, path), self.tried.ground.now)
            if drawn is not None and self._free(path):
                yield drawn.map(_putting(draft, path))
        for parameter in self.tried.operation.where("query"):
            values = parameter.schema.get("enum") if isinstance(parameter.schema, dict) else None
            if values and self.bounds.is_free(("query", parameter.name)):
                yield st.sampled_from([None, *values]).map(_asking(draft, parameter.name))

    def _order(self, draft: Draft) -> Iterator[Move]:
        for path in _lists(draft.body):
            items = at(draft.body, path)
            if len(items) > 1 and self._free(path):
                yield st.permutations(items).map(_putting(draft, path))

    def _manner(self, draft: Draft) -> Iterator[Move]:
        operation = self.tried.operation
        for parameter in operation.where("header"):
            values = parameter.schema.get("enum") if isinstance(parameter.schema, dict) else None
            if values and self.bounds.is_free(("headers", parameter.name.lower())):
                yield st.sampled_from(values).map(_heading(draft, parameter.name))
        offered = sorted(
            {
                media
                for declared in operation.responses.values()
                for media in declared.get("content", {})
            }
        )
        if offered:
            yield st.sampled_from(offered).map(_heading(draft, "Accept"))

    def _media(self, draft: Draft) -> Iterator[Move]:
        declared = self.tried.operation.body
        if declared is not None and draft.body is not UNSET:
            yield st.sampled_from(list(declared.media)).map(_written(draft))

    def _record(self, draft: Draft) -> Iterator[Move]:
        for part in ("body", "query"):
            for path, value in leaves(getattr(draft, part)):
                if not self.bounds.is_free((part, *_named(path))):
                    continue
                form = form_of(value)
                if form == "$of":
                    yield self._others(value["$of"]).map(_naming(draft, value["$of"]))
                elif form == "$each":
                    yield self._several(value).map(_putting(draft, path, part))
                elif kin := self.columns.kin(value):
                    yield st.sampled_from(kin).map(_putting(draft, path, part))

    def _others(self, name: str) -> st.SearchStrategy[str]:
        table = name.partition(".")[0]
        known = [each for each in self._used if each.partition(".")[0] == table]
        every = st.sampled_from(self.columns.names(table))
        return st.one_of(st.sampled_from(known), every) if known else every

    def _several(self, form: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        names = form["$each"]
        one = names if isinstance(names, str) else names[0]
        some = st.lists(self._others(one), min_size=1, max_size=4, unique=True)
        rest = {key: value for key, value in form.items() if key not in ("$each", "take")}
        return some.map(lambda chosen: {"$each": chosen, **rest})

    @cached_property
    def _used(self) -> tuple[str, ...]:
        """The records that accepted witnesses name."""
        drafts = [*(baseline.body for baseline in self.tried.file.baselines.values())]
        drafts += [case.sending.body for case in self.accepted]
        found: dict[str, None] = {}
        for _, value in (leaf for body in drafts for leaf in leaves(body)):
            form = form_of(value)
            names = value[form] if form in ("$of", "$each") else ()
            if isinstance(names, str):
                names = [names] if form == "$of" else [f"{names}-1", f"{names}-2"]
            found.update(dict.fromkeys(names))
        return tuple(name for name in found if name in self.tried.api.seed.names)

    def _element(self, draft: Draft) -> Iterator[Move]:
        for row in self.tried.operation.elements:
            path = tuple(row.path.split("."))
            if row.sample is None or "optional" not in row.cells.values() or not self._free(path):
                continue
            body = patched(put(draft.body, path, row.sample), dict(row.companions) or UNSET)
            yield st.just(replace(draft, body=body))

    @cached_property
    def accepted(self) -> tuple[Case, ...]:
        """The cases that the witness writer expects to be accepted."""
        return tuple(
            case
            for witness in self.tried.file.rules.values()
            for case in witness.cases
            if case.role in ACCEPTED and is_accepted(case)
        )

    def _case(self, draft: Draft) -> Iterator[Move]:
        if self._laid:
            places = st.integers(0, len(self._laid) - 1)
            yield places.map(lambda place: laid_on(draft, self._laid[place]))

    @cached_property
    def _laid(self) -> tuple[Case, ...]:
        """The accepted cases that may be laid on any request."""
        return tuple(case for case in self.accepted if is_plain(case) and self._may_lay(case))

    def _may_lay(self, case: Case) -> bool:
        sending = case.sending
        places = [("body", *_named(path)) for path, _ in leaves(sending.body)]
        places += [("query", name) for name in sending.query]
        places += [("actor",)] if sending.actor is not UNSET else []
        return bool(places or sending.headers) and all(map(self.bounds.is_free, places))

    def _actor(self, draft: Draft) -> Iterator[Move]:
        known = self.tried.api.seed.actors
        if draft.actor is None or draft.actor not in known or not self.bounds.is_free(("actor",)):
            return
        own = known[draft.actor]
        alike = [
            name
            for name, actor in known.items()
            if actor.kind == own.kind and type(actor.credential) is type(own.credential)
        ]
        yield st.sampled_from(alike).map(lambda name: replace(draft, actor=name))

    def _free(self, path: Path) -> bool:
        return self.bounds.is_free(("body", *_named(path)))


def _named(path: Path) -> Place:
    return tuple(part for part in path if isinstance(part, str))


def _lists(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, list):
        yield path
    inner = value.items() if isinstance(value, Mapping) and form_of(value) is None else ()
    for key, item in inner:
        yield from _lists(item, (*path, key))


def _putting(draft: Draft, path: Path, part: str = "body") -> Any:
    return lambda new: replace(draft, **{part: put(getattr(draft, part), path, new)})


def _asking(draft: Draft, name: str) -> Any:
    rest = {key: value for key, value in draft.query.items() if key != name}
    return lambda value: replace(draft, query=rest if value is None else {**rest, name: value})


def _heading(draft: Draft, name: str) -> Any:
    rest = {key: value for key, value in draft.headers.items() if key.lower() != name.lower()}
    return lambda value: replace(draft, headers={**rest, name: value})


def _written(draft: Draft) -> Any:
    return lambda media: replace(draft, media=media)


def _naming(draft: Draft, old: str) -> Any:
    """Every mention of a record replaced by another of its table."""

    def renamed(new: str) -> Draft:
        changed = draft
        for part in ("body", "query"):
            for path, value in leaves(getattr(draft, part)):
                if form_of(value) == "$of" and value["$of"] == old:
                    changed = _putting(changed, path, part)({**value, "$of": new})
        return changed

    return renamed

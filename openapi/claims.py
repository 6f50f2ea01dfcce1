"""Which rule answers for which keyword of an operation's request schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rulebound.openapi.conditions import SchemaClaim
from rulebound.openapi.model import Operation
from rulebound.openapi.places import covers, of_schema_path
from rulebound.openapi.pointers import join
from rulebound.openapi.query_values import judged_headers
from rulebound.openapi.request_schema import Break

_PLAIN = frozenset(
    [
        "type",
        "enum",
        "const",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxContains",
        "minContains",
        "contains",
        "maxProperties",
        "minProperties",
        "dependentRequired",
        "format",
        "not",
    ]
)
_ONE = frozenset(
    [
        "items",
        "additionalProperties",
        "unevaluatedProperties",
        "unevaluatedItems",
        "then",
        "else",
        "propertyNames",
    ]
)
_MAPS = ("properties", "patternProperties", "dependentSchemas")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that can refuse a request: its readable place and its pointer in the bundle."""

    place: str
    keyword: str
    item: str | None
    pointer: str

    def __str__(self) -> str:
        return f"{self.place} {self.keyword}" + (f" ({self.item})" if self.item else "")


class Claims:
    """The schema claims of an operation's rules; exact ones beat globs, long globs short ones."""

    def __init__(self, operation: Operation) -> None:
        self._exact: dict[tuple[str, str, str | None], str] = {}
        self._globs: list[tuple[str, str, str | None, str]] = []
        for rule in operation.rules:
            claim = rule.condition
            if not isinstance(claim, SchemaClaim):
                continue
            for at in claim.at:
                for keyword in claim.keywords:
                    if at.endswith("/**"):
                        self._globs.append((at, keyword, claim.item, rule.id))
                    else:
                        self._exact.setdefault((at, keyword, claim.item), rule.id)
        self._globs.sort(key=lambda glob: -len(glob[0]))

    def exact(self, place: str, keyword: str, item: str | None) -> str | None:
        """The rule that claims just this keyword (with its item, or for all items)."""
        found = self._exact.get((place, keyword, item))
        return found or self._exact.get((place, keyword, None))

    def by_glob(self, place: str, keyword: str, item: str | None) -> str | None:
        """The rule whose glob covers this keyword."""
        for at, claimed, wanted, rule in self._globs:
            if claimed == keyword and wanted in (None, item) and covers(at, place):
                return rule
        return None

    def of(self, place: str, keyword: str, item: str | None) -> str | None:
        """The rule that answers for a keyword, if any."""
        return self.exact(place, keyword, item) or self.by_glob(place, keyword, item)

    def of_break(self, broken: Break) -> str | None:
        """The rule that answers for a break; for anyOf and oneOf also a claim in a branch."""
        exact = self.exact(broken.place, broken.keyword, broken.item)
        if exact:
            return exact
        for inner in broken.inner:
            found = self.exact(inner.place, inner.keyword, inner.item)
            if found:
                return found
        return self.by_glob(broken.place, broken.keyword, broken.item)


def unclaimed(operation: Operation) -> tuple[Keyword, ...]:
    """The keywords of the operation's request schemas that no rule answers for."""
    claims = Claims(operation)
    return tuple(dict.fromkeys(_unclaimed(keywords(operation), claims)))


def _unclaimed(found: tuple[Keyword, ...], claims: Claims) -> Iterator[Keyword]:
    for keyword in found:
        if claims.of(keyword.place, keyword.keyword, keyword.item):
            continue
        if keyword.keyword == "anyOf":
            # Where every branch's keywords are claimed one by one, one of them answers.
            inner = [k for k in found if k.pointer.startswith(keyword.pointer + "/")]
            if inner and all(claims.exact(k.place, k.keyword, k.item) for k in inner):
                continue
        if not _in_branch(keyword, found):
            yield keyword


def _in_branch(keyword: Keyword, found: tuple[Keyword, ...]) -> bool:
    """Whether the keyword stands in a branch of an anyOf or oneOf.

    Such a keyword never breaks on its own: what is reported is the anyOf or oneOf around it.
    """
    return any(
        outer.keyword in ("anyOf", "oneOf") and keyword.pointer.startswith(outer.pointer + "/")
        for outer in found
    )


def keywords(operation: Operation) -> tuple[Keyword, ...]:
    """Every keyword of the operation's request schemas that can refuse a request."""
    return tuple(_keywords(operation))


def _keywords(operation: Operation) -> Iterator[Keyword]:
    parts = {
        "query": operation.where("query"),
        "headers": judged_headers(operation),
        "path": operation.where("path"),
    }
    for part, parameters in parts.items():
        for parameter in parameters:
            if parameter.required and part != "path":
                place, _ = of_schema_path(["properties", part, "properties", parameter.name, ""])
                yield Keyword(place, "required", None, join(parameter.pointer, "required"))
            start: list[str | int] = ["properties", part, "properties", parameter.name]
            yield from _walk(parameter.schema, start, join(parameter.pointer, "schema"))
    media = operation.body.media if operation.body else {}
    for name, schema in media.items():
        pointer = join(operation.pointer, "requestBody", "content", name, "schema")
        yield from _walk(schema, ["properties", "body"], pointer)


def _walk(schema: Any, path: list[str | int], pointer: str) -> Iterator[Keyword]:
    """The keywords of a schema and of those below that are reported at their own place."""
    if schema is False:
        yield _keyword(path, pointer)
    if not isinstance(schema, dict):
        return
    for name, value in schema.items():
        here, at = [*path, name], join(pointer, name)
        if name in _PLAIN:
            yield _keyword(here, at)
        elif name == "required":
            for item in value:
                yield _keyword(here, at, item)
        elif name in ("anyOf", "oneOf"):
            yield _keyword(here, at)
            yield from _each(enumerate(value), here, at)
        elif name in ("allOf", "prefixItems"):
            yield from _each(enumerate(value), here, at)
        elif name in _MAPS:
            yield from _each(value.items(), here, at)
        elif name in _ONE:
            yield from _walk(value, here, at)


def _each(items: Any, path: list[str | int], pointer: str) -> Iterator[Keyword]:
    for key, schema in items:
        yield from _walk(schema, [*path, key], join(pointer, key))


def _keyword(path: list[str | int], pointer: str, item: str | None = None) -> Keyword:
    place, keyword = of_schema_path(path)
    return Keyword(place, keyword, item, pointer)

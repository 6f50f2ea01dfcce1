"""A document as frozen data: operations, rules, facts, elements, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rulebound.openapi.conditions import Condition
from rulebound.openapi.expressions import Compiled
from rulebound.openapi.findings import Finding
from rulebound.openapi.locations import Locations

REQUEST_NAMES = frozenset(("query", "headers", "body", "path", "actor", "settings", "now"))
"""What every condition may name, besides the facts of its operation."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter; `where` is query, header, path or cookie, `pointer` into the bundle."""

    name: str
    where: str
    required: bool
    schema: Any
    pointer: str
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Body:
    """The declared body: media type -> schema, in document order."""

    required: bool
    media: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tolerated:
    """Another answer that counts as lenient; a `code` of None leaves the code open."""

    status: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """The answer of a broken rule. `message`: language (`en`) -> text with {placeholders}."""

    status: int
    code: str
    message: Mapping[str, str]
    values: Mapping[str, Compiled]
    status_basis: str
    code_basis: str
    tolerates: tuple[Tolerated, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One statement of the documentation that can be kept or broken.

    `phase` and `error` are None for effects and tolerances; `condition` is None for a tolerance
    that says nothing further.
    """

    id: str
    says: str
    source: tuple[str, ...]
    kind: str
    condition: Condition | None
    phase: str | None
    error: ErrorAnswer | None
    reading: str | None
    because: str | None
    pointer: str
    file: str
    line: int
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A fact: `form` is each, one or lookup; `path` is what it reads, `by` the field looked up."""

    name: str
    form: str
    path: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    table: str = ""
    by: str = ""
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class ElementRow:
    """Presence of one element by kind of actor: `cells` maps kind -> required|optional|refused."""

    path: str
    cells: Mapping[str, str]
    sample: Any = None
    companions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """`steps` names a registered effect; otherwise `do` is done to `table`.

    `map`, `answer.headers` and `answer.body` hold expressions as text.
    """

    steps: str | None = None
    do: str | None = None
    table: str | None = None
    id: str | None = None
    map: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a source page: its section, and a hint in our own words."""

    id: str
    section: str
    hint: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page: every statement of it, and why some of them carry no rule."""

    key: str
    title: str
    publisher: str
    statements: Mapping[str, Statement]
    informational: Mapping[str, str]


@dataclass(frozen=True)
class Operation:
    """An operation with its rules, ordered by phase and then as written.

    `credential_names` and `credential_headers` (lower case): the query parameters and headers
    that its security schemes use.
    """

    id: str
    path: str
    method: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[str, Any] = field(repr=False)
    security: tuple[Mapping[str, Any], ...]
    credential_names: frozenset[str]
    credential_headers: frozenset[str]
    facts: tuple[FactSpec, ...]
    elements: tuple[ElementRow, ...]
    effect: EffectSpec | None
    rules: tuple[Rule, ...]
    phases: tuple[str, ...]
    pointer: str
    raw: Mapping[str, Any] = field(repr=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """What a condition of this operation may name."""
        return REQUEST_NAMES | {fact.name for fact in self.facts}

    @cached_property
    def fact_of_lookup(self) -> Mapping[str, str]:
        """Name of a registered look-up -> name of the first fact that it finds."""
        return {fact.lookup: fact.name for fact in reversed(self.facts) if fact.lookup}

    @cached_property
    def query_names(self) -> frozenset[str]:
        """The names of the query parameters declared."""
        return frozenset(each.name for each in self.where("query"))

    def rule(self, id: str) -> Rule:
        """The rule `id`. Raises KeyError for one that is not here."""
        for rule in self.rules:
            if rule.id == id:
                return rule
        raise KeyError(id)

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """The rules of one kind: reject, effect or tolerate."""
        return tuple(rule for rule in self.rules if rule.kind == kind)

    def where(self, where: str) -> tuple[Parameter, ...]:
        """The parameters in `where` (query, header, path, cookie)."""
        return tuple(p for p in self.parameters if p.where == where)


@dataclass(frozen=True)
class Document:
    """An API's document; `name` is that of its folder."""

    name: str
    folder: Path
    bundle: Mapping[str, Any] = field(repr=False)
    operations: tuple[Operation, ...]
    phases: tuple[str, ...]
    world: str | None
    error_body: Mapping[str, Any]
    failures: Mapping[str, ErrorAnswer]
    sources: tuple[SourcePage, ...]
    date_format: str | None
    context_roots: tuple[str, ...]
    actors: Mapping[str, str]
    locations: Locations = field(repr=False)
    files: tuple[str, ...]
    old_words: tuple[Finding, ...] = field(repr=False)

    def operation(self, id: str) -> Operation:
        """The operation `id`. Raises KeyError for one that is not here."""
        for operation in self.operations:
            if operation.id == id:
                return operation
        raise KeyError(id)

    def rule(self, id: str) -> Rule:
        """The rule `id` of whichever operation. Raises KeyError for one that is not here."""
        for operation in self.operations:
            for rule in operation.rules:
                if rule.id == id:
                    return rule
        raise KeyError(id)

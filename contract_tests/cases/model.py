"""A witness file as frozen data: baselines, and for each rule the cases that show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROLES = {
    "reject": ("breaks", "boundary"),
    "effect": ("observed", "counter"),
    "tolerate": ("accepted", "near-miss"),
}
"""Which lists of cases a rule of each kind has."""

SINGULAR = {"breaks": "break"}


class Unset:
    """The type of UNSET: a key that was not written (null is something written)."""


UNSET = Unset()


@dataclass(frozen=True)
class Expect:
    """What an answer must be; whatever is None or empty is left open."""

    status: int | None = None
    code: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: Any = UNSET
    absent: tuple[str, ...] = ()

    def over(self, other: "Expect") -> "Expect":
        """This expectation where it says something, the other one elsewhere.

        Another status makes it another answer, of which the other expectation says nothing.
        """
        if self.status not in (None, other.status):
            return self
        return Expect(
            self.status if self.status is not None else other.status,
            self.code if self.code is not None else other.code,
            {**other.headers, **self.headers},
            other.body if isinstance(self.body, Unset) else self.body,
            self.absent or other.absent,
        )


@dataclass(frozen=True)
class Refused:
    """A refusal written by hand: the status, and the code where one is known."""

    status: int
    code: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: Any = UNSET


@dataclass(frozen=True)
class Sending:
    """What is sent: a patch on a baseline, or with `operation` a request on its own.

    `actor` UNSET means the baseline's, None means nobody. Query, headers and body may hold value
    forms (`$of`, `$now` and so on).
    """

    title: str = ""
    operation: str | None = None
    on: str | None = None
    actor: str | Unset | None = UNSET
    method: str | None = None
    path: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: Any = UNSET
    raw: Mapping[str, Any] | None = None
    media: str | None = None
    advance: float = 0.0
    repeat: int = 1
    expect: Expect = field(default_factory=Expect)
    refused: Refused | None = None


@dataclass(frozen=True)
class Look:
    """A look into the world of a stub: how many records there are, and what they hold."""

    title: str
    table: str
    where: Mapping[str, Any]
    count: int | None
    fields: Mapping[str, Any] | None


@dataclass(frozen=True)
class Case:
    """One case of a rule. `role` is break, boundary, observed, counter, accepted or near-miss."""

    rule: str
    role: str
    number: int
    sending: Sending
    settings: Mapping[str, Any]
    given: tuple[Sending, ...]
    then: tuple[Sending | Look, ...]
    pointer: str
    line: int

    @property
    def id(self) -> str:
        """`pick.at-most-75/break-1`."""
        return f"{self.rule}/{self.role}-{self.number}"

    @property
    def title(self) -> str:
        """What the case shows, in the writer's words."""
        return self.sending.title


@dataclass(frozen=True)
class RuleWitness:
    """The cases of one rule. `twin` is the nearest valid request, None for the baseline."""

    rule: str
    refused: Refused | None
    twin: Case | None
    cases: tuple[Case, ...]
    untestable: str | None
    file: str
    line: int

    def in_role(self, role: str) -> tuple[Case, ...]:
        """The cases of one role."""
        return tuple(case for case in self.cases if case.role == role)


@dataclass(frozen=True)
class Baseline:
    """A valid request of one actor, and how it is answered."""

    name: str
    actor: str | None
    query: Mapping[str, Any]
    headers: Mapping[str, Any]
    path: Any
    body: Any
    media: str | None
    expect: Expect


@dataclass(frozen=True)
class WitnessFile:
    """What the witness writer said about one operation, in one file or in several together.

    `lines` maps pointer -> line, for a single file.
    """

    path: Path
    api: str
    operation: str
    made: Mapping[str, Any]
    baselines: Mapping[str, Baseline]
    presence: tuple[Mapping[str, Any], ...]
    rules: Mapping[str, RuleWitness]
    lines: Mapping[str, int] = field(repr=False)

    @property
    def name(self) -> str:
        """Folder and file, as findings print them."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def first(self) -> Baseline:
        """The baseline a case stands on when it names none."""
        return next(iter(self.baselines.values()))

    def baseline(self, name: str | None) -> Baseline:
        """The baseline `name`, the first one for None. Raises KeyError."""
        return self.first if name is None else self.baselines[name]

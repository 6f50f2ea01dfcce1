"""Which rules and cases a run takes: all of them, those chosen by API, operation and rule, or of
these one shard."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.model import ROLES, SINGULAR, Case
from rulebound.contract_tests.judging.bench import Subject
from rulebound.openapi.model import Operation, Rule

NO_WITNESS = "there is no witness for it"


@dataclass(frozen=True)
class Selection:
    """What is chosen; nothing means everything. Names may hold `*`.

    An operation is chosen by its id, by the short name of its rules (`pick`), or by its file.
    """

    apis: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def takes_api(self, api: Api) -> bool:
        """Whether an API is chosen."""
        return _chosen(self.apis, api.name)

    def takes_operation(self, operation: Operation) -> bool:
        """Whether an operation is chosen."""
        return _chosen(self.operations, operation.id, short_name(operation))

    def takes_rule(self, rule: Rule) -> bool:
        """Whether a rule is chosen."""
        return _chosen(self.rules, rule.id)


EVERYTHING = Selection()


@dataclass(frozen=True)
class PlannedRule:
    """A rule of a run. Without cases, `why` says why: no witness, or not testable at all."""

    api: Api
    operation: Operation
    rule: Rule
    subject: Subject | None
    cases: tuple[Case, ...]
    why: str | None = None
    untestable: bool = False


@dataclass(frozen=True)
class Shard:
    """One of `of` parts of a plan; `index` counts from 1. Each rule falls to one of them by its id
    alone, whatever else is in the plan."""

    index: int
    of: int

    @classmethod
    def read(cls, text: str) -> "Shard":
        """The shard written as `2/5`. Raises ValueError for anything else."""
        found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
        shard = cls(int(found[1]), int(found[2])) if found else None
        if shard is None or not 1 <= shard.index <= shard.of:
            raise ValueError(f"{text!r} is no shard; write 1/5 for the first of five")
        return shard

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"

    def takes(self, rule: str) -> bool:
        """Whether a rule falls to this shard."""
        digest = hashlib.sha256(rule.encode()).digest()
        return int.from_bytes(digest[:8]) % self.of == self.index - 1

    def part(self, plan: Iterable[PlannedRule]) -> tuple[PlannedRule, ...]:
        """The rules of a plan that fall to this shard, in its order."""
        return tuple(planned for planned in plan if self.takes(planned.rule.id))


def short_name(operation: Operation) -> str:
    """The word in front of the ids of an operation's rules."""
    return operation.rules[0].id.partition(".")[0] if operation.rules else operation.id


def plan(apis: Apis, selection: Selection) -> tuple[PlannedRule, ...]:
    """Every chosen rule, in the order of the documents."""
    return tuple(
        _planned(api, operation, rule)
        for api in apis.all
        if selection.takes_api(api)
        for operation in api.document.operations
        if selection.takes_operation(operation)
        for rule in operation.rules
        if selection.takes_rule(rule)
    )


def _planned(api: Api, operation: Operation, rule: Rule) -> PlannedRule:
    witness = api.witness(operation, rule)
    if witness is not None and witness.untestable:
        return PlannedRule(api, operation, rule, None, (), witness.untestable, untestable=True)
    if witness is None or not witness.cases:
        if rule.kind == "tolerate" and rule.condition is None and _is_failure(rule):
            why = "no request makes a healthy server fail"
            return PlannedRule(api, operation, rule, None, (), why, untestable=True)
        return PlannedRule(api, operation, rule, None, (), NO_WITNESS)
    subject = Subject(api, operation, rule, api.files[operation.id], witness)
    return PlannedRule(api, operation, rule, subject, witness.cases)


def _is_failure(rule: Rule) -> bool:
    return rule.id.endswith(".unexpected-failure")


def missing_roles(planned: PlannedRule) -> Iterator[str]:
    """The kinds of cases a rule of this kind should have and does not."""
    if planned.subject is None:
        return
    for role in ROLES[planned.rule.kind]:
        if not planned.subject.witness.in_role(SINGULAR.get(role, role)):
            yield role


def _chosen(patterns: tuple[str, ...], *names: str) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)

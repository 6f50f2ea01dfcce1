"""What a case is conducted with: the APIs, the rule it is about, the target, the checks."""

import hashlib
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.build import Builder, Built
from rulebound.contract_tests.cases.marking import mark_for
from rulebound.contract_tests.cases.model import Case, RuleWitness, WitnessFile
from rulebound.contract_tests.cases.strangers import addresses, strangers
from rulebound.contract_tests.cases.values import Resolver
from rulebound.contract_tests.judging.memory import Memory
from rulebound.contract_tests.judging.outcome import Step
from rulebound.contract_tests.targets.target import Needs, Scene, Target
from rulebound.contract_tests.wire.message import Answer
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation, Rule

_SETTING = re.compile(r"settings\.(\w+)")
_TOO_MANY = 429


class Conformance(Protocol):
    """Says where an answer is not as the document declares answers."""

    def faults(self, built: Built, answer: Answer) -> list[str]:
        """Each fault in a few words."""


class Unchecked:
    """No conformance check: for runs that only ask which case turns red."""

    def faults(self, built: Built, answer: Answer) -> list[str]:
        """Nothing."""
        return []


@dataclass(frozen=True)
class Subject:
    """The rule a case is about, with its operation, API, witness file and witnesses."""

    api: Api
    operation: Operation
    rule: Rule
    file: WitnessFile
    witness: RuleWitness

    @cached_property
    def settings(self) -> frozenset[str]:
        """The settings that the rule names."""
        return frozenset(_SETTING.findall(str(dict(self.rule.raw))))


@dataclass(frozen=True)
class Bench:
    """The surroundings of a run against one target. `twins` holds twins already conducted there;
    `memory` is there in runs that conduct the same cases many times; `known` are the addresses of
    each seed."""

    apis: Apis
    target: Target
    conformance: Conformance
    seed: int = 0
    twins: dict[Hashable, tuple[Step, ...]] = field(default_factory=dict)
    memory: Memory | None = None
    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def builder(self, subject: Subject, case: Case, scene: Scene, made: str | None) -> Builder:
        """What builds the requests of a case in its scene, at the moment it is there."""
        seed = subject.api.seed
        resolver = Resolver(
            record=lambda name: scene.record(seed, name),
            now=scene.now,
            date_format=subject.api.document.date_format,
            unique=self._unique(case),
            made=made,
            texts=scene.texts(seed),
            frozen=scene.frozen,
            stranger=self._stranger(seed, case),
        )
        mark = mark_for(case, self.target.mark) if self.target.mark else None
        return Builder(
            self.apis, subject.api, subject.file, case.sending.on, resolver, scene.held, mark
        )

    def _stranger(self, seed: Seed, case: Case) -> Callable[[str], str]:
        if not self.target.lasting:
            return str
        if seed.name not in self.known:
            self.known[seed.name] = addresses(seed)
        return strangers(self.known[seed.name], self._unique(case)("")[1:])

    def _unique(self, case: Case) -> Callable[[str], str]:
        about = f"{self.seed} {self.target.stamp} {case.id}".encode()
        return lambda prefix: f"{prefix}-{hashlib.sha256(about).hexdigest()[:10]}"


BenchAt = Callable[[Target], Bench]
"""Makes the bench for a target, all else being the same."""


def needs(subject: Subject, case: Case) -> Needs:
    """What a case needs of a target."""
    sending = case.sending
    alone = not (case.given or case.then or sending.advance or sending.repeat > 1)
    named = subject.settings - case.settings.keys()
    return Needs(
        subject.api.seed.name,
        case.settings,
        alone,
        operation=subject.operation.id,
        relies=named,
        burst=_is_burst(subject, case),
    )


def _is_burst(subject: Subject, case: Case) -> bool:
    """Whether a case sends as many requests as a rate limit lets through, or more."""
    error = subject.rule.error
    limits = error is not None and error.status == _TOO_MANY
    refused = (each.refused for each in (case.sending, *case.given) if each.refused)
    return limits or any(each.status == _TOO_MANY for each in refused)

"""One request put to both sides."""

from __future__ import annotations

from dataclasses import dataclass, field

from oracle.calling import Asked
from oracle.differences import mended, unexplained
from oracle.sides import REFUSED, TAKEN, UNKNOWN, Plain, Stubbed
from rulebound.contract_tests.apis import Apis


@dataclass
class Compared:
    """The two sides, and how the requests of one test fared."""

    apis: Apis
    plain: Plain
    stub: Stubbed
    taken: int = 0
    refused: int = 0
    rules: set[str] = field(default_factory=set)

    def faults(self, asked: Asked) -> list[str]:
        """Where they differ and no listed difference says why."""
        stub, rules = self.stub.verdict(asked)
        if stub == UNKNOWN:
            return []
        plain = self.plain.verdict(asked)
        if (plain, stub) == (REFUSED, TAKEN) and (other := mended(asked)) != asked:
            plain, (stub, rules) = self.plain.verdict(other), self.stub.verdict(other)
            asked = other
        self.taken += plain == stub == TAKEN
        self.refused += plain == stub == REFUSED
        if plain == stub:
            self.rules |= rules
        _, operation = self.apis.owner(asked.operation)
        return unexplained(operation, asked, plain, stub, rules)

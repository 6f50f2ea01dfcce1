"""Rules with the same verdict for the same reason, brought together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What is another one in every case, though the cause is the same: texts, ids, counts, examples.
_VARYING = (
    (r"(holds no item like) .*", r"\1 .."),
    (r"'[^']*'|\"[^\"]*\"", "'..'"),
    (r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b\d{4,}\b", ".."),
    (r"\b\d+ (items?|records?)\b(.*?)\bnot \d+", r".. \1\2not .."),
    (r"(accepted with) \d+", r"\1"),
    (r"(not as bound): .*", r"\1"),
)
_REFUSAL = re.compile(r"[45]\d\d (?!and |by )(\S+)")


@dataclass(frozen=True)
class Example:
    """Where a rule failed: in a case, at a step, by a problem; `curl` sends the request again."""

    role: str
    title: str
    step: str
    problem: str
    curl: str | None
    expected: str
    got: str

    @property
    def says(self) -> str:
        """What failed, and where."""
        step = "" if self.step == self.role else f"{self.step}: "
        return f"{self.role}: {self.title}: {step}{self.problem}"


@dataclass(frozen=True)
class Cause:
    """The rules of a cause as report.json has them, at least one, and where the first failed."""

    rules: tuple[Mapping[str, Any], ...]
    example: Example | None

    @property
    def first(self) -> Mapping[str, Any]:
        """The rule the example is of."""
        return self.rules[0]

    @property
    def says(self) -> str:
        """What is wrong, as the first rule has it."""
        return self.example.problem if self.example else str(self.first["why"] or "")


def causes(rules: Iterable[Mapping[str, Any]]) -> list[Cause]:
    """The causes of what these rules came out as, that of most rules first."""
    found: dict[str, list[tuple[Mapping[str, Any], Example | None]]] = {}
    for rule in rules:
        example = next(_examples(rule), None)
        found.setdefault(_key(rule, example), []).append((rule, example))
    grouped = [Cause(tuple(rule for rule, _ in each), each[0][1]) for each in found.values()]
    return sorted(grouped, key=lambda cause: -len(cause.rules))


def _key(rule: Mapping[str, Any], example: Example | None) -> str:
    if example is None:
        return general(str(rule["why"]))
    if not example.problem.startswith("accepted with"):
        return general(example.problem)
    # Two refusals did not come for the same cause where both had the same code.
    code = _REFUSAL.match(example.expected)
    return f"{general(example.problem)} {code[1] if code else rule['operation']}"


def general(problem: str) -> str:
    """A problem without what is only of one case."""
    for pattern, instead in _VARYING:
        problem = re.sub(pattern, instead, problem)
    return problem


def _examples(rule: Mapping[str, Any]) -> Iterator[Example]:
    """Where a rule came out as it did, the gravest alone."""
    for case in rule["cases"]:
        sent = None
        for step in case["steps"]:
            sent = step["request"] or sent
            if step["verdict"] == rule["verdict"] and step["problems"]:
                yield Example(
                    role=case["role"],
                    title=case["title"],
                    step=step["name"],
                    problem=step["problems"][0],
                    curl=sent,
                    expected=step["expected"],
                    got=step["got"],
                )

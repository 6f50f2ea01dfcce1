"""The rules of a report as data, read back as far as totals, statements and exit codes need it."""

from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.judging.outcome import Verdict


@dataclass(frozen=True)
class Entry:
    """A rule as report.json has it."""

    data: dict[str, Any]

    @property
    def id(self) -> str:
        """The rule's id."""
        return str(self.data["id"])

    @property
    def api(self) -> str:
        """The API's name."""
        return str(self.data["api"])

    @property
    def operation(self) -> str:
        """The operation's id."""
        return str(self.data["operation"])

    @property
    def source(self) -> tuple[str, ...]:
        """The statements it cites."""
        return tuple(self.data["source"])

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of its cases."""
        return Verdict(self.data["verdict"])

    @property
    def seconds(self) -> float:
        """How long its cases took."""
        return float(self.data["seconds"])

    @property
    def executed(self) -> bool:
        """Whether a case was conducted for it."""
        return bool(self.data["cases"])

    @property
    def has_fault(self) -> bool:
        """Whether the target gave no answer that could be judged in one of its cases."""
        return bool(self.data["fault"])

    @property
    def is_noted(self) -> bool:
        """Whether something was tolerated or observed."""
        return bool(self.data["notes"])

    @property
    def is_accepted(self) -> bool:
        """Whether its deviation is known, and accepted for now."""
        return bool(self.data.get("accepted", {}).get("state") == "accepted")

    @property
    def has_flipped(self) -> bool:
        """Whether its verdict is another one than in the last run that had it."""
        was = self.data.get("history", {}).get("was")
        return was is not None and was != self.data["verdict"]

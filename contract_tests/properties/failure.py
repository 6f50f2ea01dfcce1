"""What a property found: the relation that does not hold, and the requests that show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.wire.curl import as_curl
from rulebound.contract_tests.wire.message import WireRequest

MOST_SHOWN = 6
NO_ANSWER = "answers"
"""The relation that is violated when there is no answer at all."""
UNSTEADY = "answers-alike"
"""The relation that is violated when examples cannot be repeated."""


@dataclass(frozen=True)
class Failure:
    """One thing that does not hold.

    `relation` is the id of a rule, or the name of a relation between answers
    (`searching.pages-make-the-whole`); `request` holds one curl line for each request that shows
    it, in the order they were sent. `verdict` is BROKEN, or DIFFERS where the page is not firm.
    """

    relation: str
    operation: str
    request: str
    what: str
    verdict: Verdict = Verdict.BROKEN

    def __str__(self) -> str:
        return f"{self.relation} ({self.operation}): {self.what}\n{self.request}"


class Violated(Exception):
    """Raised inside a property by what does not hold; the text says what was wanted and got."""

    def __init__(
        self,
        relation: str,
        operation: str,
        what: str,
        sent: Iterable[WireRequest | str] = (),
        verdict: Verdict = Verdict.BROKEN,
    ) -> None:
        super().__init__(f"{relation}: {what}")
        self.relation, self.operation, self.what = relation, operation, what
        self.sent, self.verdict = tuple(sent), verdict

    def failure(self, url: str) -> Failure:
        """The same as something to keep; the curl lines go to `url`."""
        shown = self.sent[-MOST_SHOWN:]
        lines = [each if isinstance(each, str) else as_curl(each, url) for each in shown]
        if len(shown) < len(self.sent):
            lines.insert(0, f"# after {counted(len(self.sent) - len(shown), 'request')} more")
        return Failure(self.relation, self.operation, "\n".join(lines), self.what, self.verdict)


def no_answer(operation: str, error: Exception, sent: Iterable[WireRequest | str] = ()) -> Violated:
    """What there is to say when a target gives no answer."""
    return Violated(NO_ANSWER, operation, f"the target gave no answer: {error}", sent)

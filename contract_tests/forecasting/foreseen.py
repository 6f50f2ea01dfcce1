"""A request that a run would send."""

from dataclasses import dataclass, replace

from rulebound.contract_tests.wire.message import WireRequest


@dataclass(frozen=True)
class Foreseen:
    """A request, or why there is none.

    `effect` is what it does there, `at_most` how often it may be sent, `case` what for; `request`
    is None where it cannot be made, `url` is its whole address. `own`: the run needs it for itself,
    so that it does not have to be allowed.
    """

    case: str
    effect: str
    operation: str
    at_most: int
    request: WireRequest | None
    url: str = ""
    why: str = ""
    own: bool = False

    @property
    def is_sent(self) -> bool:
        """Whether there is a request."""
        return self.request is not None

    def times(self, number: int) -> "Foreseen":
        """The same so many times."""
        return replace(self, at_most=self.at_most * number)

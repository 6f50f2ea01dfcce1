"""The end of a run: reported against what its deployment is known for, and remembered."""

from typing import Any

from rulebound.contract_tests.judging.verdicts import RuleVerdict
from rulebound.contract_tests.reports.record import Run, record
from rulebound.contract_tests.runs.frame import Frame
from rulebound.contract_tests.runs.history import past_run, remember


def closed(frame: Frame, verdicts: tuple[RuleVerdict, ...], address: str | None) -> dict[str, Any]:
    """The report of a run whose target was at `address`; its state folder, if it has one, gets a
    line of history. Raises OSError."""
    data = record(Run(frame, verdicts, address))
    if frame.terms.state is not None:
        remember(frame.terms.state, past_run(data, frame.id))
    return data

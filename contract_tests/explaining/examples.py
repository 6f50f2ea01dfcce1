"""Requests that break a rule or keep it, from its witnesses, as curl lines for a stub."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.model import Case, Sending
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.judging.bench import Subject
from rulebound.contract_tests.judging.conduct import valid_beside
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.wire.curl import as_curl

LONGEST = 100_000
"""Bytes of a body in a line: more than a shell takes as one word is of no use."""


@dataclass(frozen=True)
class Example:
    """What is sent, in order, and what it shows; `settings` must stand in the world before."""

    shows: str
    title: str
    lines: tuple[str, ...]
    settings: dict[str, object]


def examples(apis: Apis, planned: PlannedRule, url: str) -> tuple[Example, ...]:
    """An example that breaks the rule (or shows its effect) and one that keeps it.

    They are requests for a stub at `url`, with the seed's own credentials, at this very time. The
    simplest of the witnesses is taken; a witness that needs made-up values only is left out.
    """
    subject = planned.subject
    if subject is None:
        return ()
    chosen: list[tuple[str, Case]] = []
    broken = _simplest(planned.cases, "break")
    if broken is not None:
        chosen += [("breaks it", broken), ("keeps it", valid_beside(subject, broken))]
    else:
        shown = _simplest(planned.cases, "observed", "accepted", "boundary", "counter")
        chosen += [("shows it", shown)] if shown is not None else []
    return tuple(_examples(apis, subject, url, chosen))


def _examples(
    apis: Apis, subject: Subject, url: str, chosen: list[tuple[str, Case]]
) -> Iterator[Example]:
    for shows, case in chosen:
        sent: tuple[Sending, ...] = (*case.given, case.sending)
        try:
            lines = tuple(_line(apis, subject, case, each, url) for each in sent)
        except ValueFault:
            continue
        title = case.sending.title if case.sending.title not in ("", "twin") else "a valid request"
        yield Example(shows, title, lines, dict(case.settings))


def _line(apis: Apis, subject: Subject, case: Case, sending: Sending, url: str) -> str:
    seed, date_format = subject.api.seed, subject.api.document.date_format
    now = datetime.now(UTC).replace(microsecond=0)
    resolver = Resolver(seed.names.__getitem__, now, date_format, lambda prefix: f"{prefix}-1")
    builder = Builder(apis, subject.api, subject.file, case.sending.on, resolver)
    request = builder.build(sending).request
    repeated = f"  # {sending.repeat} times" if sending.repeat > 1 else ""
    return as_curl(replace(request, secrets=()), url, LONGEST) + repeated


def _simplest(cases: tuple[Case, ...], *roles: str) -> Case | None:
    """The case that takes least to try: no other requests, settings or waiting before it."""
    fitting = [case for case in cases if case.role in roles]
    return min(fitting, key=_effort, default=None)


def _effort(case: Case) -> tuple[int, int, int]:
    sending = case.sending
    return (
        len(case.given) + bool(sending.advance) + (sending.repeat > 1),
        len(case.settings),
        sending.raw is not None,
    )

"""Judges every exchange of a recording by every rule that it shows something about."""

from collections.abc import Iterable, Iterator

from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.passive.answering import Answered
from rulebound.contract_tests.passive.declared import Declared, why_unshown
from rulebound.contract_tests.passive.finding import DECLARED, Finding, general
from rulebound.contract_tests.passive.gathering import Gathered
from rulebound.contract_tests.passive.matching import Exchange
from rulebound.contract_tests.passive.promises import SHOWN, kept_promises
from rulebound.contract_tests.passive.shown_by_search import shown_by_search
from rulebound.contract_tests.passive.standings import Standings
from rulebound.contract_tests.reading import readings
from rulebound.contract_tests.terminal.progress import Stage


def judge(exchanges: Iterable[Exchange], into: Gathered, stage: Stage | None = None) -> None:
    """Put what the exchanges show into `into`; `stage` hears of each that is judged."""
    declared, read = Declared(), readings()
    known: dict[str, Standings] = {}
    for exchange in exchanges:
        operation = exchange.operation
        if operation.id not in known:
            known[operation.id] = Standings(exchange.api, operation, read)
        if stage is not None:
            stage.begins(operation.id)
        _judge(exchange, known[operation.id], declared, into)
        if stage is not None:
            stage.ends(operation.id)


def _judge(exchange: Exchange, standings: Standings, declared: Declared, into: Gathered) -> None:
    stands = standings.of(exchange)
    answered = Answered(exchange, stands)
    found: list[Finding] = list(answered.findings())
    for stand in stands:
        into.leave_open(stand.rule.id, answered.why_open(stand))
    if exchange.is_accepted:
        for rule, finding, why in kept_promises(exchange, standings):
            if finding is None:
                into.leave_open(rule.id, why)
            else:
                found.append(finding)
        found += _shown(exchange)
    is_named = any(each.verdict is not Verdict.KEPT for each in found)
    unnamed = general(exchange.operation, DECLARED)
    if unshown := why_unshown(exchange):
        into.leave_open(unnamed, unshown)
    for finding in declared.findings(exchange):
        # A status against a rule is not declared either: once is enough.
        if not (is_named and finding.rule == unnamed and finding.verdict is Verdict.BROKEN):
            found.append(finding)
    for finding in found:
        into.put(finding)


def _shown(exchange: Exchange) -> Iterator[Finding]:
    known = {rule.id: rule for rule in exchange.operation.rules}
    for rule, is_kept, says in shown_by_search(exchange):
        if rule not in known:
            continue
        verdict = Verdict.KEPT if is_kept else Verdict.BROKEN
        shown = SHOWN if is_kept else says
        yield Finding(rule, verdict, shown, known[rule].says, exchange)

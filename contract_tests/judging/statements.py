"""The statements of the source pages, each with the verdict of the rules that cite it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.outcome import Verdict, gravest
from rulebound.contract_tests.judging.verdicts import Judged

INFORMATIONAL = "informational"
UNCITED = "not cited"
ELSEWHERE = "in another shard"


@dataclass(frozen=True)
class Said:
    """A statement of a source page; `reason` says why it carries no rule, where the page's list
    says so."""

    id: str
    page: str
    section: str
    hint: str
    reason: str | None


@dataclass(frozen=True)
class StatementVerdict:
    """A statement of a source page. `verdict` is that of the rules citing it, informational (with
    the reason), or "not cited"; `executed` says whether a case was conducted for it."""

    id: str
    page: str
    section: str
    hint: str
    verdict: str
    rules: tuple[str, ...]
    executed: bool
    reason: str | None


def said(apis: Apis, cited: Collection[str]) -> tuple[Said, ...]:
    """Every statement of the pages of which a statement is cited."""
    found: dict[str, Said] = {}
    pages = [page for api in apis.all for page in api.document.sources]
    for page in pages:
        if set(cited).isdisjoint(page.statements):
            continue
        for id, statement in page.statements.items():
            reason = page.informational.get(id)
            # A page may stand in two documents, of which one says why it carries no rule.
            if id not in found or (found[id].reason is None and reason is not None):
                found[id] = Said(id, page.title, statement.section, statement.hint, reason)
    return tuple(found.values())


def statement_verdicts(apis: Apis, verdicts: Iterable[Judged]) -> tuple[StatementVerdict, ...]:
    """Every statement of the pages that a rule of the run cites."""
    verdicts = tuple(verdicts)
    cited = {source for verdict in verdicts for source in verdict.source}
    return judged_statements(said(apis, cited), verdicts)


def judged_statements(
    statements: Iterable[Said], verdicts: Iterable[Judged], elsewhere: Collection[str] = ()
) -> tuple[StatementVerdict, ...]:
    """Statements with the verdicts of the rules that cite them. Those in `elsewhere` are cited by
    rules of the plan that another shard conducts."""
    citing: dict[str, list[Judged]] = {}
    for verdict in verdicts:
        for source in verdict.source:
            citing.setdefault(source, []).append(verdict)
    return tuple(
        _judged(statement, citing.get(statement.id, []), statement.id in elsewhere)
        for statement in statements
    )


def _judged(statement: Said, rules: list[Judged], elsewhere: bool) -> StatementVerdict:
    if rules:
        tested = [rule.verdict for rule in rules if rule.verdict is not Verdict.NOT_TESTABLE]
        verdict = gravest(tested or [Verdict.NOT_TESTABLE]).value
    elif elsewhere:
        verdict = ELSEWHERE
    else:
        verdict = UNCITED if statement.reason is None else INFORMATIONAL
    return StatementVerdict(
        id=statement.id,
        page=statement.page,
        section=statement.section,
        hint=statement.hint,
        verdict=verdict,
        rules=tuple(rule.id for rule in rules),
        executed=any(rule.executed for rule in rules),
        reason=None if rules or elsewhere else statement.reason,
    )

"""The request step: one accepted or refused request, from parsed bytes to a finished answer.

Compiled once per operation. Facts, judgement, effect, promises and the check of the answer happen
in one transaction, with no `await` in it: either all of it is kept, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from rulebound.fixtures import ISO, LOOKUPS, Transaction, World, format_date
from rulebound.mock_server.answers import JSON, Answer, write_body
from rulebound.mock_server.conformance import Conformance
from rulebound.mock_server.depths import Change
from rulebound.mock_server.effects.registry import CarriedOut
from rulebound.mock_server.effects.steps import Run
from rulebound.mock_server.exchange import Exchange
from rulebound.mock_server.noting import NOTHING, Findings, note
from rulebound.mock_server.parsing import Parser
from rulebound.mock_server.refusals import Refusals
from rulebound.mock_server.unruled import Unruled
from rulebound.openapi.facts import FactPlan, Facts
from rulebound.openapi.judge import Judge
from rulebound.openapi.model import Document, Operation
from rulebound.openapi.negotiation import (
    best_language,
    best_media_type,
    offered_languages,
    offered_media_types,
)
from rulebound.openapi.request import NO_BODY, Request
from rulebound.openapi.trace import Outcome, Switches, Trace

Actor = Mapping[str, Any]


class StubFault(Exception):
    """The stub broke a promise of the document it serves; answered as an unexpected failure."""


@dataclass(frozen=True, slots=True)
class Surface:
    """What the steps of one API share: its document and error answers, the name of its seed, and
    the path its operations stand under."""

    document: Document
    refusals: Refusals
    seed: str
    base: str


class Result(NamedTuple):
    """An answer, with what the journal tells of it."""

    answer: Answer
    trace: Trace | None = None
    problem: str | None = None
    facts: Mapping[str, Any] = NOTHING
    changes: tuple[Change, ...] = ()


_Case = tuple[Exchange, Transaction, Request, Actor | None, Mapping[str, Any], datetime, Switches]
"""One request in its transaction; the moment is the same for everything done in it."""


class RequestStep:
    """Answers the requests of one operation."""

    def __init__(self, surface: Surface, operation: Operation, effect: CarriedOut) -> None:
        self.operation = operation
        self._surface = surface
        self._effect = effect
        self._refusals = surface.refusals
        self._parser = Parser(operation)
        self._plan = FactPlan(operation, LOOKUPS)
        self._judge = Judge(operation)
        self._unruled = Unruled(operation, self._judge)
        self._conformance = Conformance(operation)
        self._offered = offered_media_types(operation) or (JSON,)
        self._languages = offered_languages(operation)
        self._write_date = partial(format_date, pattern=surface.document.date_format or ISO)
        self._schemas = _schemas(operation)
        self._credentials = operation.credential_names | operation.credential_headers

    def answer(self, exchange: Exchange, actor: Actor | None, path: Mapping[str, str]) -> Answer:
        """The answer to a request, noted in the world's journal.

        Raises what a defect of the document or the stub raises; the world is then unchanged.
        """
        world = exchange.world(self._surface.seed)
        switches = exchange.served.switches
        settings, now = world.settings, None
        if exchange.fault is not None:
            result = self._malformed(exchange, exchange.fault)
        else:
            request = self._parser.request(
                exchange.method,
                exchange.path,
                exchange.query,
                exchange.headers,
                exchange.body,
                exchange.body_fault,
                path,
            )
            with world.transaction() as transaction:
                settings, now = world.settings, world.clock.now()
                case = (exchange, transaction, request, actor, settings, now, switches)
                result = self._judged(case)
        answer, trace, problem, facts, changes = result
        replaced = switches.replaced
        found = Findings(trace, problem, actor, path, settings, facts, changes, replaced, now)
        self._note(exchange, world, answer, found)
        return answer

    def _note(self, exchange: Exchange, world: World, answer: Answer, found: Findings) -> None:
        name = self._surface.document.name
        note(exchange, world, name, self.operation.id, self._credentials, answer, found)

    def _judged(self, case: _Case) -> Result:
        exchange, transaction, request, actor, settings, now, switches = case
        asked = (self.operation, transaction, request, actor, settings, now)
        facts = Facts(*asked, self._plan)
        trace = self._judge.judge(request, actor, facts, settings, now, switches)
        if trace.deciding is not None:
            answer = self._refused(exchange, trace.deciding)
            return Result(answer, trace, facts=facts.known)
        fault = self._unruled.fault(request, trace)
        if fault is not None:
            return self._malformed(exchange, fault, trace)
        # Looked up to the last one before anything changes, so that promises see what was.
        known = facts.whole()
        run = self._run(case, known, facts.names["query"])
        self._effect.carry_out(run, switches.off)
        # A world told to leave a step out cannot keep what else stands on that step.
        if not switches.off:
            outcome = (run.made, known, switches)
            self._keep(self._judge.promises(request, actor, facts, settings, now, *outcome))
        changes = tuple([Change(*each) for each in transaction.changes()])
        return Result(self._accepted(run), trace, None, known, changes)

    @staticmethod
    def _keep(broken: tuple[Outcome, ...]) -> None:
        if broken:
            rules = ", ".join(each.rule.id for each in broken)
            raise StubFault(f"the effect does not keep {rules}")

    def _refused(self, exchange: Exchange, deciding: Outcome) -> Answer:
        rule = deciding.rule
        if rule.error is None:
            raise StubFault(f"rule {rule.id} refuses, but says no error")
        details = deciding.details
        return self._refusals.rule(exchange, self.operation, rule.error, details, rule.id)

    def _malformed(self, exchange: Exchange, fault: str, trace: Trace | None = None) -> Result:
        details = {"fault": fault}
        answer = self._refusals.failure(exchange, "malformed", self.operation, details)
        return Result(answer, trace, fault)

    def _run(self, case: _Case, facts: Mapping[str, Any], query: Mapping[str, str]) -> Run:
        exchange, transaction, request, actor, settings, now, _ = case
        headers = request.header_map
        return Run(
            operation=self.operation,
            transaction=transaction,
            request=request,
            query=query,
            actor=actor or {},
            facts=facts,
            settings=settings,
            now=now,
            write_date=self._write_date,
            language=best_language(headers.get("accept-language"), self._languages) or "",
            media=best_media_type(headers.get("accept"), self._offered) or self._offered[0],
            base=self._surface.base,
            root=exchange.root,
        )

    def _accepted(self, run: Run) -> Answer:
        draft = run.answer
        media = None if draft.body is NO_BODY else draft.media or run.media
        fault = self._conformance.fault(
            draft.status, draft.headers, draft.body, media, draft.pieces
        )
        if fault is not None:
            raise StubFault(f"the answer is none the document declares: {fault}")
        schema = self._schemas.get((draft.status, media), True)
        body = write_body(draft.body, media or JSON, schema, draft.pieces)
        return Answer(draft.status, tuple(draft.headers.items()), body, media)


def _schemas(operation: Operation) -> dict[tuple[int, str | None], Any]:
    return {
        (int(status), media): content.get("schema", True)
        for status, response in operation.responses.items()
        if status.isdigit()
        for media, content in response.get("content", {}).items()
    }

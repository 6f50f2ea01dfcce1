"""What witnesses promise of an accepted request holds for the requests drawn around it as well."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hypothesis import strategies as st
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.marking import looked_at
from rulebound.contract_tests.cases.model import Case, Expect, Look, Sending
from rulebound.contract_tests.cases.texts import texts_in
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.judging.acceptance import unmet
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.judging.looks import look_problems
from rulebound.contract_tests.properties.chance import one_of, some_of
from rulebound.contract_tests.properties.draft import (
    Draft,
    Path,
    build,
    draft_of,
    is_accepted,
    is_plain,
    laid_on,
    leaves,
    put,
)
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.properties.ground import Caller
from rulebound.contract_tests.properties.shapes import free_texts, is_free_text, schema_at
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.message import Answer

_ROLES = ("observed", "boundary", "counter", "accepted")
Promises = tuple[Case, ...]
"""The cases of one rule that say more than that a request is accepted."""


@dataclass(frozen=True)
class Promised:
    """The promises of one operation's witnesses."""

    drawing: Drawing

    @cached_property
    def promises(self) -> tuple[Promises, ...]:
        """The promises, by rule."""
        witnesses = self.drawing.tried.file.rules.values()
        by_rule = (
            tuple(case for case in witness.cases if _promises(case)) for witness in witnesses
        )
        return tuple(cases for cases in by_rule if cases)

    def holds(self, data: st.DataObject, cases: Promises) -> None:
        """Whatever words stand where a promise does not look, it is kept."""
        tried, case = self.drawing.tried, one_of(data, cases)
        try:
            built = self._built(data, case)
        except ValueFault as fault:
            raise NotReached(str(fault)) from fault
        with tried.caller(alone=False, given=case.settings) as caller:
            answer = caller.send(built)
            self._as_expected(caller, case, built, answer)
            for then in case.then:
                self._then(caller, case, then, made_by(answer, built.operation, tried.file))

    def _built(self, data: st.DataObject, case: Case) -> Built:
        tried = self.drawing.tried
        if not is_plain(case):
            return tried.build(case.sending)
        return build(tried, *self.drawn(data, case))

    def drawn(self, data: st.DataObject, case: Case) -> tuple[Draft, Sending]:
        """The request of a plain case with other words where its promise does not look, and what
        is expected of it."""
        tried = self.drawing.tried
        draft = laid_on(draft_of(tried.file.baseline(case.sending.on)), case)
        places = list(self._places(draft, _expected(case)))
        for path in some_of(data, places, 2, 0) if places else ():
            schema = schema_at(self._schema, path)
            changed = replace(draft, body=put(draft.body, path, data.draw(free_texts(schema))))
            draft = changed if self.drawing.is_valid(changed) else draft
        return draft, Sending(expect=case.sending.expect)

    @property
    def _schema(self) -> Any:
        body = self.drawing.tried.operation.body
        return next(iter(body.media.values()), {}) if body else {}

    def _places(self, draft: Draft, spared: set[str]) -> Iterator[Path]:
        """Where a text stands that may be another one."""
        for path, value in leaves(draft.body):
            named = ("body", *(part for part in path if isinstance(part, str)))
            free = isinstance(value, str) and value not in spared and self.drawing.is_free(named)
            if free and is_free_text(schema_at(self._schema, path)):
                yield path

    def _as_expected(
        self, caller: Caller, case: Case, built: Built, answer: Answer, made: str | None = None
    ) -> None:
        values = self.drawing.tried.resolver(made)
        try:
            document = built.api.document
            wrong = list(unmet(built.expect, answer, document, built.operation, values))
        except ValueFault as fault:
            raise NotReached(str(fault)) from fault
        if wrong:
            caller.wrong(case.rule, built, answer, "; ".join(wrong))

    def _then(self, caller: Caller, case: Case, then: Sending | Look, made: str | None) -> None:
        tried = self.drawing.tried
        try:
            if isinstance(then, Look):
                values = tried.resolver(made)
                problems, _ = look_problems(then, caller.scene, tried.api.seed.name, values)
                if problems:
                    said = "; ".join(problem.says for problem in problems)
                    caller.fail(case.rule, tried.operation.id, said)
                return
            if then.refused is None and not then.advance:
                built = tried.build(then, made=made)
                self._as_expected(caller, case, built, caller.send(built), made)
        except (ValueFault, NotReached):
            # Not to be seen here; what else is promised may be.
            return


def _promises(case: Case) -> bool:
    sending = case.sending
    says = bool(case.then) or sending.expect != Expect()
    alone = not case.given and not sending.advance and sending.repeat == 1
    return says and alone and case.role in _ROLES and is_accepted(case)


def _expected(case: Case) -> set[str]:
    """Every text that a case expects, or looks for afterwards."""
    looked_for = (part for item in case.then for part in looked_at(item))
    return set(texts_in((case.sending.expect.body, *looked_for)))

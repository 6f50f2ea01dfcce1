"""Every answer is one that the document declares, whatever was sent."""

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import UNSET, Sending
from rulebound.contract_tests.cases.values import ValueFault
from rulebound.contract_tests.judging.answers import UnreadableBody, response_schema, value_of
from rulebound.contract_tests.properties.chance import one_of
from rulebound.contract_tests.properties.draft import Draft, build, draft_of
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.properties.ground import Caller
from rulebound.contract_tests.properties.texts import texts
from rulebound.contract_tests.properties.undeclared import undeclared
from rulebound.contract_tests.wire.message import Answer

DECLARED = "conforming.as-declared"
UNDECLARED = "conforming.nothing-undeclared"
REFUSED = "conforming.nonsense-is-refused"
# Each is no JSON text, or one that a careful reader refuses; `%s` is where a drawn text goes.
_NONSENSE = (
    b'{"%s": ',
    b'{"a": 1, "a": 2}',
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'"\\ud800"',
    b'{"\\udfff": "%s"}',
    b"\xff\xfe\x00",
    b'{"a": "\xc3\x28"}',
    b"[" * 3000,
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
    b"<activity>%s",
    b"nul",
    b"1e400000",
    b"\x00",
    b'{"a": 1}{"a": 1}',
)


@dataclass(frozen=True)
class Conforming:
    """The properties of one operation's answers."""

    drawing: Drawing

    def answers(self, data: st.DataObject) -> None:
        """The answer to a valid request, and to one with a break, is as declared."""
        tried = self.drawing.tried
        draft = self.drawing.valid(data)
        sending: Sending | None = None
        broken: bool = data.draw(st.booleans())
        if self.drawing.breaks and broken:
            _, case = one_of(data, one_of(data, self.drawing.breaks))
            draft = draft_of(tried.file.baseline(case.sending.on))
            sending = case.sending
        try:
            built = build(tried, draft, sending)
        except ValueFault:
            return
        with tried.caller() as caller:
            self._as_declared(caller, built, caller.send(built))

    def nonsense(self, data: st.DataObject) -> None:
        """A body that cannot be read is refused, and odd names in the query do no harm."""
        tried = self.drawing.tried
        asks = tried.operation.body is None or data.draw(st.booleans())
        built = self._odd_query(data, draft_of(tried.file.first)) if asks else self._odd_body(data)
        with tried.caller() as caller:
            answer, unchanged = caller.send_guarded(built)
            if answer.status < 400 and not asks:
                caller.wrong(REFUSED, built, answer, "a refusal")
            if answer.status >= 400 and unchanged is False:
                caller.wrong(REFUSED, built, answer, "a refusal that changes nothing")
            self._as_declared(caller, built, answer)

    def _odd_query(self, data: st.DataObject, draft: Draft) -> Built:
        name, value = data.draw(texts(20)), data.draw(texts(40))
        return build(self.drawing.tried, replace(draft, query={**draft.query, f"?{name}": value}))

    def _odd_body(self, data: st.DataObject) -> Built:
        tried = self.drawing.tried
        odd = one_of(data, _NONSENSE)
        text = data.draw(texts(12)).replace('"', "").replace("\\", "").replace("<", "")
        draft = replace(draft_of(tried.file.first), media="application/json")
        built = build(tried, replace(draft, body={} if draft.body is UNSET else draft.body))
        body = odd.replace(b"%s", text.encode())
        return replace(built, request=replace(built.request, body=body, value=None))

    def _as_declared(self, caller: Caller, built: Built, answer: Answer) -> None:
        for fault in self.drawing.tried.ground.conformance.faults(built, answer):
            caller.wrong(DECLARED, built, answer, f"an answer as the document declares ({fault})")
        for place in _surplus(built, answer):
            caller.wrong(UNDECLARED, built, answer, f"no property {place}, which is not declared")


def _surplus(built: Built, answer: Answer) -> list[str]:
    if not answer.body:
        return []
    try:
        value: Any = value_of(answer, built.operation)
    except UnreadableBody:
        return []
    schema = response_schema(built.operation.responses, answer.status, answer.media_type or "")
    return list(undeclared(value, schema))

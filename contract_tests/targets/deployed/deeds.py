"""What the requests of one case have made and changed on a deployment, or may have."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.side_effects import CHANGE, CREATE
from rulebound.contract_tests.targets.deployed.carrier import Carrier
from rulebound.contract_tests.targets.deployed.gate import Errand
from rulebound.contract_tests.targets.deployed.ledger import Ledger
from rulebound.contract_tests.targets.deployed.opening import SessionOperation
from rulebound.contract_tests.targets.deployed.residue import addresses_in
from rulebound.contract_tests.targets.lines import NotSent
from rulebound.contract_tests.targets.target import NotReached
from rulebound.contract_tests.wire.deadline import RunOver
from rulebound.contract_tests.wire.message import (
    Answer,
    TargetFault,
    UnsendableRequest,
    WireRequest,
)
from rulebound.openapi.model import Operation


@dataclass(eq=False)
class Deed:
    """A request that creates or changes: the `names` that it may change, the session that it
    `opens`. `line` is its number in the ledger, `left` whether it was sent."""

    api: Api
    operation: Operation
    effect: str
    names: frozenset[str]
    opens: SessionOperation | None
    marked: bool
    line: int | None = None
    left: bool = False


@dataclass
class Deeds:
    """Those of one case; `mark` is the run's own. What is under way counts as done until it is
    known that it was refused: the run may end in between."""

    apis: Apis
    carrier: Carrier
    ledger: Ledger
    mark: str
    changed: bool = False
    _touched: set[str] = field(default_factory=set)
    _under_way: list[Deed] = field(default_factory=list)
    _sessions: list[tuple[SessionOperation, str]] = field(default_factory=list)

    @property
    def touched(self) -> frozenset[str]:
        """The names that may stand for something else by now."""
        return frozenset(self._touched).union(*(deed.names for deed in [*self._under_way]))

    @property
    def may_have_changed(self) -> bool:
        """Whether anything may be otherwise by now."""
        return self.changed or bool(self._under_way)

    def send(
        self, request: WireRequest, effect: str, stands_on: Collection[str], *, burst: bool
    ) -> Answer:
        """Send a request with this effect, of a case that stands on these names, and put down what
        it made. A session is nothing of that: it is ended with the case.

        Only a refusal (4xx) says that nothing was done; what failed or leads elsewhere may have
        been. Raises what the carrier and the ledger raise.
        """
        deed = self._deed(request, effect, stands_on)
        errand = Errand(burst=burst, opens=deed.opens is not None and deed.opens.has_end)
        try:
            answer = self.carrier.send(request, errand, lambda: self._leave(deed))
        except BaseException as error:
            self._settle(deed, None, happened=_was_sent(error))
            raise
        made = self._made(deed, answer) if 200 <= answer.status < 300 else None
        self._settle(deed, made, happened=not 400 <= answer.status < 500, said=_said(answer))
        if errand.opens and made is None:
            self.carrier.gate.spending.release()
        return answer

    def end_sessions(self) -> None:
        """End the sessions that were opened, so that they do not count against later cases."""
        while self._sessions:
            opening, session = self._sessions.pop(0)
            with suppress(NotReached, TargetFault, UnsendableRequest):
                opening.ended(self.carrier, session)

    def _deed(self, request: WireRequest, effect: str, stands_on: Collection[str]) -> Deed:
        api, operation = self.apis.owner(request.operation)
        openings = SessionOperation.of_api(self.apis, api)
        opens = next((each for each in openings if each.operation is operation), None)
        names = addresses_in(request.body)
        if effect == CHANGE or openings:
            names |= {*stands_on}
        marked = self.mark.encode() in (request.body or b"")
        if effect != CREATE:
            opens = None
        return Deed(api, operation, effect, frozenset(names), opens, marked)

    def _leave(self, deed: Deed) -> None:
        """Hear that a deed is on its way."""
        deed.left = True
        self._under_way.append(deed)
        if deed.effect == CREATE and deed.opens is None:
            name, operation = deed.api.name, deed.operation.id
            deed.line = self.ledger.begin(api=name, operation=operation, marked=deed.marked)

    def _settle(self, deed: Deed, made: str | None, *, happened: bool, said: str = "") -> None:
        """Hear what came of it, and what was said in the answer that the id is taken from."""
        if not deed.left:
            return
        if happened:
            self.changed = True
            self._touched |= deed.names
        self._under_way.remove(deed)
        if deed.opens is not None and made is not None:
            self._sessions.append((deed.opens, made))
        if deed.line is not None:
            self.ledger.end(deed.line, made=happened, id=made, said=said)

    @staticmethod
    def _made(deed: Deed, answer: Answer) -> str | None:
        file = deed.api.files.get(deed.operation.id)
        return made_by(answer, deed.operation, file) or None if file else None


def _said(answer: Answer) -> str:
    headers = "\n".join(value for _, value in answer.headers)
    return f"{headers}\n{answer.body.decode('utf-8', 'replace')}"


def _was_sent(error: BaseException) -> bool:
    """Whether a request without an answer had been sent; what the end of the run cut off had, and
    what a person interrupted."""
    if isinstance(error, RunOver):
        return isinstance(error.__context__, TargetFault)
    return not isinstance(error, NotSent | NotReached | UnsendableRequest)

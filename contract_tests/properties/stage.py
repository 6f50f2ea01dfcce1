"""One world with the model beside it: requests are sent to both, and both are compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Sending
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.properties.asking import SEARCH, Asker
from rulebound.contract_tests.properties.bounds import Bounds
from rulebound.contract_tests.properties.ground import Caller, Ground
from rulebound.contract_tests.properties.model import Model, unlike
from rulebound.contract_tests.properties.oracle import Oracle, situation_of
from rulebound.contract_tests.properties.refusing import Broken, refused
from rulebound.contract_tests.properties.shown import Shown, by_number, date_of, id_of
from rulebound.contract_tests.reading import Situation
from rulebound.contract_tests.wire.message import Answer
from rulebound.openapi.model import Rule

_CLOCKS_APART = timedelta(minutes=5)
TASK, EMAIL, PICK = "createTaskActivity", "createIncomingEmailActivity", "pickActivities"
ACTORS = {"anna": "anna-console", "bob": "bob-console", "gina": "gina-console"}
"""Who acts, by token, and the same user's session."""


@dataclass
class Stage:
    """A world of its own, what the pages say of it, and the actor of the moment."""

    ground: Ground
    caller: Caller
    actor: str = "anna"
    model: Model = field(init=False)

    def __post_init__(self) -> None:
        self.tried = self.ground.about(SEARCH)
        self.model = Model(self.tried.api.seed, exact=self.caller.scene.frozen)
        self.model.now = self.caller.scene.now

    @property
    def asker(self) -> Asker:
        """The search, asked by the actor of the moment."""
        return Asker(self.tried, self.caller, ACTORS[self.actor])

    def built(self, operation: str, body: Any, query: Mapping[str, str]) -> Built:
        """A request of the actor of the moment."""
        wished = Sending(operation=operation, actor=self.actor, query=dict(query), body=body)
        self.model.now = self.caller.scene.now
        return self.tried.build(wished, self.model.now)

    def broken(self, built: Built) -> tuple[Rule, ...]:
        """The rules that a request breaks now, by the second reading."""
        oracle = Oracle(self.ground.about(built.operation.id))
        situation = self._situation(built)
        assume(oracle.is_clear(situation))
        return oracle.broken(situation)

    def _situation(self, built: Built) -> Situation:
        seen = self.model.actor(self.actor)
        return situation_of(built, seen, self.model.settings, self.model.tables, self.model.now)

    def send(self, built: Built, broken: tuple[Rule, ...]) -> Answer:
        """Send a request; it must be refused when it breaks a rule, and then change nothing."""
        answer, unchanged = self.caller.send_guarded(built)
        if not broken:
            if not 200 <= answer.status < 300:
                rule = answer.header("rulebound-rule") or "machine.valid-is-accepted"
                self.caller.wrong(rule, built, answer, "an acceptance, as every rule is kept")
            return answer
        further = Oracle(self.ground.about(built.operation.id)).anywhere(self._situation(built))
        refused(self.caller, built, answer, Broken(broken, further), unchanged)
        return answer

    def made(self, built: Built, answer: Answer) -> str:
        """The id of what a request made; it must be a new one."""
        file = self.ground.about(built.operation.id).file
        id = made_by(answer, built.operation, file)
        if not id or id in self.model.activities:
            self.caller.wrong("machine.new-id", built, answer, "an id that nothing had before")
        return id

    def compare(
        self, query: Mapping[str, str], made: str | None = None, attribute: str = ""
    ) -> tuple[Shown, ...]:
        """Search, and hold what is found against the model; `made` is to be there as well."""
        found = self.asker.whole(query, attribute)
        got = sorted(map(id_of, found), key=by_number)
        wanted = self.model.found_by(self.model.actor(self.actor), query)
        wanted = sorted([*wanted, made] if made else wanted, key=by_number)
        if got != wanted:
            missing = [id for id in wanted if id not in got]
            surplus = [id for id in got if id not in wanted]
            what = f"{dict(query)} lacks {missing[:5]} and has {surplus[:5]} too many"
            what = what if missing or surplus else f"{dict(query)} shows one activity twice"
            self.asker.fail("machine.search-is-model", what)
        for shown in found:
            record = self.model.activities.get(id_of(shown))
            self._settle(record, shown)
            for words in unlike(record, shown) if record else ():
                self.asker.fail("machine.search-is-model", f"{id_of(shown)}: {words}")
        return found

    def look(self, ids: Iterable[str]) -> None:
        """Learn when activities were changed, where the time there is not known."""
        for id in ids:
            record = self.model.activities[id]
            if record["lastModified"] is None:
                for shown in self.asker.whole({"case": record["case"]}):
                    self._settle(self.model.activities.get(id_of(shown)), shown)
            if record["lastModified"] is None:
                what = f"{id} was changed, and who changed it does not find it"
                self.asker.fail("machine.search-is-model", what)

    def _settle(self, record: dict[str, Any] | None, shown: Shown) -> None:
        """Take over when an activity was changed, which must have been just now."""
        if record is None or record["lastModified"] is not None:
            return
        date = date_of(shown, "lastModified")
        away = None if date is None else datetime.fromisoformat(date) - self.model.now
        if away is None or abs(away) > _CLOCKS_APART:
            what = f"{id_of(shown)} was changed just now, and lastModified is {date}"
            self.asker.fail("machine.search-is-model", what)
        record["lastModified"] = date

    def can(self, operation: str) -> bool:
        """Whether everything about an operation is read a second time, so that it can be judged."""
        return self.ground.has(operation) and not Bounds(self.ground.about(operation)).unread

"""Asks the search and reads its answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import Sending
from rulebound.contract_tests.properties.ground import Caller, Tried
from rulebound.contract_tests.properties.shown import Shown, id_of
from rulebound.contract_tests.wire.message import Answer

SEARCH = "searchActivities"
PAGE = 75
MOST_PAGES = 40
EVERYTHING = {"createdDate": "[1970-01-01T00:00:00.000Z,]"}
JSON = "application/json"


@dataclass(frozen=True)
class Page:
    """One answer of the search: the activities shown, in order, and what is said of the rest."""

    activities: tuple[Shown, ...]
    pagination: Any
    built: Built
    answer: Answer

    @property
    def ids(self) -> list[str]:
        """The ids shown, in order."""
        return [id_of(activity) for activity in self.activities]


@dataclass(frozen=True)
class Asker:
    """The search, asked by one actor in one scene."""

    tried: Tried
    caller: Caller
    actor: str

    def page(self, query: Mapping[str, str], media: str = JSON) -> Page:
        """One answer. Raises Violated for another status than 200 or 204, and for a 200 without
        an activity."""
        built = self._built(query, media)
        answer = self.caller.send(built)
        if answer.status == 204:
            return Page((), None, built, answer)
        if answer.status != 200:
            self.caller.wrong("searching.is-answered", built, answer, "200 or 204")
        body = self.caller.value(built, answer)
        found = body.get("activity") if isinstance(body, Mapping) else None
        if not isinstance(found, list) or not found:
            wanted = "204, or at least one activity with 200"
            self.caller.wrong("searching.nothing-is-204", built, answer, wanted)
        known = tuple(each for each in found if isinstance(each, Mapping))
        return Page(known, body.get("paginationInfo"), built, answer)

    def whole(self, query: Mapping[str, str], attribute: str = "") -> tuple[Shown, ...]:
        """Everything that matches, page by page; `attribute` asks for more than the summary."""
        wished = {**query, "$attribute": attribute} if attribute else dict(query)
        found: list[Shown] = []
        for number in range(1, MOST_PAGES + 1):
            page = self.page({**wished, "$pagesize": str(PAGE), "$pagenum": str(number)})
            found += page.activities
            if len(page.activities) < PAGE:
                break
        return tuple(found)

    def may_be_asked(self, query: Mapping[str, str]) -> bool:
        """Whether a query is answered at all and not refused."""
        return self.caller.send(self._built(query, JSON)).status < 400

    def fail(self, relation: str, what: str) -> NoReturn:
        """Raise Violated about the searches sent."""
        self.caller.fail(relation, self.tried.operation.id, what)

    def _built(self, query: Mapping[str, str], media: str) -> Built:
        return self.tried.build(
            Sending(
                operation=SEARCH, actor=self.actor, query=dict(query), headers={"Accept": media}
            )
        )

"""The mark of a run stands in what is made, and never where a case would mind it."""

from typing import Any

import pytest
from rulebound.contract_tests.cases.marking import Mark, mark_for
from rulebound.contract_tests.cases.model import UNSET, Case, Expect, Look, Sending

MARK = Mark("rulebound-1")
BODY = {"subject": "Call back", "payload": {"task": {"text": "Hello"}}, "rows": ["a"]}


def case(sending: Sending, *then: Sending | Look) -> Case:
    """A case with this main request."""
    return Case("r", "observed", 1, sending, {}, (), then, "", 1)


def test_the_mark_is_put_behind_the_first_place_there_is() -> None:
    """A place that the body does not have is passed over, and the rest of the body stays."""
    marked = MARK.on(BODY, ["/nowhere", "/payload/task/text", "/subject"], UNSET)
    assert marked == {**BODY, "payload": {"task": {"text": "Hello rulebound-1"}}}
    assert BODY["payload"] == {"task": {"text": "Hello"}}


@pytest.mark.parametrize("places", [(), ("/rows",), ("/nowhere/at/all",), ("/payload",)])
def test_a_body_without_a_text_to_mark_stays(places: tuple[str, ...]) -> None:
    """Only a text takes the mark."""
    assert MARK.on(BODY, places, UNSET) == BODY


@pytest.mark.parametrize(
    "own", [{"subject": "mine"}, {"subject": {"$text": "x", "times": 255}}, {"subject": None}, []]
)
def test_what_the_case_itself_writes_is_spared(own: Any) -> None:
    """A case about a subject sends the very subject it is about."""
    assert MARK.on(BODY, ["/subject"], own) == BODY
    other = MARK.on(BODY, ["/subject"], {"priority": "1"})
    assert other["subject"] == "Call back rulebound-1"


@pytest.mark.parametrize(
    "looking",
    [
        case(Sending(expect=Expect(body={"subject": "Call back"}))),
        case(Sending(), Sending(expect=Expect(body={"activity": [{"subject": "Call back"}]}))),
        case(Sending(), Sending(query={"subject": "Call back"})),
        case(Sending(), Look("", "activity", {}, None, {"subject": "Call back"})),
        case(Sending(), Look("", "activity", {"subject": "Call back"}, 1, None)),
    ],
)
def test_what_a_case_looks_at_is_spared(looking: Case) -> None:
    """A text that the case expects, or finds a record by, is left as it is."""
    assert mark_for(looking, "rulebound-1").on(BODY, ["/subject"], UNSET) == BODY
    assert mark_for(case(Sending()), "rulebound-1").on(BODY, ["/subject"], UNSET) != BODY


def test_a_place_in_a_list_takes_the_mark() -> None:
    """Pointers lead into lists as well."""
    assert MARK.on(BODY, ["/rows/0"], UNSET)["rows"] == ["a rulebound-1"]

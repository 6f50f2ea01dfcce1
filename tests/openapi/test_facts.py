"""Facts are looked up, never judged, and never fall over odd input."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebound.openapi.facts import Facts

ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
FACTS = {
    "targets": {"each": "body.things", "from": "id", "table": "thing", "by": "id"},
    "names": {"each": "body.names", "table": "thing", "by": "name"},
    "place": {"one": "body.place.name", "table": "place", "by": "name"},
    "owner": {"one": "place.owner", "table": "thing", "by": "id"},
    "mine": {"lookup": "what-is-mine"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "things", "names", "place"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@pytest.fixture
def operation(kit: Any) -> Any:
    return kit.load(**{"x-facts": FACTS}).operations[0]


@pytest.fixture
def shelf(kit: Any) -> Any:
    return kit.Shelf(
        thing={"1": {"id": "1", "name": "one"}, "2": {"id": "2", "name": "two"}},
        place={"p": {"id": "p", "name": "here", "owner": "2"}},
    )


def facts(kit: Any, operation: Any, shelf: Any, body: Any, **more: Any) -> Facts:
    lookups = more.pop("lookups", {"what-is-mine": lambda *given: None})
    asked = kit.request(body)
    return Facts(operation, shelf, asked, {"id": "a"}, {"s": 1}, kit.NOW, lookups)


def test_facts_join_what_was_sent_with_what_was_found(kit: Any, operation: Any, shelf: Any) -> None:
    """`each` joins items with records, `one` finds one, and facts may build on earlier ones."""
    sent = [{"id": "2"}, {"id": "9"}, {}, "2"]
    known = facts(
        kit, operation, shelf, {"things": sent, "names": ["one"], "place": {"name": "here"}}
    )
    two = {"id": "2", "name": "two"}
    assert known["targets"] == [
        {"sent": {"id": "2"}, "found": two},
        {"sent": {"id": "9"}, "found": None},
        {"sent": {}, "found": None},
        {"sent": "2", "found": None},
    ]
    assert known["names"] == [{"sent": "one", "found": {"id": "1", "name": "one"}}]
    assert known["owner"] == two
    assert set(known.known) == {"targets", "names", "place", "owner"}
    assert list(known) == list(FACTS) and len(known) == 5


@ANY
@given(body=JSON)
def test_no_body_makes_a_fact_fall_over(kit: Any, operation: Any, shelf: Any, body: Any) -> None:
    """Whatever was sent, a list fact is a list and a single fact a record or null."""
    known = facts(kit, operation, shelf, body)
    assert isinstance(known["targets"], list)
    assert isinstance(known["names"], list)
    assert known["place"] is None or known["place"]["id"] == "p"
    assert known["owner"] is None or known["owner"]["id"] == "2"


def test_a_look_up_gets_everything_and_is_asked_once(kit: Any, operation: Any, shelf: Any) -> None:
    """A registered look-up sees view, request, actor, facts, settings and now."""
    calls: list[Any] = []

    def mine(*given: Any) -> Any:
        view, asked, actor, known, settings, now = given
        calls.append((view, asked.body, actor, settings, now))
        return known["place"]

    known = facts(
        kit, operation, shelf, {"place": {"name": "here"}}, lookups={"what-is-mine": mine}
    )
    assert known["mine"]["id"] == "p"
    assert known["mine"]["id"] == "p"
    assert calls == [(shelf, {"place": {"name": "here"}}, {"id": "a"}, {"s": 1}, kit.NOW)]


def test_a_look_up_that_is_not_registered_is_told_at_once(
    kit: Any, operation: Any, shelf: Any
) -> None:
    """The names of fact and look-up are in the error."""
    with pytest.raises(KeyError, match=r"what-is-mine.*mine"):
        facts(kit, operation, shelf, {}, lookups={})


def test_an_unknown_fact_is_a_key_error(kit: Any, operation: Any, shelf: Any) -> None:
    """Facts are a mapping like any other."""
    with pytest.raises(KeyError):
        facts(kit, operation, shelf, {})["nothing"]

"""Presence by kind of actor."""

from __future__ import annotations

from typing import Any

import pytest

ROWS = [
    {"path": "name", "user": "required", "client": "required", "customer": "refused"},
    {"path": "place.name", "user": "required", "client": "optional", "customer": "refused"},
    {"path": "things.id", "user": "refused", "client": "optional", "customer": "optional"},
]
RULES: dict[str, dict[str, Any]] = {
    "make.name-given": {"at": "name", "cell": "required"},
    "make.others-given": {"at": "*", "cell": "required"},
    "make.refused": {"at": ["*"], "cell": "refused"},
}


def broken(kit: Any, kind: str | None, body: Any) -> dict[str, str]:
    rules = {id: kit.rule(elements=claim) for id, claim in RULES.items()}
    document = kit.load(rules, **{"x-elements": ROWS})
    actor = {"kind": kind} if kind else None
    trace = kit.judge(document, kit.request(body), actor)
    return {o.rule.id: o.details["paths"] for o in trace.outcomes if o.result == "broken"}


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("user", {"name": "n", "place": {"name": "p"}}, {}),
        ("user", {}, {"make.name-given": "name", "make.others-given": "place.name"}),
        ("user", {"name": None, "place": {"name": "p"}}, {"make.name-given": "name"}),
        ("user", {"name": "", "place": {"name": False}}, {}),
        ("user", {"name": "n", "place": [{"name": "p"}]}, {"make.others-given": "place.name"}),
        ("user", {"name": "n", "place": {"name": "p"}, "things": [{"id": "1"}]}, {}),
        (
            "user",
            {"name": "n", "place": {"name": "p"}, "things": {"id": "1"}},
            {"make.refused": "things.id"},
        ),
        ("client", {"name": "n"}, {}),
        ("customer", {"name": "n", "place": {"name": "p"}}, {"make.refused": "name,place.name"}),
        ("customer", {}, {}),
        ("customer", [], {}),
        ("robot", {}, {}),
        (None, {}, {}),
    ],
)
def test_cells_say_what_must_and_must_not_be_there(
    kit: Any, kind: str | None, body: Any, expected: dict[str, str]
) -> None:
    """Required and refused elements per actor; null is absent, an empty text is present."""
    assert broken(kit, kind, body) == expected


def test_a_table_that_does_not_concern_the_actor_stands_aside(kit: Any) -> None:
    """An actor without such a cell is not concerned."""
    document = kit.load(
        {"make.refused": kit.rule(elements={"at": "*", "cell": "refused"})},
        **{"x-elements": [ROWS[0]]},
    )
    trace = kit.judge(document, kit.request({}), {"kind": "client"})
    assert trace.outcomes[0].result == "not concerned"

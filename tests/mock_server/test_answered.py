"""What a search answered is remembered, and never told once it is no longer so."""

from __future__ import annotations

from typing import Any

import pytest
from rulebound.mock_server.effects.registry import EFFECTS
from rulebound.mock_server.effects.steps import Run
from stub_calls import PICK, PICKED, SEARCH, Caller, as_user, in_console

QUERY = f"{SEARCH}?queue=6080&status=open"


@pytest.fixture
def sought(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs of searches that were carried out, not remembered."""
    runs: list[Run] = []
    carry_out = type(EFFECTS["search"]).carry_out

    def counted(self: Any, run: Run, off: frozenset[str]) -> None:
        if run.operation.id == "searchActivities":
            runs.append(run)
        carry_out(self, run, off)

    monkeypatch.setattr(type(EFFECTS["search"]), "carry_out", counted)
    return runs


def _ids(call: Caller, path: str = QUERY, **headers: str) -> list[str]:
    told = call("GET", path, None, in_console(**headers))
    assert told.status in (200, 204), told
    return [each["id"] for each in told.json["activity"]] if told.content else []


def test_the_same_search_is_carried_out_once(call: Caller, sought: list[Run]) -> None:
    """As long as nothing changes, and only then, the answer is the one given before."""
    first = call("GET", QUERY, None, in_console())
    again = call("GET", QUERY, None, in_console())
    assert (first.status, first.content) == (again.status, again.content)
    assert again.headers["rulebound-explain"] != first.headers["rulebound-explain"]
    assert len(sought) == 1


def test_a_search_sees_every_change(call: Caller, sought: list[Run]) -> None:
    """A record that is changed by a request or by the control plane, a setting, and a reset."""
    customer = call.records("activity", id="40001")[0]["customer"]
    waiting = f"{SEARCH}?customer={customer}&status=awaiting_assignment"
    before = _ids(call, waiting)
    assert "40001" in before
    assert call("PATCH", PICK, PICKED, as_user()).status == 204
    assert "40001" not in _ids(call, waiting)
    assert call.control("POST", f"/worlds/{call.world}/reset").status == 200
    assert _ids(call, waiting) == before
    assert len(sought) == 3
    patch = {"departmentalization": False}
    told = call.control("PATCH", f"/worlds/{call.world}/egain/settings", patch)
    assert told.status == 200, told
    _ids(call, waiting)
    assert len(sought) == 4


def test_what_tells_requests_apart_tells_their_answers_apart(
    call: Caller, sought: list[Run]
) -> None:
    """Another page, another representation, another prefix, another world."""
    _ids(call)
    _ids(call, f"{QUERY}&$pagesize=1")
    call("GET", QUERY, None, in_console(Accept="application/xml"))
    call("GET", f"/system{QUERY}", None, in_console())
    _ids(call.in_new_world())
    assert len(sought) == 5

"""Random histories, the control plane's part: worlds, clocks, settings, switches, faults, looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from stores_proof.commands import (
    CALLS,
    OPERATIONS,
    SEED_TIME,
    Command,
    moments,
    mostly,
    nothing,
    world_of,
)

_one_of = st.sampled_from
_rules = mostly(["pick.not-own", "pick.stale", "pick.pull-user", "search.filter-needed"], "no.rule")
_settings = mostly(
    [
        ("egain", {"departmentalization": False}),
        ("egain", {"licences": ["eGain MailPlus", "Ünïcode", "a\0b"]}),
        ("egain", {"maxBodySizeKb": 10**30}),
        ("egain", {"maxBodySizeKb": 64.0}),
        ("leadsquared", {"rateLimitCalls": 1}),
        ("leadsquared", {"rateLimitCalls": 2, "rateLimitSeconds": 86400}),
    ],
    ("egain", {"maxBodySizeKb": 0}),
    ("egain", {"nonsense": 1}),
    ("nobody", {"rateLimitCalls": 1}),
)
_clocks = st.one_of(
    moments.map(lambda moment: {"freeze": moment}),
    mostly([{"advance": 600}, {"advance": 0.25}, {"advance": -60}], {"advance": "x"}, {}),
)
_faults = st.builds(
    lambda fault, operation, calls: {**fault, "operation": operation, "calls": calls},
    mostly(
        [
            {"kind": "429", "seconds": 3},
            {"kind": "500"},
            {"kind": "status", "status": 503},
            {"kind": "latency", "milliseconds": 1},
            {"kind": "stale"},
            {"kind": "drop"},
        ],
        {"kind": "nonsense"},
    ),
    mostly([None, *OPERATIONS], "nonsense"),
    mostly([1, 1, 2, 3], 0),
)


def _at(path: str) -> st.SearchStrategy[str]:
    return world_of.map(lambda place: f"/_rulebound/worlds/{place}{path}")


def _control(
    method: str, path: st.SearchStrategy[str], body: st.SearchStrategy[Any] = nothing
) -> st.SearchStrategy[Command]:
    return st.builds(lambda path, body: Command(method, path, body), path, body)


@st.composite
def _new_world(draw: st.DrawFn) -> Command:
    """Mostly a good one, whose clock stands."""
    seed, changed = draw(_settings)
    asked: dict[str, Any] = {"clock": {"freeze": SEED_TIME}}
    asked |= draw(mostly([{}, {"from": "{0}"}, {"from": "{1}"}], {"from": "nowhere"}))
    asked |= draw(_one_of([{}, {"settings": {seed: changed}}]))
    asked |= draw(mostly([{}, {"off": ["pick.stale"]}], {"off": ["no.rule"]}))
    return Command("POST", "/_rulebound/worlds", asked)


@st.composite
def _changed_settings(draw: st.DrawFn) -> Command:
    seed, changed = draw(_settings)
    return Command("PATCH", f"/_rulebound/worlds/{draw(world_of)}/{seed}/settings", changed)


@st.composite
def _switched(draw: st.DrawFn) -> Command:
    path = f"/_rulebound/worlds/{draw(world_of)}/rules/{draw(_rules)}"
    bodies = [
        {"on": False},
        {"on": False},
        {"on": True},
        {"require": "size(body.activity) > 1"},
        None,
    ]
    body = draw(_one_of(bodies))
    return Command("PUT" if body else "DELETE", path, body)


@st.composite
def _records(draw: st.DrawFn) -> Command:
    tables = ["egain/activity", "egain/session", "egain/case", "leadsquared/task", "egain/nonsense"]
    queries = ["", "?id=40001", "?id={made-0}", "?assignee=1101", "?status=assigned", "?nonsense=1"]
    path = f"/_rulebound/worlds/{draw(world_of)}/{draw(_one_of(tables))}"
    return Command("GET", path + draw(_one_of(queries)))


_looks = _one_of(
    [
        "/digest",
        "/digest",
        "/journal?last=5",
        "/journal?after=2&form=summary",
        "/journal?status=4xx&form=summary",
        "/journal/last",
        "/journal/1",
        "/faults",
    ]
)
CONTROL: Mapping[str, st.SearchStrategy[Command]] = {
    "make": _new_world(),
    "reset": _control("POST", _at("/reset")),
    "drop": _control("DELETE", _one_of(["{1}", "{2}"]).map(lambda p: f"/_rulebound/worlds/{p}")),
    "clock": _control("PUT", _at("/clock"), _clocks),
    "settings": _changed_settings(),
    "switch": _switched(),
    "fault": _control("POST", _at("/faults"), _faults),
    "faults": _control(
        "PUT", _at("/faults"), st.lists(_faults, max_size=2).map(lambda all: {"faults": all})
    ),
    "no fault": _control("DELETE", _at("/faults")),
    "one fault less": _control("DELETE", _at("/faults/1")),
    "records": _records(),
    "look": _looks.flatmap(lambda path: _control("GET", _at(path))),
    "change": _control("POST", _at("/journal/last/change")),
}
_rarely = CONTROL["drop"] | CONTROL["change"]
_often = [strategy for name, strategy in CONTROL.items() if name not in ("drop", "change")]
HISTORIES = st.lists(
    st.one_of(*CALLS.values(), *CALLS.values(), *_often, _rarely), min_size=6, max_size=30
)
"""Histories that find three worlds and `default`."""

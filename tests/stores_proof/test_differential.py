"""Whatever is asked, and in whatever order: every store answers the same.

RULEBOUND_PROOF_HISTORIES is how many random histories are played.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from stores_proof.cluster import Cluster
from stores_proof.commands import (
    CREATE,
    EACH_ONCE,
    EMAIL,
    LOGIN,
    LOGOUT,
    PICK,
    SEARCH,
    TASK,
    Command,
)
from stores_proof.control_commands import HISTORIES
from stores_proof.differential import Player, differences
from stores_proof.stores import SETUPS, served, store_of

EXAMPLES = int(os.environ.get("RULEBOUND_PROOF_HISTORIES", "30"))
ADDRESSES = [f"POST {path}" for path in (TASK, EMAIL, LOGIN, CREATE)]
ADDRESSES += [f"PATCH {PICK}", f"GET {SEARCH}", f"DELETE {LOGOUT}"]
# Without shrinking: each history takes a second, and the first difference tells enough.
SETTINGS = {
    "max_examples": EXAMPLES,
    "derandomize": True,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": list(HealthCheck),
}
NAMES = tuple(map(str, SETUPS))


@pytest.fixture(scope="module")
def players(cluster: Cluster) -> Iterator[Mapping[str, Player]]:
    """One for a stub on each store, with each number of workers."""
    with ExitStack() as stack:
        found = {}
        for setup in SETUPS:
            stub = stack.enter_context(served(stack.enter_context(store_of(setup, cluster))))
            clients = stack.enter_context(stub.clients(setup.workers, setup.workers))
            found[str(setup)] = Player(clients.lines)
        yield found


def test_every_store_answers_the_same(players: Mapping[str, Player]) -> None:
    """Status, headers, body and digest, of the seven operations and of the control plane; each
    operation is accepted somewhere and refused somewhere."""
    seen: set[tuple[str, bool]] = set()

    @settings(**SETTINGS)
    @given(history=HISTORIES)
    @example(history=EACH_ONCE)
    def alike(history: Sequence[Command]) -> None:
        played = [player.play(history) for player in players.values()]

        assert differences(played, list(players)) == ""
        seen.update((each.asked.split("?")[0], each.status < 300) for each in played[0])

    alike()
    for call in ADDRESSES:
        assert {(call, True), (call, False)} <= seen


def test_a_write_that_one_store_loses_is_noticed(players: Mapping[str, Player]) -> None:
    """In what is answered from then on, or in the digest at the end."""
    player = players[NAMES[0]]
    pick = {"activity": [{"id": "40001", "lastModified": "2026-10-02T10:15:30.123Z"}]}
    who = {"Authorization": "Bearer token-anna", "Accept": "*/*", "Accept-Language": "en-US"}
    kept = Command("PATCH", PICK, pick, {**who, "Rulebound-World": "{0}"})
    lost = Command("PATCH", PICK, pick, {**who, "Rulebound-World": "{1}"})
    digest = Command("GET", "/_rulebound/worlds/{0}/digest")

    same = [player.play([kept, digest]) for _ in range(2)]
    other = [player.play([kept, digest]), player.play([lost, digest])]

    assert differences(same, "ab") == ""
    assert "GET /_rulebound/worlds/{0}/digest" in differences(other, "ab")

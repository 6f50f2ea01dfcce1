"""Killed in the middle of writing, again and again: nothing acknowledged is lost, all is readable.

RULEBOUND_PROOF_KILLS is how often each store is struck.
"""

from __future__ import annotations

import os
import socket
import threading

import pytest
from stores_proof.campaign import VICTIMS, Campaign
from stores_proof.killing import new_round
from stores_proof.picking import CLIENTS
from stores_proof.stores import Setup, served, store_of
from stores_proof.wire import request

KILLS = int(os.environ.get("RULEBOUND_PROOF_KILLS", "4"))
SETUPS = (Setup("sqlite", 4), Setup("postgresql", 4))


@pytest.mark.parametrize("setup", SETUPS, ids=str)
def test_no_acknowledged_write_is_lost(setup: Setup) -> None:
    """Records, picks, settings, switches, clocks and worlds are as they were acknowledged."""
    victims = VICTIMS[setup.kind]
    with store_of(setup) as store:
        campaign = Campaign(store, seed=setup.workers)
        try:
            for number in range(KILLS):
                campaign.strike(victims[number % len(victims)])
            campaign.check_all()
        finally:
            campaign.close()

    assert campaign.acknowledged > 10 * KILLS
    assert not campaign.found


def test_what_is_lost_is_noticed() -> None:
    """A world that stands again as when it was made holds nothing of what was acknowledged."""
    with store_of(Setup("memory", 1)) as store, served(store) as stub:
        line = stub.line()
        here = new_round(line, seed=1)
        with stub.clients(CLIENTS, 1) as clients:
            ends = [each.wire for each in clients.lines]
            cut = threading.Timer(0.3, lambda: [end.shutdown(socket.SHUT_RDWR) for end in ends])
            cut.start()
            clients.run(here.scripts())
            cut.join()
            ticks = clients.ticks
        kept = here.missing(line, ticks)
        line.ask(request("POST", f"/_rulebound/worlds/{here.world}/reset"))
        lost = " ".join(here.missing(line, ticks + 10000))
        line.close()

    assert not kept
    for word in (f"activity {here.activities[0]} is lost", "appointments", "seconds", "no order"):
        assert word in lost

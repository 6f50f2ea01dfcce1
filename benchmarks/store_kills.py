"""A stub, and its PostgreSQL, killed in the middle of writing, so many times: what is lost?

    python benchmarks/store_kills.py [--kills 100] [--store sqlite|postgresql] [--workers 4]
        [--seed 1]

On SQLite the stub and one of its workers are killed in turns; on PostgreSQL the stub, the
database, both, and a worker. After each the acknowledged writes are looked for; at the end the
digests of all worlds are compared with those of their time. Exit code 1 when anything is lost or
cannot be read.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from stores_proof.campaign import VICTIMS, Campaign
from stores_proof.stores import Setup, store_of


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--store", choices=list(VICTIMS), default="sqlite")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    setup, began = Setup(arguments.store, arguments.workers), time.monotonic()
    victims = VICTIMS[arguments.store]
    with store_of(setup) as store:
        campaign = Campaign(store, arguments.seed)
        try:
            for number in range(arguments.kills):
                campaign.strike(victims[number % len(victims)])
                took = time.monotonic() - began
                sys.stdout.write(
                    f"{setup}: {number + 1} kills, {campaign.acknowledged} writes acknowledged,"
                    f" {len(campaign.found)} found, {took:.0f} s\n"
                )
                sys.stdout.flush()
            campaign.check_all()
        finally:
            campaign.close()
    for each in campaign.found:
        sys.stdout.write(f"  {each}\n")
    return 1 if campaign.found else 0


if __name__ == "__main__":
    sys.exit(main())

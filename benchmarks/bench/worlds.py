"""Worlds full of activities: folders of an API with a seed of their own, for `rulebound serve`."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CUSTOMERS = 100
CUSTOMER = 900_000
"""Id of the first of the customers whose activities these are."""
ACTIVITY = 2_000_000
"""Id of the first activity."""
WAITS_SINCE = "2025-01-01T09:00:00.000Z"


def full_folder(api: str, activities: int, cache: Path) -> Path:
    """A copy of an API's folder (`egain-v3`, `ece-v12`) whose world has so many activities more.

    They wait in a queue, of a hundred customers; every fourth of a customer's is completed.
    """
    folder = cache / "worlds" / f"{api}-{activities}" / api
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "openapi" / api, folder)
    seed = folder / "egain"
    shutil.copytree(ROOT / "fixtures" / "seeds" / "egain", seed)
    (seed / "full.yaml").write_text("\n".join(_lines(activities)) + "\n", encoding="utf-8")
    return folder


def _lines(activities: int) -> list[str]:
    numbers = range(CUSTOMERS)
    lines = ["customer:"]
    lines += [f"  full-{n}: {{id: '{CUSTOMER + n}', name: Full {n}}}" for n in numbers]
    lines.append("activity:")
    each = activities // CUSTOMERS
    completed = each // 4
    when = f"created: '{WAITS_SINCE}', lastModified: '{WAITS_SINCE}', step: {{created: 60}}"
    for n in numbers:
        first = ACTIVITY + n * each
        lines.append(
            f"  open-{n}: {{like: email-queued, id: '{first}', times: {each - completed}, "
            f"customer: {{$id: customer.full-{n}}}, {when}}}"
        )
        lines.append(
            f"  completed-{n}: {{like: open-{n}, id: '{first + each - completed}', "
            f"times: {completed}, status: completed, substatus: done, {when}}}"
        )
    return lines


def waiting(activities: int) -> list[str]:
    """The ids of those that wait in the queue, so many activities there are in the world."""
    each = activities // CUSTOMERS
    return [
        str(ACTIVITY + n * each + place)
        for n in range(CUSTOMERS)
        for place in range(each - each // 4)
    ]

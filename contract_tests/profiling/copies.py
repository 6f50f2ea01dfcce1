"""Numbered copies of one record, taken together by the name they were made from."""

import re
from collections.abc import Iterable

from rulebound.fixtures.seeds import Seed

_COPY = re.compile(r"(.+)-([1-9][0-9]*)")


def gathered(seed: Seed, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The names in their order; copies, `activity.bulk-7`, stand under `activity.bulk`."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(stem_of(seed, name) or name, []).append(name)
    return {stem: tuple(each) for stem, each in found.items()}


def stem_of(seed: Seed, name: str) -> str | None:
    """What a copy was made from; None for a record of its own."""
    copy = _COPY.fullmatch(name)
    if copy is None or copy[1] in seed.names or f"{copy[1]}-2" not in seed.names:
        return None
    return copy[1] if f"{copy[1]}-1" in seed.names else None

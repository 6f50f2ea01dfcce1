"""The second reading: for every rule over state, actor or settings one plain-Python predicate.

Written from the statements by the witness writer, who has not seen the conditions. It is the
reference model: a disagreement between a condition and its reading is a defect of one of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Situation:
    """A request and the world it meets, as a predicate reads them.

    `headers` have lower-case names; `actor` is what conditions see as actor, None for nobody;
    `table(name)` gives every record of a table by id.
    """

    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    actor: Any
    settings: Mapping[str, Any]
    now: datetime
    tables: Callable[[str], dict[str, Record]] = field(repr=False)
    path: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> dict[str, Record]:
        """Every record of a table by id."""
        return self.tables(name)


Predicate = Callable[[Situation], bool]
_READINGS: dict[str, Predicate] = {}


def reads(rule: str) -> Callable[[Predicate], Predicate]:
    """Registers a predicate as the second reading of a rule: true when it is kept or not concerned.

    Raises ValueError when the rule has a reading already.
    """

    def register(predicate: Predicate) -> Predicate:
        if rule in _READINGS:
            raise ValueError(f"rule {rule} is read twice")
        _READINGS[rule] = predicate
        return predicate

    return register


def readings() -> Mapping[str, Predicate]:
    """Every reading by rule id; the modules below this package are imported first."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return dict(_READINGS)

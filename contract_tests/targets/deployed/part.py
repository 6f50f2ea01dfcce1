"""Which part of a run a process does, where several share it or it goes on with an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Part:
    """One of `share` parts that run at once, at `place` among them from 0: rates, budgets and
    supplies are shared. `left` is what an earlier process of it left there, as its traces say."""

    share: int = 1
    place: int = 0
    left: Mapping[str, Any] = field(default_factory=dict)


WHOLE = Part()

"""The faults that can be switched on, collected from the modules that ask for them."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from dataclasses import dataclass
from pathlib import Path

_NOT_HANDLERS = {"__main__", "serve", "app", "faults", "profile"}


@dataclass(frozen=True)
class Fault:
    """`rules`: naming any of them counts as found; `behaviour`: a layer that knows no rule but
    compares what is answered with what is documented could find it."""

    name: str
    says: str
    operation: str
    rules: tuple[str, ...]
    behaviour: bool = True


def modules() -> list[str]:
    """Every module of the package that may hold handlers or faults, by full name."""
    found = [info.name for info in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return [f"tenant.{name}" for name in sorted(found) if name not in _NOT_HANDLERS]


def collected() -> dict[str, Fault]:
    """All faults by name: those in each module's FAULTS. A name given twice is a ValueError."""
    faults: dict[str, Fault] = {}
    for name in modules():
        for fault in getattr(importlib.import_module(name), "FAULTS", ()):
            if fault.name in faults and faults[fault.name] is not fault:
                raise ValueError(f"two faults are called {fault.name}")
            faults[fault.name] = fault
    return faults

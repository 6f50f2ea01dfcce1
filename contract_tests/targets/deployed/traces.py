"""What a run has used up and changed, as JSON values, so that one that goes on with it knows."""

from collections.abc import Mapping
from typing import Any

from rulebound.contract_tests.targets.deployed.residue import Residue
from rulebound.contract_tests.targets.deployed.standins import Supply


def as_left(supply: Supply, names: frozenset[str], *, changed: bool) -> dict[str, Any]:
    """How many of each supply are taken, the names that were touched, and whether anything may
    have been changed."""
    return {"taken": dict(supply.taken), "touched": sorted(names), "changed": changed}


def taken_over(traces: Mapping[str, Any], supply: Supply, left: Residue) -> bool:
    """Begin with what an earlier part of the run left; whether it may have changed anything."""
    supply.taken.update(traces.get("taken", {}))
    left.add(traces.get("touched", ()))
    return bool(traces.get("changed"))


def joined(traces: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Traces together with those of a later moment."""
    return {
        "taken": {**traces.get("taken", {}), **later.get("taken", {})},
        "touched": sorted({*traces.get("touched", ()), *later.get("touched", ())}),
        "changed": bool(traces.get("changed") or later.get("changed")),
    }


def since(traces: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """What has come to traces by a later moment; empty for nothing."""
    taken = traces.get("taken", {})
    touched = {*later["touched"]} - {*traces.get("touched", ())}
    found = {
        "taken": {name: n for name, n in later["taken"].items() if taken.get(name) != n},
        "touched": sorted(touched),
        "changed": later["changed"] and not traces.get("changed"),
    }
    return {name: part for name, part in found.items() if part}

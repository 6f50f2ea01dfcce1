"""`rulebound merge`: the reports of all shards of a run, joined into the report of the run."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.judging.statements import Said
from rulebound.contract_tests.reports.assembling import assemble
from rulebound.contract_tests.reports.delivery import deliver
from rulebound.contract_tests.reports.entries import Entry
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.written import read_report

_ALIKE = (("plan", "other plans"), ("target", "other targets"), ("seed", "other seeds"))


def merge(paths: Iterable[Path], report: Path, console: Console) -> int:
    """Join the reports of shards, print the whole and write it into `report`; its exit code.

    Raises RunFault when a shard is missing, doubled, or of another run.
    """
    return deliver(merged({str(path): read_report(path) for path in paths}), report, console)


def merged(reports: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The report of a run from those of its shards, each under the name it was read from.

    Raises RunFault when they are not exactly all the shards of one run.
    """
    _check(reports)
    shards = sorted(reports.values(), key=lambda data: int(data["shard"]["index"]))
    first = shards[0]
    order = {rule: place for place, rule in enumerate(first["shard"]["rules"])}
    rules = [rule for data in shards for rule in data["rules"]]
    if sorted(rule["id"] for rule in rules) != sorted(order):
        raise RunFault("the shards do not hold the rules of their plan; run them again")
    rules.sort(key=lambda rule: order[rule["id"]])
    head = {
        "tool": first["tool"],
        "target": first["target"],
        "seed": first["seed"],
        "started": min(data["started"] for data in shards),
        "seconds": round(sum(data["seconds"] for data in shards), 3),
        "plan": first["plan"],
    }
    warnings = [text for data in shards for text in data.get("warnings", ())]
    if any("warnings" in data for data in shards):
        head["warnings"] = list(dict.fromkeys(warnings))
    return assemble(head, map(Entry, rules), _statements(shards), unknown=_unknown(shards))


def _check(reports: Mapping[str, dict[str, Any]]) -> None:
    places: dict[int, str] = {}
    first_name, first = next(iter(reports.items()))
    for name, data in reports.items():
        shard = data.get("shard")
        if not isinstance(shard, dict):
            raise RunFault(f"{name} is no shard; it was run without --shard")
        if shard["of"] != first["shard"]["of"]:
            raise RunFault(
                f"{first_name} is one of {first['shard']['of']} shards, {name} one of {shard['of']}"
            )
        for key, words in _ALIKE:
            if data[key] != first[key]:
                raise RunFault(f"{first_name} and {name} have {words}: {key} must be the same")
        if shard["index"] in places:
            there = places[shard["index"]]
            raise RunFault(f"shard {shard['index']}/{shard['of']} stands twice: {there} and {name}")
        places[shard["index"]] = name
    missing = [str(index) for index in range(1, first["shard"]["of"] + 1) if index not in places]
    if missing:
        raise RunFault(f"of {first['shard']['of']} shards these are missing: {', '.join(missing)}")


def _statements(shards: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Every shard lists all statements of the plan; the reason of one that carries no rule stands
    in each."""
    return [
        Said(*(each[key] for key in ("id", "page", "section", "hint", "reason")))
        for each in next(iter(shards))["statements"]
    ]


def _unknown(shards: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found = [
        each for data in shards for each in data.get("accepted", ()) if each["state"] == "unknown"
    ]
    return [each for place, each in enumerate(found) if each not in found[:place]]

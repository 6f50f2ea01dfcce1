"""`rulebound merge`: the reports of all shards of a run, joined into the report of the run."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.judging.statements import Said
from rulebound.contract_tests.reports.assembling import assemble
from rulebound.contract_tests.reports.beside import beside
from rulebound.contract_tests.reports.delivery import Wanted, clear, deliver
from rulebound.contract_tests.reports.entries import Entry
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.written import read_report, report_file

MOST_APART = timedelta(days=1)
"""Shards without a run key began no farther from each other, where they are of one run."""
MOST_NAMED = 5
_ALIKE = (("plan", "other plans"), ("target", "other targets"), ("seed", "other seeds"))


def merge(
    paths: Iterable[Path],
    report: Path,
    console: Console,
    wanted: Wanted | None = None,
    others: Iterable[Path] = (),
) -> int:
    """Join the reports of shards, print the whole as `wanted` and write it into `report`; its exit
    code. The reports of `others` stand beside it.

    An earlier report there is taken away, whatever comes. Raises RunFault when a shard is missing,
    doubled, or of another run, and OSError.
    """
    paths = tuple(paths)
    if (report / "report.json").resolve() in {report_file(path).resolve() for path in paths}:
        raise RunFault(f"--report: {report} holds one of the shards; name another folder")
    shown = beside(map(read_report, others))
    clear(report)
    whole = merged({str(path): read_report(path) for path in paths})
    return deliver({**whole, **shown}, replace(wanted or Wanted(None), folder=report), console)


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
        if shard is None:
            raise RunFault(f"{name} is no shard; it was run without --shard")
        index, of = shard["index"], shard["of"]
        if index > of:
            raise RunFault(f"{name} says that it is shard {index}/{of}, and there is none")
        if of != first["shard"]["of"]:
            raise RunFault(f"{first_name} is one of {first['shard']['of']} shards, {name} of {of}")
        _must_be_alike((first_name, first), (name, data))
        if index in places:
            raise RunFault(f"shard {index}/{of} stands twice: {places[index]} and {name}")
        places[index] = name
    of = first["shard"]["of"]
    if len(places) < of:
        missing = (str(index) for index in range(1, of + 1) if index not in places)
        more = max(0, of - len(places) - MOST_NAMED)
        named = ", ".join(islice(missing, MOST_NAMED)) + (f" and {more} more" if more else "")
        raise RunFault(f"of {of} shards these are missing: {named}")
    _must_be_of_one_run(reports)


def _must_be_alike(one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]) -> None:
    for key, words in _ALIKE:
        if one[1][key] != other[1][key]:
            raise RunFault(f"{one[0]} and {other[0]} have {words}: {key} must be the same")
    keys = [each[1]["shard"]["key"] for each in (one, other)]
    if keys[0] != keys[1]:
        said = " and ".join("none" if key is None else repr(key) for key in keys)
        raise RunFault(f"{one[0]} and {other[0]} are of two runs: their run keys are {said}")


def _must_be_of_one_run(reports: Mapping[str, dict[str, Any]]) -> None:
    """Raises RunFault where shards that no key holds together began too far from each other."""
    began = sorted(
        (datetime.fromisoformat(data["started"]), name) for name, data in reports.items()
    )
    (first, old), (last, new) = began[0], began[-1]
    if last - first > MOST_APART and reports[old]["shard"]["key"] is None:
        raise RunFault(
            f"{old} ({first:%Y-%m-%d %H:%M}) and {new} ({last:%Y-%m-%d %H:%M}) began more than a "
            "day apart, so they are hardly of one run; run the older again, or give all shards of "
            "a run the same --run-key"
        )


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

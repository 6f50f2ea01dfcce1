"""Reports of other targets, to stand beside one."""

from collections.abc import Iterable
from typing import Any

from rulebound.contract_tests.reports.html.matrix import verdicts_by_kind
from rulebound.contract_tests.reports.marks import short_name


def beside(reports: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What a report keeps of others: the verdict of each rule, and for each kind of actor. Nothing
    where there is none."""
    told = [
        {
            "name": short_name(data),
            "started": data["started"],
            "rules": list(map(_rule, data["rules"])),
        }
        for data in reports
    ]
    return {"beside": told} if told else {}


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    kinds = verdicts_by_kind(rule).items()
    actors = [{"kind": kind, "verdict": verdict} for kind, verdict in kinds]
    return {"id": rule["id"], "verdict": rule["verdict"], "actors": actors}

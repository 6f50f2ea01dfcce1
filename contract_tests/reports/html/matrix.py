"""Rule by actor by target: the verdict of each rule for each kind of actor, now and elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.judging.outcome import Verdict, gravest

_ORDER = ("user", "client", "customer", "key")


@dataclass(frozen=True)
class Elsewhere:
    """What another report found of a rule: its verdict, and by kind of actor where they differ."""

    verdict: str
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """A rule. `kinds`: kind of actor -> verdict of that actor's cases; `was`: the last verdict,
    None where none is known; `elsewhere`: for each report beside, None without such a rule."""

    rule: dict[str, Any]
    kinds: dict[str, str]
    was: str | None
    elsewhere: tuple[Elsewhere | None, ...]


@dataclass(frozen=True)
class Group:
    """The rules of an operation; `kinds` are the columns of actors, `has_past` whether the last run
    is one."""

    operation: dict[str, Any]
    anchor: str
    kinds: tuple[str, ...]
    has_past: bool
    rows: tuple[Row, ...]


def verdicts_by_kind(rule: dict[str, Any]) -> dict[str, str]:
    """Kind of actor -> the gravest verdict of the cases in which such an actor asked."""
    found: dict[str, list[Verdict]] = {}
    for case in rule["cases"]:
        if case["actor"] is not None:
            found.setdefault(case["actor"]["kind"], []).append(Verdict(case["verdict"]))
    return {kind: gravest(verdicts).value for kind, verdicts in found.items()}


def groups(data: dict[str, Any]) -> tuple[Group, ...]:
    """The rules of a report by operation, in its order."""
    beside = [{rule["id"]: rule for rule in each["rules"]} for each in data.get("beside", ())]
    by_operation: dict[tuple[str, str], list[Row]] = {}
    for rule in data["rules"]:
        place = (rule["api"], rule["operation"])
        by_operation.setdefault(place, []).append(_row(rule, beside))
    return tuple(
        _group(each, by_operation[each["api"], each["operation"]]) for each in data["operations"]
    )


def _row(rule: dict[str, Any], beside: list[dict[str, dict[str, Any]]]) -> Row:
    was = rule.get("history", {}).get("was")
    elsewhere = tuple(_elsewhere(rules.get(rule["id"])) for rules in beside)
    return Row(rule, verdicts_by_kind(rule), was, elsewhere)


def _elsewhere(found: dict[str, Any] | None) -> Elsewhere | None:
    if found is None:
        return None
    known = {each["kind"]: each["verdict"] for each in found["actors"]}
    alike = set(known.values()) <= {found["verdict"]}
    kinds = tuple((kind, known[kind]) for kind in _sorted(known))
    return Elsewhere(found["verdict"], () if alike else kinds)


def _group(operation: dict[str, Any], rows: list[Row]) -> Group:
    anchor = f"op-{operation['api']}.{operation['operation']}"
    kinds = _sorted(kind for row in rows for kind in row.kinds)
    return Group(operation, anchor, kinds, any(row.was for row in rows), tuple(rows))


def _sorted(kinds: Iterable[str]) -> tuple[str, ...]:
    """Those that are known in their order, then others, then `nobody`."""
    known = set(kinds)
    others = sorted(known - {*_ORDER, "nobody"})
    return tuple(kind for kind in (*_ORDER, *others, "nobody") if kind in known)

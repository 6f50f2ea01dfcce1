"""Looks into the world of a stub: which records there are, and what they hold."""

from collections.abc import Mapping
from typing import Any

from rulebound.contract_tests.cases.model import Look
from rulebound.contract_tests.cases.values import Resolver
from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.judging.match import mismatches, shown
from rulebound.contract_tests.judging.outcome import Problem, Verdict
from rulebound.contract_tests.targets.target import NotReached, Scene


def look_problems(
    look: Look, scene: Scene, seed: str, values: Resolver
) -> tuple[list[Problem], str]:
    """What is wrong with the records a look finds, and what was found, in a line.

    Without a count at least one record must be there; every record found must hold the fields.
    Raises NotReached where the target cannot be looked into.
    """
    where = values.resolve(look.where)
    if not scene.clean and look.count is not None and "id" not in where:
        raise NotReached("how many there are cannot be told: earlier cases may have left some")
    found = [
        record
        for record in scene.records(seed, look.table, where, tuple(look.fields or ()))
        if not any(mismatches(item, _at(record, path)) for path, item in where.items())
    ]
    says = []
    if look.count is not None and len(found) != look.count:
        are = "is" if len(found) == 1 else "are"
        says.append(f"{counted(len(found), 'record')} {are} there, not {look.count}")
    if look.count is None and not found:
        says.append("no such record is there")
    fields = values.resolve(look.fields or {})
    for record in found:
        for path, item in fields.items():
            says += mismatches(item, _at(record, path), f"{look.table} {record.get('id')} {path}")
    got = f"{len(found)} of {look.table}" + (f": {shown(dict(found[0]))}" if found else "")
    return [Problem(Verdict.BROKEN, text) for text in says], got


def wanted_look(look: Look) -> str:
    """A look in one line."""
    parts = [f"table {look.table}"]
    if look.where:
        parts.append(f"where {shown(dict(look.where))}")
    if look.count is not None:
        parts.append(counted(look.count, "record"))
    if look.fields:
        parts.append(f"with {shown(dict(look.fields))}")
    return ", ".join(parts)


def _at(record: Mapping[str, Any], path: str) -> Any:
    if path in record:
        return record[path]
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value

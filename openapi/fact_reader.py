"""Facts, elements and effects of an operation as written, read into the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rulebound.openapi.findings import Finding
from rulebound.openapi.locations import Locations
from rulebound.openapi.model import REQUEST_NAMES, EffectSpec, ElementRow, FactSpec
from rulebound.openapi.pointers import join

_ROW_KEYS = ("path", "sample", "with", "x-source")


def facts(
    raw: Mapping[str, Any], pointer: str, locations: Locations, findings: list[Finding]
) -> tuple[FactSpec, ...]:
    """The facts in the order written; one that reads a later or unknown name is a finding."""
    read: list[FactSpec] = []
    for name, spec in raw.items():
        fact = _fact(name, spec)
        known = sorted(REQUEST_NAMES - {"now"}) + [earlier.name for earlier in read]
        if fact.path and fact.path[0] not in known:
            message = f"fact {name} reads {fact.path[0]!r}, which is not known before it"
            instead = f"known are {', '.join(known)}"
            findings.append(locations.finding(join(pointer, name), message, instead))
        read.append(fact)
    return tuple(read)


def _fact(name: str, spec: Mapping[str, Any]) -> FactSpec:
    if "lookup" in spec:
        return FactSpec(name, "lookup", lookup=spec["lookup"])
    form = "each" if "each" in spec else "one"
    item = tuple(spec["from"].split(".")) if "from" in spec else ()
    return FactSpec(name, form, tuple(spec[form].split(".")), item, spec["table"], spec["by"])


def elements(
    rows: Iterable[Mapping[str, Any]], pointer: str, locations: Locations, findings: list[Finding]
) -> tuple[ElementRow, ...]:
    """The rows of x-elements; a path that stands twice is a finding."""
    read: dict[str, ElementRow] = {}
    for index, row in enumerate(rows):
        path = row["path"]
        if path in read:
            message = f"element {path} stands twice"
            findings.append(locations.finding(join(pointer, index), message, "keep one row"))
        cells = {kind: cell for kind, cell in row.items() if kind not in _ROW_KEYS}
        read[path] = ElementRow(path, cells, row.get("sample"), row.get("with", {}))
    return tuple(read.values())


def effect(raw: Mapping[str, Any] | None) -> EffectSpec | None:
    """The effect, if the operation has one."""
    if raw is None:
        return None
    return EffectSpec(
        steps=raw.get("steps"),
        do=raw.get("do"),
        table=raw.get("table"),
        id=raw.get("id"),
        map=raw.get("map", {}),
        answer=raw.get("answer", {}),
    )

"""Whether the world has what a document looks up and changes: tables, their fields, look-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from rulebound.openapi.findings import Finding
from rulebound.openapi.model import Document, FactSpec, Operation
from rulebound.openapi.near import near
from rulebound.openapi.pointers import join

Tables = Mapping[str, Mapping[str, Any]]
"""Name of a table -> {properties: its fields, required: those that must be given when a record is
made, ids: `given` where the world makes none}. What is left out is not checked."""


def misfits(
    document: Document, tables: Tables | None, lookups: Collection[str] | None
) -> Iterator[Finding]:
    """Tables, fields and look-ups that facts and effects name and the world has not.

    None: not known, and then not checked. With one of these no request could be answered.
    """
    for operation in document.operations:
        for fact in operation.facts:
            pointer = join(operation.pointer, "x-facts", fact.name)
            if fact.form != "lookup":
                yield from _fact(document, pointer, fact, tables)
            elif lookups is not None and fact.lookup not in lookups:
                message = f"look-up {fact.lookup!r} is not registered"
                yield document.locations.finding(pointer, message, near(fact.lookup, lookups))
        if tables is not None:
            yield from _effect(document, operation, tables)


def _fact(
    document: Document, pointer: str, fact: FactSpec, tables: Tables | None
) -> Iterator[Finding]:
    if tables is None:
        return
    if fact.table not in tables:
        yield _no_table(document, pointer, fact.table, tables)
    elif fact.by not in (fields := tables[fact.table].get("properties", {})):
        yield _no_field(document, join(pointer, "by"), fact.table, fact.by, fields)


def _effect(document: Document, operation: Operation, tables: Tables) -> Iterator[Finding]:
    effect = operation.effect
    if effect is None or effect.table is None:
        return
    pointer = join(operation.pointer, "x-effect")
    if effect.table not in tables:
        yield _no_table(document, pointer, effect.table, tables)
        return
    table = tables[effect.table]
    fields = table.get("properties", {})
    for name in effect.map:
        if name not in fields:
            yield _no_field(document, join(pointer, "map", name), effect.table, name, fields)
    if effect.do == "create":
        for name in table.get("required", ()):
            if name not in effect.map:
                message = f"a new {effect.table} needs its field {name!r}, which map does not give"
                instead = f"write map: {{{name}: ..}}, or give the field a default in tables.yaml"
                yield document.locations.finding(join(pointer, "map"), message, instead)
        if table.get("ids") == "given":
            message = f"the world makes no ids for table {effect.table}"
            instead = "write ids: digits (or uuid) for it in tables.yaml"
            yield document.locations.finding(join(pointer, "table"), message, instead)


def _no_table(document: Document, pointer: str, name: str, tables: Tables) -> Finding:
    instead = near(name, tables, "tables")
    return document.locations.finding(
        join(pointer, "table"), f"there is no table {name!r}", instead
    )


def _no_field(
    document: Document, pointer: str, table: str, name: str, fields: Collection[str]
) -> Finding:
    message = f"table {table} has no field {name!r}"
    return document.locations.finding(pointer, message, near(name, fields, "fields"))

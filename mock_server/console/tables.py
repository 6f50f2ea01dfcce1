"""The tables of a world, a page of records at a time, and each record."""

from __future__ import annotations

from flask import Blueprint, Response, request
from rulebound.mock_server.console.frame import Room, number_of, page
from rulebound.mock_server.console.paging import sheet
from rulebound.mock_server.console.record_shelf import shelf_of, table_counts

RECORDS_ON_PAGE = 50


def add_tables(views: Blueprint, room: Room) -> None:
    """The pages of tables and records."""

    @views.get("/console/<world>/tables/<seed>/<table>")
    def table(world: str, seed: str, table: str) -> Response:
        served = room.worlds.get(world)
        shelf = shelf_of(room.worlds, served, seed, table)
        asked = {name: request.args.get(name, "") for name in ("q", "order")}
        records = shelf.records(asked["q"])
        if asked["order"] == "newest":
            records.reverse()
        found = sheet(records, number_of("page"), RECORDS_ON_PAGE)
        return page(
            room,
            served,
            "table",
            f"{table} of {seed}",
            section="world",
            shelf=shelf,
            asked=asked,
            found=found,
            columns=shelf.columns(found.items[0] if found.items else None),
            tables=table_counts(room.worlds, served)[seed],
        )

    @views.get("/console/<world>/tables/<seed>/<table>/<path:id>")
    def record(world: str, seed: str, table: str, id: str) -> Response:
        served = room.worlds.get(world)
        shelf = shelf_of(room.worlds, served, seed, table)
        found = shelf.get(id)
        return page(
            room,
            served,
            "record",
            f"{table} {id}",
            section="world",
            shelf=shelf,
            record=found,
            fields=list(shelf.fields(found)),
            pointing=shelf.pointing(id),
        )

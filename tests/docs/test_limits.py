"""The page on limits says what the code holds to."""

from __future__ import annotations

from pathlib import Path

from rulebound.mock_server.reception import Limits
from rulebound.openapi import json_text
from rulebound.openapi.schema_codec import reading

PAGE = Path(__file__).resolve().parents[2] / "docs" / "limits.md"
KIB = 1024
HELD = Limits()
SAID = {
    "address, path and query": f"{HELD.target_bytes // KIB} KiB",
    "parameters of a query": str(HELD.parameters),
    "headers": str(HELD.headers),
    "bytes of all headers": f"{HELD.header_bytes // KIB} KiB",
    "a body": f"{HELD.body_bytes // KIB**2} MiB",
    "bodies that are still arriving, together": f"{HELD.held_bytes // KIB**2} MiB",
    "depth of JSON and XML": str(json_text.MOST_DEPTH),
    "values in JSON, elements and attributes in XML": str(json_text.MOST_VALUES),
    "digits of a number": str(json_text.MOST_DIGITS),
    "time for a head to arrive": f"{HELD.head_seconds:g} s",
    "time for a body to arrive": f"{HELD.body_seconds:g} s",
    "time for a caller to go on reading": f"{HELD.sending_seconds:g} s",
    "an idle connection": f"{HELD.idle_seconds:g} s",
    "connections, for each process": str(HELD.connections),
    "time to finish what is under way, at the end": f"{HELD.ending_seconds:g} s",
}


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    """Each row says the number that is held to, and there is a row for each."""
    rows = [line.split("|") for line in PAGE.read_text("utf-8").splitlines() if "|" in line]
    found = {row[1].strip(): row[2].strip() for row in rows}

    assert {name: found.get(name) for name in SAID} == SAID
    assert json_text.MOST_DEPTH == reading.MOST_DEPTH

"""The whole report from the entries of its rules: totals, statements, what flipped, exit code."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.judging.statements import Said, judged_statements
from rulebound.contract_tests.judging.verdicts import exit_code, operation_totals
from rulebound.contract_tests.reports.entries import Entry
from rulebound.contract_tests.reports.files import printable
from rulebound.contract_tests.reports.latency import latency

SCHEMA = "urn:rulebound:report:2"
"""What report.json says it is: the $id of report.schema.json."""


def assemble(
    head: Mapping[str, Any],
    entries: Iterable[Entry],
    statements: Iterable[Said],
    elsewhere: Collection[str] = (),
    unknown: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """A report as JSON values. `head` says what the run was, `elsewhere` which statements are cited
    by rules of other shards, `unknown` which accepted rules no document has. What no terminal and
    no file can hold, as a target may answer it, is replaced."""
    entries = tuple(entries)
    shard = head.get("shard")
    code = exit_code(
        entries,
        strict=head["target"]["controlled"],
        accepted={entry.id for entry in entries if entry.is_accepted},
        partial=shard is not None and shard["of"] > 1,
    )
    data: dict[str, Any] = {
        "schema": SCHEMA,
        **head,
        "exit_code": code,
        "totals": _totals(entries),
        "noted": sum(entry.is_noted for entry in entries),
        "operations": _operations(entries),
        "rules": [entry.data for entry in entries],
        "statements": [asdict(each) for each in judged_statements(statements, entries, elsewhere)],
        "accepted": [*_accepted(entries), *unknown],
        "flipped": [entry.id for entry in entries if entry.has_flipped],
    }
    return dict(printable(data))


def _accepted(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if "accepted" in entry.data:
            yield {"rule": entry.id, **entry.data["accepted"]}


def _operations(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    return [
        {
            "api": each.api,
            "operation": each.operation,
            "totals": {verdict.value: each.counts.get(verdict, 0) for verdict in Verdict},
            "noted": sum(
                entry.is_noted
                for entry in entries
                if (entry.api, entry.operation) == (each.api, each.operation)
            ),
            "seconds": round(each.seconds, 3),
            "latency": latency(each.operation, (entry.data for entry in entries)),
        }
        for each in operation_totals(entries)
    ]


def _totals(entries: tuple[Entry, ...]) -> dict[str, int]:
    found = [entry.verdict for entry in entries]
    return {verdict.value: found.count(verdict) for verdict in Verdict}

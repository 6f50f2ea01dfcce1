"""`rulebound verify --har`: recorded traffic judged and reported; nothing is sent."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.choosing import strangers
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.judging.verdicts import RuleVerdict
from rulebound.contract_tests.passive.confidential import Confidential
from rulebound.contract_tests.passive.finding import general_rules, is_general
from rulebound.contract_tests.passive.gathering import Gathered
from rulebound.contract_tests.passive.har import MOST_BYTES, Recording, read_har
from rulebound.contract_tests.passive.judging import judge
from rulebound.contract_tests.passive.matching import Exchange, Matcher
from rulebound.contract_tests.passive.recorded import HarFault
from rulebound.contract_tests.planning import EVERYTHING, PlannedRule, Selection
from rulebound.contract_tests.reports.delivery import writable
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.record import Run, record
from rulebound.contract_tests.reports.terminal import print_failures, print_table
from rulebound.contract_tests.runs.frame import Aim, Terms, framed
from rulebound.contract_tests.verify import CANNOT_JUDGE, NothingChosen, guarded, prepared

MOST_NOTES = 20


@dataclass(frozen=True)
class PassiveOptions:
    """Which recordings to judge, of which hosts (all when empty), by which rules of which APIs.

    `report` is the folder for the report, None for none. Files larger than `most_bytes` are not
    read.
    """

    files: tuple[Path, ...]
    hosts: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    selection: Selection = EVERYTHING
    report: Path | None = None
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True)
class _Sorted:
    """The entries of all files: those that an operation was found for, and what of the others."""

    exchanges: tuple[Exchange, ...]
    data: dict[str, Any]


def verify_recordings(options: PassiveOptions, console: Console | None = None) -> int:
    """Judge and print; the exit code: 0 kept, 1 broken, 2 cannot judge, 130 interrupted."""
    printer = console or Console(highlight=False)
    return guarded(lambda: _guarded(options, printer))


def _guarded(options: PassiveOptions, console: Console) -> int:
    try:
        return _verify(options, console)
    except HarFault as fault:
        sys.stderr.write(f"rulebound: {fault}\n")
        return CANNOT_JUDGE


def _verify(options: PassiveOptions, console: Console) -> int:
    apis, chosen = _chosen(options)
    writable(options.report)
    found = _sorted(options, chosen)
    confidential = Confidential()
    for exchange in found.exchanges:
        confidential.learn(exchange)
    if not found.exchanges:
        with heard(console.file):
            _print_notes(console, found.data)
        raise HarFault(
            "no recorded entry is for an operation of the chosen APIs; see `rulebound rules`"
        )
    gathered = Gathered()
    judge(found.exchanges, gathered)
    met = {exchange.operation.id for exchange in found.exchanges}
    verdicts = tuple(
        gathered.verdict(planned, confidential)
        for planned in chosen
        if planned.operation.id in met or not is_general(planned.rule)
    )
    data = _report(apis, verdicts, found, confidential)
    return _deliver(data, options.report, console)


def _chosen(options: PassiveOptions) -> tuple[Apis, tuple[PlannedRule, ...]]:
    """The APIs, and the rules chosen, behind those of each operation the general ones.

    Raises NothingChosen, DocumentFault and WorldFault.
    """
    selection = options.selection
    # No document has the general rules, so rules are chosen when those are there as well.
    apis, planned = prepared(options.places, replace(selection, rules=()))
    operations = [operation for api in apis.all for operation in api.document.operations]
    general = [rule.id for operation in operations for rule in general_rules(operation)]
    if unknown := list(strangers(apis, selection, general)):
        raise NothingChosen("; ".join(unknown))
    every: list[PlannedRule] = []
    for _, rules in groupby(planned, key=lambda each: each.operation.id):
        own = list(rules)
        api, operation = own[0].api, own[0].operation
        every += own
        every += [PlannedRule(api, operation, r, None, ()) for r in general_rules(operation)]
    chosen = tuple(each for each in every if selection.takes_rule(each.rule))
    if not chosen:
        raise NothingChosen("no rule is chosen: no rule fits all that was named at once")
    return apis, chosen


def _sorted(options: PassiveOptions, chosen: tuple[PlannedRule, ...]) -> _Sorted:
    """Read the files and find the operation of each entry. Raises HarFault."""
    operations = {planned.operation.id: (planned.api, planned.operation) for planned in chosen}
    matcher = Matcher(operations.values())
    count: Counter[str] = Counter()
    exchanges: list[Exchange] = []
    notes: list[str] = []
    for recording in _recordings(options):
        count["entries"] += recording.entries
        count["unreadable"] += recording.entries - len(recording.exchanges)
        notes += recording.notes
        for recorded in recording.exchanges:
            if options.hosts and recorded.host not in {host.lower() for host in options.hosts}:
                count["other hosts"] += 1
                continue
            exchange = matcher.match(recorded)
            if exchange is not None:
                exchanges.append(exchange)
            else:
                count["other methods" if matcher.knows(recorded) else "no operation"] += 1
    files = [path.name for path in options.files]
    data = {"files": files, "judged": len(exchanges), **count, "notes": notes}
    return _Sorted(tuple(exchanges), data)


def _recordings(options: PassiveOptions) -> Iterator[Recording]:
    names = Counter(path.name for path in options.files)
    for path in options.files:
        name = path.name if names[path.name] == 1 else str(path)
        yield read_har(path, name if len(options.files) > 1 else "", options.most_bytes)


def _report(
    apis: Apis, verdicts: tuple[RuleVerdict, ...], found: _Sorted, confidential: Confidential
) -> dict[str, Any]:
    origins = dict.fromkeys(exchange.recorded.origin for exchange in found.exchanges)
    aim = Aim(" ".join(origins), controlled=False)
    plan = tuple(verdict.planned for verdict in verdicts)
    frame = replace(framed(apis, plan, aim, Terms()), vault=confidential.vault)
    data = record(Run(frame, verdicts, aim.url))
    return {**data, "recording": found.data}


def _deliver(data: dict[str, Any], folder: Path | None, console: Console) -> int:
    """Write where it is wanted, and print. What was not reached is summed up: it is most rules."""
    # Written first: whoever reads the lines may hang up before the last one.
    if folder is not None:
        write_reports(data, folder)
    with heard(console.file):
        _print(data, console)
        if folder is not None:
            console.print(f"report in {folder}", soft_wrap=True, markup=False, emoji=False)
    return int(data["exit_code"])


def _print(data: dict[str, Any], console: Console) -> None:
    _print_notes(console, data["recording"])
    shown = [rule for rule in data["rules"] if rule["verdict"] in ("broken", "differs")]
    print_failures(console, {**data, "rules": shown})
    print_table(console, data)
    reasons = Counter(
        rule["why"] for rule in data["rules"] if rule["verdict"] == Verdict.NOT_REACHED.value
    )
    for why, count in reasons.most_common():
        console.print(f"not reached, {count}: {escape(why)}", soft_wrap=True, highlight=False)


def _print_notes(console: Console, data: dict[str, Any]) -> None:
    parts = [f"{data['judged']} of {data.get('entries', 0)} entries judged"]
    parts += [
        f"{data[name]} {words}"
        for name, words in (
            ("no operation", "for no operation"),
            ("other methods", "by another method"),
            ("other hosts", "of other hosts"),
            ("unreadable", "without an exchange"),
        )
        if data.get(name)
    ]
    console.print(", ".join(parts), soft_wrap=True, highlight=False)
    for note in data["notes"][:MOST_NOTES]:
        console.print(f"  {escape(note)}", soft_wrap=True, highlight=False)
    if len(data["notes"]) > MOST_NOTES:
        console.print(f"  and {len(data['notes']) - MOST_NOTES} more")

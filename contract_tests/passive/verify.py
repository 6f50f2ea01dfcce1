"""`rulebound verify --har`: recorded traffic judged and reported; nothing is sent."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.choosing import strangers
from rulebound.contract_tests.judging.verdicts import RuleVerdict
from rulebound.contract_tests.passive.confidential import Confidential
from rulebound.contract_tests.passive.finding import general_rules, is_general
from rulebound.contract_tests.passive.gathering import Gathered
from rulebound.contract_tests.passive.har import MOST_BYTES, Recording, read_har
from rulebound.contract_tests.passive.judging import judge
from rulebound.contract_tests.passive.matching import Exchange, Matcher
from rulebound.contract_tests.passive.recorded import HarFault
from rulebound.contract_tests.planning import EVERYTHING, PlannedRule, Selection
from rulebound.contract_tests.reports.beside import beside
from rulebound.contract_tests.reports.delivery import Wanted, deliver, writable
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.record import Run, record
from rulebound.contract_tests.reports.terminal import print_lines
from rulebound.contract_tests.runs.frame import Aim, Terms, framed
from rulebound.contract_tests.runs.written import read_report
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.progress import Telling
from rulebound.contract_tests.verify import CANNOT_JUDGE, NothingChosen, guarded, prepared

MOST_NOTES = 5


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
    loudness: Loudness = Loudness.NORMAL
    annotations: str = "none"
    beside: tuple[Path, ...] = ()


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
    others = beside(map(read_report, options.beside))
    writable(options.report)
    found = _sorted(options, chosen)
    confidential = Confidential()
    for exchange in found.exchanges:
        confidential.learn(exchange)
    if not found.exchanges:
        with heard(console.file):
            print_lines(console, _notes(found.data, MOST_NOTES))
        raise HarFault(
            "no recorded entry is for an operation of the chosen APIs; see `rulebound rules`"
        )
    gathered, met = Gathered(), [exchange.operation.id for exchange in found.exchanges]
    with Telling(options.loudness) as telling:
        judge(found.exchanges, gathered, telling.stage("entries", len(found.exchanges), met))
    verdicts = tuple(
        gathered.verdict(planned, confidential)
        for planned in chosen
        if planned.operation.id in met or not is_general(planned.rule)
    )
    data = _report(apis, verdicts, found, confidential)
    most = len(found.data["notes"]) if options.loudness is Loudness.VERBOSE else MOST_NOTES
    notes = _notes(found.data, most)
    wanted = Wanted(options.report, options.loudness, options.annotations)
    return deliver({**data, **others}, wanted, console, notes)


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


def _notes(data: dict[str, Any], most: int) -> Iterator[str]:
    """What became of the entries, and no more than so many notes on single ones."""
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
    yield ", ".join(parts)
    yield from (f"  {note}" for note in data["notes"][:most])
    if len(data["notes"]) > most:
        yield f"  and {len(data['notes']) - most} more; --verbose prints all"

"""`rulebound prove`: the proof itself put to the test on one running stub."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import orjson
from rich.console import Console
from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.judging.bench import Bench, Unchecked
from rulebound.contract_tests.judging.memory import Memory
from rulebound.contract_tests.opening import stub_arguments
from rulebound.contract_tests.planning import EVERYTHING, PlannedRule, Selection, plan
from rulebound.contract_tests.proving.bad_targets import (
    ANSWERS,
    judge_bad_target,
)
from rulebound.contract_tests.proving.exceptions import (
    SpillRule,
    load_exceptions,
    shipped_exceptions,
)
from rulebound.contract_tests.proving.mutation import changes, mutate
from rulebound.contract_tests.proving.outcome import Outcome, as_data
from rulebound.contract_tests.proving.printing import print_outcome
from rulebound.contract_tests.proving.stubs import Stubs, running, started
from rulebound.contract_tests.proving.switches import (
    Switchboard,
    healthy,
    pieces,
    switchable,
)
from rulebound.contract_tests.targets.target import Target
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.progress import Stage, Telling
from rulebound.contract_tests.verify import NothingChosen, guarded, prepared
from rulebound.contract_tests.wire.line import DEADLINE
from rulebound.contract_tests.workers import each

Result = TypeVar("Result")


@dataclass(frozen=True)
class ProveOptions:
    """What to prove. `stub` is the URL of a running stub, None for stubs of our own, one per job.

    `floor` is the part of changed conditions that must be noticed; `exceptions` the file that
    lists which other cases may turn red, the kit's own when None.
    """

    stub: str | None = None
    token: str | None = None
    places: tuple[Place, ...] = ()
    selection: Selection = EVERYTHING
    seed: int = 0
    jobs: int = 2
    floor: float = 0.92
    exceptions: Path | None = None
    report: Path | None = None
    deadline: float = DEADLINE
    loudness: Loudness = Loudness.NORMAL


def prove(options: ProveOptions, console: Console | None = None) -> int:
    """Prove and print; the exit code: 0 noticed all, 1 not, 2 cannot judge, 130 interrupted."""
    printer = console or Console(highlight=False)
    return guarded(lambda: _prove(options, printer))


def _prove(options: ProveOptions, console: Console) -> int:
    apis, chosen = prepared(options.places, options.selection)
    exceptions = load_exceptions(options.exceptions or shipped_exceptions())
    outcome = Outcome(untried=_untried(chosen))
    clock = time.monotonic()
    with Telling(options.loudness) as telling, _stubs(options) as stubs:
        _try(_Trial(apis, stubs, options.seed, chosen, exceptions, options.jobs), outcome, telling)
    outcome.seconds = time.monotonic() - clock
    data = as_data(outcome)
    if options.report is not None:
        options.report.mkdir(parents=True, exist_ok=True)
        text = orjson.dumps(data, option=orjson.OPT_INDENT_2)
        (options.report / "prove.json").write_bytes(text + b"\n")
    return print_outcome(console, data, options.floor, options.loudness)


def _untried(chosen: Iterable[PlannedRule]) -> list[str]:
    """The rules that no case tries, though one could. Raises NothingChosen when none is tried."""
    chosen = tuple(chosen)
    if not any(planned.cases for planned in chosen):
        names = ", ".join(dict.fromkeys(planned.api.name for planned in chosen))
        raise NothingChosen(
            f"there is no case for any of the {len(chosen)} rules chosen of {names}; "
            "write witnesses (docs/your-own-api.md says how)"
        )
    return [each.rule.id for each in chosen if not each.cases and not each.untestable]


def _stubs(options: ProveOptions) -> AbstractContextManager[Stubs]:
    if options.stub is not None:
        return running(options.stub, options.deadline, options.token)
    return started(options.jobs, stub_arguments(options.places), options.deadline)


@dataclass(frozen=True)
class _Trial:
    apis: Apis
    stubs: Stubs
    seed: int
    chosen: tuple[PlannedRule, ...]
    exceptions: tuple[SpillRule, ...]
    jobs: int

    def operations(self) -> dict[str, tuple[PlannedRule, ...]]:
        """All rules of every operation that has a chosen rule."""
        ids = {planned.operation.id for planned in self.chosen}
        found: dict[str, list[PlannedRule]] = {id: [] for id in sorted(ids)}
        for planned in plan(self.apis, EVERYTHING):
            if planned.operation.id in ids:
                found[planned.operation.id].append(planned)
        return {id: tuple(rules) for id, rules in found.items()}


def _try(trial: _Trial, outcome: Outcome, telling: Telling) -> None:
    operations = trial.operations()
    everything = [planned for rules in operations.values() for planned in rules]
    stage = telling.stage("nothing off", len(pieces(everything)))
    memory = Memory()

    def bench_at(target: Target) -> Bench:
        return Bench(trial.apis, target, Unchecked(), trial.seed, memory=memory)

    owners, outcome.red = healthy(bench_at, trial.stubs, everything, trial.jobs, stage)
    if outcome.red:
        return
    board = Switchboard(bench_at, trial.stubs, operations, owners, trial.exceptions)
    off = [planned for planned in trial.chosen if switchable(planned)]
    stage = telling.stage("one rule off", len(off))
    outcome.switches = _all(off, board.switch_off, trial.jobs, stage)
    conditions = [planned for planned in trial.chosen if changes(planned)]
    stage = telling.stage("a condition changed", len(conditions))
    mutated = partial(mutate, bench_at, trial.stubs)
    outcome.mutations = _all(conditions, mutated, trial.jobs, stage)
    stage = telling.stage("bad targets", len(ANSWERS))
    for status in ANSWERS:
        stage.begins(f"a target that answers {status or 'nothing'}")
        outcome.bad_targets.append(judge_bad_target(trial.apis, trial.chosen, status))
        stage.ends()


def _all(
    items: Iterable[PlannedRule],
    work: Callable[[PlannedRule], Result],
    jobs: int,
    stage: Stage,
) -> list[Result]:
    results = []

    def worked(item: PlannedRule) -> Result:
        stage.begins(f"{stage.name}: {item.rule.id}")
        return work(item)

    for item, result in each(items, worked, jobs):
        results.append(result)
        stage.ends(item.operation.id)
    return results

"""`rulebound verify`: every rule tried on a stub of our own or on a deployment, and reported."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rulebound.contract_tests.apis import Apis, Place, load_apis, shipped
from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.judging.verdicts import exit_code
from rulebound.contract_tests.planning import EVERYTHING, PlannedRule, Selection, plan
from rulebound.contract_tests.reports.files import write_reports
from rulebound.contract_tests.reports.record import Run, record
from rulebound.contract_tests.reports.terminal import CaseProgress, print_failures, print_table
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.process import StubFailed, StubProcess
from rulebound.contract_tests.targets.stub import Stub
from rulebound.contract_tests.targets.target import Target
from rulebound.contract_tests.wire.line import DEADLINE, BadAddress
from rulebound.contract_tests.wire.message import TargetFault
from rulebound.fixtures.faults import WorldFault
from rulebound.openapi.findings import DocumentFault

KEPT, BROKEN, CANNOT_JUDGE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class VerifyOptions:
    """What to verify, against what.

    `target` is the URL of a deployment, None for a stub of our own; with `stub` the URL is that
    of a running stub with a control plane. `places` are the APIs to load, the kit's own when empty.
    """

    target: str | None = None
    stub: bool = False
    token: str | None = None
    places: tuple[Place, ...] = ()
    selection: Selection = EVERYTHING
    seed: int = 0
    report: Path | None = None
    jobs: int = 2
    deadline: float = DEADLINE


class NothingChosen(Exception):
    """No rule is left to verify; the text says what can be chosen."""


CANNOT = (DocumentFault, WorldFault, StubFailed, NothingChosen, TargetFault, BadAddress, OSError)
"""What keeps a run from judging anything."""


def verify(options: VerifyOptions, console: Console | None = None) -> int:
    """Verify and print; the exit code: 0 kept, 1 broken, 2 cannot judge, 130 interrupted."""
    printer = console or Console(highlight=False)
    return guarded(lambda: _verify(options, printer))


def guarded(run: Callable[[], int]) -> int:
    """The exit code of a run: its own, 130 when interrupted, 2 when something kept it from
    judging, which is then said on stderr."""
    try:
        return run()
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except CANNOT as error:
        _complain(str(error))
        return CANNOT_JUDGE


def _verify(options: VerifyOptions, console: Console) -> int:
    apis, chosen = prepared(options.places, options.selection)
    conformance = SchemaConformance()
    started, clock = datetime.now(UTC), time.monotonic()
    with opened_target(options) as target, CaseProgress(console, chosen) as progress:
        bench = Bench(apis, target, conformance, options.seed)
        verdicts = run_plan(bench, chosen, options.jobs, progress.finished)
        strict, url = target.strict, target.url
    code = exit_code(verdicts, strict=strict)
    seconds = time.monotonic() - clock
    run = Run(apis, url, strict, options.seed, started, seconds, verdicts, code)
    data = record(run)
    print_failures(console, data)
    print_table(console, data)
    if options.report is not None:
        write_reports(data, options.report)
        console.print(f"report in {options.report}", soft_wrap=True)
    return code


def prepared(
    places: tuple[Place, ...], selection: Selection
) -> tuple[Apis, tuple[PlannedRule, ...]]:
    """The APIs, and the rules chosen of them.

    Raises NothingChosen, DocumentFault and WorldFault.
    """
    apis = load_apis(places or shipped())
    chosen = plan(apis, selection)
    if not chosen:
        ids = [op.id for api in apis.all for op in api.document.operations]
        raise NothingChosen(
            f"no rule is chosen; APIs are {', '.join(api.name for api in apis.all)}, "
            f"operations {', '.join(ids)}; rules are listed by `rulebound rules`"
        )
    return apis, chosen


@contextmanager
def opened_target(options: VerifyOptions) -> Iterator[Target]:
    """The target of a run, closed at its end; a stub of our own is a process that ends then too.

    Raises StubFailed, and BadAddress for what is no URL.
    """
    if options.target is None:
        with (
            StubProcess(stub_arguments(options.places)) as process,
            closing(Stub(process.url, options.deadline)) as stub,
        ):
            yield stub
    elif options.stub:
        with closing(Stub(options.target, options.deadline, options.token)) as stub:
            yield stub
    else:
        with closing(Deployment(options.target, options.deadline)) as deployment:
            yield deployment


def stub_arguments(places: tuple[Place, ...]) -> list[str]:
    """The arguments that make a stub serve these APIs; none for the kit's own."""
    return [str(place.document) for place in places]


def _complain(text: str) -> None:
    sys.stderr.write(f"rulebound: {text}\n")

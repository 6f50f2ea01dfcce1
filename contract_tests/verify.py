"""`rulebound verify`: every rule tried on a stub of our own or on a deployment, and reported."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rulebound.contract_tests.apis import Apis, Place, load_apis, shipped
from rulebound.contract_tests.choosing import strangers
from rulebound.contract_tests.forecasting import forecast, told
from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.planning import EVERYTHING, PlannedRule, Selection, Shard, plan
from rulebound.contract_tests.reports.beside import beside
from rulebound.contract_tests.reports.delivery import Wanted, deliver, writable
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.hiding import seed_secrets
from rulebound.contract_tests.running import case_stage, run_plan
from rulebound.contract_tests.runs.closing import closed
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.frame import Frame, Terms, aim_at, aim_of, framed
from rulebound.contract_tests.runs.journal import journal_of, left_of, resumed
from rulebound.contract_tests.runs.written import read_report
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.answering import answering
from rulebound.contract_tests.targets.deployed.part import Part
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.permits import allowed, url_profile
from rulebound.contract_tests.targets.process import StubFailed, StubProcess
from rulebound.contract_tests.targets.stub import Stub
from rulebound.contract_tests.targets.target import Target
from rulebound.contract_tests.targets.working import at_work, traces_of
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.progress import Telling
from rulebound.contract_tests.wire.line import DEADLINE, BadAddress
from rulebound.contract_tests.wire.message import TargetFault
from rulebound.fixtures.faults import WorldFault
from rulebound.fixtures.profiles import Profile, load_profile
from rulebound.openapi.findings import DocumentFault

KEPT, BROKEN, CANNOT_JUDGE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class VerifyOptions:
    """What to verify, against what.

    `target` is the URL of a deployment, None for a stub of our own; with `stub` the URL is that
    of a running stub with a control plane. `profile` is the file of a deployment's profile, `allow`
    the side effects allowed there besides; with `plan` the requests are told and not
    sent. `places` are the APIs to load, the kit's own when empty; `jobs` cases are under way at
    once, None for what suits the target.

    With `shard` only that part of the rules is tried, and `run_key` tells which shards are of one
    run; `resume` is a run to go on with, its id or `last`; `workers` is by how many processes the
    run is shared; the reports `beside` are shown besides.
    """

    target: str | None = None
    profile: Path | None = None
    allow: tuple[str, ...] = ()
    plan: bool = False
    stub: bool = False
    token: str | None = None
    places: tuple[Place, ...] = ()
    selection: Selection = EVERYTHING
    seed: int = 0
    report: Path | None = None
    jobs: int | None = None
    deadline: float = DEADLINE
    shard: Shard | None = None
    run_key: str | None = None
    resume: str | None = None
    workers: int = 1
    worker: int = 0
    annotations: str = "none"
    beside: tuple[Path, ...] = ()
    loudness: Loudness = Loudness.NORMAL

    @property
    def wanted(self) -> Wanted:
        """Where the report goes."""
        return Wanted(self.report, self.loudness, self.annotations)

    @property
    def place(self) -> int:
        """Which of the runs that share a target this is, from 0."""
        return self.worker + self.workers * (0 if self.shard is None else self.shard.index - 1)

    @property
    def share(self) -> int:
        """By how many runs the rates of a target are shared."""
        return self.workers * (1 if self.shard is None else self.shard.of)


class NothingChosen(Exception):
    """No rule is left to verify; the text says what can be chosen."""


CANNOT = (
    *(DocumentFault, WorldFault, StubFailed, NothingChosen, TargetFault, BadAddress),
    *(RunFault, OSError),
)
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
    except KeyboardInterrupt as error:
        _complain("interrupted", error)
        return INTERRUPTED
    except CANNOT as error:
        _complain(str(error), error)
        return CANNOT_JUDGE


def _verify(options: VerifyOptions, console: Console) -> int:
    others = beside(map(read_report, options.beside))  # before that of --report is taken away
    if not options.plan:
        writable(options.report)
    apis, chosen = prepared(options.places, options.selection)
    if options.plan:
        return foretell(options, apis, chosen, console)
    frame = framed_for(options, apis, chosen)
    with (
        Telling(options.loudness) as telling,
        opened_target(options, apis, frame.id, left_of(frame)) as target,
    ):
        cases = case_stage(telling, frame.part)
        if isinstance(target, Deployment):
            frame = frame.veiled(target.vault)
        bench = Bench(apis, target, SchemaConformance(), options.seed)
        jobs = jobs_for(options, target)
        with journal_of(frame, target.url, traces_of(target)) as keeper:
            verdicts = run_plan(bench, frame.part, jobs, cases, keeper)
    data = closed(frame, verdicts, target.url)
    return deliver({**data, **others}, options.wanted, console)


def framed_for(options: VerifyOptions, apis: Apis, chosen: tuple[PlannedRule, ...]) -> Frame:
    """What a run of these rules begins with. Raises RunFault, ProfileFault, and OSError."""
    profile = None if options.profile is None else load_profile(options.profile)
    aim = aim_at(options.target, stub=options.stub) if profile is None else aim_of(profile)
    state = None if profile is None else profile.state
    terms = Terms(options.seed, options.shard, state, options.run_key or None)
    frame = framed(apis, chosen, aim, terms)
    return frame if options.resume is None else resumed(frame, options.resume)


def prepared(
    places: tuple[Place, ...], selection: Selection
) -> tuple[Apis, tuple[PlannedRule, ...]]:
    """The APIs, and the rules chosen of them.

    Raises NothingChosen, DocumentFault and WorldFault.
    """
    apis = load_apis(places or shipped())
    if unknown := list(strangers(apis, selection)):
        raise NothingChosen("; ".join(unknown))
    chosen = plan(apis, selection)
    if not chosen:
        raise NothingChosen("no rule is chosen: no rule fits all that was named at once")
    return apis, chosen


def jobs_for(options: VerifyOptions, target: Target) -> int:
    """How many cases are under way at once: two on a stub, where each has a world of its own, and
    one on a deployment, where they would meet."""
    return options.jobs or (2 if target.strict else 1)


def foretell(
    options: VerifyOptions, apis: Apis, chosen: tuple[PlannedRule, ...], console: Console
) -> int:
    """Print what a run would send to a deployment, and send nothing. Raises NothingChosen where
    the target is a stub of our own, in which nothing can be hurt."""
    profile = profile_of(options, apis)
    if profile is None:
        raise NothingChosen("--plan is for deployments; name one by --profile or --target")
    part = chosen if options.shard is None else options.shard.part(chosen)
    seeded, jobs = options.profile is None, options.jobs or 1
    foreseen = forecast(apis, part, profile, seeded=seeded, jobs=jobs)
    vault = Vault(seed_secrets(apis) if seeded else ())
    with heard(console.file):
        for line in told(foreseen, profile, allowed(profile), vault, options.share):
            console.print(line, soft_wrap=True, markup=False, emoji=False)
    return KEPT


def profile_of(options: VerifyOptions, apis: Apis) -> Profile | None:
    """The profile of the deployment that is to be verified, with what is allowed besides; None for
    a stub. Raises ProfileFault and BadAddress."""
    if options.profile is not None:
        profile = load_profile(options.profile)
    elif options.target is not None and not options.stub:
        profile = url_profile(options.target, apis, options.deadline)
    else:
        return None
    return replace(profile, allow=allowed(profile) | frozenset(options.allow))


@contextmanager
def opened_target(
    options: VerifyOptions, apis: Apis, run: str = "", left: Mapping[str, Any] | None = None
) -> Iterator[Target]:
    """The target of a run, closed at its end; a stub of our own is a process that ends then too.

    `run` is the run's id, `left` what a part of it left there before. Raises StubFailed,
    BadAddress for what is no URL, ProfileFault, and TargetFault where nothing answers.
    """
    profile = profile_of(options, apis)
    if profile is not None:
        answering(profile.apis.values())
        seeded = options.profile is None
        part = Part(options.share, options.place, left or {})
        with at_work(Deployment(profile, apis, run=run, part=part, seeded=seeded)) as deployment:
            yield deployment
    elif options.target is None:
        with (
            StubProcess(stub_arguments(options.places)) as process,
            closing(Stub(process.url, options.deadline)) as stub,
        ):
            yield stub
    else:
        answering((options.target,))
        with closing(Stub(options.target, options.deadline, options.token)) as stub:
            yield stub


def stub_arguments(places: tuple[Place, ...]) -> list[str]:
    """The arguments that make a stub serve these APIs; none for the kit's own."""
    return [str(place.document) for place in places]


def _complain(text: str, error: BaseException) -> None:
    sys.stderr.writelines(
        f"rulebound: {line}\n" for line in (text, *getattr(error, "__notes__", ()))
    )

"""`rulebound verify`: every rule tried on a stub of our own or on a deployment, and reported."""

import sys
from collections.abc import Callable

from rich.console import Console
from rulebound.contract_tests.apis import Apis, Place, load_apis, shipped
from rulebound.contract_tests.choosing import chosen_for, chosen_in_words, strangers
from rulebound.contract_tests.forecasting import forecast, told
from rulebound.contract_tests.judging.bench import Bench
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.opening import opened_target, profile_of
from rulebound.contract_tests.planning import PlannedRule, Selection, plan
from rulebound.contract_tests.reports.beside import beside
from rulebound.contract_tests.reports.delivery import deliver, writable
from rulebound.contract_tests.reports.hearing import heard
from rulebound.contract_tests.reports.hiding import seed_secrets
from rulebound.contract_tests.running import case_stage, run_plan
from rulebound.contract_tests.runs.closing import closed
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.frame import Frame, Terms, aim_at, aim_of, framed
from rulebound.contract_tests.runs.journal import journal_of, left_of, resumed
from rulebound.contract_tests.runs.written import read_report
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.targets.deployed.ledger import left_sending
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.permits import allowed
from rulebound.contract_tests.targets.process import StubFailed
from rulebound.contract_tests.targets.target import Target
from rulebound.contract_tests.targets.working import traces_of
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.progress import Telling
from rulebound.contract_tests.verify_options import VerifyOptions
from rulebound.contract_tests.wire.line import BadAddress
from rulebound.contract_tests.wire.message import TargetFault
from rulebound.fixtures.faults import WorldFault
from rulebound.fixtures.profiles import Profile, load_profile
from rulebound.openapi.findings import DocumentFault

KEPT, BROKEN, CANNOT_JUDGE, INTERRUPTED = 0, 1, 2, 130


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
    apis, chosen = prepared(options.places, _selection(options))
    if options.plan:
        return foretell(options, apis, chosen, console)
    frame = framed_for(options, apis, chosen)
    with (
        Telling(options.loudness) as telling,
        opened_target(options, frame.part, apis, frame.id, left_of(frame)) as target,
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


def _selection(options: VerifyOptions) -> Selection:
    """What is chosen; where that is left to the profile, it is said. Raises ProfileFault."""
    if options.profile is None:
        return options.selection
    profile = load_profile(options.profile)
    if options.loudness is not Loudness.QUIET:
        sys.stderr.writelines(
            f"rulebound: {said}\n" for said in known_before(profile, options.selection)
        )
    return chosen_for(profile, options.selection)


def known_before(profile: Profile, selection: Selection) -> tuple[str, ...]:
    """What whoever starts a run with a profile should know, in sentences: that it is the profile
    which chooses, and what a run that was killed has left."""
    said = (chosen_in_words(profile, selection), left_sending(profile.state))
    return tuple(filter(None, said))


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


def _complain(text: str, error: BaseException) -> None:
    sys.stderr.writelines(
        f"rulebound: {line}\n" for line in (text, *getattr(error, "__notes__", ()))
    )

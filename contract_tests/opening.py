"""The target of a run, opened: a stub of our own, one that runs already, or a deployment."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.targets.answering import answering
from rulebound.contract_tests.targets.deployed.part import Part
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.permits import allowed, url_profile
from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.targets.stub import Stub
from rulebound.contract_tests.targets.target import Target
from rulebound.contract_tests.targets.working import at_work
from rulebound.contract_tests.verify_options import VerifyOptions
from rulebound.contract_tests.wire.message import TargetFault
from rulebound.fixtures.profiles import Profile, load_profile


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
    options: VerifyOptions,
    part: Iterable[PlannedRule],
    apis: Apis,
    run: str = "",
    left: Mapping[str, Any] | None = None,
) -> Iterator[Target]:
    """The target of a run, closed at its end; a stub of our own is a process that ends then too.

    `part` are the rules to try, `run` is the run's id, `left` what a part of it left there before.
    Raises StubFailed, BadAddress for what is no URL, ProfileFault, and TargetFault where nothing
    answers, or a stub that does not serve the APIs of the rules.
    """
    profile = profile_of(options, apis)
    if profile is not None:
        answering(profile.apis.values())
        seeded = options.profile is None
        share = Part(options.share, options.place, left or {})
        with at_work(Deployment(profile, apis, run=run, part=share, seeded=seeded)) as deployment:
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
            _serving(stub, part)
            yield stub


def stub_arguments(places: tuple[Place, ...]) -> list[str]:
    """The arguments that make a stub serve these APIs; none for the kit's own."""
    return [str(place.document) for place in places]


def _serving(stub: Stub, part: Iterable[PlannedRule]) -> None:
    """Whether a running stub serves the APIs of the rules, under whatever name: every rule of one
    that is not there would look broken. Raises TargetFault."""
    try:
        served = stub.control.served()
    except TargetFault:
        return  # What is no stub of ours says so to the first case.
    there = set().union(*served.values())
    wanted: dict[str, set[str]] = {}
    for each in part:
        wanted.setdefault(each.api.name, set()).add(each.operation.id)
    missing = [name for name, operations in wanted.items() if not operations & there]
    if missing:
        raise TargetFault(
            f"the stub at {stub.url} serves {', '.join(served) or 'nothing'}, and not "
            f"{', '.join(missing)}; choose what it serves by --folder (APIs of your own) or --api"
        )

"""`rulebound accept`: lists, adds and takes off the known deviations of a deployment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rulebound.contract_tests.apis import Place, load_apis, shipped
from rulebound.contract_tests.runs.accepted import accept, deviation, read_accepted, remove
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.fixtures.profiles import load_profile


@dataclass(frozen=True)
class AcceptOptions:
    """What is asked: of the deployment of `profile`, to accept `rules` for a reason until a day,
    with `removed` to accept them no longer, with `listed` only to say what is accepted."""

    profile: Path
    rules: tuple[str, ...]
    reason: str | None = None
    until: str | None = None
    listed: bool = False
    removed: bool = False
    places: tuple[Place, ...] = ()


def accepting(options: AcceptOptions) -> Iterator[str]:
    """Do it and say what was done, line by line.

    Raises RunFault for what is missing, unknown or over, WorldFault for the profile, DocumentFault
    for the documents, and OSError.
    """
    state = load_profile(options.profile).state
    if options.removed and not options.rules:
        raise RunFault("name the rules that are no longer accepted")
    if not (options.rules or options.listed):
        raise RunFault("name the rules that are accepted, or use --list")
    if options.removed:
        yield f"no longer accepted: {', '.join(options.rules)} ({remove(state, options.rules)})"
    elif options.rules:
        yield f"accepted: {', '.join(options.rules)} ({_accept(state, options)})"
    if options.listed:
        yield from _listed(state)


def _accept(state: Path, options: AcceptOptions) -> Path:
    if options.reason is None or options.until is None:
        missing = "--reason" if options.reason is None else "--until"
        raise RunFault(f"{missing} is missing; write --reason TEXT --until YYYY-MM-DD")
    today = datetime.now(UTC).date()
    found = [deviation(rule, options.reason, options.until, today) for rule in options.rules]
    apis = load_apis(options.places or shipped())
    operations = [operation for api in apis.all for operation in api.document.operations]
    return accept(state, found, [rule.id for each in operations for rule in each.rules])


def _listed(state: Path) -> Iterator[str]:
    today = datetime.now(UTC).date()
    found = read_accepted(state)
    for each in sorted(found.values(), key=lambda each: each.rule):
        over = ", which is over" if each.until < today else ""
        yield f"{each.rule}  until {each.until}{over}: {each.reason}"
    if not found:
        yield "nothing is accepted"

"""A forecast in words: what would be read, created and changed, request by request."""

from collections import Counter
from collections.abc import Iterable, Iterator

from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.forecasting.foreseen import Foreseen
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.side_effects import SIDE_EFFECTS
from rulebound.contract_tests.targets.deployed.keyring import MOST_TRIES
from rulebound.contract_tests.targets.deployed.proofs import secrets_of
from rulebound.contract_tests.targets.deployed.scene import MOST_RESENT
from rulebound.fixtures.profiles import Profile

_AGAIN = (
    f"besides, a request is sent again where it is answered 429 (at most {MOST_RESENT} times, each "
    "as late as the answer asks), where its credential has ended (once, with one got anew, and the "
    "old session ended), and a GET where a kept connection was closed (once); where a credential "
    f"could not be had it is asked for again (at most {MOST_TRIES} times in all)"
)


def told(
    foreseen: Iterable[Foreseen],
    profile: Profile,
    allow: frozenset[str],
    vault: Vault,
    share: int = 1,
) -> Iterator[str]:
    """Lines: the requests grouped by side effect, those that are not allowed said to be left out,
    what the run needs for itself, and what it all comes to beside the budget, which `share` runs
    have together."""
    for text, name in secrets_of(profile):
        vault.add(text, name)
    every = tuple(foreseen)
    made = [each for each in every if each.is_sent and not each.own]
    for effect in SIDE_EFFECTS:
        group = [each for each in made if each.effect == effect]
        sent = group if effect in allow else []
        note = f"; {len(group)} left out, as {effect} is not allowed (--allow {effect})"
        most = counted(_total(sent), "request")
        yield f"{effect}: at most {most}" + (note if group and not sent else "")
        yield from _lines(sent, vault)
    own = [each for each in every if each.is_sent and each.own]
    yield f"for the run itself: at most {counted(_total(own), 'request')}"
    yield from _lines(own, vault)
    missing = [each for each in every if not each.is_sent]
    if missing:
        yield f"not sent, as something is missing: {counted(len(missing), 'request')}"
        for why, count in Counter(each.why for each in missing).most_common():
            yield f"  {count} x {vault.hide(why)}"
    yield _AGAIN
    yield from _beside(profile, share)
    total = _total(own) + _total([each for each in made if each.effect in allow])
    budget = _budget(profile, share)
    yield f"at most {counted(total, 'request')} would be sent{budget}; nothing was sent now"


def _total(sent: Iterable[Foreseen]) -> int:
    return sum(each.at_most for each in sent)


def _lines(sent: Iterable[Foreseen], vault: Vault) -> Iterator[str]:
    lines: Counter[tuple[str, str]] = Counter()
    for each in sent:
        if each.request is not None:
            lines[f"{each.request.method} {each.url}", each.operation] += each.at_most
    for (line, operation), count in lines.items():
        yield f"  {count} x {vault.hide(line)} ({operation})"


def _beside(profile: Profile, share: int) -> Iterator[str]:
    for operation, budget in profile.budget.operations.items():
        if budget.requests is not None:
            most = _part(budget.requests, share)
            yield f"of {operation} at most {most} requests are sent (its budget)"


def _budget(profile: Profile, share: int) -> str:
    most = profile.budget.requests
    if most is None:
        return " (no budget of requests is set)"
    return f" (the budget is {_part(most, share)})"


def _part(most: int, share: int) -> str:
    return str(most) if share == 1 else f"{most // share}, a part of {most}"

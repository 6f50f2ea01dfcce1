"""A forecast in words: what would be read, created and changed, request by request."""

from collections import Counter
from collections.abc import Iterable, Iterator

from rulebound.contract_tests.forecasting.forecast import Foreseen
from rulebound.contract_tests.secrets import Vault
from rulebound.contract_tests.side_effects import SIDE_EFFECTS
from rulebound.fixtures.profiles import Profile


def told(
    foreseen: Iterable[Foreseen], profile: Profile, allow: frozenset[str], vault: Vault
) -> Iterator[str]:
    """Lines: the requests grouped by side effect, those that are not allowed said to be left out,
    and what each comes to beside the budget. The run's own credentials do not need allowing."""
    every = tuple(foreseen)
    allowed = 0
    for effect in SIDE_EFFECTS:
        group = [each for each in every if each.effect == effect and each.request is not None]
        own = [each for each in group if each.case.startswith("credential of ")]
        sent = group if effect in allow else own
        allowed += sum(each.at_most for each in sent)
        yield from _group(effect, group, sent, vault)
    missing = [each for each in every if each.request is None]
    if missing:
        yield f"not sent, as something is missing: {len(missing)} requests"
        for why, count in Counter(each.why for each in missing).most_common():
            yield f"  {count} x {vault.hide(why)}"
    budget = profile.budget.requests
    beside = "no budget of requests is set" if budget is None else f"the budget is {budget}"
    yield f"at most {allowed} requests would be sent ({beside}); nothing was sent now"


def _group(effect: str, group: list[Foreseen], sent: list[Foreseen], vault: Vault) -> Iterator[str]:
    total = sum(each.at_most for each in sent)
    left_out = len(group) - len(sent)
    note = f"; {left_out} left out, as {effect} is not allowed (--allow {effect})"
    yield f"{effect}: at most {total} requests" + (note if left_out else "")
    lines: Counter[tuple[str, str]] = Counter()
    for each in sent:
        if each.request is not None:
            address = each.request.address or each.operation
            lines[f"{each.request.method} {address}", each.operation] += each.at_most
    for (line, operation), count in lines.items():
        yield f"  {count} x {vault.hide(line)} ({operation})"

"""What it takes on a deployment that a record stands there, or a table can be looked at."""

from collections.abc import Iterable, Iterator

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.profiling.names import Need
from rulebound.contract_tests.profiling.spoken import LIVE
from rulebound.contract_tests.profiling.uses import record_uses
from rulebound.contract_tests.side_effects import side_effect
from rulebound.fixtures.profiles import Profile, Provision, Read


def standing(profile: Profile, apis: Apis, needs: Iterable[Need]) -> frozenset[Need]:
    """The needs, and what those bring with them that the profile has an answer to: who reads a
    table, who makes a record and of what."""
    found: set[Need] = set()
    left = list(needs)
    while left:
        need = left.pop()
        if need not in found:
            found.add(need)
            left += _brought(profile, apis, need)
    return frozenset(found)


def _brought(profile: Profile, apis: Apis, need: Need) -> Iterator[Need]:
    world = profile.world(need.world)
    if need.kind not in ("record", "table"):
        return
    read = world.reads.get(need.name.partition(".")[0])
    bound = world.record(need.name) if need.kind == "record" else None
    if bound is not None and bound.provision is not None:
        yield from _making(apis, need.world, bound.provision)
    has_id = bound is not None and (
        bound.provision is not None or "id" in {**bound.fields, **next(iter(bound.each), {})}
    )
    if read is not None and (need.kind == "table" or has_id):
        yield from _asking(apis, need.world, read)


def _making(apis: Apis, world: str, wish: Provision) -> Iterator[Need]:
    yield from _asking(apis, world, wish)
    try:
        api, operation = apis.owner(wish.operation)
        baseline = api.files[operation.id].baseline(wish.on)
    except KeyError:
        return
    parts = [baseline.query, baseline.headers, baseline.path, baseline.body]
    for name, field in record_uses([*parts, wish.query, wish.body, dict(wish.fields)]):
        table, _, actor = name.partition(".")
        if table in LIVE:
            yield Need("actor", actor, world)
        else:
            yield Need("record", name, world, field)


def _asking(apis: Apis, world: str, wish: Read | Provision) -> Iterator[Need]:
    try:
        api, operation = apis.owner(wish.operation)
        usual = api.files[operation.id].baseline(getattr(wish, "on", None)).actor
    except KeyError:
        # A name that nothing is called by is told where names are.
        return
    yield Need("api", api.name)
    yield Need("effect", operation.id, detail=side_effect(operation))
    actor = usual if wish.actor is None else wish.actor
    if actor is not None:
        yield Need("actor", actor, world)

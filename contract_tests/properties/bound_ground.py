"""The ground of a run on any target: as it is on a stub, bound by the profile on a deployment."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.judging.bench import Conformance
from rulebound.contract_tests.properties.bound_seed import BoundSeed
from rulebound.contract_tests.properties.ground import Ground
from rulebound.contract_tests.properties.layers import Layer
from rulebound.contract_tests.properties.tongue import Tongue
from rulebound.contract_tests.targets.deployed.scene import DeployedScene
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import Needs, NotReached, Target
from rulebound.contract_tests.wire.message import TargetFault

_TOLD = 5


def grounded(apis: Apis, target: Target, conformance: Conformance) -> Ground:
    """What the properties of a run stand on."""
    if not isinstance(target, Deployment):
        return Ground(apis, target, conformance)
    if target.keyring.seeded:
        return Ground(apis, target, conformance, Tongue(target, apis))
    now = datetime.now(UTC).replace(microsecond=0)
    seeds = {api.seed.name: api.seed for api in apis.all}
    bound = {name: BoundSeed(target.profile, seed, now) for name, seed in seeds.items()}
    whole = {name: each.bound() for name, each in bound.items()}
    there = Apis(tuple(replace(api, seed=whole[api.seed.name]) for api in apis.all))
    return Ground(there, target, conformance, Tongue(target, apis, bound))


def hindrance(ground: Ground, layer: Layer) -> str | None:
    """Why a property cannot be tried on the target; None where it can."""
    target = ground.target
    if target.strict or not layer.worlds:
        return None
    if layer.many:
        return "it needs several worlds at once, and a deployment is one"
    if not isinstance(target, Deployment) or target.profile.restore is None:
        return "what it changes cannot be put back: the profile has no restore"
    if target.keyring.seeded or ground.tongue is None:
        return "the names of the world are not bound by a profile"
    api, _ = ground.apis.owner(layer.operation)
    missing = ground.tongue.bound[api.seed.name].missing
    if missing:
        more = "" if len(missing) <= _TOLD else f" and {len(missing) - _TOLD} more"
        return f"the profile does not bind {', '.join(missing[:_TOLD])}{more}"
    return None


@contextmanager
def put_back(ground: Ground) -> Iterator[None]:
    """Let a deployment that can be put back stand as bound, before and after."""
    _restore(ground)
    try:
        yield
    finally:
        _restore(ground)


def _restore(ground: Ground) -> None:
    target = ground.target
    if not isinstance(target, Deployment) or target.profile.restore is None:
        return
    with suppress(NotReached, TargetFault):
        # A scene is put back when it is opened; this one says that there is something to put back.
        for changed in (True, False):
            with target.scene(Needs("", {}, alone=True)) as scene:
                if isinstance(scene, DeployedScene):
                    scene.deeds.changed = changed

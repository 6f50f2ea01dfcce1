"""Whether a deployment has the settings that a case needs; they are not ours to change."""

from collections.abc import Mapping
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.target import Needs
from rulebound.fixtures.profiles import Profile


def misfit(profile: Profile, apis: Apis, needs: Needs) -> str | None:
    """Which setting is otherwise there; None where all are as the case needs them."""
    seeded, here = _known(profile, apis, needs)
    if here is None:
        return None
    wanted = {**{name: seeded.get(name) for name in needs.relies}, **needs.settings}
    for name, value in wanted.items():
        if here.get(name) != value:
            return f"it needs the setting {name}: {value}, here it is {here.get(name)}"
    return None


def rate_seconds(profile: Profile, apis: Apis, needs: Needs) -> float:
    """The seconds within which the deployment counts the calls that a case goes beyond, as a
    setting that the rule names says (its name ends with Seconds); 0 where none does."""
    _, here = _known(profile, apis, needs)
    found = [
        float(value)
        for name, value in (here or {}).items()
        if name in needs.relies and name.endswith("Seconds") and isinstance(value, int | float)
    ]
    return min(found, default=0.0)


def _known(
    profile: Profile, apis: Apis, needs: Needs
) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The settings of the seed, and those of the deployment; None where no API has the seed."""
    api = next((each for each in apis.all if each.seed.name == needs.seed), None)
    if api is None:
        return {}, None
    seeded = api.seed.settings.defaults
    return seeded, {**seeded, **profile.world(needs.seed).settings}

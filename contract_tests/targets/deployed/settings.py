"""Whether a deployment has the settings that a case needs; they are not ours to change."""

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.target import Needs
from rulebound.fixtures.profiles import Profile


def misfit(profile: Profile, apis: Apis, needs: Needs) -> str | None:
    """Which setting is otherwise there; None where all are as the case needs them."""
    api = next((each for each in apis.all if each.seed.name == needs.seed), None)
    if api is None:
        return None
    seeded = api.seed.settings.defaults
    here = {**seeded, **profile.world(needs.seed).settings}
    wanted = {**{name: seeded.get(name) for name in needs.relies}, **needs.settings}
    for name, value in wanted.items():
        if here.get(name) != value:
            return f"it needs the setting {name}: {value}, here it is {here.get(name)}"
    return None

"""What a run may do on a deployment where its profile leaves it open, and one without a profile."""

from pathlib import Path

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.side_effects import READ, SIDE_EFFECTS
from rulebound.contract_tests.wire.line import DEADLINE, BadAddress, address_of
from rulebound.fixtures.profiles import Budget, Profile, host_of, is_loopback

_LOOPBACK_PATIENCE = 30.0
RUN_SECONDS = 3600.0
MOST_BYTES = 1024 * 1024


def is_local(profile: Profile) -> bool:
    """Whether every address of a profile is on this machine."""
    return all(is_loopback(host_of(url)) for url in profile.apis.values())


def allowed(profile: Profile) -> frozenset[str]:
    """The side effects a profile allows: what it says, else everything on this machine and reading
    elsewhere."""
    if profile.allow is not None:
        return profile.allow
    return frozenset(SIDE_EFFECTS) if is_local(profile) else frozenset((READ,))


def patience(profile: Profile) -> float:
    """The seconds a case may wait: what the profile says, else some on this machine, none
    elsewhere."""
    if profile.patience is not None:
        return profile.patience
    return _LOOPBACK_PATIENCE if is_local(profile) else 0.0


def url_profile(url: str, apis: Apis, seconds: float = DEADLINE) -> Profile:
    """The profile of a deployment of which only the URL is known. `seconds` an exchange may take.

    Raises BadAddress for what is no URL, and for one with a name or password, which would be
    written into every report.
    """
    parts, host, port = address_of(url)
    if "@" in parts.netloc:
        raise BadAddress("the URL of the target holds a name or password; leave them out of it")
    name = f"{host}-{port}".replace(":", "-")
    return Profile(
        name=name,
        path=Path(),
        apis={api.name: parts.geturl().rstrip("/") for api in apis.all},
        hosts=frozenset(),
        allow=None,
        budget=Budget(),
        exchange_seconds=seconds,
        run_seconds=RUN_SECONDS,
        most_bytes=MOST_BYTES,
        patience=0.0,
        worlds={},
        tolerates={},
        restore=None,
        state=Path(".rulebound") / name,
    )

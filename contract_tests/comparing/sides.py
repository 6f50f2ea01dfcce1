"""The two sides of a comparison: what a word of the command line stands for."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.judging.bench import Conformance
from rulebound.contract_tests.properties.bound_ground import grounded
from rulebound.contract_tests.properties.ground import Ground, Tried
from rulebound.contract_tests.side_effects import READ, side_effect
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.permits import allowed, url_profile
from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.targets.stub import Stub
from rulebound.contract_tests.targets.target import Target
from rulebound.contract_tests.wire.curl import as_curl
from rulebound.contract_tests.wire.line import Line
from rulebound.contract_tests.wire.message import TargetFault, WireRequest
from rulebound.fixtures.profiles import Profile, load_profile
from rulebound.openapi.model import Operation
from rulebound.openapi.near import guess_path

STUB = "stub"
HEALTH = "/_rulebound/health"


class CannotCompare(Exception):
    """A side is not to be had; the text says which and why."""


@dataclass(frozen=True)
class Side:
    """A target, and the ground that everything drawn for it stands on."""

    name: str
    ground: Ground

    @property
    def target(self) -> Target:
        """What answers."""
        return self.ground.target

    def about(self, operation: str) -> Tried:
        """An operation with its witnesses, in the terms of this side."""
        return self.ground.about(operation)

    def curl(self, request: WireRequest) -> str:
        """A request in the terms of the seed as a line that can be pasted, as it is sent here."""
        tongue = self.ground.tongue
        return as_curl(request, self.target.url) if tongue is None else tongue.curl(request)

    def hidden(self, text: str) -> str:
        """A text without the secrets of this side."""
        return self.target.vault.hide(text) if isinstance(self.target, Deployment) else text

    def hindrance(self, operation: Operation) -> str | None:
        """Why an operation may not be sent here; None where it may."""
        if not isinstance(self.target, Deployment):
            return None
        effect = side_effect(operation)
        if effect not in self.target.allow:
            return f"{self.name} allows no request that would {effect} (--allow {effect})"
        restores = self.target.profile.restore is not None
        if effect != READ and not restores:
            return f"what it changes on {self.name} cannot be put back: no restore in its profile"
        tongue = self.ground.tongue
        missing = next((each.missing for each in (tongue.bound.values() if tongue else ())), ())
        if missing and effect != READ:
            return f"the profile of {self.name} does not bind {missing[0]}"
        return None


@contextmanager
def opened(
    word: str,
    apis: Apis,
    places: tuple[Place, ...],
    conformance: Conformance,
    allow: tuple[str, ...] = (),
) -> Iterator[Side]:
    """The side that a word stands for: `stub`, the file of a profile, or a URL.

    Raises CannotCompare, and what opening such a target raises.
    """
    if word == STUB:
        arguments = [str(place.document) for place in places]
        with StubProcess(arguments) as process, _met(process.url) as stub:
            yield Side(word, grounded(apis, stub, conformance))
    elif "://" in word and _is_stub(word):
        with _met(word) as stub:
            yield Side(word, grounded(apis, stub, conformance))
    else:
        profile = url_profile(word, apis) if "://" in word else _profile(Path(word))
        profile = replace(profile, allow=allowed(profile) | frozenset(allow))
        with closing(Deployment(profile, apis, seeded="://" in word)) as deployment:
            yield Side(word, grounded(apis, deployment, conformance))


@contextmanager
def _met(url: str) -> Iterator[Stub]:
    """A stub, its worlds dropped at the end; one that is dead by then has none."""
    stub = Stub(url)
    try:
        yield stub
    finally:
        with suppress(TargetFault):
            stub.close()


def _profile(path: Path) -> Profile:
    if not path.is_file():
        raise CannotCompare(
            f"{path} is no target; write the file of a profile, a URL (http://host:port), or stub"
            + guess_path(path, [STUB])
        )
    return load_profile(path)


def _is_stub(url: str) -> bool:
    """Whether a control plane answers at the URL. Raises CannotCompare where nothing answers."""
    line = Line(url)
    try:
        headers = (("Accept", "application/json"),)
        answer = line.send(WireRequest("GET", HEALTH, headers=headers))
    except TargetFault as error:
        raise CannotCompare(f"{url}: {error}") from error
    finally:
        line.close()
    try:
        return answer.status == 200 and isinstance(json.loads(answer.body), dict)
    except ValueError:
        return False

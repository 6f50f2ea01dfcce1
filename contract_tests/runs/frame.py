"""What a run is about, settled before it begins: the plan, its part, the target, the seed."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib import metadata
from pathlib import Path
from secrets import token_hex
from typing import Any

import orjson
from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.judging.outcome import CaseResult
from rulebound.contract_tests.planning import PlannedRule, Shard
from rulebound.contract_tests.reports.hiding import seed_secrets
from rulebound.contract_tests.reports.wording import Wording
from rulebound.contract_tests.runs.past import Past, past_of
from rulebound.contract_tests.secrets import Vault
from rulebound.fixtures.profiles import Profile

OWN_STUB = "http://127.0.0.1:8400"
"""Where a stub of one's own would be started again: the address that curl lines get."""


@dataclass(frozen=True)
class Aim:
    """What a run is aimed at. `own`: a stub that was started for the run and ended with it;
    `urls`: API name -> where it answers, by a profile."""

    url: str
    controlled: bool
    own: bool = False
    profile: str | None = None
    urls: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As report.json has it."""
        found: dict[str, Any] = {"url": self.url, "controlled": self.controlled}
        if self.own:
            found["own"] = True
        if self.profile is not None:
            found["profile"] = self.profile
        return found


def aim_at(url: str | None, *, stub: bool) -> Aim:
    """The aim of a run at `url`, None for a stub of its own."""
    if url is None:
        return Aim(OWN_STUB, controlled=True, own=True)
    return Aim(url.rstrip("/"), controlled=stub)


def aim_of(profile: Profile) -> Aim:
    """The aim of a run at the deployment of a profile."""
    urls = dict.fromkeys(profile.apis.values())
    return Aim(", ".join(urls), controlled=False, profile=profile.name, urls=profile.apis)


@dataclass(frozen=True)
class Terms:
    """How a run was asked for. `state` is the folder that keeps what its deployment is remembered
    by, None for runs that leave nothing behind; `key` is what the shards of one run share, None
    where nobody gave them a key."""

    seed: int = 0
    shard: Shard | None = None
    state: Path | None = None
    key: str | None = None


@dataclass(frozen=True)
class Frame:
    """A run that begins. `plan` is all of it, `part` what falls to its shard; `vault` knows what
    must not be written down.

    `past` is what its deployment is known for. `earlier` are the results, by case, of a run that
    this one goes on with.
    """

    apis: Apis
    plan: tuple[PlannedRule, ...]
    aim: Aim
    terms: Terms
    vault: Vault
    id: str
    started: datetime
    clock: float = field(default_factory=time.monotonic)
    earlier: Mapping[str, CaseResult] = field(default_factory=dict)
    past: Past | None = None

    @cached_property
    def part(self) -> tuple[PlannedRule, ...]:
        """The rules that this run conducts."""
        shard = self.terms.shard
        return self.plan if shard is None else shard.part(self.plan)

    @cached_property
    def digest(self) -> str:
        """Equal for runs of the same plan."""
        return plan_digest(self.apis, self.plan)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.clock

    def veiled(self, vault: Vault) -> "Frame":
        """The same run, hiding the secrets of its target, those still to come included. Those of
        the seeds are none there: many are words that reasons are made of."""
        return replace(self, vault=vault)

    def wording(self, address: str | None = None) -> Wording:
        """How it writes down texts and requests; `address` is where its own stub really was."""
        return Wording(self.vault, self.aim.url, address if self.aim.own else None, self.aim.urls)


def framed(apis: Apis, plan: tuple[PlannedRule, ...], aim: Aim, terms: Terms) -> Frame:
    """A new run with an id of its own.

    Raises RunFault for an accepted.yaml that cannot be read, and OSError.
    """
    started = datetime.now(UTC)
    id = f"{started:%Y%m%dT%H%M%SZ}-{token_hex(3)}"
    vault = Vault(seed_secrets(apis))
    past = None if terms.state is None else past_of(terms.state, id)
    return Frame(apis, plan, aim, terms, vault, id, started, past=past)


def plan_digest(apis: Apis, plan: Iterable[PlannedRule]) -> str:
    """Changes with the rules and cases of a plan, with the documents, seeds and witnesses they
    stand in, and with the tool's version."""
    plan = tuple(plan)
    names = {planned.api.name for planned in plan}
    apis_in = [api for api in apis.all if api.name in names]
    whole = {
        "tool": metadata.version("rulebound"),
        "apis": {api.name: list(_contents(api)) for api in apis_in},
        "rules": [[each.rule.id, [case.id for case in each.cases]] for each in plan],
    }
    return hashlib.sha256(orjson.dumps(whole)).hexdigest()


def _contents(api: Api) -> Iterator[tuple[str, str]]:
    """The files of an API's document and witnesses, and its seed, each with a digest."""
    document = api.document
    files = {f"document/{name}": document.folder / name for name in document.files}
    for folder in {file.path.parent for file in api.files.values()}:
        files |= {f"witnesses/{path.name}": path for path in folder.glob("*.yaml")}
    for name, path in sorted(files.items()):
        yield name, hashlib.sha256(path.read_bytes()).hexdigest()
    seed = api.seed
    parts = {"names": seed.names, "actors": seed.actors, "settings": seed.settings.defaults}
    yield "seed", hashlib.sha256(orjson.dumps(parts, default=_as_text)).hexdigest()


def _as_text(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)

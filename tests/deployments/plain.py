"""A deployment in this process, aimed at a recorder, for tests of its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.planning import Selection, plan
from rulebound.contract_tests.profiling.names import needed
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.targets.target import Needs
from rulebound.contract_tests.wire.message import WireRequest
from rulebound.fixtures.profiles import Profile, load_profile
from rulebound.fixtures.seeds import Seed

SEARCH = ("ece-v12", "searchActivities", "GET", "/ws/v12/interaction/activity")
TASK = ("egain-v3", "createTaskActivity", "POST", "/core/casemgr/v3/activity/task")
PICK = ("egain-v3", "pickActivities", "PATCH", "/core/casemgr/v3/activity/pick")


def profile_at(folder: Path, url: str, /, **more: Any) -> Profile:
    """A profile of which all APIs are at one address, and what else it says."""
    apis = {name: {"url": url} for name in ("egain-v3", "ece-v12", "leadsquared-v2")}
    file = folder / "plain.yaml"
    wanted = {"profile": "plain", "apis": apis, "state": "state"} | more
    file.write_text(json.dumps(wanted, ensure_ascii=False), "utf-8")
    return load_profile(file)


@contextmanager
def deployed(folder: Path, apis: Apis, url: str, /, **more: Any) -> Iterator[Deployment]:
    """The deployment of such a profile, closed at the end."""
    with closing(Deployment(profile_at(folder, url, **more), apis, run="RUN")) as made:
        yield made


def asking(what: tuple[str, str, str, str], **more: Any) -> WireRequest:
    """A request of an operation."""
    api, operation, method, path = what
    return WireRequest(method, path, api=api, operation=operation, **more)


def needs(what: tuple[str, str, str, str], *, alone: bool = True, **more: Any) -> Needs:
    """What a case of an operation needs."""
    return Needs("egain", {}, alone, operation=what[1], **more)


def seed_of(apis: Apis, name: str = "egain") -> Seed:
    """A seed by its name."""
    return next(api.seed for api in apis.all if api.seed.name == name)


def names_of(apis: Apis, *rules: str) -> set[str]:
    """The records that some rules speak of: a profile of these alone is sooner read."""
    needs = needed(apis, plan(apis, Selection(rules=rules))).rules.values()
    return {need.name for each in needs for need in each if need.kind in ("record", "text")}


def world(**parts: Mapping[str, Any]) -> dict[str, Any]:
    """What a profile binds of the eGain world."""
    return {"worlds": {"egain": parts}}

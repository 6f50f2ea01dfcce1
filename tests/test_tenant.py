"""The tenant that profiles are tried on: independent of the product, its own data, true faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from rulebound.fixtures import load_seed
from rulebound.fixtures.profiles import load_profile
from tenant.faults import collected
from tenant.process import Running, running
from tenant.serve import tenant

FILES = sorted((Path(__file__).parent / "tenant").glob("*.py"))
PICK, SEARCH = "/system/core/casemgr/v3/activity/pick", "/ws/v12/interaction/activity"


@pytest.fixture(scope="module")
def healthy() -> Iterator[Running]:
    """A tenant without a fault."""
    with running() as made:
        yield made


def picked(there: Running, actor: str, *names: str) -> requests.Response:
    """The answer to picking records, with the dates they had at the beginning."""
    named = there.holds.names["egain"]
    rows = [there.holds.tables["activity"][named[f"activity.{name}"]] for name in names]
    body = {"activity": [{key: row[key] for key in ("id", "lastModified")} for row in rows]}
    token = f"Bearer {named[f'token.{actor}']}"
    headers = {"Authorization": token, "Accept-Language": "en-US"}
    return requests.patch(there.url + PICK, json=body, headers=headers, timeout=10)


def searched(there: Running, **query: str) -> dict[str, Any]:
    """What anna finds, by id."""
    session = there.holds.names["egain"]["session.anna-console"]
    headers = {"Accept": "application/json", "X-egain-session": session}
    answer = requests.get(there.url + SEARCH, params=query, headers=headers, timeout=10)
    assert answer.status_code in (200, 204)
    return {each["id"]: each for each in answer.json()["activity"]} if answer.content else {}


def test_it_shares_no_code_with_the_product() -> None:
    """No file of the tenant imports anything of the product, nor reads its documents."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "rulebound" for name in names), path
        assert "openapi/" not in text and "mock_server" not in text


def test_every_fault_that_is_asked_for_is_listed() -> None:
    """The code asks for no fault that cannot be switched on; there are at least forty."""
    asked = {
        name
        for path in FILES
        for name in re.findall(r'\.has\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert asked <= set(collected())
    assert len(collected()) >= 40


def test_its_ids_are_its_own() -> None:
    """No id, token or password of a seed is one of the tenant's, and another number has others."""
    ours, others = tenant(1).names, tenant(2).names
    for world in ("egain", "leadsquared"):
        theirs = load_seed(world).names
        for name, key in ours[world].items():
            assert key != theirs[name]["id"]
            assert key != others[world][name]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_ids_mean_by_their_spelling_is_kept(number: int) -> None:
    """Ids that began like another one still do, and activities keep their order."""
    theirs = load_seed("egain").names
    ours = tenant(number).names["egain"]
    for table in ("activity", "customer", "user", "case", "queue"):
        names = [name for name in ours if name.startswith(f"{table}.")]
        for one in names:
            for other in names:
                old = theirs[other]["id"].startswith(theirs[one]["id"])
                assert old == ours[other].startswith(ours[one]), (one, other)
    names = [name for name in ours if name.startswith("activity.")]
    assert sorted(names, key=lambda n: int(ours[n])) == sorted(
        names, key=lambda n: int(theirs[n]["id"])
    )


def test_its_profile_binds_every_record_and_actor(tmp_path: Path, healthy: Running) -> None:
    """Each name of both seeds is bound, each actor has a proof; no token stands in the file."""
    path = healthy.profile(tmp_path)
    profile = load_profile(path)
    for world in ("egain", "leadsquared"):
        seed, bound = load_seed(world), profile.world(world)
        live = {f"{table}.{actor}" for table in ("token", "session") for actor in seed.actors}
        assert set(seed.names) - live <= set(bound.records)
        assert set(seed.actors) <= set(bound.actors)
    text = path.read_text(encoding="utf-8")
    hidden = [value for name, value in healthy.variables.items() if name.endswith("_TOKEN")]
    assert hidden and not any(value in text for value in hidden)


def test_a_pick_is_found_and_a_restore_takes_it_back(healthy: Running) -> None:
    """A picked activity is found as anna's; after a restore it waits in its queue again."""
    named = healthy.holds.names["egain"]
    key, query = named["activity.email-queued"], {"customer": named["customer.picked"]}
    assert picked(healthy, "anna", "email-queued").status_code == 204
    found = searched(healthy, **query, status="assigned")[key]
    assert found["status"]["assigned"]["user"]["id"] == named["user.anna"]
    assert picked(healthy, "anna", "email-queued").status_code == 400
    assert requests.post(f"{healthy.url}/restore", timeout=10).status_code == 204
    assert key in searched(healthy, **query, status="awaiting_assignment")


def test_of_two_who_pick_at_once_one_is_too_late() -> None:
    """Healthy, one of two wins; with the lost update, both are told that they have it."""
    for faults, wins in ((), 1), (("pick-lost-update",), 2):
        with running(*faults) as there, ThreadPoolExecutor(2) as both:
            answers = both.map(
                lambda who, at=there: picked(at, who, "email-queued"), ["anna", "bob"]
            )
            assert [answer.status_code for answer in answers].count(204) == wins


def test_a_token_of_the_token_endpoint_opens_the_door(healthy: Running) -> None:
    """A name and a password get a token that is known; a wrong password gets none."""
    words = healthy.variables
    form = {"grant_type": "password", "username": words["EGAIN_DORA_USERNAME"]}
    form |= {"client_id": words["EGAIN_DORA_CLIENT"], "client_secret": words["EGAIN_DORA_SECRET"]}
    wrong = requests.post(f"{healthy.url}/oauth2/token", data=form | {"password": "x"}, timeout=10)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    form["password"] = words["EGAIN_DORA_PASSWORD"]
    right = requests.post(f"{healthy.url}/oauth2/token", data=form, timeout=10).json()
    headers = {"Authorization": f"Bearer {right['access_token']}"}
    answer = requests.patch(healthy.url + PICK, headers=headers, timeout=10)
    assert answer.json()["code"] == "400-100"

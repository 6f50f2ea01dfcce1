"""What stands for a name: a record that is bound, one of a supply, or one that is made."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from deployments.plain import PICK, SEARCH, asking, deployed, needs, seed_of, world
from deployments.recorder import Asked, Told, recording
from deployments.staging import Staging, run
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.targets.target import NotReached
from rulebound.fixtures.seeds import Seed

JSON = (("Content-Type", "application/json"),)
QUEUED = "activity.email-queued"
SUPPLY = {QUEUED: {"name": "shared", "each": [{"id": "1"}, {"id": "2", "name": "own"}]}}


@pytest.fixture(scope="module")
def seed(apis: Apis) -> Seed:
    """The eGain seed."""
    return seed_of(apis)


def nothing(asked: Asked) -> Told:
    """Finds nothing."""
    return Told(204)


def test_a_name_is_the_same_record_in_a_scene_and_another_in_the_next(
    apis: Apis, seed: Seed, tmp_path: Path
) -> None:
    """Each scene that changes things takes one of a supply, and has it to its end."""
    with deployed(tmp_path, apis, "http://127.0.0.1:9", **world(records=SUPPLY)) as deployment:
        found = []
        for _ in range(2):
            with deployment.scene(needs(PICK)) as scene:
                found.append(scene.record(seed, QUEUED))
                assert scene.record(seed, QUEUED) == found[-1]
        assert found == [{"id": "1", "name": "shared"}, {"id": "2", "name": "own"}]
        says = f"the supply of {QUEUED} is used up: the profile has 2"
        with deployment.scene(needs(PICK)) as scene, pytest.raises(NotReached, match=says):
            scene.record(seed, QUEUED)


def test_reading_uses_nothing_up(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """A case that only reads has the first of a supply, however many there are."""
    with deployed(tmp_path, apis, "http://127.0.0.1:9", **world(records=SUPPLY)) as deployment:
        for _ in range(5):
            with deployment.scene(needs(SEARCH)) as scene:
                assert scene.record(seed, QUEUED)["id"] == "1"
        with deployment.scene(needs(SEARCH, alone=False)) as scene:
            assert scene.record(seed, QUEUED)["id"] == "1"
        with deployment.scene(needs(PICK)) as scene:
            assert scene.record(seed, QUEUED)["id"] == "2"


def test_no_record_of_a_supply_is_given_twice(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """Also where several cases are under way at once."""
    ids = [str(number) for number in range(40)]
    records = {QUEUED: {"each": [{"id": id} for id in ids]}}
    with deployed(tmp_path, apis, "http://127.0.0.1:9", **world(records=records)) as deployment:

        def take(turn: int) -> str:
            with deployment.scene(needs(PICK)) as scene:
                return str(scene.record(seed, QUEUED)["id"])

        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(take, range(40)))
    assert sorted(taken, key=int) == ids


def test_a_record_of_its_own_was_changed_by_nobody(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """What an earlier case did to its record of a supply is none of the next one's."""
    changed = Told(204)
    with (
        recording(lambda asked: changed) as recorder,
        deployed(tmp_path, apis, recorder.url, **world(records=SUPPLY)) as deployment,
    ):
        for _ in range(2):
            with deployment.scene(needs(PICK)) as scene:
                scene.record(seed, QUEUED)
                assert scene.residue() is None
                scene.send(asking(PICK))
        assert len(recorder.asked) == 2


def test_a_copy_is_that_one_of_a_supply(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """`bulk-2` is the second of `bulk`, and one beyond them is not bound."""
    records = {"activity.bulk": {"each": [{"id": "1"}, {"id": "2"}]}}
    with (
        deployed(tmp_path, apis, "http://127.0.0.1:9", **world(records=records)) as deployment,
        deployment.scene(needs(PICK)) as scene,
    ):
        assert scene.record(seed, "activity.bulk-2")["id"] == "2"
        with pytest.raises(NotReached, match=r"the profile binds no record activity\.bulk-3"):
            scene.record(seed, "activity.bulk-3")


def test_what_is_not_bound_is_named(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """An unbound name is not reached; one that no world has is a mistake of the witness."""
    with (
        deployed(tmp_path, apis, "http://127.0.0.1:9") as deployment,
        deployment.scene(needs(PICK)) as scene,
    ):
        with pytest.raises(NotReached, match=r"the profile binds no record queue\.service"):
            scene.record(seed, "queue.service")
        with pytest.raises(NotReached, match="the profile binds no actor anna"):
            scene.held(seed, "anna")
        with pytest.raises(KeyError):
            scene.record(seed, "queue.of-nobody")


def test_a_field_of_the_environment_is_read_and_hidden(
    apis: Apis, seed: Seed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password stands in a variable; without it whoever asks for it hears so."""
    monkeypatch.setenv("A_PASSWORD", "canary-password")
    records = {"user.anna": {"id": "7", "password": {"env": "A_PASSWORD"}}}
    with deployed(tmp_path, apis, "http://127.0.0.1:9", **world(records=records)) as deployment:
        with deployment.scene(needs(PICK)) as scene:
            assert scene.record(seed, "user.anna") == {"id": "7", "password": "canary-password"}
        assert deployment.vault.hide("it is canary-password") == "it is $PASSWORD_ANNA"
        monkeypatch.delenv("A_PASSWORD")
        with deployment.scene(needs(PICK)) as scene:
            record = scene.record(seed, "user.anna")
            assert (record["id"], "password" in record, "name" in record) == ("7", True, False)
            with pytest.raises(NotReached, match=r"user\.anna: .* A_PASSWORD is not set"):
                record["password"]


def test_the_record_of_a_credential_is_the_credential(
    apis: Apis, seed: Seed, tmp_path: Path
) -> None:
    """A witness that writes somebody's session into a header writes the one that is held."""
    actors = {"anna-console": {"session": "session-of-anna"}, "anna": {"token": "token-of-anna"}}
    with (
        deployed(tmp_path, apis, "http://127.0.0.1:9", **world(actors=actors)) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        assert scene.record(seed, "session.anna-console") == {"id": "session-of-anna"}
        assert scene.record(seed, "token.anna") == {"id": "token-of-anna"}


def test_texts_of_the_world_are_called_as_they_are_there(
    apis: Apis, seed: Seed, tmp_path: Path
) -> None:
    """A name that the deployment has otherwise takes the place of the seed's, an id does not."""
    records = {"department.service": {"id": "5", "name": "Kundendienst"}}
    called = str(seed.names["department.service"]["name"])
    with (
        deployed(tmp_path, apis, "http://127.0.0.1:9", **world(records=records)) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        assert scene.texts(seed) == {called: "Kundendienst"}


MAKING = {
    "operation": "createTaskActivity",
    "actor": "anna",
    "on": "user",
    "body": {"subject": "Made for it"},
    "fields": {"type": "task"},
}
MADE = {QUEUED: {"provision": MAKING}}
ANNA = {"anna": {"token": "token-of-anna"}}


def test_a_record_is_made_when_it_is_wanted(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """Once in a scene, as its actor, on its baseline with the patch, and with the run's mark."""

    def answer(asked: Asked) -> Told:
        return Told(201, headers=(("Location", f"/system/activity/{len(recorder.seen) + 500}"),))

    with recording(answer) as recorder:
        more = world(records=MADE, actors=ANNA)
        with deployed(tmp_path, apis, recorder.url, **more) as deployment:
            for id in ("500", "501"):
                with deployment.scene(needs(PICK)) as scene:
                    for _ in range(2):
                        assert scene.record(seed, QUEUED) == {"id": id, "type": "task"}
    assert len(recorder.asked) == 2
    asked = recorder.asked[0]
    assert asked.header("authorization") == "Bearer token-of-anna"
    assert json.loads(asked.body)["subject"].startswith("Made for it")
    assert b"rulebound-RUN" in asked.body
    assert (tmp_path / "state" / "ledger.jsonl").read_text("utf-8").count("\n") == 2


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (Told(400), "createTaskActivity made no record: answered 400"),
        (Told(201), "createTaskActivity made no record: answered 201"),
        (Told(302, headers=(("Location", "/7"),)), "made no record: answered 302"),
    ],
)
def test_a_record_that_is_not_made_is_not_reached(
    apis: Apis, seed: Seed, tmp_path: Path, told: Told, says: str
) -> None:
    """A refusal, and an answer without an id, are told."""
    with (
        recording(lambda asked: told) as recorder,
        deployed(tmp_path, apis, recorder.url, **world(records=MADE, actors=ANNA)) as deployment,
        deployment.scene(needs(PICK)) as scene,
        pytest.raises(NotReached, match=says),
    ):
        scene.record(seed, QUEUED)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"actor": "bob"}, "the profile binds no actor bob"),
        ({"on": "nobodys"}, "there is no baseline 'nobodys'"),
        ({"operation": "makeTea"}, "there is no operation 'makeTea'"),
        ({"body": {"queue": {"$of": "queue.service"}}}, "binds no record queue.service"),
        ({"fields": {"queue": {"$of": "queue.service"}}}, "binds no record queue.service"),
    ],
)
def test_what_it_takes_to_make_a_record_is_named(
    apis: Apis, seed: Seed, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    """Somebody who is not bound, or a record it is made of, keeps it from being made."""
    records = {QUEUED: {"provision": MAKING | change}}
    made = Told(201, headers=(("Location", "/7"),))
    with (
        recording(lambda asked: made) as recorder,
        deployed(tmp_path, apis, recorder.url, **world(records=records, actors=ANNA)) as deployment,
        deployment.scene(needs(PICK)) as scene,
        pytest.raises(NotReached, match=says),
    ):
        scene.record(seed, QUEUED)


def test_a_rule_is_kept_with_records_that_were_made(staging: Staging, tmp_path: Path) -> None:
    """An activity of another user is made by create task as that user, and need not be bound."""
    staging.anew()
    wanted = staging.profile()
    making = {"operation": "createTaskActivity", "actor": "bob", "fields": {"type": "task"}}
    records = wanted["worlds"]["egain"]["records"]
    for name in ("email-of-bob", "task-of-bob"):
        records[f"activity.{name}"] = {"provision": making}
    ran = run(tmp_path, wanted, "pick.pull-user")
    assert {*ran.verdicts.values()} == {"kept"}, ran.text
    made = [told for asked, told in staging.recorder.seen if asked.path.endswith("/task")]
    assert len(made) > 2 and all(told.status == 201 for told in made)


READ = {
    "operation": "searchActivities",
    "actor": "anna-console",
    "queries": [
        {"customer": "{customer}", "createdDate": "[{created},]"},
        {"customer": "{customer}"},
        {"createdDate": "[{started},]", "$pagesize": "75"},
    ],
    "list": "/activity",
    "fields": {"id": "/id", "status": "/status/value", "subject": "/subject"},
}
SHOWN = {"activity": [{"id": "8"}, {"id": "7", "subject": "Now", "status": {"value": "open"}}]}
CONSOLE = {"anna-console": {"session": "session-of-anna"}}


def reading(record: dict[str, Any]) -> dict[str, Any]:
    """A world in which activities can be read."""
    return world(records={QUEUED: record}, actors=CONSOLE, reads={"activity": READ})


def shows(asked: Asked) -> Told:
    """Shows two activities."""
    return Told(200, json.dumps(SHOWN).encode(), JSON)


@pytest.mark.parametrize(
    ("known", "query"),
    [
        ({"customer": "3", "created": "2026"}, {"customer": "3", "createdDate": "[2026,]"}),
        ({"customer": "3"}, {"customer": "3"}),
        ({"created": "2026"}, {"$pagesize": "75"}),
    ],
)
def test_a_record_is_read_by_what_is_known_of_it(
    apis: Apis, seed: Seed, tmp_path: Path, known: dict[str, str], query: dict[str, str]
) -> None:
    """The first query whose places are known is sent; what it shows stands over what was bound."""
    record = {"id": "7", "subject": "Before", "mode": "none"} | known
    with (
        recording(shows) as recorder,
        deployed(tmp_path, apis, recorder.url, **reading(record)) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        found = scene.record(seed, QUEUED)
    assert found == record | {"subject": "Now", "status": "open"}
    (asked,) = recorder.asked
    sent = dict(asked.query)
    if "createdDate" not in query and "customer" not in query:
        # By when the scene began, as the API writes dates.
        assert sent.pop("createdDate").endswith("Z,]")
    assert sent == query
    assert asked.header("x-egain-session") == "session-of-anna"


def test_a_record_that_is_not_as_bound_says_so(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """What an earlier night has changed is told; what was bound without a field is not."""
    says = f"{QUEUED} is not as bound: subject is Now, the profile says Before"
    for record, moved in (({"id": "7", "subject": "Before"}, says), ({"id": "7"}, None)):
        with (
            recording(shows) as recorder,
            deployed(tmp_path, apis, recorder.url, **reading(record)) as deployment,
            deployment.scene(needs(SEARCH)) as scene,
        ):
            scene.record(seed, QUEUED)
            assert scene.moved() == moved


def test_what_has_moved_breaks_no_rule(staging: Staging, tmp_path: Path) -> None:
    """An activity bound as one's own that belongs to another by now leaves its rule not reached."""
    staging.anew()
    bound = staging.profile(restore=False)
    ran = run(tmp_path, bound, "pick.not-own")
    assert "broken" not in ran.verdicts.values() and "not as bound" not in ran.text, ran.text
    there = staging.tenancy.holds
    own, bob = (staging.id_of(name) for name in ("activity.email-of-anna", "user.bob"))
    there.tables["activity"][own]["assignee"] = bob
    ran = run(tmp_path, bound, "pick.not-own")
    assert "broken" not in ran.verdicts.values(), ran.text


def test_what_is_not_shown_stays_as_it_is_bound(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """A record that the deployment does not show is taken by the profile's word."""
    for answer in (shows, nothing):
        with (
            recording(answer) as recorder,
            deployed(tmp_path, apis, recorder.url, **reading({"id": "9"})) as deployment,
            deployment.scene(needs(SEARCH)) as scene,
        ):
            assert scene.record(seed, QUEUED) == {"id": "9"}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (Told(500), "reading activity was answered 500: the body is empty"),
        (Told(200, b"<a/>", (("Content-Type", "text/html"),)), "neither JSON nor XML"),
        (Told(200, b'{"found": []}', JSON), "reading activity was answered 200"),
        (Told(401), "reading activity was answered 401"),
    ],
)
def test_an_answer_that_cannot_be_read_is_told(
    apis: Apis, seed: Seed, tmp_path: Path, told: Told, says: str
) -> None:
    """Nothing is concluded from what shows no records."""
    with (
        recording(lambda asked: told) as recorder,
        deployed(tmp_path, apis, recorder.url, **reading({"id": "7"})) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
        pytest.raises(NotReached, match=says),
    ):
        scene.record(seed, QUEUED)


def test_a_table_is_looked_at_again_after_a_change(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """What was seen is remembered until something may have changed it."""
    with (
        recording(shows) as recorder,
        deployed(tmp_path, apis, recorder.url, **reading({"id": "7"})) as deployment,
        deployment.scene(needs(PICK)) as scene,
    ):
        looks = [scene.records("egain", "activity", {"id": "7"}) for _ in range(2)]
        scene.send(asking(PICK, body=b"{}"))
        looks.append(scene.records("egain", "activity", {"id": "7"}))
    assert [asked.method for asked in recorder.asked] == ["GET", "PATCH", "GET"]
    assert all(look[1] == {"id": "7", "subject": "Now", "status": "open"} for look in looks)


def test_what_cannot_be_looked_at_is_named(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """A table that is not read, a field that is not shown, a record that cannot be found."""
    read = READ | {"queries": [{"customer": "{customer}"}]}
    more = world(actors=CONSOLE, reads={"activity": read})
    with (
        deployed(tmp_path, apis, "http://127.0.0.1:9", **more) as deployment,
        deployment.scene(needs(SEARCH)) as scene,
    ):
        for table, fields, says in (
            ("queue", (), r"table queue .*\(reads:\)"),
            ("activity", ("queue",), r"where activity shows queue \(reads:\)"),
            ("activity", (), "nothing is known of the record by which searchActivities"),
        ):
            with pytest.raises(NotReached, match=says):
                scene.records("egain", table, {"id": "7"}, fields)


def test_data_are_put_back_before_the_next_case(apis: Apis, seed: Seed, tmp_path: Path) -> None:
    """Once a case has changed something, and not for one that only read or was refused."""

    def answer(asked: Asked) -> Told:
        return Told(400 if asked.body == b"wrong" else 204)

    with recording(answer) as recorder:
        restore = {"restore": {"method": "PUT", "url": f"{recorder.url}/back?to=start"}}
        with deployed(tmp_path, apis, recorder.url, **restore) as deployment:
            for what, body in ((SEARCH, None), (PICK, b"wrong"), (PICK, b"{}"), (SEARCH, None)):
                with deployment.scene(needs(what)) as scene:
                    scene.send(asking(what, body=body))
    sent = [f"{asked.method} {asked.target}" for asked in recorder.asked]
    search, pick = f"GET {SEARCH[3]}", f"PATCH {PICK[3]}"
    back = "PUT /back?to=start"
    assert sent == [back, search, pick, pick, back, search]


def test_data_that_are_not_put_back_keep_cases_from_beginning(apis: Apis, tmp_path: Path) -> None:
    """A case does not begin on what another left where that should have been put back."""

    backs = [204]

    def answer(asked: Asked) -> Told:
        return Told((backs.pop() if backs else 503) if asked.path == "/back" else 204)

    with recording(answer) as recorder:
        restore = {"restore": {"url": f"{recorder.url}/back"}}
        with deployed(tmp_path, apis, recorder.url, **restore) as deployment:
            with deployment.scene(needs(PICK)) as scene:
                scene.send(asking(PICK, body=b"{}"))
            for _ in range(2):
                with (
                    pytest.raises(NotReached, match="could not be put back: answered 503"),
                    deployment.scene(needs(SEARCH)),
                ):
                    raise AssertionError("the case began")


def test_settings_that_are_otherwise_are_named(apis: Apis, tmp_path: Path) -> None:
    """A case that needs another setting than the deployment has is not begun."""
    more = world(settings={"departmentalization": False})
    with deployed(tmp_path, apis, "http://127.0.0.1:9", **more) as deployment:
        wish = needs(SEARCH, relies=frozenset(["departmentalization"]))
        with pytest.raises(NotReached, match="departmentalization: True, here it is False"):
            deployment.scene(wish)

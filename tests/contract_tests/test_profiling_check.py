"""`profile check`: what is bound, missing and wrong, and which credentials are taken."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rulebound import cli
from tenant.process import Running, running

from tests.contract_tests.notes_server import Notes, serving

NOTES = str(Path(__file__).parent / "notes")
WHOLE = """\
profile: notes
apis: {{notes: {{url: '{url}'}}}}
worlds:
  seed:
    actors: {{ann: {{token: {{env: NOTES_ANN}}}}}}
    records: {{folder.home: {{id: '10'}}, note.first: {{id: '100', title: First}}}}
"""


@pytest.fixture
def server() -> Iterator[tuple[Notes, str]]:
    """A sound server of the notes API, with the log of what it was asked."""
    notes = Notes(control=False)
    with serving(notes) as url:
        yield notes, url


@pytest.fixture(scope="module")
def tenant() -> Iterator[Running]:
    """The independent deployment."""
    with running() as begun:
        yield begun


def _check(file: Path, text: str | None = None, *arguments: str, kit: bool = False) -> Result:
    if text is not None:
        file.write_text(text, encoding="utf-8")
    folder = () if kit else ("--folder", NOTES)
    return CliRunner().invoke(cli.main, ["profile", "check", str(file), *folder, *arguments])


def test_a_credential_that_is_taken_is_fine(
    server: tuple[Notes, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every name bound and the token taken by an operation that reads, the exit code is 0."""
    notes, url = server
    monkeypatch.setenv("NOTES_ANN", "token-ann")
    done = _check(tmp_path / "a.yaml", WHOLE.format(url=url))
    assert done.exit_code == 0, done.output
    assert "1 accepted" in done.output and "all fine" in done.output
    assert [line.partition(" ")[0] for line in notes.log] == ["GET"]


def test_a_credential_that_is_refused_is_told_without_it(
    server: tuple[Notes, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is answered 401 ends with 1 and the actor's name, and is not shown."""
    monkeypatch.setenv("NOTES_ANN", "canary-token")
    for form in ("text", "json"):
        done = _check(tmp_path / "a.yaml", WHOLE.format(url=server[1]), "--format", form)
        assert done.exit_code == 1
        assert "ann" in done.output and "not accepted (401)" in done.output
        assert "canary" not in done.output


def test_offline_sends_nothing(
    server: tuple[Notes, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --offline no request is sent, and a wrong token is no fault."""
    notes, url = server
    monkeypatch.setenv("NOTES_ANN", "canary-token")
    assert _check(tmp_path / "a.yaml", WHOLE.format(url=url), "--offline").exit_code == 0
    assert notes.log == []


def test_reading_that_is_not_allowed_sends_nothing(
    server: tuple[Notes, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the profile allows nothing, no credential is shown to anybody."""
    notes, url = server
    monkeypatch.setenv("NOTES_ANN", "token-ann")
    done = _check(tmp_path / "a.yaml", WHOLE.format(url=url) + "allow: []\n")
    assert (done.exit_code, notes.log) == (0, [])
    assert "1 as given" in done.output


def test_a_target_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closed port ends with 1 and a line for each credential, never a traceback."""
    monkeypatch.setenv("NOTES_ANN", "canary-token")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        done = _check(tmp_path / "a.yaml", WHOLE.format(url=url))
    assert done.exit_code == 1
    assert "seed ann: " in done.output and "canary" not in done.output


def test_a_variable_that_is_not_set_is_told_with_its_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unset variable is named with who needs it, and the rules it costs are counted."""
    monkeypatch.delenv("NOTES_ANN", raising=False)
    done = _check(tmp_path / "a.yaml", WHOLE.format(url="https://notes.example.com"), "--offline")
    assert done.exit_code == 1
    assert "NOTES_ANN (seed ann)" in done.output
    assert "actor seed ann (not set: NOTES_ANN): 13 rules" in done.output


@pytest.mark.parametrize(
    ("written", "line", "says"),
    [
        ("apis: {note: {url: 'https://a.example.com'}}", 2, "there is no API note; write notes"),
        ("worlds: {sed: {}}", 2, "there is no world sed; write seed"),
        ("worlds:\n  seed: {actors: {anne: {token: a}}}", 3, "actor of world seed anne; write ann"),
        (
            "worlds:\n  seed:\n    records: {note.frist: {id: '1'}}",
            4,
            "note.frist; write note.first",
        ),
        ("worlds: {seed: {records: {note.first: {titel: a}}}}", 2, "note titel; write title"),
        ("worlds: {seed: {records: {token.ann: {id: a}}}}", 2, "is what its actor is given"),
        ("worlds: {seed: {settings: {opne: true}}}", 2, "setting of world seed opne; write open"),
        ("worlds: {seed: {settings: {open: 5}}}", 2, "the setting open cannot be so"),
        (
            "worlds: {seed: {reads: {nte: {operation: readNote, queries: [{}], fields: {}}}}}",
            2,
            "nte",
        ),
        (
            "worlds: {seed: {reads: {note: {operation: readNot, queries: [{}], fields: {}}}}}",
            2,
            "there is no operation readNot; write readNote",
        ),
        (
            "worlds: {seed: {records: {note.first: {provision: {operation: makeNote}}}}}",
            2,
            "there is no operation makeNote",
        ),
        (
            "worlds: {seed: {records: {note.first: {provision: "
            "{operation: createNote, actor: bob}}}}}",
            2,
            "is made by bob, who is not bound",
        ),
        (
            "worlds: {seed: {records: {note.first: {provision: {operation: createNote, on: an}}}}}",
            2,
            "createNote has no baseline an; known are ann",
        ),
        ("budget: {operations: {createNot: {requests: 5}}}", 2, "createNot; write createNote"),
        ("tolerates: {note.signd-in: [{status: 403}]}", 2, "note.signd-in; write note.signed-in"),
        (
            "worlds: {seed: {actors: {ann: {oauth2: {url: 'https://login.example.com/t', "
            "grant: client_credentials, client: a, secret: b}}}}}",
            2,
            "which may not be met; write hosts: [login.example.com]",
        ),
    ],
)
def test_a_name_that_nothing_is_called_by_is_told(
    tmp_path: Path, written: str, line: int, says: str
) -> None:
    """Each unknown name is told with its line and the nearest that is known; the exit code is 1."""
    done = _check(tmp_path / "a.yaml", f"profile: it\n{written}\n", "--offline")
    assert done.exit_code == 1
    said = [each for each in done.output.splitlines() if says in each]
    assert said and f"a.yaml:{line}: " in said[0], done.output


def test_patterns_and_helpers_of_the_run_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pattern that meets a rule, and an actor that only looks or makes records, are no faults."""
    monkeypatch.setenv("NOTES_ANN", "token-ann")
    text = WHOLE.format(url="https://notes.example.com")
    text += "    reads: {note: {operation: readNote, actor: auditor, queries: [{}], fields: {}}}\n"
    text += "tolerates: {'note.*': [{status: 403}]}\n"
    text = text.replace("actors: {ann", "actors: {auditor: {token: a}, ann")
    done = _check(tmp_path / "a.yaml", text, "--offline")
    assert done.exit_code == 0, done.output


def test_json_says_what_text_says(tmp_path: Path) -> None:
    """As JSON every name, rule and count is there, uncut, and it is what decides the exit code."""
    file = tmp_path / "a.yaml"
    done = _check(file, "profile: it\n", "--offline", "--format", "json", kit=True)
    data = json.loads(done.output)
    assert (done.exit_code, data["fine"], data["reached"]) == (1, False, 0)
    assert data["bound"]["actor"] == [0, sum(gap["kind"] == "actor" for gap in data["missing"])]
    named = {rule for gap in data["missing"] for rule in gap["rules"]}
    assert len(named) == data["rules"] > 400
    text = _check(file, None, "--offline", kit=True).output
    assert "more; --verbose lists them all" in text and len(text.splitlines()) < 80


def test_what_can_be_made_is_told(tmp_path: Path) -> None:
    """A missing task or e-mail can be provisioned by the operation that creates such a record; a
    social activity and a department cannot."""
    done = _check(tmp_path / "a.yaml", "profile: it\n", "--offline", "--format", "json", kit=True)
    made_by = json.loads(done.output)["made_by"]
    assert made_by["activity.task-of-bob"] == ["createTaskActivity"]
    assert made_by["activity.email-of-bob"] == ["createIncomingEmailActivity"]
    assert made_by["activity.bulk"] == ["createIncomingEmailActivity"]
    assert not {"activity.social-of-bob", "department.service", "user.bob"} & made_by.keys()


def test_what_has_no_address_is_not_tried(tmp_path: Path) -> None:
    """An API without an address is told with its rules, and its names are not missing."""
    text = "profile: it\napis: {leadsquared-v2: {url: 'https://a.example.com'}}\n"
    done = _check(tmp_path / "a.yaml", text, "--offline", "--format", "json", kit=True)
    data = json.loads(done.output)
    assert data["untried"].keys() == {"egain-v3", "ece-v12"}
    assert {gap["world"] for gap in data["missing"]} == {"leadsquared"}


@pytest.mark.parametrize("text", ["profile: [", "profil: a", "profile: a\napis: {b: {url: x}}"])
def test_a_profile_that_cannot_be_read_ends_with_2(tmp_path: Path, text: str) -> None:
    """What is no profile is told with its line, and nothing else is said."""
    done = _check(tmp_path / "a.yaml", text)
    assert done.exit_code == 2
    assert done.output.startswith("rulebound: ") and "a.yaml:" in done.output


def test_the_independent_deployment_is_all_there(
    tenant: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every name of the kit is bound by the tenant's profile, its sessions are accepted, its tokens
    and logins are got, and no credential is shown."""
    for name, value in tenant.variables.items():
        monkeypatch.setenv(name, value)
    done = _check(tenant.profile(tmp_path), None, "--format", "json", kit=True)
    data = json.loads(done.stdout)
    assert (done.exit_code, data["missing"], data["unknown"]) == (0, [], [])
    assert all(had == of for had, of in data["bound"].values())
    assert {each["how"] for each in data["probed"]} == {"accepted", "got", "given"}
    secret = [value for value in tenant.variables.values() if len(value) >= 16]
    assert len(secret) > 50
    assert not [value for value in secret if value in done.output]


def test_a_login_and_a_grant_that_fail_are_told(
    tenant: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong password and a wrong client secret are each one failed credential, by its actor."""
    for name, value in tenant.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("EGAIN_SUE_CONSOLE_PASSWORD", "canary-password")
    monkeypatch.setenv("EGAIN_ROBOT_SECRET", "canary-secret")
    done = _check(tenant.profile(tmp_path), None, kit=True)
    assert done.exit_code == 1
    assert "egain sue-console: " in done.output
    assert "egain robot: " in done.output and "2 failed" in done.output
    assert "canary" not in done.output


def test_one_operation_is_checked_by_itself(tmp_path: Path) -> None:
    """With --operation only its rules count, and no API is missed that has none of them."""
    text = "profile: a\napis: {ece-v12: {url: 'https://a.example'}}\n"
    chosen = ("--operation", "searchActivities", "--offline", "--format", "json")
    done = _check(tmp_path / "a.yaml", text, *chosen, kit=True)
    found = json.loads(done.output)
    assert found["rules"] == 99 and found["untried"] == {}
    assert {rule.partition(".")[0] for gap in found["missing"] for rule in gap["rules"]} == {
        "search"
    }

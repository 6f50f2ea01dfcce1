"""The smallest change by which a refused request passes: what is proposed comes true."""

from __future__ import annotations

import shlex
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from refused_by_rule import advised, sent
from rulebound.contract_tests.apis import own
from rulebound.mock_server.explaining.smallest import Advisor, Asked, Change
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from rulebound.mock_server.worlds import WorldRefusal
from stub_calls import (
    A_TASK,
    AN_APPOINTMENT,
    CREATE,
    EMAIL,
    KEYS,
    LOGIN,
    PICK,
    PICKED,
    SEARCH,
    TASK,
    Running,
    as_user,
    in_console,
)
from test_plain import CARD, LIBRARY

NOTES = Path(__file__).parents[1] / "toy" / "notes"
LEAST = 0.95


class Desk:
    """Asks a stub, in a world of its own, and asks for the change of what it refused."""

    def __init__(self, running: Running) -> None:
        stub = running.stub
        self.running = running
        self.call = running.caller.in_new_world()
        self.advisor = Advisor(stub.app, stub.apis, stub.worlds)

    @property
    def world(self) -> str:
        """The id of its world."""
        assert self.call.world is not None
        return self.call.world

    def __call__(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Change:
        """The change proposed for a request that is refused."""
        told = self.call(method, path, body, headers)
        assert told.status >= 400, told
        return self.change()

    def change(self) -> Change:
        """The change proposed for the last request."""
        journal = self.running.stub.worlds.get(self.world).journal
        entry = journal.last(1)[0]
        depth = journal.depth(entry.number)
        assert depth is not None
        path = depth.root + entry.path
        asked = Asked(entry.method, path, entry.query, depth.headers, depth.body)
        return self.advisor.change(asked, self.world)

    def sent(self, change: Change) -> int:
        """The status of what a change says to send."""
        assert change.request is not None
        return sent(self.running, change.request)


@pytest.fixture
def desk(running: Running) -> Desk:
    """A desk at the stub of the kit's own APIs."""
    return Desk(running)


@pytest.fixture(scope="module")
def library() -> Iterator[Running]:
    """A stub of the library, which has hardly any rules."""
    served = Running(build(Settings(apis=(LIBRARY,))))
    yield served
    served.stop()


def told(change: Change) -> list[tuple[str, Any, Any]]:
    """The edits of a change as plain tuples."""
    return [(each.place, each.before, each.after) for each in change.edits]


def test_nearly_every_refusal_has_a_change_that_comes_true(running: Running) -> None:
    """Of the rules that a change of the request can keep, for 95 % one is proposed that passes;
    of the others it is said who else may ask, or how the world has to stand."""
    found = list(advised(running))
    by_request = [each for each in found if each.by_request]
    others = [each for each in found if not each.by_request]
    missed = [each.case for each in found if not each.right]

    assert len(by_request) > 200
    assert len(others) > 20
    assert all(each.refused for each in found)
    assert sum(each.right for each in by_request) >= LEAST * len(by_request), missed
    assert sum(each.right for each in others) >= LEAST * len(others), missed
    assert {each.change.kind for each in others} >= {"actor", "world"}


def test_an_api_of_ones_own_has_changes_as_well() -> None:
    """Nothing of the search knows the kit's own APIs."""
    served = Running(build(Settings(apis=(NOTES,))))
    try:
        found = list(advised(served, [own(NOTES)]))
    finally:
        served.stop()

    assert len(found) >= 10
    assert [each.case for each in found if not each.right] == []


def test_one_wrong_letter_is_one_edit(desk: Desk) -> None:
    """The value that is nearest to what was sent is proposed, and nothing else is touched."""
    change = desk("POST", TASK + "&createCustomer=yess", A_TASK, as_user())

    assert told(change) == [("query.createCustomer", "yess", "yes")]
    assert (change.kind, change.status, desk.sent(change)) == ("request", 201, 201)
    assert change.says == 'Passes (201) with query.createCustomer "yes" instead of "yess".'


def test_a_stale_date_is_exchanged_for_the_stored_one(desk: Desk) -> None:
    """What a condition compares with a record is set to what the record holds."""
    stale = {"activity": [{"id": "40002", "lastModified": "2020-01-01T00:00:00.000Z"}]}
    stored = desk.call.records("activity", id="40002")[0]["lastModified"]

    change = desk("PATCH", PICK, stale, as_user())

    place = "body.activity[0].lastModified"
    assert told(change) == [(place, "2020-01-01T00:00:00.000Z", stored)]
    assert desk.sent(change) == 204


def test_two_faults_take_two_edits(desk: Desk) -> None:
    """The search goes on from what is mended to what is refused next."""
    body = {**A_TASK, "comment": "no such element", "priority": "nine"}

    change = desk("POST", TASK, body, as_user())

    assert sorted(each.place for each in change.edits) == ["body.comment", "body.priority"]
    assert desk.sent(change) == 201


def test_faults_of_four_phases_are_mended_together(desk: Desk) -> None:
    """A header, the query, the body's shape and a record that is missing, each by one edit."""
    body = {**A_TASK, "comment": "x", "case": {"id": "999999"}}
    headers = as_user(**{"Accept-Language": "pl-PL"})

    change = desk("POST", f"{TASK}&nonsense=1", body, headers)

    tops = sorted(each.place.split(".")[1] for each in change.edits)
    assert tops == ["accept-language", "case", "comment", "nonsense"]
    assert desk.sent(change) == 201


def test_nothing_is_left_behind(desk: Desk) -> None:
    """Trials are noted in no journal and change no record, no clock and no setting."""
    desk.call("PATCH", PICK, {"activity": []}, as_user())
    served = desk.running.stub.worlds.get(desk.world)
    journal, digest = served.journal.newest, desk.call.digest()

    assert desk.change().status == 204
    assert (served.journal.newest, desk.call.digest()) == (journal, digest)
    assert desk.call("PATCH", PICK, PICKED, as_user()).status == 204


def test_what_was_accepted_before_is_taken_over(desk: Desk) -> None:
    """The caller's own good requests come before the document's examples."""
    other = {**A_TASK, "subject": "Ring the bell", "department": {"name": "Sales"}}
    assert desk.call("POST", TASK, other, as_user()).status == 201

    change = desk("POST", TASK, {**other, "department": {}}, as_user())

    assert told(change) == [("body.department.name", None, "Sales")]


def test_a_body_in_xml_stays_one(desk: Desk) -> None:
    """A change inside a body is written in the media type that it came in."""
    xml = (
        "<activity><department><name>Nowhere</name></department><type><value>task</value><subtype>"
    )
    xml += "<value>general</value></subtype></type><subject>Hi</subject><customer><contacts>"
    xml += "<contact><email><emailAddress>carol@example.com</emailAddress></email></contact>"
    xml += "</contacts></customer></activity>"

    change = desk("POST", TASK, xml, as_user(**{"Content-Type": "application/xml"}))

    assert told(change) == [("body.department.name", "Nowhere", "Service")]
    assert change.request is not None
    assert b"<name>Service</name>" in change.request.body
    assert desk.sent(change) == 201


def test_who_is_unknown_is_told_who_is_known(desk: Desk) -> None:
    """Without a credential that is known nothing of the request helps but somebody's."""
    nobody = desk("PATCH", PICK, PICKED, {**as_user(), "Authorization": "Bearer wrong"})
    says = "Passes (204) when anna asks instead of somebody unknown, all else being equal."

    assert (nobody.kind, nobody.says) == ("actor", says)
    assert told(nobody) == [("headers.authorization", "Bearer wrong", "Bearer token-anna")]
    assert desk.sent(nobody) == 204


def test_a_key_comes_where_the_other_was(desk: Desk) -> None:
    """The credentials of another actor are put into the query where the old ones stood there."""
    change = desk("POST", f"{CREATE}?accessKey=wrong&secretKey=wrong", AN_APPOINTMENT)

    assert [each.place for each in change.edits] == ["query.accessKey", "query.secretKey"]
    assert (change.kind, desk.sent(change)) == ("actor", 200)


def test_a_limit_of_calls_is_waited_for(desk: Desk) -> None:
    """Where the very same request passes a little later, that is what is proposed."""
    setting = {"rateLimitCalls": 1, "rateLimitSeconds": 7}
    desk.call.control("PATCH", f"/worlds/{desk.world}/leadsquared/settings", setting)
    assert desk.call("POST", CREATE, AN_APPOINTMENT, KEYS).status == 200

    change = desk("POST", CREATE, AN_APPOINTMENT, KEYS)

    assert (change.kind, told(change)) == ("world", [("clock.advance", 0, 7)])
    desk.call.control("PUT", f"/worlds/{desk.world}/clock", {"advance": 7})
    assert desk.sent(change) == 200


def test_a_setting_that_forbids_it_is_named(desk: Desk) -> None:
    """Where neither the request nor another actor helps, the setting does."""
    setting = {"secureMessaging": False}
    desk.call.control("PATCH", f"/worlds/{desk.world}/egain/settings", setting)
    body = {
        "type": {"value": "email", "subtype": {"value": "general"}},
        "subject": "It stays dark",
        "payload": {"email": {"emailAddresses": {"receiver": "help@service.example.com"}}},
    }

    change = desk("POST", EMAIL, body, as_user("token-cora"))

    assert (change.kind, told(change)) == ("world", [("settings.secureMessaging", False, True)])


def test_rules_that_are_switched_off_are_not_minded(desk: Desk) -> None:
    """The change is looked for among the rules as they stand in that world."""
    desk.call.control("PUT", f"/worlds/{desk.world}/rules/pick.exists", {"on": True})
    desk.call.control("PUT", f"/worlds/{desk.world}/rules/pick.known-elements", {"on": False})

    change = desk("PATCH", PICK, {**PICKED, "comment": "x"}, as_user(**{"Accept-Language": "pl"}))

    assert [each.place for each in change.edits] == ["headers.accept-language"]
    assert desk.sent(change) == 204


@pytest.mark.parametrize(
    ("method", "path", "place"),
    [
        ("PATCH", PICK.replace("pick", "pik"), "path"),
        ("POST", PICK, "method"),
    ],
)
def test_an_address_that_is_not_there_is_mended(
    desk: Desk, method: str, path: str, place: str
) -> None:
    """The operation most like it is proposed."""
    change = desk(method, path, PICKED, as_user())

    assert [each.place for each in change.edits] == [place]
    assert desk.sent(change) == 204


def test_a_context_root_stays(desk: Desk) -> None:
    """What stands before the path of an API is not taken off."""
    wrong = desk("GET", f"/system{SEARCH}s?customer=1080", None, in_console())
    unknown = desk("GET", f"/system{SEARCH}?customer=1080&x=1", None, in_console())

    assert told(wrong) == [("path", f"/system{SEARCH}s", f"/system{SEARCH}")]
    for change in (wrong, unknown):
        assert change.request is not None
        assert change.request.path == f"/system{SEARCH}"
        assert desk.sent(change) == 200


def test_what_does_not_come_again_passes_as_it_stands(desk: Desk) -> None:
    """A header given twice is not kept of a request, so the rest of it passes."""
    lines = [
        f"PATCH {PICK} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "X-Twice: 1",
        "X-Twice: 2",
    ]
    lines += [f"{name}: {value}" for name, value in as_user().items()]
    lines += [f"Rulebound-World: {desk.world}"]
    body = b'{"activity": [{"id": "40001", "lastModified": "2026-10-02T10:15:30.123Z"}]}'
    lines += [f"Content-Length: {len(body)}", "", ""]
    assert b" 400 " in desk.call.raw("\r\n".join(lines).encode() + body)

    change = desk.change()

    assert (change.kind, change.edits, desk.sent(change)) == ("request", (), 204)


def test_the_curl_line_can_be_run(desk: Desk) -> None:
    """What is shown is what passes, in the world it was asked for."""
    change = desk("PATCH", PICK, {"activity": [], "comment": "it's"}, as_user())
    line = change.curl(f"http://{desk.call.host}:{desk.call.port}")
    assert line is not None
    done = subprocess.run(shlex.split(line), capture_output=True, check=True, timeout=20)

    assert done.stdout.startswith(b"HTTP/1.1 204 ")
    assert desk.call.records("activity", id="40001")[0]["assignee"] == "1101"


def test_json_of_a_change_has_all_of_it(desk: Desk) -> None:
    """The control plane and the console get the request, the edits and the line together."""
    change = desk("GET", f"{SEARCH}?customer=1080&nonsense=1", None, in_console())
    shown = change.as_json("http://127.0.0.1:1")

    assert list(shown) == ["kind", "says", "edits", "status", "request", "curl"]
    assert shown["edits"] == [{"place": "query.nonsense", "before": "1", "after": None}]
    assert shown["request"]["query"] == "customer=1080"
    assert "?customer=1080" in shown["curl"]


def test_a_record_that_is_not_there_is_exchanged(library: Running) -> None:
    """Where no rule but the deed itself refuses, another record of its table is tried."""
    change = Desk(library)("GET", "/library/books/99", None, CARD)

    assert change.kind == "request"
    assert [(each.place, each.before) for each in change.edits] == [("path.book-id", "99")]
    assert change.request is not None
    assert sent(library, change.request) == 200


def test_a_schema_without_rules_is_mended(library: Running) -> None:
    """What no rule speaks of and the schema refuses all the same."""
    change = Desk(library)("POST", "/library/books", {"title": "Ada", "pages": 7}, CARD)

    assert told(change) == [("body.pages", 7, None)]


def test_other_cookies_stay(library: Running) -> None:
    """A credential in a cookie is exchanged, what is beside it is kept."""
    change = Desk(library)("GET", "/library/books", None, {"Cookie": "other=1; card=lost"})

    assert told(change) == [
        ("headers.cookie", "other=1; card=lost", "other=1; card=card-rosa")
    ]  # fmt: skip
    assert change.kind == "actor"


def test_an_unknown_world_is_refused(desk: Desk) -> None:
    """Who asks about a world that is not there hears so."""
    with pytest.raises(WorldRefusal):
        desk.advisor.change(Asked("GET", "/", "", (), b""), "nowhere")


def test_changes_are_found_while_the_stub_answers(desk: Desk) -> None:
    """Several threads may ask for changes while requests go on, in the same world."""
    desk.call("PATCH", PICK, {"activity": []}, as_user())
    found: list[Change] = []
    threads = [
        threading.Thread(target=lambda: found.append(desk.change())) for _ in range(3)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    answers = [desk.call("GET", f"{SEARCH}?customer=1080", None, in_console()) for _ in range(40)]
    for thread in threads:
        thread.join()

    assert {each.status for each in answers} == {200}
    assert len(found) == 3


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe\x00", b"[" * 500, b'{"userName": "anna", "userName": "anna"}', b"null", b'"x"'],
)
def test_odd_bodies_are_mended_too(desk: Desk, body: bytes) -> None:
    """Bytes that are no text, too deep, doubled or of the wrong kind lead to a request that
    passes."""
    change = desk("POST", LOGIN, body, {"Content-Type": "application/json"})

    assert (change.kind, desk.sent(change)) == ("request", 204)

"""The forms of the console: what they do, what they refuse, and who may send them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest
import yaml
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import CREATE, PICK, PICKED, SEARCH, Caller, Running, Told, as_user, in_console
from test_plain import LIBRARY

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = "a-long-token"


def _send(
    call: Caller, path: str, headers: Mapping[str, str] | None = None, /, **fields: str
) -> Told:
    world = call.world or "default"
    address = f"/_rulebound/console/{world}/{path}"
    return call("POST", address, urlencode(fields), {**FORM, **(headers or {})})


def _see(call: Caller, told: Told) -> str:
    """The page that a form leads to."""
    assert told.status == 303, told.content[:500]
    page = call("GET", told.headers["location"])
    assert page.status == 200
    return page.content.decode()


def test_a_rule_is_switched_off_and_on(call: Caller) -> None:
    """Switched off it refuses nothing in this world, switched on it does again."""
    off = _see(call, _send(call, "rules/pick.at-least-one/switch", to="off"))
    assert "It is switched off" in off
    assert call("PATCH", PICK, {"activity": []}, as_user()).rule != "pick.at-least-one"

    on = _see(call, _send(call, "rules/pick.at-least-one/switch", to="on"))
    assert "It is on" in on
    assert call("PATCH", PICK, {"activity": []}, as_user()).rule == "pick.at-least-one"


def test_the_clock_is_set(call: Caller) -> None:
    """It stands where it is put, moves on, and runs."""

    def now() -> str:
        found = call.control("GET", "/worlds").json["worlds"]
        return str(next(each for each in found if each["id"] == call.world)["now"]["egain"])

    _see(call, _send(call, "world/clock", way="freeze", at="2030-05-01T10:00:00Z"))
    assert now() == "2030-05-01T10:00:00+00:00"
    page = _see(call, _send(call, "world/clock", way="advance", seconds="90"))
    assert now() == "2030-05-01T10:01:30+00:00"
    assert "2030-05-01 10:01:30 UTC" in page
    _see(call, _send(call, "world/clock", way="run"))
    assert not now().startswith("2030")


def test_a_setting_is_changed(call: Caller) -> None:
    """A switch turns, a value is set; what the setting cannot be is refused in words."""
    _see(call, _send(call, "world/settings/egain", name="departmentalization", value="false"))
    _see(call, _send(call, "world/settings/egain", name="licences", value='["One"]'))
    told = call.control("PATCH", f"/worlds/{call.world}/egain/settings", {})

    assert told.json["departmentalization"] is False
    assert told.json["licences"] == ["One"]
    for value in ("12", "no JSON", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        refused = _send(call, "world/settings/egain", name="departmentalization", value=value)
        assert refused.status == 400
        assert b"Instead:" in refused.content


def test_worlds_are_made_forked_reset_and_deleted(call: Caller) -> None:
    """Each form leads to the world it made or left."""
    assert call("PATCH", PICK, PICKED, as_user()).status == 204
    picked = call.records("activity", id="40001")

    fork = Caller(call.host, call.port, _world(_send(call, "world/make", **{"from": "this"})))
    fresh = Caller(call.host, call.port, _world(_send(call, "world/make", **{"from": "standing"})))
    assert fork.records("activity", id="40001") == picked
    assert fresh.records("activity", id="40001") != picked

    _see(call, _send(call, "world/reset"))
    assert call.digest() == fresh.digest()

    gone = _send(fork, "world/delete")
    assert gone.headers["location"] == "/_rulebound/console/default/world?done=deleted"
    assert fork("GET", f"/_rulebound/console/{fork.world}/world").status == 404
    kept = _send(Caller(call.host, call.port), "world/delete")
    assert kept.status == 409


def _world(told: Told) -> str:
    assert told.status == 303
    return told.headers["location"].split("/")[3]


def test_a_world_is_exported_as_yaml(call: Caller) -> None:
    """The file holds clock, settings, switched rules and every record of every table."""
    _send(call, "rules/pick.at-least-one/switch", to="off")
    odd = {"Name": "\x7f\u2028 'quoted' \"twice\"\n: #", "TaskType": {"Name": "Meeting"}}
    keys = {"x-LSQ-AccessKey": "access-liam", "x-LSQ-SecretKey": "secret-liam"}
    assert call("POST", CREATE, odd, keys).status == 200
    told = call("GET", f"/_rulebound/console/{call.world}/world.yaml")
    written = yaml.safe_load(told.content)

    assert told.headers["content-type"] == "application/yaml"
    assert "attachment" in told.headers["content-disposition"]
    assert written["world"] == call.world
    assert written["rules_off"] == ["pick.at-least-one"]
    assert written["seeds"]["egain"]["settings"]["departmentalization"] is True
    assert written["seeds"]["egain"]["clock"] == {
        "now": "2026-11-22T00:00:00+00:00",
        "running": False,
    }
    for seed, table in (("egain", "activity"), ("egain", "user"), ("leadsquared", "task")):
        assert written["seeds"][seed]["tables"][table] == call.records(table, seed)


def test_faults_are_set_and_taken_off(call: Caller) -> None:
    """A fault set by the form meets the next call; one taken off meets none."""
    page = _see(call, _send(call, "faults/add", kind="429", operation="", calls="1", seconds="7"))
    assert "What goes wrong now" in page
    met = call("GET", f"{SEARCH}?customer=1080", None, in_console())
    assert (met.status, met.headers["retry-after"]) == (429, "7")
    assert call("GET", f"{SEARCH}?customer=1080", None, in_console()).status == 200

    _send(call, "faults/add", kind="500", operation="pickActivities", milliseconds="2000")
    assert call("PATCH", PICK, PICKED, as_user()).status == 500
    assert "Nothing goes wrong" in _see(call, _send(call, "faults/take-off", number="all"))
    assert call("PATCH", PICK, PICKED, as_user()).status == 204
    for fields in ({"kind": "flood"}, {"kind": "latency", "milliseconds": "long"}, {}):
        assert _send(call, "faults/add", **fields).status == 400
    assert _send(call, "faults/take-off", number="77").status == 404


def test_a_request_is_tried_without_script(call: Caller) -> None:
    """The form sends what it holds, in this world, and shows the answer and why."""
    page = call("GET", f"/_rulebound/console/{call.world}/try?operation=pickActivities&actor=bob")
    assert b"Bearer token-bob" in page.content
    headers = "\n".join(f"{name}: {value}" for name, value in as_user().items())
    sent = {"operation": "pickActivities", "actor": "anna", "method": "PATCH", "target": PICK}
    told = _send(
        call,
        "try",
        headers=f"{headers}\nRulebound-World: {call.world}",
        body='{"activity": []}',
        **sent,
    )

    assert told.status == 200
    assert b"pick.at-least-one" in told.content
    entries = call.control("GET", f"/worlds/{call.world}/journal").json["entries"]
    assert [each["rule"] for each in entries] == ["pick.at-least-one"]


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "BREW"},
        {"target": "http://elsewhere.example/"},
        {"target": "/a b"},
        {"target": "/x\r\nX-More: 1"},
        {"headers": "no colon"},
        {"headers": "Host: elsewhere.example"},
        {"headers": "X-Odd: \u20ac"},
        {"headers": "X Odd: 1"},
    ],
)
def test_what_is_no_request_is_not_sent(call: Caller, fields: dict[str, str]) -> None:
    """Anything that is no request to this stub is refused in words, and nothing is sent."""
    told = _send(call, "try", **{"method": "GET", "target": "/ws/v12", **fields})

    assert told.status == 400
    assert b"Instead:" in told.content
    assert call.control("GET", f"/worlds/{call.world}/journal").json["entries"] == []


def test_a_refused_request_is_sent_changed(call: Caller) -> None:
    """The smallest change is shown with its curl line; the button sends it, and it passes."""
    call("PATCH", PICK, {"activity": []}, as_user())
    shown = call("GET", f"/_rulebound/console/{call.world}/requests/1/change")
    assert shown.status == 200
    assert b"body.activity" in shown.content
    assert b"curl -i -X PATCH" in shown.content

    mark = re.search(rb'name="shown" value="(\w+)"', shown.content)
    assert mark is not None
    changed = {"what": "changed", "shown": mark[1].decode()}
    page = _see(call, _send(call, "requests/1/again", **changed))
    assert "Passed every rule" in page
    again = _see(call, _send(call, "requests/1/again", what="same"))
    assert "Refused by" in again
    assert _send(call, "requests/77/again", what="same").status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_changes_nothing(call: Caller, headers: dict[str, str]) -> None:
    """A page elsewhere cannot make a browser here send a form of the console."""
    call("PATCH", PICK, PICKED, as_user())
    before = call.digest()

    for path in ("world/reset", "world/delete", "world/clock", "faults/add"):
        assert _send(call, path, headers, way="run", kind="500").status == 403
    assert call.digest() == before


@pytest.fixture(scope="module")
def guarded() -> Iterator[Caller]:
    """A stub whose control plane is opened from elsewhere by a token."""
    served = Running(build(Settings(apis=(LIBRARY,), token=TOKEN)))
    yield served.caller
    served.stop()


def test_who_knows_the_token_signs_in(guarded: Caller) -> None:
    """From elsewhere a browser is led to the sign-in page; the token is proved by a cookie that
    scripts cannot read, other sites do not send, and that does not hold the token."""
    host = {"Host": "stub.example"}
    path = "/_rulebound/console/default/world"
    led = guarded("GET", path, None, {**host, "Accept": "text/html"})
    door = led.headers["location"]
    assert (led.status, door.partition("?")[0]) == (303, "/_rulebound/console/sign-in")
    assert guarded("GET", path, None, host).status == 403
    assert guarded("GET", door, None, host).status == 200

    wrong = urlencode({"token": "guess", "to": path})
    assert guarded("POST", door, wrong, {**host, **FORM}).status == 403
    right = urlencode({"token": TOKEN, "to": path})
    told = guarded("POST", door, right, {**host, **FORM})
    assert (told.status, told.headers["location"]) == (303, path)
    cookie = told.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and TOKEN not in cookie

    signed = {**host, "Cookie": cookie.partition(";")[0]}
    assert guarded("GET", path, None, signed).status == 200
    reset = "/_rulebound/console/default/world/reset"
    own = {**signed, **FORM, "Origin": "http://stub.example"}
    assert guarded("POST", reset, "", own).status == 303
    for strange in ("http://stub.example:81", "https://evil.example.com", "null"):
        assert guarded("POST", reset, "", {**own, "Origin": strange}).status == 403
    forged = {**host, "Cookie": f"rulebound-console={TOKEN}"}
    assert guarded("GET", path, None, forged).status == 403


def test_signing_in_leads_nowhere_else(guarded: Caller) -> None:
    """Where the sign-in goes on to is a page of the console, whatever the address says."""
    for to in ("https://evil.example.com/", "//evil.example.com", "/\\evil.example.com", "/x"):
        sent = urlencode({"token": TOKEN, "to": to})
        told = guarded("POST", "/_rulebound/console/sign-in", sent, FORM)
        assert told.headers["location"] == "/_rulebound/console"


def test_dark_and_light_are_remembered(call: Caller) -> None:
    """The choice is a cookie, and the page comes as chosen."""
    to = f"/_rulebound/console/{call.world}/rules"
    sent = urlencode({"theme": "dark", "to": to})
    told = call("POST", "/_rulebound/console/theme", sent, FORM)
    assert told.headers["location"] == to

    page = call("GET", to, None, {"Cookie": told.headers["set-cookie"].partition(";")[0]})
    assert b'<html lang="en" data-theme="dark">' in page.content
    odd = call("GET", to, None, {"Cookie": 'rulebound-theme="><script>'})
    assert b'<html lang="en">' in odd.content

"""Addresses and methods: the context root, HEAD, OPTIONS, 405 with Allow, and each vendor's 404."""

from __future__ import annotations

import pytest
from acceptance import asked
from acceptance.wire import Caller

ROOT = "/system"
NAMES = {path: name for name, path in vars(asked).items() if isinstance(path, str)}
ALLOWED = {
    asked.PICK: {"PATCH"},
    asked.TASK: {"POST"},
    asked.EMAIL: {"POST"},
    asked.SEARCH: {"GET", "HEAD"},
    asked.LOGIN: {"POST"},
    asked.LOGOUT: {"DELETE"},
    asked.CREATE: {"POST"},
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]


@pytest.mark.parametrize("path", ALLOWED, ids=NAMES.get)
def test_another_method_is_405_with_allow(world: Caller, path: str) -> None:
    """An unknown method is 405 in the vendor's form, and Allow names what is known."""
    before = world.digest()
    for method in METHODS:
        answer = world(method, path, headers={"Accept": "application/json"})
        if method in ALLOWED[path]:
            assert answer.status != 405
            continue
        assert answer.status == 405, method
        assert {each.strip() for each in answer.headers["allow"].split(",")} == ALLOWED[path]
        if method != "HEAD":
            assert answer.code == ("MXInvalidInputException" if path == asked.CREATE else "405-100")
    assert world.digest() == before


def test_head_answers_as_get_without_a_body(world: Caller) -> None:
    """HEAD of a search has the status and headers of GET, and nothing behind them."""
    for query in ({"customer": "1080"}, {"customer": "999999"}, {}):
        plain, head = (
            world(method, asked.SEARCH, headers=asked.v12(), query=query)
            for method in ("GET", "HEAD")
        )
        assert (head.status, head.content) == (plain.status, b"")
        # Each is explained at a place of its own.
        own = {"date", "rulebound-explain"}
        assert {n: v for n, v in head.headers.items() if n not in own} == {
            n: v for n, v in plain.headers.items() if n not in own
        }


@pytest.mark.parametrize("name", ["searchActivities", "loginUser", "logoutUser"])
def test_the_context_root_makes_no_difference(world: Caller, name: str) -> None:
    """Every v12 address works with /system before it and without."""
    request = asked.ALL[name]
    for root in ("", ROOT):
        twin = world.new_world()
        answer = twin(
            request.method, root + request.path, request.body, request.headers, request.query
        )
        assert answer.status == request.status


def test_links_repeat_the_context_root(world: Caller) -> None:
    """The links of a search start as the address that was asked."""
    for root in ("", ROOT):
        query = {"customer": "1080", "$pagesize": "2", "$pagenum": "2"}
        found = world("GET", root + asked.SEARCH, None, asked.v12(), query).json
        links = [link for each in found["activity"] for link in each["link"]]
        links += found["paginationInfo"]["link"]
        assert {link["rel"] for link in links} >= {"self", "prev", "next"}
        assert all(link["href"].startswith(f"{root}/ws/v12/") for link in links)
        following = next(link["href"] for link in links if link["rel"] == "next")
        assert world("GET", following, headers=asked.v12()).status == 200


def test_the_context_root_is_that_of_v12_alone(world: Caller) -> None:
    """The other vendors know no /system."""
    for path in (asked.PICK, asked.CREATE, f"/x{asked.SEARCH}", f"{ROOT}{ROOT}{asked.SEARCH}"):
        assert world("GET", path if path.startswith("/x") else ROOT + path).status == 404


NOWHERE = {
    f"{asked.V3}/activity/nothing": "404-100",
    f"{asked.V3}/activity/pick/": "404-100",
    f"{asked.V3}/activity/Pick": "404-100",
    f"{asked.V3}/activity%2Fpick": "404-100",
    asked.V3: "404-100",
    "/ws/v12/interaction/activities": "404-100",
    "/ws/v12/interaction/activity/": "404-100",
    f"{ROOT}/ws/v12/nothing": "404-100",
    "/v2/Task.svc/create": "MXInvalidInputException",
    "/v2/Task.svc": "MXInvalidInputException",
}


@pytest.mark.parametrize("path", NOWHERE)
def test_an_unknown_address_gets_the_vendors_404(world: Caller, path: str) -> None:
    """Each vendor's 404 has that vendor's error body, with and without credentials."""
    for headers in ({}, asked.v3(), asked.v12(), asked.KEYS):
        answer = world("GET", path, headers={**headers, "Accept": "application/json"})
        assert (answer.status, answer.code) == (404, NOWHERE[path])
        assert answer.message


@pytest.mark.parametrize("path", ["/", "/core", "/favicon.ico", "/core/casemgr/v4/activity/pick"])
def test_an_address_of_no_vendor_says_what_there_is(world: Caller, path: str) -> None:
    """Outside of all APIs the answer is a sentence of the stub itself that names the APIs."""
    answer = world("GET", path)
    assert answer.status == 404
    assert set(answer.json) == {"error", "instead"}
    assert asked.V3 in answer.json["instead"]


ODD = {
    "no request": b"nonsense\r\n\r\n",
    "unknown method": b"FROB /core/casemgr/v3/activity/pick HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two lengths": b"PATCH /core/casemgr/v3/activity/pick HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "bad chunk": b"PATCH /core/casemgr/v3/activity/pick HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_http_is_refused_without_a_fuss(world: Caller, name: str) -> None:
    """Bytes that cannot be read as a request get a 4xx, and the stub goes on."""
    head = world.raw(ODD[name]).split(b"\r\n")[0]
    assert head.startswith(b"HTTP/1.1 4"), head
    assert asked.pick.send(world).status == 204

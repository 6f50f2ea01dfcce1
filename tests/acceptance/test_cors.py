"""Web pages: those of this machine may call the stub, others only where they were named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from acceptance import asked
from acceptance.process import Served
from acceptance.wire import Answer, Caller

ELSEWHERE = "https://app.example.com"
HERE = [
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:8443",
    "http://127.0.0.1:5173",
    "http://[::1]:8080",
]
NOT_HERE = [
    ELSEWHERE,
    "null",
    "http://localhost.example.com",
    "http://localhost:3000.example.com",
    "http://127.0.0.1.example.com",
    "http://notlocalhost",
    "ftp://localhost",
    "http://192.168.0.5:3000",
]


@pytest.fixture(scope="module")
def opened() -> Iterator[Caller]:
    """A stub that was told of one more origin."""
    with Served("--origin", ELSEWHERE, "--quiet") as served:
        yield Caller(served.url)


def preflight(caller: Caller, origin: str, method: str = "PATCH") -> Answer:
    """What a browser asks before it lets a page send a pick."""
    asking = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "accept-language,authorization,content-type",
    }
    return caller("OPTIONS", asked.PICK, headers=asking)


def allowed(answer: Answer) -> str | None:
    """The origin whose pages may read an answer."""
    return answer.headers.get("access-control-allow-origin")


@pytest.mark.parametrize("origin", HERE)
def test_pages_of_this_machine_may_read_answers(world: Caller, origin: str) -> None:
    """Any port of localhost is allowed, by name and number, on acceptance as before it."""
    assert preflight(world, origin).status == 200
    assert allowed(preflight(world, origin)) == origin
    answer = asked.pick.send(world, headers=asked.v3(Origin=origin))
    assert (answer.status, allowed(answer)) == (204, origin)
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", NOT_HERE)
def test_pages_of_other_origins_may_not(world: Caller, origin: str) -> None:
    """An origin that only looks like this machine, or is another one, gets no permission; to ask
    for it is answered as any method that the address does not know."""
    assert preflight(world, origin).status == 405
    assert allowed(preflight(world, origin)) is None
    assert allowed(asked.pick.send(world, headers=asked.v3(Origin=origin))) is None


def test_a_named_origin_may_read_answers_and_others_still_not(opened: Caller) -> None:
    """`--origin` allows exactly that one, besides this machine's."""
    assert allowed(preflight(opened, ELSEWHERE)) == ELSEWHERE
    for origin, answer in ((ELSEWHERE, ELSEWHERE), (HERE[1], HERE[1]), ("https://x.test", None)):
        assert allowed(asked.search.send(opened, headers=asked.v12(Origin=origin))) == answer
    for near in ("http://app.example.com", f"{ELSEWHERE}:8443", "https://app.example.com.test"):
        assert allowed(preflight(opened, near)) is None


@pytest.mark.parametrize("header", ["Rulebound-Rule", "X-egain-session", "Location", "Allow"])
def test_a_page_may_read_the_headers_that_matter(world: Caller, header: str) -> None:
    """Answers expose the vendors' own headers and the deciding rule."""
    answer = asked.pick.send(world, headers=asked.v3(Origin=HERE[1]))
    assert header in answer.headers["access-control-expose-headers"].split(", ")


ERRORS = {
    400: ("PATCH", asked.PICK, asked.v3(), b"{"),
    401: ("PATCH", asked.PICK, asked.v3(None), {}),
    404: ("GET", f"{asked.V3}/activity/nothing", {}, None),
    405: ("GET", asked.PICK, {}, None),
    406: ("PATCH", asked.PICK, asked.v3(Accept="text/html"), {}),
}


@pytest.mark.parametrize("status", ERRORS)
def test_errors_can_be_read_by_pages_too(world: Caller, status: int) -> None:
    """A page learns why it was refused: permission stands on errors as well."""
    method, path, headers, body = ERRORS[status]
    answer = world(method, path, body, {**headers, "Origin": HERE[1]})
    assert (answer.status, allowed(answer)) == (status, HERE[1])
    assert answer.code.startswith(str(status))


def test_the_preflight_lets_every_method_and_header_through(world: Caller) -> None:
    """The methods of all operations and the headers asked for are permitted, nothing is changed."""
    before = world.digest()
    for method in ("GET", "POST", "PATCH", "DELETE"):
        answer = preflight(world, HERE[1], method)
        assert method in answer.headers["access-control-allow-methods"].split(", ")
    permitted = answer.headers["access-control-allow-headers"].lower()
    assert all(name in permitted for name in ("authorization", "accept-language", "content-type"))
    assert world.digest() == before

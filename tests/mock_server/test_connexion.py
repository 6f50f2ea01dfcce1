"""Connexion's routing, security and binding are in the path of every vendor request."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolution
from rulebound.mock_server.driver.application import StepResolver, StubApp
from rulebound.mock_server.driver.specification import Spec31
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import Stub, assemble, shipped
from rulebound.openapi.loader import load
from rulebound.openapi.model import Document
from stub_calls import AN_APPOINTMENT, CREATE, GOOD, KEYS, PICK, PICKED, Caller, as_user


async def _pass_by(self: Any, scope: Any, receive: Any, send: Any) -> None:
    await self.app(scope, receive, send)


def _ask(stub: Stub, operation: str) -> int:
    """The status of a good request, sent to the application itself."""
    method, target, body, headers, _ = GOOD[operation]
    path, _, query = target.partition("?")
    content = b"" if body is None else json.dumps(body).encode()
    sent = {**headers, "Host": "localhost", "Content-Type": "application/json"}
    sent["Content-Length"] = str(len(content))
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    asyncio.run(stub.app(scope, receive, send))  # type: ignore[arg-type]
    return statuses[0]


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    """The documents that come with Rulebound."""
    return [load(folder) for folder in shipped()]


@pytest.fixture
def stub(documents: list[Document]) -> Stub:
    """A stub of its own, not served."""
    return assemble(documents, Settings())


@pytest.mark.parametrize("operation", GOOD)
def test_with_connexion_a_good_request_is_accepted(stub: Stub, operation: str) -> None:
    """The twin of the tests below: the same requests are accepted while Connexion is there."""
    assert _ask(stub, operation) == GOOD[operation][4]


@pytest.mark.parametrize("operation", GOOD)
def test_without_its_routing_every_vendor_request_fails(
    stub: Stub, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but Connexion's router finds an operation."""
    monkeypatch.setattr(RoutingMiddleware, "__call__", _pass_by)

    assert _ask(stub, operation) == 500


@pytest.mark.parametrize("operation", sorted(GOOD.keys() - {"loginUser"}))
def test_without_its_security_nobody_is_known(
    stub: Stub, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but Connexion's security finds an actor."""
    monkeypatch.setattr(SecurityMiddleware, "__call__", _pass_by)

    assert _ask(stub, operation) == 401


@pytest.mark.parametrize("operation", GOOD)
def test_without_its_binding_nothing_is_carried_out(
    stub: Stub, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is called for an operation is what Connexion's resolver found by its operationId."""
    resolve = StepResolver.resolve

    def other(self: StepResolver, asked: Any) -> Resolution:
        found = resolve(self, asked)
        wrong = next(step for id, step in self._steps.items() if id != asked.operation_id)
        return Resolution(wrong, found.operation_id)

    if operation != "createAppointment":
        monkeypatch.setattr(StepResolver, "resolve", other)
        assert _ask(stub, operation) != GOOD[operation][4]


def test_an_operation_nobody_can_bind_does_not_start(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connexion binds when the stub starts, not when somebody asks."""

    def nothing(self: StepResolver, asked: Any) -> Resolution:
        raise LookupError(asked.operation_id)

    monkeypatch.setattr(StepResolver, "resolve", nothing)

    with pytest.raises(LookupError):
        asyncio.run(stub.start())


def test_the_seam_into_connexion_is_where_it_was() -> None:
    """An API is registered as Connexion's own add_api does it: in `app.middleware.apis`."""
    app = StubApp("seam", middlewares=[])

    assert app.middleware.apis == []
    assert isinstance(app.middleware.options.__dict__, dict)


def test_a_document_of_3_1_is_handed_over_unchanged(stub: Stub) -> None:
    """Connexion's raw specification is our bundle, and path parameters are texts to its router."""
    bundle = stub.apis[0].document.bundle
    specification = Spec31(bundle, "/base")

    assert specification.raw is bundle
    assert specification.base_path == "/base"
    assert specification.clone().base_path == "/base"


def test_parameters_of_a_path_stand_once_in_each_operation() -> None:
    """Connexion appends them for every layer; folded in, they cannot multiply."""
    shared = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    own = {"name": "q", "in": "query", "schema": {"type": "integer"}}
    item = {"parameters": [shared], "get": {"operationId": "x", "parameters": [own]}}

    found = Spec31({"paths": {"/things/{id}": item}}, "").get_operation("/things/{id}", "get")

    assert [each["name"] for each in found["parameters"]] == ["id", "q"]
    assert found["parameters"][0]["schema"] == {"type": "string"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_another_method_is_answered_405_with_those_allowed(call: Caller, method: str) -> None:
    """405 carries Allow, in the vendor's form, and changes nothing."""
    before = call.digest()

    told = call(method, PICK, None, as_user())

    assert (told.status, told.headers["allow"]) == (405, "PATCH")
    assert call.digest() == before
    if method != "HEAD":
        assert told.json["code"] == "405-100"


def test_head_is_get_without_its_body(call: Caller) -> None:
    """HEAD on a search has the status and headers of GET, and no body."""
    _, path, _, headers, _ = GOOD["searchActivities"]
    with_body, without = call("GET", path, None, headers), call("HEAD", path, None, headers)

    assert without.status == with_body.status == 200
    assert without.content == b""
    assert without.headers["content-length"] == str(len(with_body.content))


def test_a_refused_credential_names_its_rule(call: Caller) -> None:
    """What Connexion refuses with 401 is told as the operation's rule, and traced."""
    told = call("PATCH", PICK, PICKED, as_user("token-nobody"))
    journal = call.control("GET", f"/worlds/{call.world}/journal?last=1").json["entries"]

    assert (told.status, told.rule) == (401, "pick.signed-in")
    results = {each["rule"]: each["result"] for each in journal[0]["trace"]}
    assert results["pick.signed-in"] == "broken"
    assert results["pick.stale"] == "not reached"


def test_an_actor_of_another_kind_is_refused_by_a_rule(call: Caller) -> None:
    """A known credential gives its actor, also where the operation is not for such actors."""
    told = call("PATCH", PICK, PICKED, as_user("token-robot"))

    assert (told.status, told.rule) == (403, "pick.users-only")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 400), ({"x-LSQ-AccessKey": "nobody", "x-LSQ-SecretKey": "nothing"}, 401), (KEYS, 200)],
    ids=["alone", "beside an unknown key", "beside a known key"],
)
def test_a_doubled_key_is_told_where_no_other_decides(
    call: Caller, headers: dict[str, str], status: int
) -> None:
    """Of all schemes a known key counts first, then an unknown one, then one given twice."""
    told = call("POST", f"{CREATE}?accessKey=a&accessKey=b&secretKey=c", AN_APPOINTMENT, headers)

    assert told.status == status


def test_nothing_is_loaded_for_pretty_printing() -> None:
    """Connexion's way to httpx's command line is cut; httpx itself works, and finds it later."""
    code = (
        "import sys, rulebound.mock_server.stub, httpx;"
        "assert not {'rich', 'pygments'} & sys.modules.keys();"
        "httpx.Client().close(); import httpx._main"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)

"""Who may use the control plane, and the console it shows."""

from __future__ import annotations

import re
import shutil
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from acceptance import asked
from acceptance.process import Served
from acceptance.wire import Answer, Caller
from openapi_spec_validator import OpenAPIV31SpecValidator

TOKEN = "open-sesame"


def health(caller: Caller, **headers: str) -> int:
    """How the control plane answers to these headers."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return caller("GET", "/_rulebound/health", headers=sent).status


@pytest.fixture(scope="module")
def guarded() -> Iterator[Caller]:
    """A stub on all addresses, whose control plane has a token."""
    served = Served("--host", "0.0.0.0", "--quiet", environment={"RULEBOUND_TOKEN": TOKEN})
    with served:
        yield Caller(served.url.replace("0.0.0.0", "127.0.0.1"))


@pytest.fixture
def from_outside(guarded: Caller) -> Caller:
    """The same stub, met over an address of this machine that is not a loopback one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but the loopback one")
        address = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no address but the loopback one")
    return Caller(f"http://{address}:{guarded.port}")


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:80", "127.0.0.1", "127.8.9.1", "[::1]:80"]
)
def test_names_of_this_machine_are_answered(stub: Caller, host: str) -> None:
    """A request that came by a loopback name may use the control plane."""
    assert health(stub, Host=host) == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example.com", "localhost.example.com", "127.0.0.1.example.com", "192.168.0.1", "x"],
)
def test_a_name_that_only_resolves_here_is_refused(stub: Caller, host: str) -> None:
    """A browser led here under another name (DNS rebinding) is refused, by the vendors' APIs too,
    in their form."""
    assert health(stub, Host=host) == 403
    refused = asked.pick.send(stub.new_world(), headers=asked.v3(Host=host))
    assert refused.status == 421
    assert set(refused.json) == {"code", "developerMessage"}


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://localhost.test"])
def test_pages_of_other_origins_are_refused(stub: Caller, origin: str) -> None:
    """A page elsewhere can neither read nor change anything, nor make a world."""
    before = stub.control("GET", "/health").json["worlds"]
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    for method, path in (("POST", "/worlds"), ("POST", "/worlds/default/reset"), ("GET", "/rules")):
        assert stub(method, f"/_rulebound{path}", None, headers).status == 403
    assert stub.control("GET", "/health").json["worlds"] == before


def test_callers_elsewhere_need_the_token(guarded: Caller, from_outside: Caller) -> None:
    """Over another address the control plane is refused without its token, and open with it."""
    assert health(guarded) == 200
    assert health(from_outside) == 403
    assert health(from_outside, Host="localhost") == 403
    assert health(from_outside, Rulebound_Token="open-sesam") == 403
    assert health(from_outside, Rulebound_Token=TOKEN) == 200
    assert health(from_outside, Authorization=f"Bearer {TOKEN}") == 200
    assert asked.search.send(from_outside).status == 200


def test_the_token_opens_it_under_any_name(guarded: Caller) -> None:
    """Who knows the token may come by any name."""
    assert health(guarded, Host="stub.example.com") == 403
    assert health(guarded, Host="stub.example.com", Rulebound_Token=TOKEN) == 200


def test_a_refusal_says_what_to_do(stub: Caller) -> None:
    """The sentence of the refusal tells how to be let in: another machine, a name, a page."""
    refused = stub("GET", "/_rulebound/worlds", headers={"Host": "x"})
    assert set(refused.json) == {"error", "instead"}
    for way in ("RULEBOUND_TOKEN", "--allow-host", "--origin"):
        assert way in refused.json["instead"]


DOCUMENTS = ["egain-v3", "ece-v12", "leadsquared-v2"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_served_whole(stub: Caller, name: str) -> None:
    """A bundle is a valid OpenAPI 3.1 document that refers to nothing outside of itself."""
    answer = stub.control("GET", f"/documents/{name}")
    document = answer.json
    assert document["openapi"].startswith("3.1")
    references = re.findall(r'"\$ref": ?"([^"]*)"', answer.text)
    assert all(each.startswith("#/") for each in references)
    OpenAPIV31SpecValidator(document).validate()
    here = stub.control("GET", f"/documents/{name}?servers=here").json
    assert all(each["url"].startswith("/") for each in here["servers"])


def test_no_document_holds_what_only_the_proof_knows(stub: Caller) -> None:
    """Neither witnesses nor credentials of the seed stand in a document served."""
    for name in DOCUMENTS:
        text = stub.control("GET", f"/documents/{name}").text
        assert not re.search(r"token-anna|secret-liam|witness|breaks:", text)


def page_and_assets(stub: Caller) -> dict[str, Answer]:
    """The console's page and everything it loads, by address."""
    found = {"/_rulebound/docs/": stub.control("GET", "/docs/")}
    text = found["/_rulebound/docs/"].text
    for link in re.findall(r"<(?:script|link)[^>]*?(?:src|href)=[\"']([^\"']+)", text):
        address = link if link.startswith("/") else f"/_rulebound/docs/{link.removeprefix('./')}"
        found[address] = stub("GET", address)
    return found


def test_the_console_loads_from_the_stub_alone(stub: Caller) -> None:
    """Swagger UI's page, scripts and styles come from files that are installed."""
    found = page_and_assets(stub)
    assert len(found) >= 4
    assert all(answer.status == 200 and answer.content for answer in found.values())
    page = found["/_rulebound/docs/"].text
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", page)
    assert "SwaggerUI" in page
    assert all(f"/_rulebound/documents/{name}" in page for name in DOCUMENTS)


def test_the_console_knows_openapi_3_1(stub: Caller) -> None:
    """The script served is of a Swagger UI that reads 3.1 documents (5 or later)."""
    scripts = [each.text for path, each in page_and_assets(stub).items() if path.endswith(".js")]
    assert any("isOAS31" in text for text in scripts)


def test_a_watched_document_is_served_anew(tmp_path_factory: pytest.TempPathFactory) -> None:
    """With --watch a changed message is told by the next answers, without a restart."""
    toy = Path(__file__).resolve().parent.parent / "toy" / "notes"
    folder = Path(shutil.copytree(toy, tmp_path_factory.mktemp("watched") / "notes"))
    document = folder / "openapi.yaml"
    with Served("--folder", folder, "--watch") as served:
        caller = Caller(served.url)
        assert caller("POST", "/notes/v1/notes", {}).json["message"] == "Sign in."
        text = document.read_text(encoding="utf-8")
        deadline = time.monotonic() + 20
        message = ""
        while message != "Who are you?" and time.monotonic() < deadline:
            document.write_text(text.replace("Sign in.", "Who are you?"), encoding="utf-8")
            time.sleep(0.3)
            message = caller("POST", "/notes/v1/notes", {}).json["message"]
        assert message == "Who are you?"
        document.write_text(text.replace("\npaths:\n", "\npaths: [\n"), encoding="utf-8")
        time.sleep(1.5)
        assert caller("POST", "/notes/v1/notes", {}).json["message"] == "Who are you?"
        assert any("openapi.yaml:34" in line for line in served.printed)


def test_an_idle_connection_is_kept(stub: Caller) -> None:
    """One connection carries many requests, of vendors and of the control plane."""
    connection = HTTPConnection(stub.host, stub.port, timeout=20)
    try:
        for path, status in ((asked.PICK, 405), ("/_rulebound/health", 200), (asked.SEARCH, 401)):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
    finally:
        connection.close()

"""By which names the stub may be called: foreign ones are refused, in the vendor's form."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from rulebound.mock_server.control.access import refusal
from rulebound.mock_server.hosts import ELSEWHERE, MALFORMED, Hosts
from rulebound.mock_server.settings import SettingFault
from stub_calls import PICK, PICKED, SEARCH, Caller, as_user

HERE = (
    b"localhost",
    b"LocalHost:8400",
    b"localhost.",
    b"app.localhost:1",
    b"127.0.0.1",
    b"127.8.9.1:80",
    b"[::1]:8400",
    b"[::1]",
    b"",
    b":8400",
)
FOREIGN = (
    b"evil.example.com",
    b"localhost.example.com",
    b"127.0.0.1.example.com:8400",
    b"notlocalhost",
    b"192.168.0.7",
    b"[2001:db8::1]",
    b"stub",
    b"0.0.0.0",
)
NONE = (
    b"local host",
    b"a@localhost",
    b"localhost/x",
    b"localhost:http",
    b"localhost:999999",
    b"[::1",
    b"::1",
    b"localhost,evil.example.com",
    b"\xff",
    b"a" * 5000,
)


@pytest.mark.parametrize(
    ("fault", "host"),
    [(None, each) for each in HERE]
    + [(ELSEWHERE, each) for each in FOREIGN]
    + [(MALFORMED, each) for each in NONE],
)
def test_a_stub_on_this_machine_is_called_by_names_of_this_machine(
    fault: str | None, host: bytes
) -> None:
    """Only those; and the second look at a name tells the same as the first."""
    hosts = Hosts("127.0.0.1")

    assert [hosts.fault(host), hosts.fault(host)] == [fault, fault]


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", ""])
def test_a_stub_that_listens_everywhere_is_called_by_addresses_and_short_names(bound: str) -> None:
    """A container is called by its service's name or an address; other names can be rebound."""
    hosts = Hosts(bound)

    for host in (*HERE, b"stub:8400", b"my_stub", b"192.168.0.7", b"[2001:db8::1]:1", b"0.0.0.0"):
        assert hosts.fault(host) is None, host
    for host in (b"evil.example.com", b"stub.evil.example.com", b"1.2.3.4.example.com"):
        assert hosts.fault(host) == ELSEWHERE, host
    assert hosts.owns("localhost")
    assert not hosts.owns("stub")


def test_allowed_names_are_answered() -> None:
    """One name, all below a name, or all; in any case, with and without a dot at the end."""
    hosts = Hosts("10.0.0.7", ["Stub.Example.com", ".lan"])

    for host in (b"stub.example.com:1", b"STUB.example.COM.", b"a.b.lan", b"10.0.0.7:8400"):
        assert hosts.fault(host) is None, host
    for host in (b"example.com", b"a.stub.example.com", b"lan.example.com", b"10.0.0.8"):
        assert hosts.fault(host) == ELSEWHERE, host
    assert hosts.owns("stub.example.com")
    assert Hosts("127.0.0.1", ["*"]).fault(b"evil.example.com") is None
    assert not Hosts("127.0.0.1", ["*"]).owns("evil.example.com")


@pytest.mark.parametrize("name", ["", "http://a", "a:80", "a b", "a/b", "*.a", "..a", "a" * 300])
def test_what_is_no_name_is_told(name: str) -> None:
    """The sentence says what to write instead."""
    with pytest.raises(SettingFault, match=r"write stub\.example\.com"):
        Hosts("127.0.0.1", [name])


def test_who_asks_for_many_names_takes_no_memory() -> None:
    """What was found out about a name is kept of so many, whoever sends them."""
    hosts = Hosts("127.0.0.1")
    for number in range(5000):
        hosts.fault(b"h%d.example.com" % number)

    assert len(hosts._known) <= 1000


def test_a_foreign_name_is_refused_by_every_api(call: Caller) -> None:
    """In the vendor's form and 421, before anything is done; the connection goes on."""
    before = call.digest()

    told = call("PATCH", PICK, PICKED, as_user(Host="evil.example.com"))
    found = call("GET", SEARCH, None, {"Host": "evil.example.com", "Accept": "application/json"})
    none = call("GET", "/nowhere", None, {"Host": "evil.example.com"})

    assert [each.status for each in (told, found, none)] == [421] * 3
    assert told.json.keys() == found.json.keys() == {"code", "developerMessage"}
    assert "'evil.example.com'; call it localhost, or start it" in told.json["developerMessage"]
    assert "--allow-host" in none.json["instead"]
    assert call.digest() == before


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((), b"400"),
        (("Host: a b",), b"400"),
        (("Host: localhost", "Host: localhost"), b"400"),
        (("Host: localhost", "Host: evil.example.com"), b"400"),
        (("Host: evil.example.com", "Host: localhost"), b"400"),
        (("Host: evil.example.com",), b"421"),
        (("Host:",), b"401"),
    ],
)
def test_a_request_has_one_host(call: Caller, lines: tuple[str, ...], status: bytes) -> None:
    """None, two, or what is no name: nobody can tell for whom it is."""
    head = (f"GET {SEARCH} HTTP/1.1", "Accept: application/json", "Connection: close", *lines)

    answer = call.raw("\r\n".join((*head, "", "")).encode())

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert json.loads(answer.partition(b"\r\n\r\n")[2]).keys() == {"code", "developerMessage"}


def test_an_older_request_needs_no_host(call: Caller) -> None:
    """HTTP/1.0 has none."""
    answer = call.raw(f"GET {SEARCH} HTTP/1.0\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("host", "origin", "admitted"),
    [
        ("stub.test:8400", None, True),
        ("stub.test:8400", "http://stub.test:8400", True),
        ("stub.test:8400", "http://stub.test:9", False),
        ("stub.test:8400", "http://evil.example.com", False),
        ("other.test", None, False),
    ],
)
def test_an_allowed_name_opens_the_control_plane_to_this_machine(
    host: str, origin: str | None, admitted: bool
) -> None:
    """And to the pages of the console under that name, not to others."""
    headers = [(b"host", host.encode())]
    headers += [(b"origin", origin.encode())] if origin else []
    scope = {"client": ("127.0.0.1", 5000), "headers": headers, "method": "POST"}

    found = refusal(scope, None, (), Hosts("127.0.0.1", ["stub.test"]))

    assert (found is None) is admitted


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (("--allow-host", "http://stub.test"), "is no name of a host"),
        (("--origin", "https://app.example.com/"), "is no origin of a web page"),
        (("--origin", "*"), "is no origin of a web page"),
    ],
)
def test_a_setting_that_means_nothing_is_told(option: tuple[str, str], says: str) -> None:
    """Exit code 2 and a sentence, before anything is served."""
    command = [sys.executable, "-m", "rulebound.mock_server", "--port", "0", *option]

    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert told.returncode == 2
    assert says in told.stderr
    assert "Traceback" not in told.stderr

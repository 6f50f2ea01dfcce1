"""`rulebound explain`: rules with examples, requests with their verdict, lines as pasted."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from click.testing import CliRunner
from rulebound.cli import main
from rulebound.contract_tests.explaining.curl_line import CurlFault, read_curl

PICK = "/core/casemgr/v3/activity/pick"
HEAD = (
    "-H 'Authorization: Bearer token-anna' -H 'Accept: application/json' "
    "-H 'Accept-Language: en-US'"
)


@contextmanager
def stub() -> Iterator[str]:
    """A stub as a process of its own."""
    words = [sys.executable, "-m", "rulebound.mock_server", "--port", "0", "--quiet"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a stub."""
    with stub() as address:
        yield address


def explain(*words: str) -> tuple[int, str]:
    """Exit code and output."""
    result = CliRunner().invoke(main, ["explain", *words])
    return result.exit_code, result.output


def test_a_rule_is_explained_with_requests_that_show_it(url: str) -> None:
    """Its sentence, source and answer; the lines do at a stub what they are said to do."""
    code, text = explain("pick.at-least-one", "--url", url)
    assert code == 0 and "A request picks at least one activity." in text and "P44" in text
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("curl")]
    answers = [
        subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout
        for line in lines
    ]
    assert [each.split()[1] for each in answers] == ["400", "204"]
    assert "rulebound-rule: pick.at-least-one" in answers[0]


def test_every_rule_can_be_explained() -> None:
    """Of every kind, with and without witnesses, also as JSON."""
    listed = CliRunner().invoke(main, ["rules", "pick", "appointment", "--json"])
    for rule in json.loads(listed.output)[::20]:
        code, text = explain(rule["id"], "--json")
        told = json.loads(text)
        assert code == 0 and told["says"] == rule["says"]
        assert told["examples"] or told["why_no_witness"]


def test_the_last_request_is_explained(url: str) -> None:
    """The rule that refused, the values it compared, and what would have passed."""
    line = f"""curl -s -X PATCH {url}{PICK} {HEAD} --json '{{"activity":[]}}'"""
    subprocess.run(["sh", "-c", line], capture_output=True, check=True)
    code, text = explain("last", "--url", url)
    assert code == 0 and "pick.at-least-one" in text and "smallest change" in text
    assert 'body.activity[0]: (nothing) -> {"id": "' in text
    assert "read as: The empty list of the printed sample is folded text" in text
    assert "A-57" not in text and "    P44 Pick activities, " in text
    code, whole = explain("last", "--url", url, "--all")
    assert "kept          pick.signed-in" in whole and len(whole) > len(text)


def test_a_line_is_judged_and_leaves_nothing(url: str) -> None:
    """The same line twice is accepted twice."""
    line = (
        f"curl -i -X PATCH http://elsewhere.example{PICK} {HEAD} --json "
        """'{"activity":[{"id":"40001","lastModified":"2026-10-02T10:15:30.123Z"}]}'"""
    )
    told = [json.loads(explain("--curl", line, "--url", url, "--json")[1]) for _ in range(2)]
    assert told[0]["scratch"] and told[0]["status"] == told[1]["status"]
    assert told[0]["operation"] == "pickActivities"


def test_a_line_is_judged_in_the_world_it_names(url: str) -> None:
    """A line of the console names its world; what is told is that request, and no other."""
    made = requests.post(f"{url}/_rulebound/worlds", json={"off": ["pick.at-least-one"]}, timeout=9)
    world = made.json()["id"]
    named = f"-H 'Rulebound-World: {world}'"
    line = f"""curl -X PATCH {url}{PICK} {HEAD} {named} --json '{{"activity":[]}}'"""
    told = json.loads(explain("--curl", line, "--url", url, "--json")[1])
    judged = {each["rule"]: each["result"] for each in told["trace"]}
    assert (told["world"], judged["pick.at-least-one"]) == (world, "off")


def test_a_long_body_stands_whole() -> None:
    """The line that breaks a rule about too much of something breaks that one."""
    code, text = explain("pick.at-most-75")
    (line,) = [each for each in text.splitlines() if "curl" in each and each.count('"id"') > 75]
    assert code == 0 and json.loads(shlex.split(line)[-1])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "name a rule"),
        (("pick.at-least-on",), "did you mean pick.at-least-one"),
        (("last", "--url", "http://127.0.0.1:9"), "named by --url or RULEBOUND_EXPLAIN_URL"),
        (("--curl", "wget http://a"), "does not begin with curl"),
        (("--curl", "curl -d '{} http://a"), "quotation"),
        (("--curl", "curl http://a http://b"), "2 addresses"),
        (("--curl", "curl --data @file http://a"), "comes from the file"),
        (("--curl", "curl --socks5 x http://a"), "--socks5"),
        (("--curl", "curl -H"), "plain curl line"),
        (("--curl", "curl http://[x"), "is no address"),
        (("last", "--url", "ftp://x"), "ftp://x"),
        (("last", "--url", "http://[::1"), "[::1"),
        (("last", "--url", "http://"), "http://"),
    ],
)
def test_what_cannot_be_explained_is_told(words: tuple[str, ...], says: str) -> None:
    """A sentence and exit code 2, whatever is wrong."""
    code, text = explain(*words)
    assert code == 2 and says in text and "Traceback" not in text


def test_a_stub_has_no_such_request(url: str) -> None:
    """A number the journal does not have, and a world that is not there, are told."""
    code, text = explain("99999", "--url", url)
    assert code == 2 and "world default keeps no request 99999; the stub is asked at" in text
    world = requests.post(f"{url}/_rulebound/worlds", json={}, timeout=9).json()["id"]
    code, text = explain("last", "--world", world, "--url", url)
    assert code == 2 and f"world {world} has had no request yet" in text
    code, text = explain("last", "--world", "nowhere", "--url", url)
    assert code == 2 and "there is no world nowhere" in text


@pytest.mark.parametrize(
    ("line", "method", "address", "body"),
    [
        ("curl http://a/b?c=d", "GET", "/b?c=d", None),
        ("curl a/b -d x=1 -d y=2", "POST", "/b", b"x=1&y=2"),
        ("curl -G a/b -d x=1", "GET", "/b?x=1", None),
        ("curl -X PUT --url http://a/ --data-raw '{}'", "PUT", "/", b"{}"),
        ("curl -I http://a/b", "HEAD", "/b", None),
        ("curl --data-raw @x a/b", "POST", "/b", b"@x"),
        ("curl \\\n  -sS \\\n  http://a/b", "GET", "/b", None),
    ],
)
def test_a_line_is_read_as_curl_reads_it(
    line: str, method: str, address: str, body: bytes | None
) -> None:
    """Method, address and body follow from the options as with curl itself."""
    request = read_curl(line)
    assert (request.method, request.path, request.body) == (method, address, body)


def test_headers_of_a_line() -> None:
    """Cookies, a user, an agent; an empty header stands, one without a value is left out."""
    request = read_curl("curl a -H 'X: 1' -H 'Y;' -H 'Z:' -b s=1 -u me:pw -A bot --json '{}'")
    assert dict(request.headers) == {
        "X": "1",
        "Y": "",
        "User-Agent": "bot",
        "Cookie": "s=1",
        "Authorization": "Basic bWU6cHc=",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }
    with pytest.raises(CurlFault, match="not given JSON"):
        read_curl("curl a --json '{'")

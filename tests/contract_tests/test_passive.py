"""Recorded traffic is judged by what it shows, and by no more than that."""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rulebound.cli import main
from rulebound.contract_tests.passive.answering import REFUSED
from rulebound.contract_tests.passive.har import read_har
from rulebound.contract_tests.passive.judging import judge
from rulebound.contract_tests.passive.matching import Exchange, Matcher
from rulebound.contract_tests.planning import Selection

from tests.contract_tests.har_recording import (
    Judged,
    everything,
    judged,
    of,
    picked,
    the_apis,
    written,
)

PICK, SEARCH, TASK = "/activity/pick", "/interaction/activity", "/activity/task"
OPERATIONS = {
    "searchActivities",
    "createTaskActivity",
    "createIncomingEmailActivity",
    "pickActivities",
    "createAppointment",
}


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The traffic of every witness with a healthy stub, judged."""
    return judged(tmp_path_factory.mktemp("healthy"), everything())


def test_nothing_is_held_against_a_healthy_server(healthy: Judged) -> None:
    """Thousands of requests, right and wrong, in JSON and XML: no rule is broken or differs."""
    assert healthy.wrong == {}
    assert healthy.code == 0
    assert healthy.report["recording"]["judged"] == len(everything()) > 3000


def test_every_operation_shows_rules_kept(healthy: Judged) -> None:
    """A recording with accepted and refused requests shows rules of each operation kept."""
    kept = {r["operation"] for r in healthy.report["rules"] if r["verdict"] == "kept"}
    assert kept >= OPERATIONS
    assert healthy.report["totals"]["kept"] > 150


def test_kept_says_what_showed_it(healthy: Judged) -> None:
    """A rule that is kept says whether a refusal showed it, and names the entry as evidence."""
    rule = healthy.rule("pick.at-least-one")
    assert rule["verdict"] == "kept"
    assert "refused as it must be (entry " in rule["why"]
    assert "held by what was accepted (entry " in rule["why"]
    assert {case["role"] for case in rule["cases"]} == {"recorded"}
    assert rule["cases"][0]["steps"][0]["request"].startswith("curl -i -X PATCH http://127.0.0.1:")


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("pick.action", "needs the world: who the actor is"),
        ("pick.exists", "needs the world: its records"),
        ("email.body-size", "needs the world: its settings"),
        ("pick.leaves-queue", "needs the world: what the operation did"),
        ("search.pagination-info", "needs the world: what the operation did"),
        ("pick.signed-in", "needs the world: the credentials, which recorders leave out"),
        ("pick.any-load", "a tolerance needs a witness, which a recording does not have"),
    ],
)
def test_what_an_exchange_does_not_show_is_not_reached(
    healthy: Judged, rule: str, why: str
) -> None:
    """A rule over the world is never called kept, and says what would be needed."""
    assert (healthy.verdict(rule), healthy.rule(rule)["why"]) == ("not reached", why)


def test_what_was_not_recorded_is_not_reached(tmp_path: Path) -> None:
    """Rules of operations that the recording does not have are not met, and not kept."""
    found = judged(tmp_path, [picked(of(PICK, 204))])
    assert found.code == 0
    assert found.rule("search.acceptable")["why"] == "not met in the recording"
    assert found.verdict("pick.answers-204") == "kept"
    assert found.verdict("pick.unpin-value") == "not reached"
    assert found.rule("pick.unpin-value")["why"] == "no request of the recording concerns it"


def test_the_rule_that_decided_is_found() -> None:
    """Of the stub's refusals each that is judged is put to the rule that the stub names itself."""
    operations = [(api, op) for api in the_apis().all for op in api.document.operations]
    seen: list[tuple[str, str | None]] = []

    class Noting:
        """Takes in findings, and notes those of refusals."""

        def put(self, finding: Any) -> None:
            if finding.says == REFUSED:
                seen.append((finding.rule, finding.exchange.answer.header("rulebound-rule")))

        def leave_open(self, rule: str, why: str) -> None:
            pass

    judge(_exchanges(Matcher(operations)), Noting())  # type: ignore[arg-type]
    assert len(seen) > 70
    assert [pair for pair in seen if pair[0] != pair[1]] == []


def _exchanges(matcher: Matcher) -> list[Exchange]:
    with tempfile.TemporaryDirectory() as folder:
        recording = read_har(written(Path(folder), list(everything()[::2])))
    found = [matcher.match(each) for each in recording.exchanges]
    return [each for each in found if each is not None]


def test_only_traffic_of_the_operations_counts(tmp_path: Path) -> None:
    """Other addresses, other methods and unanswered requests are counted, and judged by nothing."""
    right, elsewhere, other, unanswered = (picked(of(PICK, 204)) for _ in range(4))
    elsewhere["request"]["url"] = "https://example.com/style.css"
    other["request"]["method"] = "OPTIONS"
    unanswered["response"]["status"] = 0
    found = judged(tmp_path, [right, elsewhere, other, unanswered])
    says = "1 of 4 entries judged, 1 for no operation, 1 by another method, 1 without an exchange"
    assert says in found.printed
    assert "entry 3: no answer was recorded" in found.printed


def test_nothing_to_judge_is_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recording of something else ends with code 2 and a sentence."""
    entry = picked(of(PICK, 204))
    entry["request"]["url"] = "https://example.com/"
    assert judged(tmp_path, [entry]).code == 2
    assert "no recorded entry is for an operation of the chosen APIs" in capsys.readouterr().err


@pytest.mark.parametrize("prefix", ["/gateway/v7", "/system", "/a/b/c/system"])
def test_a_path_may_begin_with_anything(tmp_path: Path, prefix: str) -> None:
    """What a gateway or a context root puts before a path changes nothing but the curl line."""
    entry = picked(of(SEARCH, 200, "customer=", kind="json"))
    start = entry["request"]["url"].index("/ws/")
    path = entry["request"]["url"][start:]
    entry["request"]["url"] = f"https://anna:hunter22@ece.example.com:8443{prefix}{path}"
    found = judged(tmp_path, [entry])
    assert (found.code, found.wrong) == (0, {})
    request = found.rule("search.by-customer")["cases"][0]["steps"][0]["request"]
    assert f"https://ece.example.com:8443{prefix}/ws/v12/interaction/activity" in request
    assert "hunter22" not in json.dumps(found.report)


def test_hosts_can_be_chosen(tmp_path: Path) -> None:
    """With a host given, only what went there is judged."""
    here, there = picked(of(PICK, 204)), picked(of(PICK, 204))
    there["request"]["url"] = "https://other.example.com/core/casemgr/v3/activity/pick"
    there["response"]["status"] = 500
    assert judged(tmp_path, [here, there], hosts=("127.0.0.1",)).code == 0
    assert judged(tmp_path, [here, there], hosts=("Other.example.com",)).code == 1


def test_rules_can_be_chosen(tmp_path: Path) -> None:
    """A choice of rules is obeyed, by those that no page says as well."""
    chosen = Selection(rules=("pick.answers-*", "*.no-server-error"))
    found = judged(tmp_path, [picked(of(PICK, 204))], selection=chosen)
    assert [each["id"] for each in found.report["rules"]] == [
        "pick.answers-204",
        "pick.no-server-error",
    ]


def _without_bodies(entry: dict[str, Any]) -> None:
    entry["request"].pop("postData", None)
    entry["request"]["bodySize"] = 500
    entry["response"]["content"].pop("text", None)
    entry["response"]["content"]["size"] = 500


def _without_headers(entry: dict[str, Any]) -> None:
    entry["request"]["headers"] = []
    entry["response"]["headers"] = []


def _in_base64(entry: dict[str, Any]) -> None:
    for part in (entry["request"].get("postData"), entry["response"]["content"]):
        if part and part.get("text") and "encoding" not in part:
            part["text"] = base64.b64encode(part["text"].encode()).decode()
            part["encoding"] = "base64"


def _in_http_2(entry: dict[str, Any]) -> None:
    path = entry["request"]["url"]
    entry["request"]["headers"].insert(0, {"name": ":path", "value": path})
    for part in ("request", "response"):
        for header in entry[part]["headers"]:
            header["name"] = header["name"].lower()


def _sanitized(entry: dict[str, Any]) -> None:
    names = ("authorization", "cookie", "set-cookie")
    for part in ("request", "response"):
        headers = entry[part]["headers"]
        entry[part]["headers"] = [h for h in headers if h["name"].lower() not in names]


@pytest.mark.parametrize(
    "change", [_without_bodies, _without_headers, _in_base64, _in_http_2, _sanitized]
)
def test_recorders_leave_things_out(tmp_path: Path, change: Any) -> None:
    """What a recorder leaves out or writes otherwise is not held against the server."""
    entries = [json.loads(json.dumps(each)) for each in everything()[::9]]
    for each in entries:
        change(each)
    found = judged(tmp_path, entries)
    assert found.wrong == {}
    assert found.code == 0


def test_a_time_near_the_limit_is_not_judged(tmp_path: Path) -> None:
    """The recorder's clock is not the server's: only what is minutes away from it is judged."""
    entry = picked(of(TASK, 201, "dueDate"))
    sent = json.loads(entry["request"]["postData"]["text"])
    for due, verdict in (
        ("2026-11-22T00:00:30.000Z", "not reached"),
        ("2026-11-21T23:58:00.000Z", "not reached"),
        ("2026-11-21T22:00:00.000Z", "broken"),
        ("2026-11-23T00:00:00.000Z", "kept"),
    ):
        entry["request"]["postData"]["text"] = json.dumps({**sent, "dueDate": due})
        assert judged(tmp_path, [entry]).verdict("task.due-date-future") == verdict
    entry["startedDateTime"] = "yesterday"
    assert judged(tmp_path, [entry]).verdict("task.due-date-future") == "not reached"


def test_the_command_takes_recordings(tmp_path: Path) -> None:
    """`rulebound verify --har` takes several files, writes the report, and never sends anything."""
    first = written(tmp_path, [picked(of(PICK, 204))], "first.har")
    second = written(tmp_path, [picked(of(SEARCH, 200))], "second.har")
    report = tmp_path / "out"
    said = ["verify", "--har", str(first), "--har", str(second), "--report", str(report)]
    result = CliRunner().invoke(main, said)
    assert result.exit_code == 0, result.output
    assert "2 of 2 entries judged" in result.output
    assert {path.name for path in report.iterdir()} >= {"report.json", "junit.xml", "report.html"}
    assert "first.har entry 0" in (report / "report.html").read_text("utf-8")


@pytest.mark.parametrize("option", [["--stub"], ["--target", "http://127.0.0.1:9"]])
def test_a_recording_is_no_target(tmp_path: Path, option: list[str]) -> None:
    """`--har` beside a target is refused with a sentence."""
    path = written(tmp_path, [picked(of(PICK, 204))])
    result = CliRunner().invoke(main, ["verify", "--har", str(path), *option])
    assert result.exit_code == 2
    assert f"--har sends nothing; leave out {option[0]}" in result.output

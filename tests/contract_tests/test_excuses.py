"""What a wrong answer of a deployment says of a rule, and when it says nothing."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from deployments.recorder import Told, recording
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.judging.excuses import excused, unauthorized, unjustly_refused
from rulebound.contract_tests.judging.outcome import Problem, Step, Verdict
from rulebound.contract_tests.wire.message import Answer

from tests.contract_tests.notes_profile import run_at, written_profile
from tests.contract_tests.raw_server import behaving, request_of

HTML = (("Content-Type", "text/html"),)
PAGE = b"<!doctype html><title>Back soon</title><p>We are working on it."
XHTML = b'<html xmlns="http://www.w3.org/1999/xhtml"><p>Back soon</p></html>'


@pytest.mark.parametrize(
    "told",
    [
        Told(302, headers=(("Location", "/elsewhere"),)),
        Told(503, PAGE, HTML),
        Told(504),
        Told(200, PAGE, HTML),
        Told(200, XHTML, HTML),
        Told(404, PAGE, HTML),
    ],
)
def test_a_target_that_is_something_else_breaks_no_rule(
    notes_place: Place, tmp_path: Path, told: Told
) -> None:
    """A redirect, a page of maintenance, a wrong address: nothing can be judged there."""
    with recording(lambda asked: told) as recorder:
        profile = written_profile(tmp_path, recorder.url)
        code, text = run_at(profile, notes_place, tmp_path / "report")
    report = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    verdicts = {rule["verdict"] for rule in report["rules"]}
    assert verdicts == {"not reached", "not testable"}, text
    assert code == 2


def test_a_failing_server_breaks_rules(notes_place: Place, tmp_path: Path) -> None:
    """A server that fails on every request is not excused by failing always."""
    with recording(lambda asked: Told(500)) as recorder:
        code, text = run_at(written_profile(tmp_path, recorder.url), notes_place)
    assert code == 1, text


def test_a_credential_that_is_refused_always_breaks_no_rule(
    notes_place: Place, tmp_path: Path
) -> None:
    """Where nobody gets in there is nothing to judge."""
    with recording(lambda asked: Told(401)) as recorder:
        profile = written_profile(tmp_path, recorder.url)
        run_at(profile, notes_place, tmp_path / "report")
    report = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert not {rule["verdict"] for rule in report["rules"]} & {"broken", "differs"}


def test_a_target_that_hangs_up_between_requests_breaks_no_rule(
    notes_place: Place, tmp_path: Path
) -> None:
    """A connection that ends when the valid request is sent makes its page no broken rule."""
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE)

    def once(line: socket.socket) -> None:
        request_of(line)
        line.sendall(page + PAGE)
        request_of(line)
        line.close()

    with behaving(once) as url:
        code, text = run_at(written_profile(tmp_path, url), notes_place)
    assert code == 2, text


def step(status: int | None, verdict: Verdict, name: str = "boundary") -> Step:
    """A step whose answer has this status, or that got none."""
    answer = None if status is None else Answer(status, (), b"")
    problems = () if verdict is Verdict.KEPT else (Problem(verdict, "wrong"),)
    return Step(name, "wanted", "got", problems, None, answer)


@pytest.mark.parametrize(
    ("probe", "verdict"),
    [
        (step(400, Verdict.BROKEN), Verdict.NOT_REACHED),
        (step(204, Verdict.KEPT), Verdict.BROKEN),
        (step(None, Verdict.NOT_REACHED), Verdict.BROKEN),
        (step(500, Verdict.BROKEN), Verdict.BROKEN),
    ],
)
def test_only_an_answer_excuses(probe: Step, verdict: Verdict) -> None:
    """A valid request that was turned away excuses; one that could not be sent says nothing."""
    (found,) = excused((step(403, Verdict.BROKEN),), (probe,))
    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("probe", "verdict"),
    [
        (step(200, Verdict.KEPT, "twin"), Verdict.BROKEN),
        (step(401, Verdict.NOT_REACHED, "twin"), Verdict.NOT_REACHED),
        (step(None, Verdict.NOT_REACHED, "twin"), Verdict.NOT_REACHED),
    ],
)
def test_a_credential_is_accepted_elsewhere_or_not(probe: Step, verdict: Verdict) -> None:
    """401 is held against the target only where the plain request of the same actor is accepted."""
    steps = (step(401, Verdict.NOT_REACHED),)
    assert unauthorized(steps, "boundary") and not unauthorized(steps, "break")
    (found,) = unjustly_refused(steps, "boundary", (probe,))
    assert found.verdict is verdict

"""The summary of a run: what is broken for one cause stands together, and it fits on a screen."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rulebound.contract_tests.apis import Place, own
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.reports.delivery import Wanted, deliver
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.verify import VerifyOptions, verify
from tenant.process import running

from tests.contract_tests.notes_server import Notes, serving

SCREEN = 40
NOTES = own(Path(__file__).parent / "contract_tests" / "notes")
FAULTS = (
    *("pick-partial", "pick-keeps-date", "pick-200", "pick-404", "pick-any-parameter"),
    *("pick-more-than-75", "pick-any-scope", "pick-any-queue", "pick-drafts", "pick-pinned"),
    *("pick-any-unpin", "pick-licence-of-first", "pick-own", "pick-ignores-date"),
)


def told(data: Mapping[str, Any], folder: Path | None = None, *, loudness: str = "normal") -> str:
    """What is printed of a report."""
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False)
    deliver(deepcopy(dict(data)), Wanted(folder, loudness=Loudness(loudness)), console)
    return out.getvalue()


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of a server that asks nobody for a token: two rules broken for one cause."""
    return report(tmp_path_factory.mktemp("lenient"), NOTES, "lenient-401")


def report(folder: Path, place: Place, *faults: str) -> dict[str, Any]:
    """report.json of a verification of the notes server as a stub."""
    with serving(Notes(*faults)) as url:
        options = VerifyOptions(target=url, stub=True, places=(place,), report=folder)
        verify(options, Console(file=io.StringIO()))
    return dict(json.loads((folder / "report.json").read_text("utf-8")))


def broken(data: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    """A report with a rule for each problem, broken by it, made of one that is."""
    data = deepcopy(data)
    example = next(rule for rule in data["rules"] if rule["verdict"] == "broken")
    data["operations"] = [
        each for each in data["operations"] if each["operation"] == example["operation"]
    ]
    data["rules"] = []
    for number, problem in enumerate(problems):
        rule = deepcopy(example) | {"id": f"note.number-{number}"}
        for step in (step for case in rule["cases"] for step in case["steps"]):
            step["problems"] = [problem] if step["problems"] else []
        data["rules"].append(rule)
    data["totals"]["broken"] = len(problems)
    return data


def test_one_cause_is_told_once(lenient: dict[str, Any]) -> None:
    """Rules broken for the same cause stand together, with one request to try by hand."""
    text = told(broken(lenient, ["accepted with 201, not 401", "accepted with 200, not 401"]))
    assert text.count("curl ") == 1 and text.count("accepted with") == 1
    assert "broken note.number-0 (N1): A request carries a token." in text
    assert "\n  and for the same cause note.number-1\n" in text


def test_two_causes_are_told_apart(lenient: dict[str, Any]) -> None:
    """What is wrong in another way stands for itself; what differs only by an id does not."""
    says = ["/id is '100', not '1234'", "/id is '101', not '99999'", "the status is 500, not 201"]
    text = told(broken(lenient, says))
    assert "and for the same cause note.number-1\n" in text
    assert text.count("curl ") == 2


@pytest.mark.parametrize("count", [12, 200], ids=["twelve", "two hundred"])
@pytest.mark.parametrize("one", [True, False], ids=["one cause", "each its own"])
def test_many_broken_rules_fit_on_a_screen(
    lenient: dict[str, Any], tmp_path: Path, count: int, one: bool
) -> None:
    """However many rules are broken, for one cause or each for another, no more than forty lines
    are printed, and none is left uncounted."""
    words = ["".join(chr(97 + int(digit)) for digit in str(n)) for n in range(count)]
    problems = (
        ["the answer has no id"] * count if one else [f"no {word} is there" for word in words]
    )
    text = told(broken(lenient, problems), tmp_path)
    assert len(text.splitlines()) <= SCREEN
    assert text.endswith(f"report in {tmp_path}\nexit 1: {count} broken\n")
    shown = text.count("broken note.number-")
    if one:
        assert shown == 1 and f" and {count - 7} more\n" in text
    elif count == 12:
        assert shown == 12
    else:
        assert f"and {count - shown} more broken, by {count - shown} other causes; see " in text


def test_verbose_prints_all(lenient: dict[str, Any]) -> None:
    """With --verbose every rule is printed with its sentence and evidence."""
    text = told(broken(lenient, ["the answer has no id"] * 12), loudness="verbose")
    assert text.count("the answer has no id") >= 12 and len(text.splitlines()) > SCREEN


def test_quiet_prints_how_it_ended(lenient: dict[str, Any]) -> None:
    """With --quiet the exit code and why are all."""
    assert told(lenient, loudness="quiet") == "exit 1: 2 broken\n"


def test_long_bodies_are_no_wall(lenient: dict[str, Any], tmp_path: Path) -> None:
    """A request and an answer of many thousand signs are cut, and it is said where they are."""
    data = broken(lenient, ["x" * 9000])
    for step in (step for case in data["rules"][0]["cases"] for step in case["steps"]):
        step["request"], step["got"] = f"curl -d '{'y' * 9000}'", "201 " + "z\n" * 9000
    text = told(data, tmp_path)
    assert len(text) < 2500
    assert f"# cut; see {tmp_path / 'report.html'}\n" in text


def test_a_sound_run_is_short(tmp_path: Path) -> None:
    """With nothing broken there is the table, and how it ended."""
    text = told(report(tmp_path, NOTES))
    assert "curl" not in text and len(text.splitlines()) <= 10
    assert text.splitlines()[-1].startswith("exit 0: nothing broken")


def test_what_is_accepted_does_not_count(lenient: dict[str, Any]) -> None:
    """Accepted deviations are one line, and the exit code says that they are left out."""
    data = deepcopy(lenient) | {"exit_code": 0}
    for rule in data["rules"]:
        if rule["verdict"] == "broken":
            rule["accepted"] = {"state": "accepted", "until": "2099-01-01", "reason": "known"}
    text = told(data)
    assert "broken and accepted, 2 rules: note.signed-in, read.signed-in" in text
    assert text.endswith("exit 0: nothing broken, 2 broken and accepted\n")
    assert "curl" not in text


def test_many_operations_are_few_rows(lenient: dict[str, Any]) -> None:
    """Of many operations those in need of a look have a row; the rest shares one, and all sum."""
    data = deepcopy(lenient)
    first = data["operations"][0]
    fine = {**first, "totals": dict.fromkeys(first["totals"], 0) | {"kept": 3}}
    data["operations"] += [{**fine, "operation": f"fine{number}"} for number in range(50)]
    text = told(data)
    assert "createNote" in text and "readNote" in text
    assert [line.split()[:3] for line in text.splitlines() if " others " in line] == [
        ["46", "others", "138"]
    ]
    assert len(text.splitlines()) <= SCREEN


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fault": True}, "1 rule got no answer that could be judged"),
        ({"fault": False}, "2 rules not reached on a stub"),
    ],
    ids=["no answer", "not reached"],
)
def test_a_run_that_cannot_judge_says_why(
    lenient: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    """Exit code 2 is explained."""
    data = deepcopy(lenient) | {"exit_code": 2}
    data["rules"][0] |= change
    data["totals"] |= {"broken": 0, "not reached": 2}
    assert told(data).endswith(f"exit 2: cannot judge: {says}\n")


def test_a_tenant_with_a_dozen_faults_fits_on_a_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment that breaks twelve rules or more: forty lines at most, each with a cause."""
    out = io.StringIO()
    with running(*FAULTS, rateLimitCalls=1000) as there:
        for name, text in there.variables.items():
            monkeypatch.setenv(name, text)
        options = VerifyOptions(
            profile=there.profile(tmp_path),
            allow=("create", "change"),
            selection=Selection(operations=("pickActivities",)),
            report=tmp_path / "report",
        )
        code = verify(options, Console(file=out, width=100, highlight=False))
    lines = out.getvalue().splitlines()
    data = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert code == 1 and data["totals"]["broken"] >= 12
    assert len(lines) <= SCREEN, out.getvalue()
    assert lines[-2:-1] == [f"report in {tmp_path / 'report'}"]
    assert lines[-1].startswith(f"exit 1: {data['totals']['broken']} broken")
    assert os.linesep.join(lines).count("curl ") <= 3

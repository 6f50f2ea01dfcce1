"""The reports of a run: what they hold, and what they must not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from acceptance.process import run
from rulebound.fixtures import AccessKey, load_seed

TOY = Path(__file__).resolve().parent.parent / "toy" / "notes"


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a run that found one rule broken."""
    folder = tmp_path_factory.mktemp("red")
    text = (TOY / "openapi.yaml").read_text(encoding="utf-8")
    weak = text.replace("shelf.owner == actor.id", "shelf.owner != ''")
    (folder / "openapi.yaml").write_text(weak, encoding="utf-8")
    for part in ("seed", "witnesses"):
        (folder / part).symlink_to(TOY / part)
    ended = run("verify", "--folder", folder, "--report", folder / "report")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert f"report in {folder / 'report'}" in ended.stdout
    return folder / "report"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of the operations whose witnesses handle most credentials."""
    folder = tmp_path_factory.mktemp("shipped") / "a" / "b"
    operations = ("loginUser", "logoutUser", "createAppointment", "pickActivities")
    chosen = [word for each in operations for word in ("--operation", each)]
    ended = run("verify", *chosen, "--report", folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


def as_json(folder: Path) -> Any:
    """report.json, read."""
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def test_a_run_writes_its_reports(red: Path, shipped: Path) -> None:
    """For people, for programs and for code hosts, in a folder made for them."""
    for folder in (red, shipped):
        names = {path.name for path in folder.iterdir()}
        assert names == {"report.json", "junit.xml", "report.html", "report.sarif", "summary.md"}


def test_the_json_report_tells_every_rule(red: Path) -> None:
    """Verdict, sentence, statements, cases with request, expectation and answer, exit code."""
    report = as_json(red)
    assert (report["exit_code"], report["target"]["controlled"]) == (1, True)
    verdicts = {each["id"]: each["verdict"] for each in report["rules"]}
    assert len(verdicts) == 12
    assert [id for id, verdict in verdicts.items() if verdict != "kept"] == ["note.own-shelf"]
    rule = next(each for each in report["rules"] if each["id"] == "note.own-shelf")
    assert (rule["says"], rule["source"]) == ("One writes on one's own shelf.", ["N5"])
    step = rule["cases"][0]["steps"][-1]
    assert step["request"].startswith("curl -i -X POST http://127.0.0.1:")
    assert "403" in step["expected"]
    assert "201" in step["got"]


def test_every_statement_has_a_verdict_or_a_reason(red: Path) -> None:
    """N5 is broken by its rule, N8 carries none and says why, the others are kept."""
    statements = {each["id"]: each for each in as_json(red)["statements"]}
    assert set(statements) == {f"N{n}" for n in range(1, 9)}
    assert "broken" in json.dumps(statements["N5"])
    assert "points elsewhere" in json.dumps(statements["N8"])
    assert "broken" not in json.dumps([statements[f"N{n}"] for n in (1, 2, 3, 4, 6, 7)])


def test_junit_has_a_case_for_each_rule(red: Path) -> None:
    """One test case per rule; the broken one is a failure with its evidence."""
    cases = list(ElementTree.parse(red / "junit.xml").iter("testcase"))
    assert len(cases) == 12
    failed = [case for case in cases if case.find("failure") is not None]
    assert len(failed) == 1
    assert "note.own-shelf" in (failed[0].get("name") or "")
    assert "curl -i" in "".join(failed[0].itertext())


def test_the_page_needs_nothing_beside_it(red: Path, shipped: Path) -> None:
    """No script, style, image or font of the page is loaded from anywhere."""
    for folder in (red, shipped):
        page = (folder / "report.html").read_text(encoding="utf-8")
        assert page.lstrip().lower().startswith("<!doctype html>")
        assert not re.search(r"""(?:src|srcset|action)\s*=\s*["'](?!data:)""", page)
        assert not re.search(r"""<link[^>]+href\s*=\s*["']?(?!data:|#)[^"'> ]""", page)
        assert not re.search(r"@import|url\(\s*[\"']?(?!data:|#)", page)
        linked = re.findall(r"""href\s*=\s*["']([^"']+)""", page)
        assert all(each.startswith("#") for each in linked)


def test_the_page_tells_every_rule(red: Path) -> None:
    """Each rule with its sentence and sources; the broken one with its curl line."""
    page = (red / "report.html").read_text(encoding="utf-8")
    for rule in as_json(red)["rules"]:
        assert rule["id"] in page
    assert "One writes on one&#39;s own shelf." in page
    assert "curl -i -X POST" in page


def credentials() -> Iterator[str]:
    """Every token, session, key's secret and password of the kit's seeds and the toy's."""
    for source in ("egain", "leadsquared", TOY / "seed"):
        seed = load_seed(source)
        for actor in seed.actors.values():
            held = actor.credential
            yield held.secret if isinstance(held, AccessKey) else held.value
        yield from (each["password"] for each in seed.names.values() if each.get("password"))


def test_no_report_holds_a_credential(red: Path, shipped: Path) -> None:
    """Where a token, session, secret or password was sent, the reports have a shell variable."""
    for path in (*red.iterdir(), *shipped.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert not [each for each in credentials() if each in text], path.name
    assert "$TOKEN_ADA" in (red / "report.json").read_text(encoding="utf-8")
    assert "$PASSWORD_ANNA" in (shipped / "report.json").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be: exit 2 and a sentence, no traceback."""
    (tmp_path / "report").write_text("in the way", encoding="utf-8")
    rule = ("--rule", "note.short")
    ended = run("verify", "--folder", TOY, *rule, "--report", tmp_path / "report")
    assert ended.returncode == 2
    assert str(tmp_path / "report") in ended.stderr
    assert "Traceback" not in ended.stderr

"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console
from rulebound.contract_tests.apis import Place, own
from rulebound.contract_tests.planning import EVERYTHING, Selection, Shard
from rulebound.contract_tests.runs.merging import merge
from rulebound.contract_tests.verify import VerifyOptions, verify

from tests.contract_tests.notes_profile import written_profile
from tests.contract_tests.notes_server import Notes, serving
from tests.contract_tests.raw_server import behaving


def pytest_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of pytest in an empty folder."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120"}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


def proof(folder: Path, place: Place, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    """A run of the proof's own tests against a server of the notes API."""
    plain = ("--pyargs", "rulebound.contract_tests", "--target", url, "--stub")
    return pytest_run(folder, *plain, "--folder", str(place.document), "-k", "test_rule", *more)


def test_every_case_is_a_test(notes_place: Place, tmp_path: Path) -> None:
    """Each case is a test whose id is the rule's; what cannot be tested is skipped with why."""
    with serving(Notes()) as url:
        done = proof(tmp_path, notes_place, url, "-v", "-rs", "--report", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_rule[note.title-at-most-20/break-1] PASSED" in done.stdout
    assert "33 passed, 2 skipped" in done.stdout
    assert "a path always has an id" in done.stdout
    assert (tmp_path / "out" / "report.json").is_file()
    assert "rulebound: report in out" in done.stdout


def test_a_broken_rule_fails_its_case(notes_place: Place, tmp_path: Path) -> None:
    """A failure shows the sentence, what is wrong and the curl line."""
    with serving(Notes("one-more")) as url:
        done = proof(tmp_path, notes_place, url, "--rule", "note.title-*")
    assert done.returncode == 1
    assert "1 failed, 4 passed" in done.stdout
    assert "A title has at most 20 characters." in done.stdout
    assert "break: accepted with 201, not 400" in done.stdout
    assert "curl -i -X POST http" in done.stdout


WRONG = {
    "no such rule": (("--rule=no.such",), "no rule is chosen"),
    "no such operation": (("--operation=nosuch",), "no rule is chosen"),
    "no such folder": (("--folder=nosuch",), "nosuch"),
    "no URL": (("--target=nonsense",), "is no URL of a target"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_choice_is_told(name: str, notes_place: Place, tmp_path: Path) -> None:
    """What cannot be collected is told in a line, and ends the run with 2."""
    arguments, says = WRONG[name]
    done = proof(tmp_path, notes_place, "http://127.0.0.1:9", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert (len(done.stdout.splitlines()), len(done.stderr.splitlines())) == (1, 1), done.stdout


def test_a_misspelt_witness_is_told(notes_place: Place, tmp_path: Path) -> None:
    """A witness file that cannot be read is told by file and line alone, with exit code 2."""
    folder = Path(shutil.copytree(notes_place.document, tmp_path / "notes"))
    witness = folder / "witnesses" / "note.yaml"
    witness.write_text(witness.read_text("utf-8").replace("breaks:", "brakes:", 1), "utf-8")
    done = proof(tmp_path, own(folder), "http://127.0.0.1:9")
    assert done.returncode == 2
    assert "witnesses/note.yaml:" in done.stderr
    assert (len(done.stdout.splitlines()), len(done.stderr.splitlines())) == (1, 1), done.stdout


SPREAD = pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["one process", "two"])
CHOSEN = ("--pyargs", "rulebound.contract_tests", "-k", "test_rule", "--rule=note.title-*")


@SPREAD
@pytest.mark.parametrize("kind", [("--stub",), ()], ids=["stub", "deployment"])
def test_a_target_where_nobody_listens_is_told(
    kind: tuple[str, ...], more: tuple[str, ...], notes_place: Place, tmp_path: Path
) -> None:
    """Nothing at the address: a sentence and 2, and no case is tried."""
    nobody = ("--target", "http://127.0.0.1:9", "--folder", str(notes_place.document))
    done = pytest_run(tmp_path, *CHOSEN, *nobody, *kind, *more)
    assert done.returncode == 2, done.stdout
    assert "nothing answers at http://127.0.0.1:9" in done.stderr
    assert (len(done.stdout.splitlines()), len(done.stderr.splitlines())) == (1, 1), done.stdout


@SPREAD
def test_a_run_that_judges_nothing_is_not_green(
    more: tuple[str, ...], notes_place: Place, tmp_path: Path
) -> None:
    """A target that hangs up fails a stub's cases and skips those of a deployment; both end with
    2."""
    with behaving(socket.socket.close) as url:
        target = ("--target", url, "--folder", str(notes_place.document), *more)
        stub = pytest_run(tmp_path, *CHOSEN, *target, "--stub")
        deployment = pytest_run(tmp_path, *CHOSEN, *target)
    assert (stub.returncode, "5 failed" in stub.stdout) == (2, True), stub.stdout
    assert deployment.returncode == 2, deployment.stdout
    assert "the target failed to answer, so this run is no proof" in deployment.stdout


def test_rules_without_witnesses_are_not_green(notes_place: Place, tmp_path: Path) -> None:
    """A rule that no case tries fails on a stub, and the run ends as that of `verify` does."""
    folder = Path(shutil.copytree(notes_place.document, tmp_path / "notes"))
    shutil.rmtree(folder / "witnesses")
    with serving(Notes()) as url:
        done = proof(tmp_path, own(folder), url, "--rule=note.title-*")
    assert done.returncode == 2, done.stdout
    assert "there is no witness for it" in done.stdout


def _witnessless(place: Place, folder: Path) -> Place:
    """The notes API without the witness of one rule."""
    copied = Path(shutil.copytree(place.document, folder / "notes"))
    path = copied / "witnesses" / "note.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    del content["rules"]["note.title-required"]
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return own(copied)


@SPREAD
@pytest.mark.parametrize(
    ("faults", "lacking", "options", "code"),
    [
        ((), True, {"stub": True}, 2),
        (("one-more",), True, {"stub": True}, 1),
        (("one-more",), False, {"stub": True}, 1),
        (("no-control",), False, {"stub": True}, 2),
        ((), False, {"stub": True, "shard": Shard(1, 40), "rule": "note.*"}, 0),
        ((), False, {"shard": Shard(1, 2), "rule": "note.open-only"}, 0),
        ((), False, {"shard": Shard(2, 2), "rule": "note.open-only"}, 0),
        ((), False, {"rule": "note.open-only"}, 2),
    ],
)
def test_pytest_ends_as_verify_does(  # noqa: PLR0917 - all that tells one run from another
    faults: tuple[str, ...],
    lacking: bool,
    options: dict[str, Any],
    code: int,
    more: tuple[str, ...],
    notes_place: Place,
    tmp_path: Path,
) -> None:
    """Witnesses that are missing, broken rules, a stub out of order, a shard without anything to
    judge: the exit code is the same one."""
    place = _witnessless(notes_place, tmp_path) if lacking else notes_place
    stub, shard, rule = (options.get(name) for name in ("stub", "shard", "rule"))
    given = ("--stub",) if stub else ()
    given += ("--rule", rule) if rule else ()
    given += ("--shard", str(shard)) if shard else ()
    folder = ("--folder", str(place.document), "-k", "test_rule")
    with serving(Notes(*faults)) as url:
        wish = VerifyOptions(url, stub=bool(stub), places=(place,), shard=shard)
        chosen = Selection(rules=(rule,)) if rule else EVERYTHING
        found = verify(replace(wish, selection=chosen), Console(file=io.StringIO()))
        target = ("--pyargs", "rulebound.contract_tests", "--target", url)
        done = pytest_run(tmp_path, *target, *folder, *given, *more)
    assert (done.returncode, found) == (code, code), done.stdout


def test_a_profile_that_chooses_is_told(notes_place: Place, tmp_path: Path) -> None:
    """Which rules it is for, and how all are taken; not where other rules were named."""
    with serving(Notes(control=False)) as url:
        profile = written_profile(tmp_path, url)
        profile.write_text(profile.read_text("utf-8") + "only: {operation: [readNote]}\n", "utf-8")
        plain = ("--pyargs", "rulebound.contract_tests", "--folder", str(notes_place.document))
        told = [
            pytest_run(tmp_path, *plain, "--profile", str(profile), "--collect-only", *more).stdout
            for more in ((), ("--rule", "note.title-*"))
        ]
    assert "is for operation readNote (`only`); --rule '*' takes every rule" in told[0]
    assert "`only`" not in told[1] and "note.title-" in told[1]


def test_another_test_that_fails_is_not_hidden(notes_place: Place, tmp_path: Path) -> None:
    """In a run with tests of one's own a failure of these ends with 1, whatever the rules do."""
    (tmp_path / "test_own.py").write_text("def test_it():\n    assert False\n", "utf-8")
    with serving(Notes()) as url:
        own_test = (str(tmp_path / "test_own.py"), "-k", "test_rule or test_it")
        done = proof(tmp_path, notes_place, url, *own_test)
    assert done.returncode == 1 and "1 failed, 33 passed" in done.stdout, done.stdout


def test_a_run_that_ends_before_it_begins_leaves_no_report(
    notes_place: Place, tmp_path: Path
) -> None:
    """What lies in the folder of the report is never that of an earlier run."""
    for name in ("report.json", "other.txt"):
        (tmp_path / name).write_text("{}", "utf-8")
    nobody = "http://127.0.0.1:9"
    assert proof(tmp_path, notes_place, nobody, "--report", ".").returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["other.txt"]


def test_other_runs_do_not_see_the_plain_names(tmp_path: Path) -> None:
    """In a run of something else `--report` stays free for others."""
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--report')\n", "utf-8"
    )
    test = "def test_it(request):\n    assert request.config.getoption('--report') == 'x'\n"
    (tmp_path / "test_it.py").write_text(test, "utf-8")
    done = pytest_run(tmp_path, "--report", "x", "test_it.py")
    assert done.returncode == 0, done.stdout


def test_the_plugin_brings_nothing_heavy() -> None:
    """Loading the plugin imports neither Schemathesis nor the rooms."""
    code = (
        "import sys, rulebound.contract_tests.plugin\n"
        "heavy = {'schemathesis', 'hypothesis', 'rich', 'jsonschema', 'rulebound.openapi'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_report_of_several_processes_is_one(notes_place: Place, tmp_path: Path) -> None:
    """With -n 2 the workers hand their results on, and the report is that of one process."""
    with serving(Notes("one-more")) as url:
        for name, more in (("one", ()), ("two", ("-n", "2"))):
            done = proof(tmp_path, notes_place, url, "--report", name, *more)
            assert done.returncode == 1, done.stdout + done.stderr
            assert f"rulebound: report in {name}" in done.stdout
    one, two = (
        json.loads((tmp_path / name / "report.json").read_text()) for name in ("one", "two")
    )
    assert two["totals"] == one["totals"] and two["exit_code"] == 1
    for before, after in zip(one["rules"], two["rules"], strict=True):
        assert [case["id"] for case in before["cases"]] == [case["id"] for case in after["cases"]]
        assert (before["verdict"], before["why"]) == (after["verdict"], after["why"])
    assert two["statements"] == one["statements"]
    text = (tmp_path / "two" / "report.json").read_text("utf-8")
    assert "curl -i -X POST" in text and "token-ann" not in text


def test_a_shard_is_a_part_of_the_cases(notes_place: Place, tmp_path: Path) -> None:
    """Two shards, one of them spread over processes, hold every rule once and can be merged."""
    with serving(Notes()) as url:
        for index, more in ((1, ("-n", "2")), (2, ())):
            shard = ("--shard", f"{index}/2", "--report", str(index))
            done = proof(tmp_path, notes_place, url, *shard, *more)
            assert done.returncode == 0, done.stdout + done.stderr
    merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole", Console(file=io.StringIO()))
    data = json.loads((tmp_path / "whole" / "report.json").read_text("utf-8"))
    assert (data["exit_code"], data["totals"]["kept"]) == (0, 13)
    wrong = proof(tmp_path, notes_place, "http://127.0.0.1:9", "--shard", "3/2")
    assert wrong.returncode != 0 and "--shard: '3/2' is no shard" in wrong.stdout + wrong.stderr


def test_what_a_dead_worker_did_not_tell_is_not_kept(notes_place: Place, tmp_path: Path) -> None:
    """A rule some of whose cases never came back is not reached, whatever the others found."""
    with serving(Notes()) as url:
        done = proof(
            tmp_path, notes_place, url, "--report", "some", "-k", "title-at-most-20/break-1"
        )
    assert done.returncode == 0, done.stdout + done.stderr
    data = json.loads((tmp_path / "some" / "report.json").read_text("utf-8"))
    rule = next(each for each in data["rules"] if each["id"] == "note.title-at-most-20")
    assert rule["verdict"] == "not reached" and rule["conducted"] < rule["planned"]

"""report.json is what its schema says, whatever wrote it; what is not is told, not met half-way."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console
from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.judging.outcome import Verdict
from rulebound.contract_tests.passive.verify import PassiveOptions, verify_recordings
from rulebound.contract_tests.planning import Selection, Shard
from rulebound.contract_tests.runs.accepted import Accepted, write_accepted
from rulebound.contract_tests.runs.comparing import snapshot
from rulebound.contract_tests.runs.faults import RunFault
from rulebound.contract_tests.runs.merging import merge
from rulebound.contract_tests.runs.written import fault_of, read_report
from rulebound.contract_tests.verify import VerifyOptions, verify
from rulebound.contract_tests.wire.message import Answer, WireRequest

from tests.contract_tests.har_recording import entry, written
from tests.contract_tests.notes_profile import one_run
from tests.contract_tests.notes_server import Notes, serving
from tests.contract_tests.test_accepting import RULE, TODAY
from tests.contract_tests.test_plugin import proof

FILE = resources.files("rulebound.contract_tests.reports").joinpath("report.schema.json")
SCHEMA = json.loads(FILE.read_text("utf-8"))
KINDS = ("own", "stub", "faulty", "silent", "profile", "shard", "merged", "pytest", "recording")


@pytest.fixture(scope="module")
def reports(notes_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of each kind."""
    folder = tmp_path_factory.mktemp("reports")

    def run(name: str, *faults: str, **options: Any) -> None:
        with serving(Notes(*faults)) as url:
            wish = {"target": url, "stub": True, "places": (notes_place,), **options}
            verify(VerifyOptions(report=folder / name, **wish), Console(file=io.StringIO()))

    run("own", target=None, stub=False, selection=Selection(rules=("read.exists",)))
    run("stub")
    run("faulty", "lenient-401", "writes-when-refused", "undeclared")
    run("silent", "odd-control")
    run("shard", shard=Shard(1, 2), run_key="a key", target="http://127.0.0.1:9")
    with serving(Notes()) as url:
        parts = [folder / "shard", folder / "second"]
        for index, part in enumerate(parts, 1):
            wish = {"target": url, "stub": True, "places": (notes_place,), "run_key": "a key"}
            options = VerifyOptions(report=part, shard=Shard(index, 2), **wish)
            verify(options, Console(file=io.StringIO()))
        others = [folder / "own"]
        merge(parts, folder / "merged", Console(file=io.StringIO()), others=others)
        proof(folder, notes_place, url, "--report", "pytest")
    known = [Accepted(rule, "why", TODAY, TODAY) for rule in (RULE, "gone.rule")]
    write_accepted(folder / "state", known)
    for faults in ((), ("lenient-401",)):
        one_run(folder, notes_place, *faults)
    (folder / "report").rename(folder / "profile")
    _judge_recording(folder)
    return folder


def _judge_recording(folder: Path) -> None:
    headers = (("Content-Type", "application/json"),)
    body = b'{"Name": "x", "NotifyBy": "5"}'
    request = WireRequest("POST", "/v2/Task.svc/Create", headers=headers, body=body)
    answer = Answer(500, headers, b"{}", 0.0)
    entries = [entry(request, answer, "https://s.example.com", datetime.now(UTC))]
    options = PassiveOptions((written(folder, entries),), report=folder / "recording")
    assert verify_recordings(options, Console(file=io.StringIO())) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_is_as_its_schema_says(reports: Path, kind: str) -> None:
    """A run of a stub, of a deployment, of a shard, a merged one, of pytest, of a recording."""
    data = json.loads((reports / kind / "report.json").read_text("utf-8"))
    found = [f"{each.json_path}: {each.message}" for each in _validator().iter_errors(data)]
    assert not found, found[:3]
    assert fault_of(data) is None and read_report(reports / kind) == data


def test_the_schema_is_strict_and_says_what_things_are() -> None:
    """It is a schema; every object names all of its keys, and every key is described."""
    Draft202012Validator.check_schema(SCHEMA)
    objects = [each for each in _parts(SCHEMA) if each.get("type") == "object"]
    assert len(objects) > 10
    assert all(each["additionalProperties"] is False for each in objects)
    names = [(name, part) for each in objects for name, part in each["properties"].items()]
    plain = {"const"}, {"minimum", "type"}, {"$ref"}
    assert not [
        name for name, part in names if "description" not in part and set(part) not in plain
    ]
    assert SCHEMA["$defs"]["verdict"]["enum"] == [
        *("kept", "broken", "differs", "not reached", "not testable")
    ]
    assert set(SCHEMA["$defs"]["totals"]["properties"]) == {each.value for each in Verdict}


def test_every_key_of_the_schema_is_met(reports: Path) -> None:
    """No key is described that no report has."""
    met = set()
    for kind in KINDS:
        data = json.loads((reports / kind / "report.json").read_text("utf-8"))
        met |= set(_keys(SCHEMA, data, ""))
    # Of a recording, and of what its deployment tells on other days.
    wanted = {key for key in _known(SCHEMA, "") if not key.startswith("/recording/")}
    assert wanted <= met, wanted - met


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        ("/shard", {}, '/shard: "index" is a required property'),
        ("/shard/of", "2", "/shard/of: "),
        ("/shard/of", 10_000_000, "/shard/of: 10000000 is greater than the maximum of 9999"),
        ("/target", "x", "/target: "),
        ("/rules/0/accepted", None, "/rules/0/accepted: null is not of type"),
        ("/rules/0/verdict", "good", "/rules/0/verdict: "),
        ("/rules/0/says", ..., '/rules/0: "says" is a required property'),
        ("/rules/0/cases/0/steps/0/got", 3, "/rules/0/cases/0/steps/0/got: 3 is not of type"),
        ("/rules/0/more", 1, "/rules/0: Additional properties"),
        ("/started", "2026-02-30T00:00:00+00:00", "/started: "),
        ("/statements", {}, "/statements: "),
        ("", [], "the report itself: [] is not of type"),
    ],
)
def test_a_report_of_another_shape_is_told(
    reports: Path, tmp_path: Path, at: str, value: Any, says: str
) -> None:
    """`merge` and `diff` say the file and the place in one line, end with 2 and write nothing."""
    data = json.loads((reports / "shard" / "report.json").read_text("utf-8"))
    *parts, last = at.split("/")[1:] or ("",)
    where = data
    for part in parts:
        where = where[int(part)] if isinstance(where, list) else where[part]
    if value is ...:
        del where[last]
    elif at:
        where[last] = value
    path = tmp_path / "report.json"
    path.write_text(json.dumps(data if at else value), "utf-8")
    with pytest.raises(RunFault) as told:
        read_report(path)
    assert str(told.value).startswith(f"{path} is no report") and says in str(told.value)
    with pytest.raises(RunFault):
        snapshot(str(path), None)
    command = [sys.executable, "-m", "rulebound.cli", "merge", "report.json", "--report", "whole"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1) and says in done.stderr
    assert not (tmp_path / "whole").exists()


def _validator() -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(SCHEMA, format_checker=checker)


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    if isinstance(schema, dict):
        yield schema
    for each in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(each, dict | list):
            yield from _parts(each)


def _behind(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema
    return SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else found


def _known(schema: dict[str, Any], at: str) -> Iterator[str]:
    """Every key that a schema knows, by its place."""
    schema = _behind(schema)
    for key, part in schema.get("properties", {}).items():
        yield f"{at}/{key}"
        yield from _known(part, f"{at}/{key}")
    if "items" in schema:
        yield from _known(schema["items"], f"{at}/*")


def _keys(schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    """Every key that a value has, by its place."""
    if isinstance(value, list):
        for item in value:
            yield from _keys(schema, item, f"{at}/*")
    for key, item in value.items() if isinstance(value, dict) else ():
        yield f"{at}/{key}"
        yield from _keys(schema, item, f"{at}/{key}")

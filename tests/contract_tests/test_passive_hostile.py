"""Whatever stands in a HAR file, the check ends with a sentence and an exit code."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebound.cli import main
from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.passive.confidential import Confidential
from rulebound.contract_tests.passive.gathering import Gathered
from rulebound.contract_tests.passive.har import MOST_DEPTH, read_har
from rulebound.contract_tests.passive.judging import judge
from rulebound.contract_tests.passive.matching import Matcher
from rulebound.contract_tests.passive.recorded import HarFault
from rulebound.contract_tests.planning import EVERYTHING, plan

from tests.contract_tests.har_recording import har, of, picked, the_apis

FILES = {
    "empty": (b"", "is not JSON"),
    "no JSON": (b"<html>", "is not JSON"),
    "cut off": (b'{"log": {"entries": [', "is not JSON"),
    "binary": (bytes(range(256)), "is not JSON"),
    "a text": (b'"har"', "has no list log.entries"),
    "no log": (b"{}", "has no list log.entries"),
    "log is a list": (b'{"log": []}', "has no list log.entries"),
    "entries is a map": (b'{"log": {"entries": {}}}', "has no list log.entries"),
    "deep": (b"[" * 100_000 + b"]" * 100_000, "is nested deeper than 64 levels"),
    "deep inside": (
        b'{"log": {"entries": [' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"]}}",
        "is nested deeper than 64 levels",
    ),
    "a number without end": (b'{"log": ' + b"9" * 10_000 + b"}", "is not JSON"),
}
TEXT = st.text(max_size=30) | st.sampled_from(
    ["é\ud800", "\x00", "http://[::1", "base64", "a: b\r\nc"]
)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_har_is_told(tmp_path: Path, name: str) -> None:
    """A file that is no HAR ends with code 2 and one sentence that names it."""
    content, says = FILES[name]
    path = tmp_path / "odd.har"
    path.write_bytes(content)
    result = CliRunner().invoke(main, ["verify", "--har", str(path), "--api", "leadsquared-v2"])
    assert result.exit_code == 2
    assert result.output.startswith(f"rulebound: {path} {says}")
    assert len(result.output.splitlines()) == 1


def test_a_file_may_be_too_large(tmp_path: Path) -> None:
    """No more is read than allowed."""
    path = tmp_path / "large.har"
    path.write_bytes(b" " * 2_000_001)
    with pytest.raises(HarFault, match=r"large.har is larger than 1 MiB; record in several files"):
        read_har(path, most_bytes=2_000_000)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Some recorders write one."""
    path = tmp_path / "marked.har"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(har([picked(of("/pick", 204))])).encode())
    assert len(read_har(path).exchanges) == 1


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        ((), 5, "the entry is a int, not an object"),
        (("request",), None, "request is missing, not an object"),
        (("request", "method"), 7, "request.method is a int, not a text"),
        (("request", "url"), "http://[", "request.url is no URL"),
        (("request", "url"), "ws://example.com/activity/pick", "request.url is no http address"),
        (("request", "url"), "http://a/\ud800", "request.url holds half of a character"),
        (("request", "headers"), {"a": "b"}, "request.headers is a dict, not a list"),
        (("request", "headers", 0, "value"), None, "request.headers[0].value is missing"),
        (("request", "postData"), "x", "request.postData is a str, not an object"),
        (("response", "status"), True, "response.status is not the status of an answer"),
        (("response", "status"), 10**400, "response.status is not the status of an answer"),
        (("response", "status"), 304, "the answer came out of the browser's cache"),
        (("response", "content", "text"), 1, "response.content.text is a int, not a text"),
        (("response", "content"), {"text": "%%", "encoding": "base64"}, "a body is not the base64"),
        (("request", "postData", "encoding"), "rot13", "a body has an encoding that is not known"),
    ],
)
def test_an_odd_entry_is_named(tmp_path: Path, at: tuple[Any, ...], value: Any, says: str) -> None:
    """An entry that cannot be read is named by its number, and the others are judged."""
    good = picked(of("/activity/pick", 204))
    odd = put(copy.deepcopy(good), at, value)
    path = tmp_path / "odd.har"
    path.write_text(json.dumps(har([good, odd, good])), "utf-8")
    recording = read_har(path)
    assert [note.startswith(f"entry 1: {says}") for note in recording.notes] == [True]
    assert {each.number for each in recording.exchanges} >= {0, 2}


def put(entry: Any, at: tuple[Any, ...], value: Any) -> Any:
    """The entry with another value at a place."""
    if not at:
        return value
    inner = entry
    for part in at[:-1]:
        inner = inner[part]
    inner[at[-1]] = value
    return entry


def check(apis: Apis, folder: Path, value: Any) -> None:
    """Everything that is done with a recording."""
    path = folder / "drawn.har"
    path.write_text(json.dumps(value), "utf-8")
    try:
        recording = read_har(path)
    except HarFault:
        return
    rules = plan(apis, EVERYTHING)
    matcher = Matcher({each.operation.id: (each.api, each.operation) for each in rules}.values())
    found = [each for each in map(matcher.match, recording.exchanges) if each is not None]
    confidential, gathered = Confidential(), Gathered()
    for exchange in found:
        confidential.learn(exchange)
    judge(found, gathered)
    for planned in rules:
        verdict = gathered.verdict(planned, confidential)
        assert all("\n" not in step.name for result in verdict.results for step in result.steps)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=ODD, entries=st.lists(ODD, max_size=3))
def test_any_json_is_read(notes: Apis, tmp_path: Path, value: Any, entries: list[Any]) -> None:
    """Any JSON value, and any values as entries, are read without an exception."""
    check(notes, tmp_path, value)
    check(notes, tmp_path, har(entries))


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [at]
    for key, each in inner if isinstance(value, (dict, list)) else ():
        found += places(each, (*at, key)) if isinstance(each, (dict, list)) else [(*at, key)]
    return found


@pytest.mark.parametrize(
    ("path", "status"),
    [("/pick", 204), ("/interaction/activity", 200), ("/activity/task", 400), ("/Create", 200)],
)
def test_any_change_is_survived(tmp_path: Path, path: str, status: int) -> None:
    """Anything put anywhere into a real entry, its bodies included, is judged or told."""
    entry = picked(of(path, status))

    @settings(max_examples=120)
    @given(data=st.data())
    def survives(data: st.DataObject) -> None:
        changed = copy.deepcopy(entry)
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.sampled_from(places(changed)))
            changed = put(changed, at, data.draw(ODD))
            if not isinstance(changed, dict):
                break
        check(the_apis(), tmp_path, har([changed]))

    survives()


@pytest.mark.parametrize("part", ["postData", "content"])
@pytest.mark.parametrize("media", ["application/json", "application/xml"])
def test_any_body_is_survived(tmp_path: Path, part: str, media: str) -> None:
    """Bodies of any value, any text, any depth are judged without an exception."""
    entry = picked(of("/interaction/activity", 200, kind="json"))
    if part == "postData":
        entry = picked(of("/activity/task", 201))
    deep = "[" * 3000 + "]" * 3000, "<a>" * 3000 + "</a>" * 3000, '{"a":' * 90 + "1" + "}" * 90

    @settings(max_examples=80)
    @given(text=TEXT | ODD.map(json.dumps) | st.sampled_from(deep))
    def survives(text: str) -> None:
        changed = copy.deepcopy(entry)
        holder = changed["request"] if part == "postData" else changed["response"]
        holder[part] = {"mimeType": media, "text": text}
        holder["headers"] = [h for h in holder["headers"] if h["name"].lower() != "content-type"]
        holder["headers"].append({"name": "Content-Type", "value": media})
        holder["bodySize"] = -1
        check(the_apis(), tmp_path, har([changed]))

    survives()


def test_the_limit_of_depth_leaves_room_for_a_har() -> None:
    """A HAR of its own is far less deep than what is read."""
    entry = picked(of("/activity/pick", 204))
    assert max(map(len, places(har([entry])))) * 4 < MOST_DEPTH

"""Records what the proof sends to a target as HAR 1.2, the way a browser's tools write it."""

from __future__ import annotations

import base64
import copy
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

from rich.console import Console
from rulebound.contract_tests.apis import Apis, load_apis, shipped
from rulebound.contract_tests.judging.bench import Bench, Unchecked
from rulebound.contract_tests.passive.verify import PassiveOptions, verify_recordings
from rulebound.contract_tests.planning import EVERYTHING, Selection, plan
from rulebound.contract_tests.running import run_plan
from rulebound.contract_tests.targets.process import StubProcess
from rulebound.contract_tests.targets.stub import Stub
from rulebound.contract_tests.targets.target import Needs
from rulebound.contract_tests.wire.message import Answer, WireRequest

Entry = dict[str, Any]


def entry(request: WireRequest, answer: Answer, url: str, now: datetime) -> Entry:
    """One entry of a HAR file."""
    pairs = parse_qsl(request.address.partition("?")[2], keep_blank_values=True)
    sent: dict[str, Any] = {
        "method": request.method,
        "url": url + request.address,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(pairs),
        "headersSize": -1,
        "bodySize": len(request.body or b""),
    }
    if request.body is not None:
        kind = request.header("content-type") or ""
        sent["postData"] = {"mimeType": kind, **_content(request.body)}
    got = {
        "status": answer.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(answer.headers),
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(answer.body),
        "content": {
            "size": len(answer.body),
            "mimeType": answer.header("content-type") or "x-unknown",
            **_content(answer.body),
        },
    }
    return {
        "startedDateTime": now.isoformat(),
        "time": answer.seconds * 1000,
        "request": sent,
        "response": got,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }


def har(entries: list[Entry]) -> dict[str, Any]:
    """A whole file."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "tests", "version": "1"},
            "entries": entries,
        }
    }


def written(folder: Path, entries: list[Entry], name: str = "recorded.har") -> Path:
    """A file with these entries."""
    path = folder / name
    path.write_text(json.dumps(har(entries)), "utf-8")
    return path


def _pairs(pairs: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _content(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


@dataclass
class RecordedScene:
    """A scene that puts down what is sent in it."""

    scene: Any
    url: str
    entries: list[Entry]

    def send(self, request: WireRequest) -> Answer:
        answer = self.scene.send(request)
        self.entries.append(entry(request, answer, self.url, self.scene.now))
        return answer

    def send_guarded(self, request: WireRequest, *asked: Any) -> tuple[Answer, bool | None]:
        answer, unchanged = self.scene.send_guarded(request, *asked)
        self.entries.append(entry(request, answer, self.url, self.scene.now))
        return answer, unchanged

    def __getattr__(self, name: str) -> Any:
        return getattr(self.scene, name)


@dataclass
class RecordedTarget:
    """A target that puts down what is sent to it."""

    target: Any
    entries: list[Entry] = field(default_factory=list)

    @contextmanager
    def scene(self, needs: Needs) -> Iterator[Any]:
        with self.target.scene(needs) as scene:
            yield RecordedScene(scene, self.target.url, self.entries)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)


@cache
def the_apis() -> Apis:
    """The kit's own APIs."""
    return load_apis(shipped())


@cache
def everything() -> tuple[Entry, ...]:
    """What witnesses of every rule send to the kit's own stub, its answers beside it; not to be
    changed. RULEBOUND_RECORDED says how many cases of a rule, 0 for all."""
    most = int(os.environ.get("RULEBOUND_RECORDED", "0")) or None
    chosen = [
        replace(planned, cases=planned.cases[:most]) for planned in plan(the_apis(), EVERYTHING)
    ]
    with StubProcess() as process, closing(Stub(process.url)) as stub:
        target = RecordedTarget(stub)
        run_plan(Bench(the_apis(), target, Unchecked()), chosen, 1)
    return tuple(target.entries)


def picked(wanted: Callable[[Entry], bool]) -> Entry:
    """A copy of the first entry that is as wanted."""
    return copy.deepcopy(next(each for each in everything() if wanted(each)))


def of(path: str, status: int, *parts: str, kind: str = "") -> Callable[[Entry], bool]:
    """Whether an entry is for a path, answered with a status, and holds some texts."""

    def wanted(each: Entry) -> bool:
        request, response = each["request"], each["response"]
        whole = json.dumps(each)
        is_it = request["url"].partition("?")[0].endswith(path) and response["status"] == status
        return is_it and kind in response["content"]["mimeType"] and all(p in whole for p in parts)

    return wanted


def _prepared(_: Any, selection: Selection) -> Any:
    return the_apis(), plan(the_apis(), selection)


@dataclass(frozen=True)
class Judged:
    """What came of a recording: exit code, output, and the report."""

    code: int
    printed: str
    report: dict[str, Any]

    def verdict(self, rule: str) -> str:
        """The verdict of a rule."""
        return str(self.rule(rule)["verdict"])

    def rule(self, rule: str) -> dict[str, Any]:
        """A rule as the report has it."""
        found: dict[str, Any] = next(each for each in self.report["rules"] if each["id"] == rule)
        return found

    @property
    def wrong(self) -> dict[str, str]:
        """The rules that are broken or differ."""
        bad = ("broken", "differs")
        return {r["id"]: r["verdict"] for r in self.report["rules"] if r["verdict"] in bad}


def judged(folder: Path, entries: Iterable[Entry], **options: Any) -> Judged:
    """A recording of these entries, judged."""
    out, report = io.StringIO(), folder / "report"
    choice = PassiveOptions((written(folder, list(entries)),), report=report, **options)
    # The kit's own documents are the same for every test: they are loaded once.
    with patch("rulebound.contract_tests.passive.verify.prepared", _prepared):
        code = verify_recordings(choice, Console(file=out, width=120, highlight=False))
    path = report / "report.json"
    data = json.loads(path.read_text("utf-8")) if path.is_file() else {"rules": []}
    return Judged(code, out.getvalue(), data)

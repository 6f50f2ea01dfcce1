"""Records what the proof sends to a target as HAR 1.2, the way a browser's tools write it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from rulebound.contract_tests.targets.target import Needs, Scene, Target
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
    import base64

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

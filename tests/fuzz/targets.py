"""What is fuzzed: what each may raise, and what must hold of what it reads."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rulebound.fixtures import SeedError, load_seed
from rulebound.fixtures.dates import SECONDS, format_date, parse_date
from rulebound.fixtures.profiles import ProfileFault, load_profile
from rulebound.mock_server.current import Current
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from rulebound.openapi.body_media import media_type_of
from rulebound.openapi.expressions import (
    EvaluationError,
    ExpressionError,
    compile_condition,
    explain,
    parse,
    write,
)
from rulebound.openapi.findings import DocumentError
from rulebound.openapi.json_text import MOST_VALUES, JsonFault, read_json
from rulebound.openapi.lint.patterns import danger
from rulebound.openapi.loader import load
from rulebound.openapi.negotiation import best_language, best_media_type
from rulebound.openapi.query_values import typed
from rulebound.openapi.schema_codec import XmlFault, read_xml
from rulebound.openapi.yaml_reader import read_text

from tests.fuzz.corpus import HOUSE, NOTES

Target = Callable[[bytes], None]
V3 = ((b"authorization", b"Bearer token-anna"), (b"accept-language", b"en-US"))
V12 = ((b"x-egain-session", b"5244fb6f-a9aa-5f40-9137-50b4837a9182"),)
KEYS = ((b"x-lsq-accesskey", b"access-liam"), (b"x-lsq-secretkey", b"secret-liam"))
ALWAYS = ((b"host", b"127.0.0.1"), (b"accept", b"application/json"))
Headers = tuple[tuple[bytes, bytes], ...]
SEARCH = ("GET", "/ws/v12/interaction/activity", V12)
CREATING: tuple[tuple[str, str, Headers], ...] = (
    ("PATCH", "/core/casemgr/v3/activity/pick", V3),
    ("POST", "/core/casemgr/v3/activity/task", V3),
    ("POST", "/core/casemgr/v3/activity/email/general", V3),
    ("POST", "/ws/v12/authentication/user/login", ()),
    ("POST", "/v2/Task.svc/Create", KEYS),
)
ENV: dict[str, Any] = {
    "body": {"activity": [{"id": "1", "n": 2}], "subject": "x", "flag": True, "none": None},
    "actor": {"id": "7", "kind": "user", "scopes": ["a"]},
    "query": {"customer": "1080"},
    "headers": {"accept": "*/*"},
    "path": {},
    "settings": {"on": True, "most": 5},
    "targets": [{"sent": {"id": "1"}, "found": None}],
    "now": datetime(2026, 11, 22, tzinfo=UTC),
}


def target(name: str) -> Target:
    """The target of this name, with what it needs."""
    return _MADE[name]()


def _json(raw: bytes) -> None:
    try:
        value = read_json(raw, most_values=MOST_VALUES)
    except JsonFault:
        return
    # Whatever is read quickly is read as the standard library reads it.
    assert repr(value) == repr(json.loads(raw)), raw
    assert read_json(json.dumps(value).encode()) == value


def _xml(schemas: list[Any], raw: bytes) -> None:
    try:
        read_xml(raw[1:], schemas[raw[0] % len(schemas)] if raw else True, most_values=MOST_VALUES)
    except XmlFault:
        return


def _made_xml() -> Target:
    media = "application/xml"
    schemas = [
        operation.body.media[media]
        for api in ("egain-v3", "ece-v12")
        for operation in load(HOUSE / "openapi" / api).operations
        if operation.body and media in operation.body.media
    ]
    array = {"type": "array", "items": {"type": "integer"}}
    return partial(_xml, [*schemas, True, {"type": "object", "properties": {"a": array}}])


class Asking:
    """A stub that is asked within the process, as a server would."""

    def __init__(self) -> None:
        self._app: Any = Current(build(Settings()))
        self._loop = asyncio.new_event_loop()

    def query(self, raw: bytes) -> None:
        """A search with this query."""
        query = bytes(each for each in raw if 0x20 < each < 0x7F)
        told = self._loop.run_until_complete(self._asked(SEARCH, query=query))
        assert told in (200, 204, 400), told

    def body(self, raw: bytes) -> None:
        """One of the operations with this body; the first byte says which, and the media type."""
        if not raw:
            return
        which = CREATING[raw[0] % len(CREATING)]
        media = b"application/xml" if raw[0] >= 128 else b"application/json"
        query = b"searchContactOnAttribute=email.emailAddress" * which[1].endswith("task")
        told = self._loop.run_until_complete(self._asked(which, query, media, raw[1:]))
        assert told < 500, told

    async def _asked(
        self,
        which: tuple[str, str, Headers],
        query: bytes,
        media: bytes | None = None,
        body: bytes = b"",
    ) -> int:
        method, path, headers = which
        told: list[int] = []
        typed_as = ((b"content-type", media),) if media else ()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query,
            "headers": [*ALWAYS, *headers, *typed_as],
            "client": ("127.0.0.1", 9),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                told.append(message["status"])

        await self._app(scope, receive, send)
        return told[0]


def _values(raw: bytes) -> None:
    text = raw[1:].decode("utf-8", "replace")
    for kind in ("integer", "number", "boolean", "string", ["array", "null"]):
        typed(text, {"type": kind, "items": {"type": "number"}})
    best_media_type(text, ("application/json", "application/xml"))
    best_language(text, ("en-US", "fr-FR"))
    media_type_of(text)
    danger(text)
    for pattern in (SECONDS, "%Y-%m-%dT%H:%M:%S.%fZ"):
        found = parse_date(text, pattern)
        assert found is None or format_date(found, pattern) == text


def _expressions(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    try:
        tree = parse(text)
        condition = compile_condition(text, frozenset(ENV))
    except ExpressionError:
        return
    # Near the most depth, the parentheses that are written would be too many to be read.
    if sum(map(text.count, "([!-?")) < 20:
        assert write(parse(write(tree))) == write(tree), text
    try:
        condition(ENV)
        explain(condition, ENV)
    except EvaluationError:
        return


def _yaml(raw: bytes) -> None:
    try:
        read_text(raw.decode("utf-8", "replace"), "fuzzed.yaml")
    except DocumentError as error:
        assert error.findings


def _profiles(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    try:
        load_profile(path)
    except ProfileFault as fault:
        assert fault.findings


def _seeds(folder: Path, raw: bytes) -> None:
    names = ("records", "actors", "tables", "settings")
    name = names[raw[0] % 4] if raw else "records"
    path = folder / f"{name}.yaml"
    kept = path.read_bytes()
    path.write_bytes(raw[1:])
    try:
        load_seed(folder).world()
    except SeedError as error:
        assert error.findings
    finally:
        path.write_bytes(kept)


def _documents(folder: Path, raw: bytes) -> None:
    (folder / "openapi.yaml").write_bytes(raw)
    try:
        load(folder)
    except DocumentError as error:
        assert error.findings


def _copied(of: Path) -> Path:
    # In memory where there is such a place: files are written often.
    memory = Path("/dev/shm")
    place = tempfile.mkdtemp(dir=memory if memory.is_dir() else None)
    return Path(shutil.copytree(of, Path(place) / of.name))


_MADE: dict[str, Callable[[], Target]] = {
    "json": lambda: _json,
    "xml": _made_xml,
    "query": lambda: Asking().query,
    "bodies": lambda: Asking().body,
    "values": lambda: _values,
    "expressions": lambda: _expressions,
    "yaml": lambda: _yaml,
    "profiles": lambda: partial(_profiles, _copied(NOTES) / "profile.yaml"),
    "seeds": lambda: partial(_seeds, _copied(NOTES / "seed")),
    "documents": lambda: partial(_documents, _copied(NOTES)),
}

"""A server of the notes API with the control plane of a stub, sound or with faults on purpose."""

from __future__ import annotations

import copy
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from rulebound.openapi.expressions import compile_expression

FRESH = {
    "folder": {"10": {"id": "10", "name": "Home"}},
    "note": {"100": {"id": "100", "title": "First"}},
}


class World:
    """Notes and folders, settings, and the rules switched off or replaced."""

    def __init__(self, origin: World | None = None) -> None:
        self.tables = copy.deepcopy(origin.tables if origin else FRESH)
        self.settings = dict(origin.settings) if origin else {"open": True}
        self.off = set(origin.off) if origin else set()
        self.replaced = dict(origin.replaced) if origin else {}

    def digest(self) -> str:
        """A text that changes with any record."""
        return hashlib.sha256(json.dumps(self.tables, sort_keys=True).encode()).hexdigest()


class Refusal(Exception):
    """A refusal by a rule."""

    def __init__(self, rule: str, status: int, code: str) -> None:
        super().__init__(rule)
        self.rule, self.status, self.code = rule, status, code


class Notes:
    """The state of the server. `faults` are words that `answer` looks for."""

    def __init__(self, *faults: str, control: bool = True) -> None:
        self.faults = set(faults)
        self.control = control
        self.worlds = {"default": World()}
        self.births: dict[str, World] = {}
        self.log: list[str] = []
        self.lock = threading.Lock()

    # The control plane.

    def command(self, method: str, path: str, wish: Any) -> tuple[int, Any]:
        """Answer a call of the control plane."""
        if "no-control" in self.faults:
            return 500, {"message": "out of order"}
        if "odd-control" in self.faults:
            return 200, "nonsense"
        parts = [part for part in urlsplit(path).path.split("/") if part][1:]
        if parts == ["health"]:
            return 200, {"apis": [{"name": "notes", "operations": ["createNote", "readNote"]}]}
        if parts == ["worlds"]:
            world = World(self.worlds[wish["from"]] if "from" in wish else None)
            world.settings |= wish.get("settings", {}).get("seed", {})
            world.off |= set(wish.get("off", ()))
            id = f"w{len(self.worlds)}{len(self.log)}"
            self.worlds[id], self.births[id] = world, World(world)
            return 201, {"id": id}
        world = self.worlds[parts[1]]
        if method == "DELETE" and len(parts) == 2:
            del self.worlds[parts[1]]
        elif parts[2] == "reset":
            self.worlds[parts[1]] = World(self.births[parts[1]])
        elif parts[2] == "digest":
            return 200, {"digest": world.digest()}
        elif parts[2] == "rules":
            self.switch(world, method, parts[3], wish)
        elif parts[2] != "clock":
            chosen = parse_qs(urlsplit(path).query)
            found = [
                record
                for record in world.tables[parts[3]].values()
                if all(record[key] == value[0] for key, value in chosen.items())
            ]
            return 200, {"records": found}
        return 200, {}

    @staticmethod
    def switch(world: World, method: str, rule: str, wish: Any) -> None:
        """Switch a rule off, replace its condition, or restore it."""
        world.off.discard(rule)
        world.replaced.pop(rule, None)
        if method == "PUT" and "require" in wish:
            world.replaced[rule] = (wish.get("when"), wish["require"])
        elif method == "PUT":
            world.off.add(rule)

    # The API.

    def answer(self, request: Request) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of the answer to a request of the API."""
        if "slow" in self.faults:
            time.sleep(1)
        world = self.worlds[request.headers.get("Rulebound-World", "default")]
        if request.headers.get("Rulebound-Scratch") == "yes":
            world = World(world)
        extra = {}
        try:
            status, headers, body = self.obey(request, world)
        except Refusal as refusal:
            code = "400-9" if self.faults & {"wrong-code", "markup"} else refusal.code
            status, headers = refusal.status, {"Rulebound-Rule": refusal.rule}
            if "422" in self.faults and refusal.rule == "note.title-required":
                status = 422
            text = "[/bold]<script>" if "markup" in self.faults else "refused"
            body = {"code": code, "message": text}
            if "wrong-rule" in self.faults:
                headers = {"Rulebound-Rule": "note.only-known"}
            if "writes-when-refused" in self.faults:
                world.tables["note"]["7"] = {"id": "7", "title": "ghost"}
        if "undeclared" in self.faults and body:
            body["extra"] = 1
        if request.headers.get("Rulebound-Want") == "digest":
            extra["Rulebound-Digest"] = world.digest()
        return (
            status,
            (headers | extra)
            if self.control
            else {
                name: value for name, value in headers.items() if not name.startswith("Rulebound")
            },
            body,
        )

    def obey(self, request: Request, world: World) -> tuple[int, dict[str, str], Any]:
        """Judge a request, then do what it asks for."""
        if "lenient-401" not in self.faults:
            short = "read" if request.method == "GET" else "note"
            known = request.headers.get("Authorization") == "Bearer token-ann"
            self.judge(world, f"{short}.signed-in", known, 401, "401-1")
        if request.method == "GET":
            return self.read(request, world)
        return self.create(request, world)

    def read(self, request: Request, world: World) -> tuple[int, dict[str, str], Any]:
        """Show a note."""
        note = world.tables["note"].get(request.path.rpartition("/")[2])
        known = self.condition(world, "read.exists", {"note": note}, note is not None)
        self.judge(world, "read.exists", known, 404, "404-1")
        shown = dict(note or {"id": "0", "title": "none"})
        if "read.shows-note" in world.off:
            shown["title"] = "?"
        return 200, {}, shown

    def create(self, request: Request, world: World) -> tuple[int, dict[str, str], Any]:
        """Make a note."""
        body = request.body
        texts = all(isinstance(value, str) for value in body.values())
        title, folder = body.get("title", ""), world.tables["folder"].get(body.get("folder"))
        self.judge(world, "note.plain-types", texts, 400, "400-1")
        self.judge(world, "note.title-required", "title" in body, 400, "400-2")
        most = 21 if "one-more" in self.faults else 20
        self.judge(world, "note.title-at-most-20", len(str(title)) <= most, 400, "400-3")
        self.judge(world, "note.only-known", not body.keys() - {"title", "folder"}, 400, "400-4")
        names = {"body": body, "folder": folder, "settings": world.settings}
        kept = "folder" not in body or folder is not None
        kept = self.condition(world, "note.folder-exists", names, kept)
        self.judge(world, "note.folder-exists", kept, 400, "400-5")
        kept = self.condition(world, "note.open-only", names, world.settings["open"])
        self.judge(world, "note.open-only", kept, 403, "403-1")
        id = str(max(map(int, world.tables["note"])) + 1)
        keeps = "note.keeps-title" not in world.off and "forgets" not in self.faults
        world.tables["note"][id] = {"id": id, "title": title if keeps else "?"}
        if "note.answers-201" in world.off:
            return 200, {}, {}
        return 201, {"Location": f"/v1/notes/{id}"}, dict(world.tables["note"][id])

    def judge(self, world: World, rule: str, kept: bool, status: int, code: str) -> None:
        """Refuse when a rule is broken, unless it is switched off."""
        stuck = f"stuck:{rule}" in self.faults
        if not kept and (stuck or rule not in world.off):
            raise Refusal(rule, status, code)

    def condition(self, world: World, rule: str, names: dict[str, Any], kept: bool) -> bool:
        """The condition that replaces a rule's own, where there is one."""
        if rule not in world.replaced or "unchangeable" in self.faults:
            return kept
        when, require = world.replaced[rule]
        if when is not None and not compile_expression(when, names)(names):
            return True
        return bool(compile_expression(require, names)(names))


class Request:
    """A request as the API reads it."""

    def __init__(self, handler: BaseHTTPRequestHandler, raw: bytes) -> None:
        self.method, self.path, self.headers = handler.command, handler.path, handler.headers
        self.body: Any = {}
        if raw and "xml" in self.headers.get("Content-Type", ""):
            self.body = {child.tag: child.text or "" for child in ET.fromstring(raw)}
        elif raw:
            self.body = json.loads(raw)


class Handler(BaseHTTPRequestHandler):
    """HTTP in front of Notes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    notes: Notes

    def handle_any(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.notes.log.append(f"{self.command} {self.path}")
        with self.notes.lock:
            if self.path.startswith("/_rulebound") and self.notes.control:
                wish = json.loads(raw) if raw else None
                status, body = self.notes.command(self.command, self.path, wish)
                headers: dict[str, str] = {}
            else:
                status, headers, body = self.notes.answer(Request(self, raw))
        media = "application/json"
        content = b"" if body is None else json.dumps(body).encode()
        if body == "nonsense":
            content = b"<html>"
        if body is not None and self.headers.get("Accept") == "application/xml":
            media = "application/xml"
            root = "note" if status < 300 else "error"
            inner = "".join(f"<{key}>{value}</{key}>" for key, value in body.items())
            content = f"<{root}>{inner}</{root}>".encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if content:
            self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(notes: Notes) -> Iterator[str]:
    """The URL of a server of these notes, as long as the context is open."""
    handler = type("Bound", (Handler,), {"notes": notes})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

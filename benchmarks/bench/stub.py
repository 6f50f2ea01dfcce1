"""The stub as a server, its control plane, and the bare Starlette that answers like it."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.bench.calls import Answer, Call, ask
from benchmarks.bench.servers import Kind, Server

HERE = Path(__file__).parent
STUB, BARE = "rulebound", "bare Starlette"
_OF_THE_SERVER = {"date", "content-length", "connection", "transfer-encoding", "server"}


def stub_kind(name: str = STUB, folders: Sequence[Path] = ()) -> Kind:
    """`rulebound serve` with all that it does, on the kit's APIs or on folders."""
    program = str(Path(sys.executable).with_name("rulebound"))
    command = [program, "serve", "--port", "0", "--quiet"]
    for folder in folders:
        command += ["--folder", str(folder)]
    checks = "the schema, all rules, its answers"
    said = version("rulebound")
    return Kind(name, lambda _: command, said, checks, state=True, tells_port=True)


def bare_kind(call: Call, answer: Answer, cache: Path) -> Kind:
    """Bare Starlette that sends this answer, byte for byte, to this call."""
    headers = {k: v for k, v in answer.headers.items() if k not in _OF_THE_SERVER}
    ready = {
        "method": call.method,
        "path": call.target.partition("?")[0],
        "status": answer.status,
        "headers": headers,
        "body": base64.b64encode(answer.body).decode(),
    }
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / "answers.json"
    file.write_text(json.dumps([ready]), encoding="utf-8")
    command = [sys.executable, str(HERE / "bare.py"), str(file)]
    return Kind(BARE, lambda _: command, version("starlette"), "nothing", tells_port=True)


def connexion_kind(app: str, document: Path) -> Kind:
    """Plain Connexion, `flask` or `async`."""
    name = f"Connexion {'FlaskApp' if app == 'flask' else 'AsyncApp'}"
    command = [sys.executable, "-W", "ignore", str(HERE / "connexion_app.py"), app, str(document)]
    checks = "the schema, its answers"
    return Kind(name, lambda _: command, version("connexion"), checks, tells_port=True)


def reset(server: Server) -> None:
    """Put the stub's world back as it was."""
    answer = ask(server.port, Call("POST", "/_rulebound/worlds/default/reset"))
    assert answer.status == 200, answer

"""Other tools that serve a document, installed into .cache/peers at the versions of the lock."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.bench.calls import TASK
from benchmarks.bench.servers import Kind

HERE = Path(__file__).parent / "peers"
FILES = ("package.json", "package-lock.json", "scalar.mjs")
NAMES = ("Prism", "Scalar", "Mockoon", "Specmatic", "WireMock")


class NotInstalled(Exception):
    """The peers cannot be had here; the text says why."""


def install(into: Path) -> Path:
    """The peers' folder, with what the lock names in it. Raises NotInstalled."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalled("npm is not installed")
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    stamp = into / ".installed"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return into
    into.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, into / name)
    command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel", "error"]
    try:
        ended = subprocess.run(
            command, cwd=into, capture_output=True, text=True, check=False, timeout=600
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled("npm ci did not end within 10 minutes") from None
    if ended.returncode:
        raise NotInstalled(f"npm ci ended with {ended.returncode}: {ended.stderr.strip()[-200:]}")
    stamp.write_text(digest, encoding="ascii")
    return into


def versions() -> Mapping[str, str]:
    """Package -> its version in the lock."""
    text = (HERE / "package.json").read_text(encoding="utf-8")
    found: Mapping[str, str] = json.loads(text)["dependencies"]
    return found


def kinds(folder: Path, document: Path, cache: Path) -> list[Kind]:
    """The peers, each with the same document of 3.0."""
    modules, known = folder / "node_modules", versions()
    bins, file = modules / ".bin", str(document)
    thin = str(_without_patterns(document, cache))
    stubs = str(_hand_made(document, cache))
    mockoon = ("--disable-log-to-file", "--disable-admin-api")
    specmatic = str(modules / "specmatic" / "specmatic.jar")
    version = known["wiremock"]
    jar = str(modules / "wiremock" / "build" / f"wiremock-standalone-{version}.jar")
    node = shutil.which("node") or "node"
    java = [shutil.which("java") or "java", "-jar"]
    local = "127.0.0.1"
    return [
        Kind(
            "Prism",
            lambda port: [str(bins / "prism"), "mock", "-p", str(port), "-h", local, file],
            known["@stoplight/prism-cli"],
            "the schema",
            warm=3,
        ),
        Kind(
            "Scalar",
            lambda port: [node, "scalar.mjs", file, str(port)],
            known["@scalar/mock-server"],
            "that a credential is there",
            warm=3,
            folder=folder,
        ),
        Kind(
            "Mockoon",
            lambda port: [
                *(str(bins / "mockoon-cli"), "start", "--data", file, "--port", str(port)),
                *mockoon,
            ],
            known["@mockoon/cli"],
            "nothing",
            warm=3,
        ),
        Kind(
            "Specmatic",
            lambda port: [
                *(*java, specmatic, "mock", thin, "--host", local, "--port", str(port)),
                *("--noConsoleLog", "--hot-reload=disabled"),
            ],
            known["specmatic"],
            "the schema without patterns, with which it does not start",
            warm=8,
            # It writes its reports where it stands.
            folder=cache / "specmatic",
        ),
        Kind(
            "WireMock",
            lambda port: [
                *(*java, jar, "--root-dir", stubs, "--port", str(port)),
                *("--bind-address", local, "--no-request-journal"),
            ],
            version,
            "the schema, by stubs made by hand",
            warm=8,
        ),
    ]


def _without_patterns(document: Path, cache: Path) -> Path:
    """The document for Specmatic, which draws a text for each pattern before it starts."""
    path = cache / "specmatic" / "egain-v3.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    value = _bare_of_patterns(json.loads(document.read_text(encoding="utf-8")))
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def _bare_of_patterns(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare_of_patterns(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _bare_of_patterns(part)
        for key, part in value.items()
        if not (key == "pattern" and isinstance(part, str))
    }


def _hand_made(document: Path, cache: Path) -> Path:
    """WireMock's stubs: create task answered well, refused, and without a known token."""
    operation = json.loads(document.read_text(encoding="utf-8"))["paths"][TASK]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    by_name = {each["name"]: each["schema"] for each in operation["parameters"]}
    asked = {"method": "POST", "urlPath": TASK}
    token = {"Authorization": {"equalTo": "Bearer token-anna"}}
    languages = "|".join(by_name["Accept-Language"]["enum"])
    good = asked | {
        "headers": {
            **token,
            "Accept-Language": {"matches": languages},
            "Content-Type": {"equalTo": "application/json"},
        },
        "queryParameters": {
            "searchContactOnAttribute": {
                "matches": by_name["searchContactOnAttribute"]["pattern"].strip("^$")
            }
        },
        "bodyPatterns": [{"matchesJsonSchema": json.dumps(schema), "schemaVersion": "V7"}],
    }
    located = {"Location": "/core/casemgr/v3/activity/1055"}
    stubs = [
        {"priority": 1, "request": good, "response": {"status": 201, "headers": located}},
        {"priority": 2, "request": asked | {"headers": token}, "response": {"status": 400}},
        {"priority": 3, "request": asked, "response": {"status": 401}},
        {"priority": 4, "request": {"urlPath": TASK}, "response": {"status": 405}},
    ]
    folder = cache / "wiremock"
    (folder / "mappings").mkdir(parents=True, exist_ok=True)
    text = json.dumps({"mappings": stubs})
    (folder / "mappings" / "stubs.json").write_text(text, encoding="utf-8")
    return folder

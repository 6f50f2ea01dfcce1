"""The tenant behind a recorder, its profile as a test wants it, and runs of `verify` against it."""

from __future__ import annotations

import asyncio
import copy
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deployments.recorder import Asked, Recorder, Told, recording
from rich.console import Console
from rulebound.contract_tests.planning import Selection
from rulebound.contract_tests.verify import VerifyOptions, verify
from tenant import profile, serve
from tenant.app import App
from tenant.state import Tenant


class Tenancy:
    """A tenant in this process. The recorder gives it what it is asked, one by one."""

    def __init__(self, *faults: str, number: int = 1) -> None:
        self.holds: Tenant = serve.tenant(number, frozenset(faults))
        self._app, self._loop = App(self.holds), asyncio.new_event_loop()

    def __call__(self, asked: Asked) -> Told:
        parts = urlsplit(asked.target)
        headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in asked.headers]
        scope = {
            "type": "http",
            "method": asked.method,
            "path": parts.path,
            "query_string": parts.query.encode("latin-1"),
            "headers": headers,
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": asked.body}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        self._loop.run_until_complete(self._app(scope, receive, send))
        fields = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in sent[0]["headers"]]
        kept = tuple((name, value) for name, value in fields if name.lower() != "content-length")
        return Told(sent[0]["status"], sent[1].get("body", b""), kept)

    def close(self) -> None:
        """Give back the loop."""
        self._loop.close()


@dataclass(frozen=True)
class Staging:
    """A tenant that is recorded."""

    tenancy: Tenancy
    recorder: Recorder

    def anew(self) -> None:
        """The tenant as at the beginning, and nothing recorded."""
        self.tenancy.holds.restore()
        self.recorder.forget()

    def profile(
        self,
        *,
        restore: bool = True,
        records: set[str] | None = None,
        actors: set[str] | None = None,
    ) -> dict[str, Any]:
        """Its profile; of the records and actors only those that are named."""
        url, holds = self.recorder.url, self.tenancy.holds
        made = copy.deepcopy(profile.profile(url, holds, restore=restore))
        for world in made["worlds"].values():
            for kind, names in (("records", records), ("actors", actors)):
                if names is not None:
                    known = world[kind].items()
                    world[kind] = {name: each for name, each in known if name in names}
        return made | {"state": "state"}

    @property
    def variables(self) -> dict[str, str]:
        """The environment that its profile speaks of."""
        return profile.variables(self.tenancy.holds)

    def id_of(self, name: str, world: str = "egain") -> str:
        """What a record is called there."""
        return self.tenancy.holds.names[world][name]


@contextmanager
def staged(*faults: str) -> Iterator[Staging]:
    """A recorded tenant, as long as the context is open; its variables stand in the environment."""
    tenancy = Tenancy(*faults)
    try:
        with recording(tenancy) as recorder:
            made = Staging(tenancy, recorder)
            with environment(made.variables):
                yield made
    finally:
        tenancy.close()


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """These variables are set as long as the context is open."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass(frozen=True)
class Ran:
    """What came of a run: exit code, what was printed, report.json, and each rule's verdict."""

    code: int
    text: str
    report: dict[str, Any]
    verdicts: dict[str, str]

    def rule(self, id: str) -> dict[str, Any]:
        """A rule of the report."""
        return next(rule for rule in self.report["rules"] if rule["id"] == id)


def run(folder: Path, wanted: Mapping[str, Any], *rules: str, **options: Any) -> Ran:
    """A run of these rules with a profile that is written into `folder`, where all else goes."""
    file = folder / "profile.yaml"
    # JSON is YAML as well, and quicker written.
    file.write_text(json.dumps(wanted, ensure_ascii=False), "utf-8")
    out = io.StringIO()
    console = Console(file=out, width=200, highlight=False)
    wish = {"report": folder / "report", "profile": file, "selection": Selection(rules=rules)}
    code = verify(VerifyOptions(**(wish | options)), console)
    report = folder / "report" / "report.json"
    known = json.loads(report.read_text("utf-8")) if report.exists() else {"rules": []}
    history = folder / "state" / "history.jsonl"
    lines = history.read_text("utf-8").splitlines() if history.exists() else ["{}"]
    return Ran(code, out.getvalue(), known, json.loads(lines[-1]).get("verdicts", {}))

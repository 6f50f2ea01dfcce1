"""Does what the page about deployments says, on the tenant in place of a vendor's staging."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from docs.pages import Command, File
from docs.shell import BIN, Done, Shell
from rulebound import cli
from rulebound.contract_tests import verify
from rulebound.contract_tests.apis import load_apis
from rulebound.contract_tests.runs import accepting
from rulebound.contract_tests.wire.line import Line
from rulebound.contract_tests.wire.message import WireRequest
from tenant.process import Running, running

from tests.contract_tests.har_recording import entry, written

STAGING = "https://staging.example.com"
AT_FIRST = ("appointment-end-after-due",)
OVERNIGHT = (*AT_FIRST, "appointment-any-notification")
CASES_BEFORE_INTERRUPT = 10


@dataclass
class Walk:
    """One walk through the page, in a folder of its own."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    results: list[Done] = field(default_factory=list)
    skeleton: str = ""
    there: Running | None = None
    _tenants: ExitStack = field(default_factory=ExitStack)

    def begin(self, *faults: str) -> None:
        """A tenant with these faults, in place of the one there was."""
        self._tenants.close()
        # The pace is the tenant's own: a vendor's limit of 25 calls in 5 s would only take time.
        self.there = self._tenants.enter_context(running(*faults, rateLimitCalls=1000))
        words, user = self.there.variables, self.there.holds.names["egain"]["user.anna"]
        secrets = {
            "STAGING_ANNA_CONSOLE_USER": "anna",
            "STAGING_ANNA_CONSOLE_PASSWORD": self.there.holds.tables["user"][user]["password"],
            "STAGING_LIAM_KEY": words["LEADSQUARED_LIAM_KEY"],
            "STAGING_LIAM_SECRET": words["LEADSQUARED_LIAM_SECRET"],
        }
        lines = [f"{name}={shlex.quote(text)}\n" for name, text in secrets.items()]
        (self.folder / "staging.env").write_text("".join(lines), "utf-8")
        for name in self.files:
            self._written(name)

    def take(self, step: File | Command) -> None:
        """Write the file, or give the command."""
        if isinstance(step, File):
            if step.name == "staging.yaml":
                self.skeleton = (self.folder / step.name).read_text("utf-8")
            self.files[step.name] = step.text
            self._written(step.name)
            return
        if step.text == "./nightly.sh":
            self.begin(*OVERNIGHT)
        if "--har " in step.text:
            self._recorded()
        done = self._given(step)
        assert self.there is not None
        self.results.append(Done(done.code, done.output.replace(self.there.url, STAGING)))

    def close(self) -> None:
        """End the tenant."""
        self._tenants.close()

    def _written(self, name: str) -> None:
        assert self.there is not None
        text = self.files[name]
        if name == "staging.yaml":
            text = text.replace(STAGING, self.there.url).replace("per-second: 5", "per-second: 500")
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        if name.endswith(".sh"):
            path.chmod(0o755)

    def _given(self, step: Command) -> Done:
        words = shlex.split(step.text)
        if step.text == "echo $?":
            return Done(0, str(self.results[-1].code))
        if "^C" in step.shown:
            return self._interrupted(words)
        if words[0] == "rulebound":
            done = CliRunner().invoke(cli.main, words[1:], env=self.environment)
            return Done(done.exit_code, done.output)
        shell = Shell(self.folder, self.environment)
        done = shell.give(step.text)
        kept = {k: v for k, v in shell.environment.items() if k.startswith("STAGING_")}
        self.environment |= kept
        return done

    def _interrupted(self, words: list[str]) -> Done:
        """Given, and interrupted by Ctrl-C when some cases are finished."""
        runs = self.folder / ".rulebound" / "staging" / "runs"
        known = set(runs.glob("*.jsonl"))
        command = [str(BIN / words[0]), *words[1:]]
        with subprocess.Popen(
            command, env=self.environment, stdout=-1, stderr=subprocess.STDOUT, text=True
        ) as process:
            while process.poll() is None:
                fresh = set(runs.glob("*.jsonl")) - known
                if any(
                    len(each.read_bytes().splitlines()) > CASES_BEFORE_INTERRUPT for each in fresh
                ):
                    process.send_signal(signal.SIGINT)
                    break
                time.sleep(0.01)
            output, _ = process.communicate(timeout=60)
        return Done(process.returncode, f"^C\n{output}")

    def _recorded(self) -> None:
        """What a browser would record: three searches, two of them refused."""
        assert self.there is not None
        session = self.there.holds.names["egain"]["session.anna-console"]
        headers = (("X-egain-session", session), ("Accept", "application/json"))
        customer = ("customer", self.there.holds.names["egain"]["customer.search"])
        line, entries = Line(self.there.url), []
        for more in ((), (("mode", "sideways"),), (("status", "nonsense"),)):
            path = "/ws/v12/interaction/activity"
            request = WireRequest("GET", path, query=(customer, *more), headers=headers)
            entries.append(entry(request, line.send(request), STAGING, datetime.now(UTC)))
        line.close()
        written(self.folder, entries)


def _reading_once() -> pytest.MonkeyPatch:
    """Documents are read once: they stay as they are, and each command would read them anew."""
    patch, once = pytest.MonkeyPatch(), cache(load_apis)
    for module in (verify, accepting):
        patch.setattr(module, "load_apis", once)
    return patch


@contextlib.contextmanager
def walked(folder: Path, todo: list[File | Command]) -> Iterator[Walk]:
    """Everything done, one after the other; the results are those of the commands."""
    walk = Walk(folder)
    with contextlib.chdir(folder), contextlib.closing(walk):
        patch = _reading_once()
        try:
            walk.begin(*AT_FIRST)
            for step in todo:
                walk.take(step)
            yield walk
        finally:
            patch.undo()

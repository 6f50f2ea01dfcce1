"""Runs the tenant as a process of its own, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenant import profile
from tenant.serve import tenant
from tenant.state import Tenant

TESTS = Path(__file__).parent.parent


@dataclass(frozen=True)
class Running:
    """A tenant that answers at `url`; `holds` is a copy of what it held at the beginning."""

    url: str
    holds: Tenant

    def profile(self, folder: Path, *, restore: bool = True) -> Path:
        """The file of its profile."""
        path = folder / "tenant.yaml"
        path.write_text(profile.text(self.url, self.holds, restore=restore), encoding="utf-8")
        return path

    @property
    def variables(self) -> dict[str, str]:
        """The environment that the profile speaks of."""
        return profile.variables(self.holds)


@contextmanager
def running(*faults: str, number: int = 1, **settings: Any) -> Iterator[Running]:
    """A tenant with these faults and settings, ended afterwards."""
    command = [sys.executable, "-m", "tenant", "--port", "0", "--seed", str(number)]
    command += [part for fault in faults for part in ("--fault", fault)]
    for name, value in settings.items():
        command += ["--setting", f"{name}={json.dumps(value)}"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            if not said.startswith("listening on "):
                raise RuntimeError(f"the tenant did not begin: {said!r}")
            yield Running(said.split()[-1], tenant(number, frozenset(faults), settings))
        finally:
            process.terminate()

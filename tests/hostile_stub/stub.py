"""The stub under fire: `rulebound serve` as a process of its own, and what it looks like inside."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from acceptance.process import Served
from hostile_stub.case import CONTROL, HOST, JSON, ask, search
from hostile_stub.wire import Heard, Meeting, meet

PATIENCE = 5.0
"""Seconds after which a stub that has not answered is taken to hang."""
STANDING = {"freeze": "2026-11-22T00:00:00Z"}


class Stub:
    """A running stub whose default world stands still."""

    def __init__(self, served: Served) -> None:
        self.served = served
        where = urlsplit(served.url)
        self.address = (where.hostname or "", where.port or 80)
        self.pid = served.process.pid
        self.stand_still()
        self.world = self.digest()
        self.normal = self.found()

    def meet(self, pieces: tuple[bytes | float, ...], patience: float = PATIENCE) -> Meeting:
        """Send these pieces on a connection of their own."""
        return meet(self.address, pieces, patience)

    def call(self, method: str, path: str, value: Any = None) -> Heard:
        """A good request to the control plane."""
        body = None if value is None else json.dumps(value).encode()
        (answer,) = self.meet(ask(f"{method} {CONTROL}{path}", JSON, body=body)).answers
        return answer

    def stand_still(self) -> None:
        """The default world as at first, its clock at the seed's time."""
        assert self.call("POST", "/worlds/default/reset").status == 200
        assert self.call("PUT", "/worlds/default/clock", STANDING).status == 200

    def digest(self) -> str:
        """What the default world holds, and which worlds there are."""
        worlds = [each["id"] for each in json.loads(self.call("GET", "/worlds").body)["worlds"]]
        held = json.loads(self.call("GET", "/worlds/default/digest").body)["digest"]
        faults = json.loads(self.call("GET", "/worlds/default/faults").body)["faults"]
        return f"{held} {sorted(worlds)} {faults}"

    def found(self) -> bytes:
        """What a healthy request is answered."""
        (answer,) = self.meet(search("customer=1080")).answers
        assert answer.status == 200, answer
        return answer.body

    def computed(self) -> float:
        """Seconds that the process has spent on a processor."""
        text = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """MiB of memory that the process has."""
        for row in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if row.startswith("VmRSS:"):
                return int(row.split()[1]) / 1024
        raise LookupError("VmRSS")


__all__ = ["HOST", "PATIENCE", "Stub"]

"""A request to be changed, and the change that is proposed for it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

Headers = tuple[tuple[str, str], ...]
Kind = Literal["request", "actor", "world", "none"]
# What a client adds by itself, so that it is not written into a curl line.
_BY_ITSELF = frozenset((
    "host", "content-length", "transfer-encoding", "connection", "user-agent", "accept-encoding",
    "keep-alive", "te", "expect", "origin", "referer", "cache-control", "pragma",
    "rulebound-scratch", "rulebound-want",
))  # fmt: skip
_BROWSER = ("sec-",)
_SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the guard read it, the context root on its path and its credential included."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """One change at a place (`body.activity[0].id`); None stands for what is not there."""

    place: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What would have passed. `kind` says what has to change: the request alone, who asks, or the
    world; `request` is then what to send, and `status` its answer. With `none` nothing was found.

    `world` is the id of the world it was tried in.
    """

    kind: Kind
    says: str
    edits: tuple[Edit, ...] = ()
    status: int | None = None
    request: Asked | None = None
    world: str = "default"

    def curl(self, base_url: str) -> str | None:
        """The request as a line for a shell; None where there is none."""
        if self.request is None:
            return None
        return curl_line(self.request, base_url, self.world)

    def as_json(self, base_url: str) -> dict[str, Any]:
        """The change as the control plane answers it."""
        asked = self.request
        return {
            "kind": self.kind,
            "says": self.says,
            "edits": [
                {"place": each.place, "before": each.before, "after": each.after}
                for each in self.edits
            ],
            "status": self.status,
            "request": None if asked is None else _plain(asked),
            "curl": self.curl(base_url),
        }


def curl_line(asked: Asked, base_url: str, world: str = "default") -> str:
    """A request as a line for a shell, to be met by a world of the stub at `base_url`."""
    address = base_url.rstrip("/") + quote(asked.path, safe=_SAFE_IN_PATH)
    address += f"?{asked.query}" if asked.query else ""
    words = ["curl", "-i", "-X", asked.method]
    named = dict(asked.headers)
    for name, value in asked.headers:
        if not _is_by_itself(name):
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if world != "default" and "rulebound-world" not in named:
        words += ["-H", f"rulebound-world: {world}"]
    if asked.body:
        # curl would name a type of its own where none is given.
        words += [] if "content-type" in named else ["-H", "content-type:"]
        words += ["--data-raw", asked.body.decode("utf-8", "replace")]
    return shlex.join([*words, address])


def _is_by_itself(name: str) -> bool:
    return name in _BY_ITSELF or name.startswith(_BROWSER)


def _plain(asked: Asked) -> Mapping[str, Any]:
    return {
        "method": asked.method,
        "path": asked.path,
        "query": asked.query,
        "headers": {name: value for name, value in asked.headers if not _is_by_itself(name)},
        "body": asked.body.decode("utf-8", "replace"),
    }


def text_of(value: Any) -> str:
    """A value in a line, as it is sent."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""A request to be changed, and the change that is proposed for it."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, unquote

Headers = tuple[tuple[str, str], ...]
Kind = Literal["request", "actor", "world", "none"]
# What a client adds by itself, so that it is not written into a curl line.
_BY_ITSELF = frozenset((
    "host", "content-length", "transfer-encoding", "connection", "user-agent", "accept-encoding",
    "keep-alive", "te", "expect", "origin", "referer", "cache-control", "pragma",
    "rulebound-scratch", "rulebound-want",
))  # fmt: skip
_BROWSER = ("sec-",)
_IN_PATH = "/:@!$&'()*+,;=~-._"
_ODD = re.compile(r"[\x00-\x1f\x7f\\]")
# Brackets and braces are more than text to curl.
_IN_QUERY = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the guard read it, the context root on its path and its credential included.

    `injected` says what it met of the fault desk, if that is known; another one is none for that.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    injected: str | None = field(default=None, compare=False)


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

    `world` is the id of the world it was tried in, `faults` are the numbers of those on its desk
    that have to be taken off first.
    """

    kind: Kind
    says: str
    edits: tuple[Edit, ...] = ()
    status: int | None = None
    request: Asked | None = None
    world: str = "default"
    faults: tuple[int, ...] = ()

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
    address = base_url.rstrip("/") + target_of(asked)
    head = asked.method == "HEAD"
    words = ["curl", "-I"] if head else ["curl", "-i", "-X", asked.method]
    named = dict(asked.headers)
    for name, value in asked.headers:
        if not _is_by_itself(name):
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if world != "default" and "rulebound-world" not in named:
        words += ["-H", f"rulebound-world: {world}"]
    # With -I, which alone does not wait for the body of the answer, curl sends no body.
    if not asked.body or head:
        return shlex.join([*words, address])
    # curl would name a type of its own where none is given.
    words += [] if "content-type" in named else ["-H", "content-type:"]
    text = _text(asked.body)
    if text is not None:
        return shlex.join([*words, "--data-raw", text, address])
    source = f"printf %s {b64encode(asked.body).decode()} | base64 -d | "
    return source + shlex.join([*words, "--data-binary", "@-", address])


def target_of(asked: Asked) -> str:
    """Path and query as they are written into a request line, such that they read the same."""
    query = quote(asked.query, safe=_IN_QUERY, errors="replace")
    return quoted_path(asked.path) + (f"?{query}" if query else "")


def quoted_path(path: str) -> str:
    """A decoded path, encoded once more.

    One that would read otherwise once decoded was left encoded by the guard, and stays as it is.
    """
    plain = unquote(path)
    left = plain.count("/") != path.count("/") or _ODD.search(plain) is not None
    return quote(path, safe=f"{_IN_PATH}%" if left else _IN_PATH, errors="replace")


def _text(body: bytes) -> str | None:
    """A body as a word of a shell; None for one that is none."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


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

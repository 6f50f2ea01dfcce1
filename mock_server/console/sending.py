"""Requests that the console sends to the very stub it belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import unquote

from flask import request
from rulebound.mock_server.control.entrance import PREFIX
from rulebound.mock_server.worlds import WorldRefusal

MOST_SECONDS = 10.0
MOST_ANSWER = 256 * 1024
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(r"/[!-~]*")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_OWN = frozenset(("host", "content-length", "transfer-encoding", "connection"))


@dataclass(frozen=True, slots=True)
class Sent:
    """What the stub answered; `fault` says why there is no answer."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    fault: str | None = None

    def header(self, name: str) -> str | None:
        """The value of a header, its name in lower case."""
        return next((value for each, value in self.headers if each.lower() == name), None)


def send(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Sent:
    """Send a request to this stub, on the address this very call came to.

    Raises WorldRefusal 400 for what is no request.
    """
    _check(method, target, headers)
    host, port = (request.environ.get("asgi.scope", {}).get("server") or ("", None))[:2]
    if not host or port is None:
        return Sent(fault="the stub does not know its own address; send it by curl")
    connection = HTTPConnection(host, port, timeout=MOST_SECONDS)
    try:
        connection.request(method, target, body or None, dict(headers))
        answer = connection.getresponse()
        told = answer.read(MOST_ANSWER).decode("utf-8", "replace")
        return Sent(answer.status, tuple(answer.getheaders()), told)
    except TimeoutError:
        return Sent(fault=f"no answer came within {MOST_SECONDS:g} seconds")
    except (OSError, HTTPException) as fault:
        return Sent(fault=f"the connection ended without an answer ({type(fault).__name__})")
    finally:
        connection.close()


def headers_of(text: str) -> dict[str, str]:
    """The headers written one a line, `Name: value`. Raises WorldRefusal 400."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            raise WorldRefusal(400, f"{line!r:.60} is no header", "write Name: value")
        found[name.strip()] = value.strip()
    return found


def _check(method: str, target: str, headers: Mapping[str, str]) -> None:
    if method not in _METHODS:
        raise WorldRefusal(400, f"there is no method {method!r:.20}", ", ".join(sorted(_METHODS)))
    if not _TARGET.fullmatch(target):
        instead = "begin with / and write spaces and letters beyond ASCII percent-encoded"
        raise WorldRefusal(400, f"{target!r:.60} is no path", instead)
    path = unquote(re.split("[?#]", target)[0])
    # The threads that serve the control plane are few: none may wait for another.
    if path == PREFIX or path.startswith(f"{PREFIX}/"):
        what = f"{target!r:.60} is an address of the stub itself"
        raise WorldRefusal(400, what, "send a request to one of its APIs")
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _sendable(value):
            raise WorldRefusal(400, f"the header {name!r:.40} cannot be sent", "write Name: value")
        if name.lower() in _OWN:
            raise WorldRefusal(400, f"the header {name} is set by itself", "leave it out")


def _sendable(value: Any) -> bool:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return _CONTROL.search(value) is None

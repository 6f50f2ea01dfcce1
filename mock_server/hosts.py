"""The names by which the stub may be called (the header Host): those that are known to be its own.

A web page of anybody's can let its own name resolve to this machine, and then reads what a server
here answers (DNS rebinding). The browser still sends that name, so that it can be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from rulebound.mock_server.settings import SettingFault

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,255})?(?::[0-9]{1,5})?")
_NAME = re.compile(r"\*|\.?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,30}")
_MOST_KNOWN = 1000
MALFORMED, ELSEWHERE = "malformed", "elsewhere"


class Hosts:
    """What a stub that listens at `bound` may be called, and is by `allowed` besides.

    `.example.com` allows every name below example.com, `*` every name. A stub that
    listens everywhere is called by any address, and by names without a dot: those are given to
    containers, and nobody can own one in the DNS.
    Raises SettingFault for an allowed name that is none.
    """

    def __init__(self, bound: str, allowed: Iterable[str] = ()) -> None:
        names = [_plain(each) for each in allowed]
        for name in names:
            if not _NAME.fullmatch(name) and _address(name) is None:
                raise SettingFault(
                    f"{name[:80]!r} is no name of a host; write stub.example.com, without scheme "
                    "and port, or .example.com for all below it"
                )
        self._all = "*" in names
        self._names = frozenset((_plain(bound), *names)) - {"*"}
        self._ends = tuple(name for name in self._names if name.startswith("."))
        address = _address(_plain(bound))
        self._everywhere = bound == "" or (address is not None and address.is_unspecified)
        self._known: dict[bytes, str | None] = {}

    def fault(self, host: bytes) -> str | None:
        """What is wrong with the value of a Host header: MALFORMED, ELSEWHERE or nothing."""
        try:
            return self._known[host]
        except KeyError:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[host[:300]] = self._judged(host.decode("latin-1"))
            return found

    def owns(self, name: str) -> bool:
        """Whether a name without port is one of this machine, or was allowed by itself."""
        name = _plain(name)
        if name in self._names or name == "localhost" or name.endswith((".localhost", *self._ends)):
            return True
        address = _address(name)
        return address is not None and address.is_loopback

    def _judged(self, host: str) -> str | None:
        found = _HOST.fullmatch(host)
        if found is None:
            return MALFORMED
        if self._all or not found[1] or self.owns(found[1]):
            return None
        name = _plain(found[1])
        if self._everywhere and ("." not in name or _address(name) is not None):
            return None
        return ELSEWHERE


def name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    found = _HOST.fullmatch(host)
    return (found[1] or "") if found else host


def _plain(name: str) -> str:
    """A name as names are compared: `LocalHost.` and `[::1]` as localhost and ::1."""
    name = name.strip().lower()
    name = name[1:-1] if name.startswith("[") else name
    return name[:-1] if name.endswith(".") and len(name) > 1 else name


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None

"""The address of a store as it is written on the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from rulebound.mock_server.stores.faults import StoreError

MEMORY = "memory"
_WAYS = (
    "write memory, sqlite:///worlds.db (a path below this folder), sqlite:////srv/worlds.db, or "
    "postgresql://user@host/database"
)
_ENCODED = (
    "write postgresql://user:password@host:5432/database?name=value, and in a user, a password or "
    "a value %40 for @, %2F for /, %3F for ?, %23 for #, %26 for &, %3D for = and %25 for %"
)
_HOST = re.compile(r"(?:\[[^\[\]]*\]|[^\[\]:]*)(?::[0-9]*)?")
_NO_SIGN = re.compile(r"%(?:00|(?![0-9A-Fa-f]{2}))")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is. `shown` has no user, password or parameter in it; `place` is the path of a
    file, or all that was written, for PostgreSQL to read."""

    kind: Literal["memory", "sqlite", "postgresql"]
    place: str = field(default="", repr=False)
    shown: str = MEMORY

    @property
    def shared(self) -> bool:
        """Whether several processes can use it together."""
        return self.kind != "memory"


def address_of(text: str) -> Address:
    """The address that is written so. Raises StoreError."""
    if text == MEMORY:
        return Address("memory")
    scheme, separator, _ = text.partition("://")
    if scheme == "sqlite" and separator:
        return _sqlite(text)
    if scheme in ("postgresql", "postgres") and separator:
        return _postgresql(text)
    # What is no address may still hold a password.
    raise StoreError(f"the store is of no kind that is known; {_WAYS}")


def _sqlite(text: str) -> Address:
    rest = text.removeprefix("sqlite://")
    path = unquote(rest[1:]) if rest.startswith("/") else ""
    if not path or path == ":memory:" or path.startswith("?"):
        raise StoreError(f"a SQLite store needs a file; {_WAYS}")
    if "\0" in path or "?" in rest:
        raise StoreError(f"a SQLite store has a path and nothing else; {_WAYS}")
    return Address("sqlite", str(Path(path)), f"sqlite:///{path}")


def _postgresql(text: str) -> Address:
    """Only what can be read in one way: of anything else libpq takes a part of the password for
    the name of a host, or repeats it where it complains."""
    before, _, query = text.partition("://")[2].partition("?")
    authority, slash, path = before.partition("/")
    user, _, hosts = authority.rpartition("@")
    if (
        "@" in user + path + ("" if slash else query)
        or "#" in text
        or _NO_SIGN.search(text)
        or not all(_HOST.fullmatch(each) for each in hosts.split(","))
        or (query and any(each.count("=") != 1 for each in query.split("&")))
    ):
        raise StoreError(f"the PostgreSQL address cannot be read; {_ENCODED}")
    return Address("postgresql", text, f"postgresql://{hosts}{slash}{path}")

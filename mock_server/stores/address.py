"""The address of a store as it is written on the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from rulebound.mock_server.stores.faults import StoreError

MEMORY = "memory"
_WAYS = (
    "write memory, sqlite:///worlds.db (a path below this folder), sqlite:////srv/worlds.db, or "
    "postgresql://user@host/database"
)


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
        return Address("postgresql", text, _without_secrets(text))
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


def _without_secrets(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return "postgresql://.."
    # A password may hold any sign, so that only what comes behind the last @ is surely none.
    host = parts.netloc.rpartition("@")[2] if "@" not in parts.path else ""
    return f"postgresql://{host}{parts.path}" if "@" not in parts.path else "postgresql://.."

"""What the cases of a run have changed where nobody puts it back, by the names they used for it."""

import re
from collections.abc import Collection
from threading import Lock

# Begun where a word begins, and never gone back in: the time grows with the body alone.
_ADDRESS = re.compile(rb"(?<![A-Za-z0-9._-])[A-Za-z0-9._-]++@[A-Za-z0-9.-]++")


class Residue:
    """Names of records, and e-mail addresses, of cases that changed something. For many threads."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._lock = Lock()

    def add(self, names: Collection[str]) -> None:
        """What a case that is over stood on."""
        with self._lock:
            self._names.update(names)

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        with self._lock:
            return frozenset(self._names)

    def first_of(self, names: Collection[str]) -> str | None:
        """The first of these names, in their order, that an earlier case has used."""
        with self._lock:
            return next((name for name in sorted(names) if name in self._names), None)


def addresses_in(body: bytes | None) -> set[str]:
    """The e-mail addresses that a body speaks of."""
    if not body or b"@" not in body:
        return set()
    return {found.decode().lower() for found in _ADDRESS.findall(body)}

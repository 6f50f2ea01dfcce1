"""One exchange as a recorder wrote it down, and the faults of a recording."""

from dataclasses import dataclass
from datetime import datetime

from rulebound.contract_tests.wire.message import Answer

Pairs = tuple[tuple[str, str], ...]


class HarFault(Exception):
    """A file that cannot be used as a recording; the text says why and what to give instead."""


class EntryFault(Exception):
    """An entry that cannot be read, or holds no answer of a server; the text says why."""


@dataclass(frozen=True)
class Body:
    """The bytes of a body; `kind` is the media type that the recorder notes beside its headers.

    `told` is false where the recording does not say what the bytes were.
    """

    content: bytes = b""
    told: bool = True
    kind: str | None = None


@dataclass(frozen=True)
class Recorded:
    """An exchange. `where` names its entry; `origin` is scheme, host and port, `path` as sent.

    `headers` is None where the recorder left the request's headers out, `answer_headers` false
    where it did so with the answer's. `started` is None where no time is told.
    """

    where: str
    number: int
    origin: str
    host: str
    method: str
    path: str
    query: Pairs
    headers: Pairs | None
    body: Body
    started: datetime | None
    answer: Answer
    answer_headers: bool
    answer_told: bool

    def header(self, name: str) -> str | None:
        """The first value of a request header; None when it is not there."""
        return next((value for key, value in self.headers or () if key.lower() == name), None)

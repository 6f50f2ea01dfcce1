"""A request as the judge sees it: already taken apart, never the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final


class NoBody(Enum):
    """The one value that says a request has no readable body (null is a body)."""

    NO_BODY = "no body"


NO_BODY: Final = NoBody.NO_BODY


@dataclass(frozen=True)
class Request:
    """A request.

    `query` holds every pair as sent (decoded), `headers` lower-case names; `media_type` is that
    of the body, lower case and without parameters; `body` a JSON value or NO_BODY; `body_fault`
    says why a body that was sent could not be read.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str | None = None
    body: Any = NO_BODY
    body_fault: str | None = None
    path_parameters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, **parts: Any) -> Request:
        """A request of parts as they were read from the wire, all of them given, and `header_map`
        besides: made at once, where the constructor would take a while."""
        made = object.__new__(cls)
        made.__dict__.update(parts)
        return made

    @cached_property
    def header_map(self) -> dict[str, str]:
        """Name of each header -> its value, several joined by a comma."""
        found = dict(self.headers)
        if len(found) < len(self.headers):
            for name in found:
                found[name] = ", ".join(value for key, value in self.headers if key == name)
        return found

    @property
    def has_body(self) -> bool:
        """Whether a body was sent, readable or not."""
        return self.body is not NO_BODY or self.body_fault is not None

    def header(self, name: str) -> str | None:
        """The value of a header, several joined by a comma; None when absent."""
        return self.header_map.get(name.lower())

"""What `--plan` prints, read back, and whether what was recorded was told there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from deployments.recorder import Asked

_LINE = re.compile(r"  (\d+) x ([A-Z]+) (\S+) \((\S+)\)")
_TOTAL = re.compile(r"at most (\d+) requests would be sent")
_OPEN = re.compile(r"MADE|\$[A-Z][A-Z0-9_]*")


@dataclass(frozen=True)
class Line:
    """A line of a plan: so often at most, a request to where, for which operation."""

    at_most: int
    method: str
    place: re.Pattern[str]
    names: frozenset[tuple[str, int]]
    operation: str

    def tells(self, asked: Asked, host: str) -> bool:
        """Whether a request to this host is one of those."""
        return (
            self.method == asked.method
            and self.place.fullmatch(f"{host}{unquote(asked.path)}") is not None
            and self.names == _names(asked.query)
        )


@dataclass(frozen=True)
class Plan:
    """`groups`: side effect, or `own`, -> its lines; `total` is the number at the end."""

    groups: dict[str, tuple[Line, ...]]
    total: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them."""
        return tuple(line for lines in self.groups.values() for line in lines)

    def untold(self, asked: list[Asked], host: str) -> list[str]:
        """Requests that were not told, or came more often than told."""
        found: list[str] = []
        used: Counter[int] = Counter()
        for each in asked:
            fits = [n for n, line in enumerate(self.lines) if line.tells(each, host)]
            left = [n for n in fits if used[n] < self.lines[n].at_most]
            if left:
                used[left[0]] += 1
            else:
                found.append(f"{'too often' if fits else 'untold'}: {each.method} {each.target}")
        return found


def read_plan(text: str) -> Plan:
    """A plan as it was printed."""
    groups: dict[str, list[Line]] = {}
    current: list[Line] = []
    for line in text.splitlines():
        head = re.match(r"(read|create|change|for the run itself): at most", line)
        if head:
            name = "own" if head[1].startswith("for") else head[1]
            current = groups.setdefault(name, [])
        found = _LINE.fullmatch(line)
        if found:
            current.append(_line(int(found[1]), found[2], found[3], found[4]))
    total = _TOTAL.search(text)
    assert total is not None, text
    return Plan({name: tuple(lines) for name, lines in groups.items()}, int(total[1]))


def _line(at_most: int, method: str, url: str, operation: str) -> Line:
    parts = urlsplit(url)
    place = "".join(
        "[^/]+" if _OPEN.fullmatch(piece) else re.escape(unquote(piece))
        for piece in re.split(r"(MADE|\$[A-Z][A-Z0-9_]*)", f"{parts.netloc}{parts.path}")
    )
    names = _names(parse_qsl(parts.query, keep_blank_values=True))
    return Line(at_most, method, re.compile(place), names, operation)


def _names(query: list[tuple[str, str]]) -> frozenset[tuple[str, int]]:
    """The names of a query, each with how often it stands there."""
    return frozenset(Counter(name for name, _ in query).items())

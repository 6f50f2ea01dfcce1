"""A page of the documentation as a person reads it: its blocks, its commands, what they print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"# (\S+\.\w+)\n(.*)", re.DOTALL)
ANY = ".."
_UNSTABLE = (
    r"\d{8}T\d{6}Z-[0-9a-f]{6}",  # the id of a run
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00",
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    r" *\d+\.\d s",
)
# operation, kept, then broken and differs together, not reached, not testable, time
_ROW = re.compile(r"(\w+) +(\d+)( +\d+ +\d+) +\d+ +\d+ +\d+\.\d s")


@dataclass(frozen=True)
class File:
    """A block that says which file it is."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line after `$ `, with those that a backslash joins to it, and the lines shown below it."""

    text: str
    shown: tuple[str, ...]


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of every block."""
    return _BLOCK.findall(page)


def steps(page: str) -> list[File | Command]:
    """What the page has one write and do, in its order."""
    found: list[File | Command] = []
    for language, text in blocks(page):
        named = _NAMED.match(text)
        if language == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, *shown = re.sub(r" *\\\n *", " ", part).splitlines()
                found.append(Command(command, tuple(shown)))
        elif named is not None:
            found.append(File(named[1], named[2]))
    return found


def missing(shown: tuple[str, ...], output: str) -> list[str]:
    """The shown lines that the output does not have, in their order; `..` stands for anything, and
    times and ids may be others."""
    left = iter(output.splitlines())
    return [
        line
        for line in shown
        if line.strip() != ANY and not any(_alike(line).fullmatch(each.rstrip()) for each in left)
    ]


def _alike(line: str) -> re.Pattern[str]:
    row = _ROW.fullmatch(line)
    if row is not None:
        # How many are kept grows with the proof; what is wrong and that something is kept, stays.
        operation, kept, wrong = row.groups()
        some = "0" if kept == "0" else "[1-9][0-9]*"
        return re.compile(rf"{operation} +{some}{_spaced(wrong)} +\d+ +\d+ +\d+\.\d s")
    pattern, rest = "", line.rstrip()
    splitter = re.compile(f"({'|'.join(_UNSTABLE)}|{re.escape(ANY)})")
    for part in splitter.split(rest):
        kind = next((each for each in _UNSTABLE if re.fullmatch(each, part)), None)
        pattern += ".*" if part == ANY else kind or re.escape(part)
    return re.compile(pattern)


def _spaced(numbers: str) -> str:
    return "".join(f" +{number}" for number in numbers.split())


def anchors(page: str) -> set[str]:
    """What a link into the page may name."""
    titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(page: str) -> list[tuple[str, str]]:
    """Path and anchor of every link and picture but to other sites; either may be empty."""
    found = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", page)
    return [(path, anchor) for path, anchor in found if "://" not in path]


def pictures(page: str) -> list[str]:
    """The paths of the pictures a page shows; each has words for who cannot see it."""
    found = re.findall(r"!\[[^\]]+\]\(([^)]+)\)|<img src=\"([^\"]+)\"[^>]* alt=\"[^\"]+\">", page)
    return [written or tag for written, tag in found]

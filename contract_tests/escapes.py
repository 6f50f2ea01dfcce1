"""A text as it reads once its escapes are undone, each character with its place in the text."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

DEPTH = 3
MOST_VIEWS = 30

Piece = tuple[str, int]
"""What a part of an escape stands for, and where that part begins in it."""


@dataclass(frozen=True)
class View:
    """`places` has the place in the first text of each character of `text`, and of its end."""

    text: str
    places: Sequence[int]


def views(text: str) -> Iterator[View]:
    """The text as it is, and as it reads with the escapes of URLs, JSON, Python, HTML and shells
    undone, also those inside others."""
    known, layer = {text}, [View(text, range(len(text) + 1))]
    for _ in range(DEPTH):
        yield from layer
        found = []
        for view in layer:
            for each in _undone(view):
                if each.text not in known and len(known) < MOST_VIEWS:
                    known.add(each.text)
                    found.append(each)
        layer = found
    yield from layer


def _undone(view: View) -> Iterator[View]:
    for sign, pattern, read in _KINDS:
        if sign in view.text:
            yield _replaced(view, pattern, read)


def _replaced(view: View, pattern: re.Pattern[str], read: Callable[[str], Iterator[Piece]]) -> View:
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for match in pattern.finditer(view.text):
        start, end = match.span()
        parts.append(view.text[done:start])
        places += view.places[done:start]
        for piece, offset in read(match[0]):
            parts.append(piece)
            places += [view.places[start + offset]] * len(piece)
        done = end
    parts.append(view.text[done:])
    places += view.places[done:]
    return View("".join(parts), places)


def _percent(run: str) -> Iterator[Piece]:
    return _of_bytes(bytes.fromhex(run.replace("%", "")), 3)


def _of_bytes(data: bytes, width: int) -> Iterator[Piece]:
    """The text of bytes of which each takes `width` characters of an escape."""
    try:
        text, coding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, coding = data.decode("latin-1"), "latin-1"
    offset = 0
    for sign in text:
        yield sign, offset * width
        offset += len(sign.encode(coding))


_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _backslash(escape: str) -> Iterator[Piece]:
    match escape[1]:
        case "x" if len(escape) > 2:
            yield from _of_bytes(bytes.fromhex(escape.replace("\\x", "")), 4)
        case "u" if len(escape) > 2:
            units = bytes.fromhex(escape.replace("\\u", ""))
            yield units.decode("utf-16-be", "surrogatepass"), 0
        case sign:
            yield _SHORT.get(sign, sign), 0


def _entity(entity: str) -> Iterator[Piece]:
    yield html.unescape(entity), 0


def _plus(_plus: str) -> Iterator[Piece]:
    yield " ", 0


def _quote(_quotes: str) -> Iterator[Piece]:
    yield "'", 0


def _nothing(_break: str) -> Iterator[Piece]:
    return iter(())


_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], Iterator[Piece]]], ...] = (
    ("%", re.compile(r"(?:%[0-9a-fA-F]{2})+"), _percent),
    (
        "\\",
        re.compile(rf"{_HIGH}{_LOW}|\\u[0-9a-fA-F]{{4}}|(?:\\x[0-9a-fA-F]{{2}})+|\\.", re.DOTALL),
        _backslash,
    ),
    ("&", re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,8});"), _entity),
    ("+", re.compile(r"\+"), _plus),
    ("'", re.compile(r"""'"'"'|'\\''"""), _quote),
    # A long base64 is often written in lines.
    ("\n", re.compile(r"\r?\n[ \t]*"), _nothing),
)

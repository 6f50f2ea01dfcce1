"""Every secret a run knows, and texts in which none of them stands any more.

A secret is hidden in each form in which it may come back: as it is, escaped for URLs, JSON, HTML or
a shell, also several times over, inside base64 at any of its three alignments, as hexadecimal
digits, read in the wrong character set, and cut off where a text was cut.
"""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from threading import Lock
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from rulebound.contract_tests.escapes import View, views
from rulebound.contract_tests.wire.curl import as_curl
from rulebound.contract_tests.wire.message import WireRequest, written

_SHORTEST = 3
_LONGER = 12
_GRAM = 6
"""Forms are found by so many of their first characters; so much of one that was cut is hidden."""
_CUT = re.compile(r"\S{0,12}?\W{0,2}(?:\.\.|…|\ufffd|  # the body is cut)")
"""An escape may have been cut as well."""
_LONG = 200
"""A text that was cut without a sign of it is at least so long."""

Span = tuple[int, int, str]
"""Where something begins and ends that is to be hidden, and the name to write there."""


class Vault:
    """Texts to be hidden, each with the name that is written in its place. For many threads."""

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        self._lock = Lock()
        self._names: dict[str, str] = {}
        self._forms: dict[str, dict[str, str]] = {}
        self._short: dict[str, str] = {}
        for text, name in known:
            self.add(text, name)

    def add(self, text: str, name: str) -> None:
        """Take in a secret; what is shorter than three characters would hide half of every text."""
        if len(text) < _SHORTEST or text in self._names:
            return
        with self._lock:
            for form in _forms(text):
                if len(form) < _GRAM:
                    self._short.setdefault(form, name)
                else:
                    self._forms.setdefault(form[:_GRAM], {}).setdefault(form, name)
            self._names[text] = name

    def hide(self, text: str) -> str:
        """The text with `$NAME` wherever a secret stood."""
        parts, done = [], 0
        for start, end, name in self._spans(text):
            if start >= done:
                parts += [text[done:start], f"${name}"]
            # Of two that overlap nothing is left over.
            done = max(done, end)
        return "".join((*parts, text[done:]))

    def holds(self, text: str, least: int) -> bool:
        """Whether a secret of so many characters stands in a text, or is all of it."""
        least = min(least, len(text))
        return any(end - start >= least for start, end, _ in self._spans(text))

    def is_piece(self, part: str, text: str) -> bool:
        """Whether a part of a text stands there only within secrets that are longer."""
        spans = [span for span in self._spans(text) if span[1] - span[0] > len(part)]
        places = [each.start() for each in re.finditer(re.escape(part), text)]
        return bool(places) and all(
            any(start <= at and at + len(part) <= end for start, end, _ in spans) for at in places
        )

    def curl(self, request: WireRequest, url: str) -> str:
        """A request as a curl line in which the shell fills in what is hidden."""
        body = (request.body or b"").decode("utf-8", "replace")
        whole = "\n".join((request.address, *(value for _, value in request.headers), body))
        with self._lock:
            found = {text: name for text, name in self._names.items() if text in whole}
        secrets = tuple({**dict(request.secrets), **found}.items())
        return self.hide(as_curl(replace(request, secrets=secrets), url))

    def _spans(self, text: str) -> list[Span]:
        with self._lock:
            found = [span for view in views(text) for span in self._found(view)]
        return sorted(found, key=lambda span: (span[0], -span[1]))

    def _found(self, view: View) -> Iterator[Span]:
        text, places = view.text, view.places
        for form, name in self._short.items():
            for match in re.finditer(re.escape(form), text):
                yield places[match.start()], places[match.end()], name
        grams = {text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)}
        for gram in grams:
            if gram in self._forms:
                for match in re.finditer(f"(?={re.escape(gram)})", text):
                    yield from self._at(view, match.start(), self._forms[gram])

    @staticmethod
    def _at(view: View, start: int, forms: dict[str, str]) -> Iterator[Span]:
        """The forms that stand at a place, also one of which only the beginning is left."""
        text, places = view.text, view.places
        for form, name in forms.items():
            end = start + len(form)
            if not text.startswith(form, start):
                end = start + _alike(form, text, start)
                if not (_CUT.match(text, end) or (len(text) - end < 4 and len(text) >= _LONG)):
                    continue
            yield places[start], places[end], name


def _alike(form: str, text: str, start: int) -> int:
    """How many characters of a form stand at a place of a text."""
    here = text[start : start + len(form)]
    return next((at for at, sign in enumerate(here) if sign != form[at]), len(here))


def _forms(text: str) -> Iterator[str]:
    """The forms of a secret that are not told by undoing escapes."""
    yield from _readings(text)
    for read in dict.fromkeys((text, *_misread(text))):
        for data in _bytes_of(read):
            yield from (data.hex(), data.hex().upper())
        for inner in dict.fromkeys((read, *_escaped(read))):
            for data in _bytes_of(inner):
                yield from _coded(data)


def _readings(text: str) -> Iterator[str]:
    """A secret as it is, and as it is read where it is taken for something else."""
    yield from (text, *_misread(text))
    if not text.isascii():
        for data in _bytes_of(text):
            yield data.decode("latin-1")
            yield data.decode("ascii", "replace")
        yield text.encode("latin-1", "replace").decode("utf-8", "replace")


def _escaped(text: str) -> Iterator[str]:
    for data in _bytes_of(text):
        yield from (quote(data, safe=""), quote_plus(data))
    yield from (html.escape(text), html.escape(text, quote=False))
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])


def _bytes_of(text: str) -> Iterator[bytes]:
    """A text as it is sent, and as it is written in a query."""
    return iter(dict.fromkeys((written(text), text.encode("utf-8", "surrogatepass"))))


def _misread(text: str) -> Iterator[str]:
    """What becomes of a secret that is taken for an escape, or for a name without letter case."""
    yield from (unquote(text), unquote_plus(text), html.unescape(text))
    if len(text) >= _LONGER:
        yield text.lower()


def _coded(data: bytes) -> Iterator[str]:
    """The part of the base64 of anything with these bytes inside that they alone decide."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        # A character holds six bits: those that also hold bits of the neighbours vary.
        start = -(-before * 8 // 6)
        end = (before + len(data)) * 8 // 6
        form = whole[start:end]
        if len(form) >= _GRAM:
            yield form
            yield form.replace("+", "-").replace("/", "_")

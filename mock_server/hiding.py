"""Credentials and passwords kept out of what is told about a request."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from itertools import takewhile
from typing import Any
from urllib.parse import unquote_plus

from rulebound.openapi.json_text import JsonFault, read_json

HIDDEN = "***"
_WORDS = (
    "pass-?(?:word|wd|phrase)|secret|token|session|cookie|credential|authorization"
    "|(?:api|access)[-_]?key"
)
_MOST_READ = 64 * 1024
_SHORTEST = 4
_START = 32
"""Characters by which a long secret is known where it is not told to its end."""


class Hiding:
    """Hides the values of one request that stand under a telling name.

    `names` are those of the API's own credentials, in any case. What `query`, `header`, `body` and
    `value` have hidden, and what was `learnt`, is hidden by `text` and `told` too, wherever it is
    repeated.
    """

    def __init__(self, names: Collection[str]) -> None:
        words = "|".join((_WORDS, *map(re.escape, sorted(names))))
        self._telling = re.compile(words, re.IGNORECASE)
        # A name in quotes, in a form or in a tag; one with escapes could be any.
        before = rf'(?:{words})[\w.:-]{{0,64}}["\']?\s{{0,8}}[:=>]|<[/\w.:-]*(?:{words})'
        self._before_value = re.compile(rf'{before}|\\u[^"]{{0,64}}"\s{{0,8}}:', re.IGNORECASE)
        self._found: set[str] = set()
        self._learnt: set[str] = set()

    def tells(self, name: object) -> bool:
        """Whether a value under this name is to be hidden."""
        return isinstance(name, str) and self._telling.search(name) is not None

    def about(self, details: Mapping[str, Any]) -> bool:
        """Whether the `value` in an outcome's details is one of a telling name."""
        return any(self.tells(details.get(name)) for name in ("name", "at", "header"))

    def learn(self, secret: object) -> None:
        """Hide this from now on; only a text can be a secret."""
        if isinstance(secret, str) and secret:
            self._learnt.add(secret)

    def header(self, name: str, value: str) -> str:
        """The value of a header, unless its name tells."""
        if not self.tells(name):
            return self.text(value)
        # `Bearer x` is repeated as x.
        self._found |= {value, *value.split()[-1:]}
        return HIDDEN

    def query(self, query: str) -> str:
        """A query string without the values of telling names, however those are encoded."""
        return "&".join(self._pair(pair) for pair in query.split("&"))

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals or not self.tells(unquote_plus(name)):
            return pair
        self._found |= {value, unquote_plus(value)}
        return f"{name}={HIDDEN}"

    def body(self, raw: bytes, most: int) -> str:
        """At most `most` characters of a body.

        JSON is written anew without what is hidden; any other text, and JSON that is long or
        cannot be read, ends where the first value of a telling name would stand.
        """
        text = raw.decode("utf-8", "replace")
        if len(raw) <= _MOST_READ:
            try:
                sent = read_json(raw)
            except JsonFault:
                return self._cut(text[:most])
            shown = self.value(sent)
            return (text if shown == sent else json.dumps(shown, ensure_ascii=False))[:most]
        return self._cut(text[:most])

    def _cut(self, text: str) -> str:
        found = self._before_value.search(text)
        return text if found is None else text[: found.end()] + HIDDEN

    def value(self, value: Any) -> Any:
        """A JSON value without what stands under telling names."""
        if isinstance(value, Mapping):
            return {
                name: self._kept(part) if self.tells(name) else self.value(part)
                for name, part in value.items()
            }
        return [self.value(part) for part in value] if isinstance(value, list) else value

    def _kept(self, value: Any) -> str:
        if isinstance(value, str):
            self._found.add(value)
        return HIDDEN

    def text(self, text: str) -> str:
        """A text without the values hidden so far; very short ones could be anything."""
        for each in sorted(self._found | self._learnt, key=len, reverse=True):
            if len(each) >= _SHORTEST:
                text = _without(text, each)
        return text

    def told(self, value: Any) -> Any:
        """A JSON value without what stands under telling names or is hidden so far."""
        return self._retold(self.value(value))

    def _retold(self, value: Any) -> Any:
        if isinstance(value, str):
            return HIDDEN if value in self._learnt else self.text(value)
        if isinstance(value, Mapping):
            return {name: self._retold(part) for name, part in value.items()}
        return [self._retold(part) for part in value] if isinstance(value, list) else value


def _without(text: str, secret: str) -> str:
    """The text without the secret, be it whole or cut."""
    if len(secret) <= _START:
        return text.replace(secret, HIDDEN)
    at = text.find(secret[:_START])
    while at >= 0:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(text[at:], secret, strict=False))
        text = text[:at] + HIDDEN + text[at + len(list(same)) :]
        at = text.find(secret[:_START], at + len(HIDDEN))
    return text

"""Secrets that a deployment's answers give: tokens, sessions, cookies, whatever is called so."""

import re
from collections.abc import Collection, Iterator
from html import unescape

from rulebound.contract_tests.passive.secret_names import in_any, in_value, is_secret, kind_of
from rulebound.contract_tests.wire.message import Answer

MOST_BYTES = 65536
_SHORT = 8
_WORD = re.compile(r"[A-Za-z]?[a-z]{1,14}")
_ELEMENT = re.compile(r"<([\w:.-]+)(?:\s[^<>]*)?>([^<>]+)</")

Given = tuple[str, str]
"""A secret, and the name that is written in its place."""


def given_by(answer: Answer, headers: Collection[str]) -> Iterator[Given]:
    """The secrets in an answer; `headers` are those, in lower case, that give a credential."""
    for name, value in answer.headers:
        lower = name.lower()
        if lower in headers:
            yield value, "SESSION_MADE"
        elif lower == "set-cookie":
            yield value.partition(";")[0].partition("=")[2].strip().strip('"'), "COOKIE_MADE"
        elif is_secret(name) and _is_likely(value):
            yield value, f"{kind_of(name)}_MADE"
    if len(answer.body) < MOST_BYTES:
        yield from _in_body(answer)


def _in_body(answer: Answer) -> Iterator[Given]:
    media = answer.media_type or ""
    text = answer.body.decode("utf-8", "replace")
    found = list(in_any(text))
    if media.endswith("xml"):
        for name, value in _ELEMENT.findall(text):
            if is_secret(name.rpartition(":")[2]):
                found.append((kind_of(name), unescape(value).strip()))
    elif media.endswith("json"):
        try:
            found += in_value(answer.json())
        except (ValueError, RecursionError):
            return
    yield from ((value, f"{kind}_MADE") for kind, value in found if _is_likely(value))


def _is_likely(text: str) -> bool:
    """Whether a text can be a secret: a short one and a plain word stand in many others."""
    return len(text) >= _SHORT and not _WORD.fullmatch(text)

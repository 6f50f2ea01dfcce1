"""Secrets that a deployment's answers give: tokens, sessions, cookies, whatever is called so."""

import re
from collections.abc import Collection, Iterator
from html import unescape
from itertools import islice

from rulebound.contract_tests.passive.secret_names import in_value, is_secret, kind_of
from rulebound.contract_tests.wire.message import Answer

MOST_GIVEN = 1000
"""So many are learnt of one answer: nobody gives more, and each is kept in many forms."""
_SHORT = 8
_WORD = re.compile(r"[A-Za-z]?[a-z]{1,14}")
# Nothing here goes back over what it has read: an answer may be as long as its line lets it be.
_ELEMENT = re.compile(r"<([\w:.-]++)(?:\s[^<>]*+)?>([^<>]++)</")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{5,}+\.[\w-]{5,}+\.[\w-]*+")

Given = tuple[str, str]
"""A secret, and the name that is written in its place."""


def given_by(answer: Answer, headers: Collection[str]) -> Iterator[Given]:
    """The secrets in an answer; `headers` are those, in lower case, that give a credential."""
    found = (*_in_headers(answer, headers), *_in_body(answer))
    likely = dict.fromkeys(each for each in found if _is_likely(each[0]))
    return islice(likely, MOST_GIVEN)


def _in_headers(answer: Answer, headers: Collection[str]) -> Iterator[Given]:
    for name, value in answer.headers:
        lower = name.lower()
        if lower in headers:
            yield value, "SESSION_MADE"
        elif lower == "set-cookie":
            yield value.partition(";")[0].partition("=")[2].strip().strip('"'), "COOKIE_MADE"
        elif is_secret(name):
            yield value, f"{kind_of(name)}_MADE"


def _in_body(answer: Answer) -> Iterator[Given]:
    media = answer.media_type or ""
    text = answer.body.decode("utf-8", "replace")
    yield from ((found, "TOKEN_MADE") for found in _JWT.findall(text))
    if media.endswith("xml"):
        for name, value in _ELEMENT.findall(text):
            if is_secret(name.rpartition(":")[2]):
                yield unescape(value).strip(), f"{kind_of(name)}_MADE"
    elif media.endswith("json"):
        try:
            found = list(in_value(answer.json()))
        except (ValueError, RecursionError):
            return
        yield from ((value, f"{kind}_MADE") for kind, value in found)


def _is_likely(text: str) -> bool:
    """Whether a text can be a secret: a short one and a plain word stand in many others."""
    return len(text) >= _SHORT and not _WORD.fullmatch(text)

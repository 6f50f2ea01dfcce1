"""Where secrets stand in recorded traffic: the headers, parameters and elements named for them."""

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

Found = Iterator[tuple[str, str]]
"""Pairs of a kind (TOKEN, COOKIE ..) and a secret of it."""

_WHOLE = ("password", "passwd", "passphrase", "passcode", "secret", "token", "session", "sessionid")
_KEYS = ("apikey", "accesskey", "secretkey", "privatekey", "sessionkey", "authkey", "signingkey")
_CODES = ("accesscode", "authcode", "authorizationcode", "verificationcode", "otpcode", "smscode")
_OTHERS = ("sessid", "signature", "credential", "assertion", "authorization")
_ENDS = _WHOLE + _KEYS + _CODES + _OTHERS
# Too short to be looked for at the end of a word: they are a whole one, the last.
_LAST = frozenset(("pwd", "pin", "otp", "totp", "jwt", "sid", "auth", "bearer", "csrf", "xsrf"))
# What may stand behind, with or without a number.
_BEHIND = frozenset(("hash", "digest", "value", "text", "plain", "confirm", "confirmation"))
_PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_KINDS = {
    "PASSWORD": ("pass", "pwd", "pin"),
    "SESSION": ("session",),
    "SECRET": ("secret",),
    "KEY": ("key",),
}
_OF_HEADERS = re.compile(r"auth|csrf|xsrf|session|token|secret|password|key|jwt|credential", re.I)
_PUBLIC = re.compile(r"www-|access-control-|proxy-authenticate|sec-|content-|:authority", re.I)
# In what is no JSON and no XML: a name, what stands between, and the value. A name is tried from
# its beginning only, and given up at once: a long word would take its square otherwise.
_LOOSE = re.compile(
    r"""(?<![\w.-])([\w.-]++)["']?\s*+[:=>]\s*+"""
    r"""(?:"((?:[^"\\]|\\.)*+)|'([^']*+)|([^\s"'<>&,;{}\[\]]++))"""
)
_DOTTED = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]*+){2,}+")
_JWT_BEGINS = re.compile(r"\beyJ(?=[\w-]{5})")
_LEAST_OF_JWT = 5
_SHORT = 8


def is_secret(name: str) -> bool:
    """Whether an element, parameter or attribute of this name holds a secret."""
    words = [part.lower().rstrip("0123456789") for part in _PARTS.findall(name[-200:])]
    while words and (not words[-1] or words[-1] in _BEHIND):
        words.pop()
    joined = "".join(words).removesuffix("s")
    return bool(words) and (joined.endswith(_ENDS) or words[-1] in _LAST)


def kind_of(name: str) -> str:
    """What to call a secret that stands under this name."""
    lower = name.lower()
    return next((kind for kind, some in _KINDS.items() if any(p in lower for p in some)), "TOKEN")


def in_header(name: str, value: str, credentials: Collection[str]) -> Found:
    """The secrets in a header; `credentials` are the headers that security schemes use."""
    lower = name.lower()
    if lower in ("cookie", "set-cookie"):
        yield from _in_cookies(value, several=lower == "cookie")
    elif lower in credentials or (_OF_HEADERS.search(name) and not _PUBLIC.match(name)):
        scheme, _, rest = value.strip().partition(" ")
        yield kind_of(name), rest.strip() or scheme
        if scheme.lower() == "basic":
            yield from (("PASSWORD", part) for part in _basic(rest.strip()))
    yield from in_any(value)


def in_query(name: str, value: str, credentials: Collection[str]) -> Found:
    """The secrets in a query parameter; `credentials` are those that security schemes use."""
    if name in credentials or is_secret(name):
        yield kind_of(name), value
    yield from in_any(value)


def in_value(value: Any, name: str = "", *, nested: bool = False) -> Found:
    """The secrets in a JSON value that stands under a name."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            own = is_secret(key)
            yield from in_value(inner, key if own or not name else name, nested=not own)
    elif isinstance(value, list):
        for inner in value:
            yield from in_value(inner, name, nested=nested)
    elif is_secret(name) and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        text = str(value)
        # Inside an object that is called so, a short text is more likely a kind or a number.
        least = _SHORT if nested else 4 * (not isinstance(value, str))
        if len(text) >= least:
            yield kind_of(name), text


def in_loose_text(text: str) -> Found:
    """The secrets in a text that is neither JSON nor XML."""
    for name, *values in _LOOSE.findall(text):
        if is_secret(name):
            yield kind_of(name), "".join(values)


def in_any(text: str) -> Found:
    """The secrets that show by themselves, whatever they stand in."""
    for found in _DOTTED.findall(text):
        yield from (("TOKEN", token) for token in _jwts(found.split(".")))


def _jwts(parts: list[str]) -> Iterator[str]:
    """What looks like a JWT in a text that was parted at its dots."""
    at = 0
    while at + 2 < len(parts):
        begin = _JWT_BEGINS.search(parts[at])
        if begin and len(parts[at + 1]) >= _LEAST_OF_JWT:
            yield ".".join((parts[at][begin.start() :], *parts[at + 1 : at + 3]))
            at += 2
        at += 1


def _in_cookies(value: str, *, several: bool) -> Found:
    yield "COOKIE", value
    for pair in value.split(";") if several else value.split(";")[:1]:
        text = pair.partition("=")[2].strip().strip('"')
        # A short one (a language, a yes) stands in many texts and opens nothing.
        if len(text) >= _SHORT:
            yield from (("COOKIE", text), ("COOKIE", unquote(text)))


def _basic(text: str) -> Iterator[str]:
    try:
        plain = base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return
    yield plain
    yield plain.partition(":")[2]

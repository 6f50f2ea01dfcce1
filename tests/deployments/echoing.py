"""A hostile deployment that tells all it was ever told: in every encoding, in every place."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote, quote_plus, unquote, unquote_plus
from xml.sax.saxutils import escape

from deployments.recorder import Asked, Told
from deployments.searching import Canary

Encoder = Callable[[str], str]


def _b64(before: str, after: str = "") -> Encoder:
    return lambda text: base64.b64encode(f"{before}{text}{after}".encode()).decode()


ENCODINGS: dict[str, Encoder] = {
    "plain": str,
    "url": lambda text: quote(text, safe=""),
    "url-small": lambda text: re.sub("%..", lambda hit: hit[0].lower(), quote(text, safe="")),
    "url-path": quote,
    "form": quote_plus,
    "url-twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps(text)[1:-1],
    "json-twice": lambda text: json.dumps(json.dumps(text)),
    "json-slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "json-all": lambda text: "".join(f"\\u{ord(sign):04X}" for sign in text),
    "html": html.escape,
    "xml": escape,
    "html-numbers": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "html-hex": lambda text: "".join(f"&#x{ord(sign):x};" for sign in text),
    "url-in-html": lambda text: html.escape(quote(text, safe="/&'")),
    "base64": _b64(""),
    "base64-1": _b64("a", "zz"),
    "base64-2": _b64("ab", "z"),
    "basic": _b64("cora:"),
    "base64-url": lambda text: base64.urlsafe_b64encode(f"x{text}y".encode()).decode(),
    "base64-in-url": lambda text: quote(_b64("ab", "cd")(text), safe=""),
    "base64-of-url": lambda text: _b64("app:")(quote(text, safe="")),
    "base64-of-json": lambda text: _b64("")(json.dumps({"said": text})),
    "base64-in-lines": lambda text: base64.encodebytes((text * 3).encode()).decode(),
    "repr": repr,
    "repr-of-bytes": lambda text: repr(text.encode()),
    "hex": lambda text: text.encode().hex(),
    "mojibake": lambda text: text.encode().decode("latin-1"),
}


@dataclass
class Echo:
    """`canaries` are those that it knows when it sees them, `gives` the secrets that it gives
    itself: tokens, sessions, cookies."""

    canaries: list[Canary]
    gives: dict[str, Canary]
    number: count[int] = field(default_factory=count)
    known: dict[str, None] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        self._learn(asked)
        if asked.path == "/token":
            return self._token()
        turn = next(self.number)
        texts = list(self.known)
        text = texts[turn % len(texts)] if texts else "nothing"
        encoded = ENCODINGS[list(ENCODINGS)[turn // 3 % len(ENCODINGS)]](text)
        told = PLACES[turn % len(PLACES)](asked, encoded)
        cookie = f'sid="{self.gives["cookie"].text}"; Path=/; HttpOnly'
        headers = [("Set-Cookie", cookie)]
        if asked.path.endswith("/login"):
            told = Told(204)
            headers.append(("X-egain-session", self.gives["made-session"].text))
        return Told(told.status, told.body, (*told.headers, *headers), told.raw)

    def _learn(self, asked: Asked) -> None:
        """Whatever of the secrets stands in a request, it tells again from then on."""
        whole = [asked.target, *(value for _, value in asked.headers), asked.body.decode("latin-1")]
        for part in whole:
            mended = part.encode("latin-1", "replace").decode("utf-8", "replace")
            readings = (mended, unquote(mended), unquote_plus(mended), *_strings(mended))
            for canary in self.canaries:
                # Some read it as it stood there, and some decode what was not encoded.
                for text in (canary.text, unquote(canary.text), unquote_plus(canary.text)):
                    if any(text in reading for reading in readings):
                        self.known[text] = None

    def _token(self) -> Told:
        names = ("access_token", "refresh_token", "id_token")
        body = {name: self.gives[name].text for name in names}
        said = {"data": {"apiKey": self.gives["api-key"].text}, "token_type": "Bearer"}
        return Told(200, json.dumps(body | said).encode(), _JSON)


def _strings(text: str) -> list[str]:
    """The texts of JSON in a text."""
    return [json.loads(each) for each in re.findall(r'"(?:[^"\\]|\\.)*"', text)]


_JSON = (("Content-Type", "application/json"),)
_XML = (("Content-Type", "application/xml"),)


def _header_safe(text: str) -> str:
    return text.replace("\n", " ")


PLACES: tuple[Callable[[Asked, str], Told], ...] = (
    lambda asked, text: Told(200, json.dumps({"code": text}).encode(), _JSON),
    lambda asked, text: Told(400, b'{"code": "' + text.encode() + b'"}', _JSON),
    lambda asked, text: Told(400, f"<error><code>{escape(text)}</code></error>".encode(), _XML),
    lambda asked, text: Told(500, f"<pre>{text}</pre>".encode(), (("Content-Type", "text/html"),)),
    lambda asked, text: Told(201, headers=(("Location", f"/made/{_header_safe(text)}"),)),
    lambda asked, text: Told(200, b"{}", (("Content-Type", _header_safe(text)),)),
    lambda asked, text: Told(
        406,
        json.dumps({"code": "406-100", "developerMessage": f"x{'y' * 240} {text}"}).encode(),
        _JSON,
    ),
    lambda asked, text: Told(200, json.dumps({"activity": [{"id": text}]}).encode(), _JSON),
    lambda asked, text: Told(401, json.dumps({"code": text}).encode(), _JSON),
    lambda asked, text: Told(0, raw=f"HTTP/1.1 2 {_header_safe(text)}\r\n\r\n".encode()),
    lambda asked, text: Told(302, headers=(("Location", f"/?token={_header_safe(text)}"),)),
    lambda asked, text: Told(204, headers=(("X-Echo", _header_safe(text)),)),
    lambda asked, text: Told(
        200, json.dumps({"Status": "Success", "Message": {"Id": text}}).encode(), _JSON
    ),
    lambda asked, text: Told(400, text.encode("latin-1", "replace") * 12, _JSON),
)

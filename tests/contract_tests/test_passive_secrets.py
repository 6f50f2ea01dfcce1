"""A recording holds the secrets of people; nothing that is made of it does."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from rulebound.contract_tests.passive.secret_names import is_secret

from tests.contract_tests.har_recording import Entry, Judged, judged, of, picked

CANARY = 'kanarie/+ä"b=9'
PLAIN = "Canary-Wren-4711"


def header(name: str, value: str, part: str = "request") -> Any:
    """Puts a header into an entry."""

    def change(entry: Entry) -> None:
        headers = entry[part]["headers"]
        entry[part]["headers"] = [h for h in headers if h["name"].lower() != name.lower()]
        entry[part]["headers"].append({"name": name, "value": value})

    return change


def queried(name: str, value: str) -> Any:
    """Puts a parameter into an entry."""

    def change(entry: Entry) -> None:
        url = entry["request"]["url"]
        entry["request"]["url"] = f"{url}{'&' if '?' in url else '?'}{name}={quote(value, safe='')}"

    return change


def told(**body: Any) -> Any:
    """Puts elements into the JSON request of an entry."""

    def change(entry: Entry) -> None:
        posted = entry["request"]["postData"]
        posted["text"] = json.dumps({**json.loads(posted["text"]), **body})
        entry["request"]["bodySize"] = len(posted["text"].encode())

    return change


def posted(text: str) -> Any:
    """Gives an entry another request body."""

    def change(entry: Entry) -> None:
        entry["request"]["postData"]["text"] = text
        entry["request"]["bodySize"] = len(text.encode())

    return change


def answer(value: str, *, kind: str = "application/json") -> Any:
    """Gives an entry another answer, which is wrong, so that it is shown."""

    def change(entry: Entry) -> None:
        response = entry["response"]
        response["status"] = 500
        response["headers"] = [{"name": "Content-Type", "value": kind}]
        response["content"] = {"size": len(value.encode()), "mimeType": kind, "text": value}

    return change


def _jwt(text: str) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'sub': text})}.{'x' * 20}"


def basic(text: str) -> str:
    """What stands behind `Basic`."""
    return base64.b64encode(f"anna:{text}".encode()).decode()


LONG = "x" * 270
PLACES: dict[str, Any] = {
    "bearer token": lambda t: header("Authorization", f"Bearer {t}"),
    "basic credentials": lambda t: header("Authorization", f"Basic {basic(t)}"),
    "a token without a scheme": lambda t: header("Authorization", t),
    "cookie": lambda t: header("Cookie", f"lang=en; JSESSIONID={t}; theme=dark"),
    "set cookie": lambda t: header("Set-Cookie", f"sid={t}; Path=/", "response"),
    "session of ECE": lambda t: header("X-egain-session", t),
    "session in the answer": lambda t: header("X-My-Session", t, "response"),
    "api key": lambda t: header("X-Api-Key", t),
    "keys of LeadSquared in headers": lambda t: header("x-LSQ-SecretKey", t),
    "token against forgery": lambda t: header("X-CSRF", t),
    "key in the query": lambda t: queried("accessKey", t),
    "token in the query": lambda t: queried("access_token", t),
    "password in a body": lambda t: told(password=t),
    "client secret in a body": lambda t: told(deep=[{"clientSecret": {"value": t}}]),
    "password in a text": lambda t: posted(f"grant_type=password&password={t}&x=1"),
    "token in an answer": lambda t: answer(json.dumps({"code": "500-100", "access_token": t})),
    "token where the answer is cut": lambda t: answer(json.dumps({"a": LONG, "token": t})),
    "token where the request is cut": lambda t: told(a="x" * 3880, refreshToken=t),
    "password in XML": lambda t: answer(f"<a><password>{t}</password></a>", kind="application/xml"),
    "token in an answer that is no JSON": lambda t: answer(f'{{"session_token": "{t}", oops'),
}


def forms(text: str) -> set[str]:
    """A secret in every form it could be told in."""
    raw = text.encode()
    coded = {base64.b64encode(b"\0" * n + raw)[4 * (n > 0) : -4].decode() for n in range(3)}
    return {text, quote(text, safe=""), quote(text), json.dumps(text)[1:-1], text[:9], *coded}


def artefacts(folder: Path, found: Judged) -> str:
    """All that was printed and written."""
    written = [path.read_text("utf-8") for path in (folder / "report").iterdir()]
    assert len(written) >= 3
    return "\n".join([found.printed, *written])


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_told(tmp_path: Path, place: str) -> None:
    """Wherever a secret stands, no artefact has it, nor a part of it, in any encoding."""
    entry = picked(of("/activity/pick", 204))
    entry["response"]["status"] = 500
    PLACES[place](PLAIN)(entry)
    found = judged(tmp_path, [entry])
    whole = artefacts(tmp_path, found)
    assert [form for form in forms(PLAIN) if form in whole] == []
    assert found.code == 1 and "curl -i -X PATCH" in whole


def test_an_odd_secret_is_hidden_as_well(tmp_path: Path) -> None:
    """A secret that is written otherwise in URLs, JSON, HTML and base64 is hidden in all forms."""
    entry = picked(of("/activity/pick", 204))
    entry["response"]["status"] = 500
    for change in (header("X-Api-Key", CANARY), queried("note", CANARY), told(note=CANARY)):
        change(entry)
    whole = artefacts(tmp_path, judged(tmp_path, [entry]))
    assert [form for form in forms(CANARY) - {CANARY[:9]} if form in whole] == []
    assert "$HAR_KEY_1" in whole


def test_a_secret_of_one_exchange_is_hidden_in_others(tmp_path: Path) -> None:
    """What is a token somewhere is hidden wherever else it stands."""
    first, second = (picked(of("/activity/pick", 204)) for _ in range(2))
    told(note=f"I am {PLAIN}")(first)
    header("Authorization", f"Bearer {PLAIN}")(second)
    found = judged(tmp_path, [first, second])
    assert found.verdict("pick.known-elements") == "broken"
    assert PLAIN not in artefacts(tmp_path, found)
    assert "I am ${HAR_TOKEN" in json.dumps(found.report) or "I am $HAR_TOKEN" in found.printed


@pytest.mark.parametrize("secret", ["7", "Z9"])
def test_short_secrets_are_not_told_where_they_stand(tmp_path: Path, secret: str) -> None:
    """A secret too short to be looked for is left out where it stands."""
    entry = picked(of("/activity/pick", 204))
    entry["response"]["status"] = 500
    for change in (told(password=secret), header("X-Api-Key", secret), queried("token", secret)):
        change(entry)
    found = judged(tmp_path, [entry])
    request = json.dumps([r["cases"] for r in found.report["rules"] if r["cases"]])
    assert "(not shown: it holds a secret too short" in request
    assert f"X-Api-Key: {secret}" not in request and f"token={secret}" not in request
    assert f'password\\": \\"{secret}' not in request


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("newPassword", True),
        ("access_token", True),
        ("tokens", True),
        ("client-secret", True),
        ("PIN", True),
        ("sessionId", True),
        ("accessKey", True),
        ("token_type", False),
        ("shipping", False),
        ("code", False),
        ("subject", False),
        ("keyword", False),
        ("", False),
    ],
)
def test_names_tell_secrets(name: str, secret: bool) -> None:
    """Elements are told to be secret by their names, in every way of writing them."""
    assert is_secret(name) is secret


def test_what_is_no_secret_is_shown(tmp_path: Path) -> None:
    """A reader still sees the request and the answer."""
    entry = picked(of("/activity/pick", 204))
    entry["response"]["status"] = 500
    header("X-Trace", "seen-by-all")(entry)
    found = judged(tmp_path, [entry])
    step = found.rule("pick.no-server-error")["cases"][0]["steps"][0]
    assert "seen-by-all" in step["request"] and "lastModified" in step["request"]
    assert '"Authorization: Bearer $HAR_TOKEN_1"' in step["request"]

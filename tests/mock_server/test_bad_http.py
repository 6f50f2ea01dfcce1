"""Requests that contradict themselves, or are none: written byte by byte."""

from __future__ import annotations

import json

import pytest
from stub_calls import PICK, PICKED, Caller, as_user

GOOD = json.dumps(PICKED).encode()
STALE = {"activity": [{"id": "40001", "lastModified": "2020-01-01T00:00:00.000Z"}]}


def _request(call: Caller, *lines: str, body: bytes = GOOD, method: str = "PATCH") -> bytes:
    head = [
        f"{method} {PICK} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Rulebound-World: {call.world}",
        *(f"{n}: {v}" for n, v in as_user().items() if n != "Content-Type"),
        *lines,
        "",
        "",
    ]
    return call.raw("\r\n".join(head).encode("latin-1") + body)


TYPE = "Content-Type: application/json"
LENGTH = f"Content-Length: {len(GOOD)}"
CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    "lines",
    [
        (TYPE, TYPE, LENGTH),
        (TYPE, LENGTH, "Authorization: Bearer token-bob"),
        (TYPE, LENGTH, "Host: y"),
        (TYPE, LENGTH, LENGTH),
        (TYPE, LENGTH, "Content-Length: 3"),
        (TYPE, LENGTH, CHUNKED),
        (TYPE, "Content-Length: -5"),
        (TYPE, "Content-Length: many"),
        (TYPE, CHUNKED),
        (TYPE, LENGTH, "X-Long: " + "a" * 40_000),
        (TYPE, LENGTH, *(f"X-{i}: a" for i in range(200))),
        (TYPE, LENGTH, "Bad Name: x"),
    ],
    ids=lambda lines: ", ".join(lines)[:60],
)
def test_headers_that_contradict_each_other_are_refused(
    call: Caller, lines: tuple[str, ...]
) -> None:
    """Doubled, contradicting or excessive headers get 400 with the vendor's error object."""
    before = call.digest()

    answer = _request(call, *lines)

    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(content).keys() == {"code", "developerMessage"}
    assert call.digest() == before


def test_a_chunked_body_is_a_body_like_any_other(call: Caller) -> None:
    """Chunks are joined and judged; a good request in chunks is accepted."""
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, GOOD[i : i + 1]) for i in range(len(GOOD)))

    answer = _request(call, TYPE, CHUNKED, body=chunks + b"0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 204 ")


def test_a_stale_chunked_body_is_refused_by_its_rule(call: Caller) -> None:
    """What a chunked body says is judged, not only that it can be read."""
    body = json.dumps(STALE).encode()

    answer = _request(call, TYPE, CHUNKED, body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

    assert b"rulebound-rule: pick.stale" in answer


def test_a_method_nobody_knows_is_no_request(call: Caller) -> None:
    """Even what is no HTTP at all gets a JSON object with an error."""
    answer = call.raw(b"\x16\x03\x01 hello\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert "error" in json.loads(answer.partition(b"\r\n\r\n")[2])

"""An answer goes out in one piece where it can, and byte for byte as it was written."""

from __future__ import annotations

from typing import Any, cast

import pytest
from rulebound.mock_server.joining import Joined

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"
STREAM = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
LARGE = b"x" * 100_000


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.written.append(data)

    def close(self) -> None:
        """Note the end."""
        self.closed = True

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.closed


@pytest.fixture
def wire() -> Wire:
    """Nothing was written yet."""
    return Wire()


@pytest.fixture
def joined(wire: Wire) -> Joined:
    """The transport of one answer over that wire."""
    return Joined(cast(Any, wire))


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        ((HEAD, b"body"), [HEAD + b"body"]),
        ((HEAD, b""), [HEAD]),
        ((HEAD, b"bo", b"dy"), [HEAD + b"bo", b"dy"]),
        ((HEAD, LARGE), [HEAD, LARGE]),
        ((STREAM,), [STREAM]),
        ((STREAM, b"4\r\nbody\r\n", b"0\r\n\r\n"), [STREAM, b"4\r\nbody\r\n", b"0\r\n\r\n"]),
    ],
)
def test_the_head_goes_with_what_comes_next(
    wire: Wire, joined: Joined, parts: tuple[bytes, ...], written: list[bytes]
) -> None:
    """One piece for head and body; the head of a stream does not wait for it."""
    for part in parts:
        joined.write(part)

    assert wire.written == written


def test_an_answer_cut_short_has_its_head(wire: Wire, joined: Joined) -> None:
    """What was said before the connection is closed is sent before that."""
    joined.write(HEAD)
    joined.close()

    assert wire.written == [HEAD]
    assert joined.is_closing()

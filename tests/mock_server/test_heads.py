"""Headers taken apart: remembered, and still each request's own."""

from __future__ import annotations

import pytest
from rulebound.mock_server.heads import Heads

PLAIN = ((b"host", b"stub"), (b"accept", b"text/html"))
READ = {
    PLAIN: {"host": "stub", "accept": "text/html"},
    ((b"accept", b"a/b"), (b"accept", b"c/d")): {"accept": "a/b, c/d"},
    ((b"cookie", b"a=1"), (b"cookie", b"b=2")): {"cookie": "a=1; b=2"},
    ((b"x-own", b"\xe9"),): {"x-own": "é"},
}


@pytest.mark.parametrize("raw", READ)
def test_headers_are_read_alike_whenever_they_come(raw: tuple[tuple[bytes, bytes], ...]) -> None:
    """The first time, and when they are known; lists are joined as HTTP joins them."""
    heads = Heads()

    for _ in range(2):
        head = heads.of(list(raw))
        assert head.values == READ[raw]
        assert head.pairs == tuple(READ[raw].items())
        assert head.size == sum(len(name) + len(value) for name, value in raw)
        assert head.doubled is None


def test_a_header_that_may_stand_once_is_found_doubled_each_time() -> None:
    """What is wrong with headers is remembered with them."""
    heads, raw = Heads(), [(b"host", b"stub"), (b"host", b"other")]

    assert (
        heads.of(raw).doubled == heads.of(raw).doubled == "the header host is given more than once"
    )


def test_headers_that_differ_in_one_letter_are_others() -> None:
    """Two clients are never taken for one."""
    heads = Heads()
    anna, bob = [(b"authorization", b"Bearer a")], [(b"authorization", b"Bearer b")]

    assert [heads.of(each).values["authorization"] for each in (anna, bob, anna)] == [
        "Bearer a",
        "Bearer b",
        "Bearer a",
    ]


def test_memory_of_headers_stays_small() -> None:
    """However many clients there are, and however much they send."""
    heads = Heads()
    for number in range(2000):
        heads.of([(b"x-number", str(number).encode())])
    heads.of([(b"x-large", b"x" * 5000)])
    heads.of([(b"x", b"")] * 1500)

    assert len(heads._known) < 1000
    assert all(len(raw) <= 100 for raw in heads._known)
    assert all(head.size < 5000 for head in heads._known.values())

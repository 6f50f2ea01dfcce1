"""Every hostile target of the suite."""

from __future__ import annotations

import itertools

from tests.hostile.behaviours import (
    CHUNKED,
    NO_CONTENT,
    XML,
    Hostile,
    after_request,
    answer,
    deflate_bomb,
    drip,
    gzip_and_more,
    gzip_bomb,
    hurried,
    nested,
    nested_bomb,
    never_reading,
    packed,
    reset,
    reset_after,
    silent,
    splitting,
    stream,
    switched,
    truncated_gzip,
)

_FOREVER = itertools.repeat
_LARGER = r"larger than \d+ bytes"
_LATE = "had not ended|no answer within"
_NO_HTTP = "is not HTTP"
_CUT = "in mid-answer"
_EMPTY = b"Content-Length: 0\r\n\r\n"
_ENTITIES = b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx">%s]><a>&k;</a>' % b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in b"cdefghijk"
)
_OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
_WIDER = r"more than \d+ values|larger than"
_WIDE_XML = b"<a>" + b"<b/>" * 200_000 + b"</a>"
_WIDE = b"[" + b"[]," * 300_000 + b"[]]"


def _ok(head: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + head


SILENCE = (
    Hostile("accepts and never answers", silent, "no answer within"),
    Hostile("never even reads", never_reading, "no answer within"),
    Hostile("closes at once", lambda line: line.close(), "no answer|without an answer"),
    Hostile("resets at once", reset, "no answer|without an answer"),
    Hostile("resets after the request", reset_after(b""), "no answer"),
    Hostile("resets in the headers", reset_after(_ok(b"X-A")), _CUT),
    Hostile("resets in the body", reset_after(_ok(b"Content-Length: 9\r\n\r\nab")), _CUT),
)
ENDLESS = (
    Hostile("endless body", stream(_ok(b"\r\n"), _FOREVER(b"x" * 65536)), _LARGER),
    Hostile(
        "endless chunks", stream(CHUNKED, _FOREVER(b"400\r\n" + b"x" * 1024 + b"\r\n")), _LARGER
    ),
    Hostile(
        "endless headers", stream(_ok(b""), _FOREVER(b"X-A: b\r\n" * 50)), "more than 100 headers"
    ),
    Hostile("one giant header", stream(_ok(b"X-A: "), _FOREVER(b"x" * 4096)), "headers are larger"),
    Hostile(
        "endless status line", stream(b"HTTP/1.1 200 ", _FOREVER(b"x" * 4096)), "headers are larger"
    ),
    Hostile("endless line breaks", stream(b"", _FOREVER(b"\r\n" * 2048)), "headers are larger"),
    Hostile(
        "endless trailers",
        stream(CHUNKED + b"0\r\n", _FOREVER(b"X-A: b\r\n" * 50)),
        "more than 100",
    ),
    Hostile("drips its status line", drip(b"HTTP/1.1 200 ", b"O"), _LATE),
    Hostile("drips headers", drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), _LATE),
    Hostile("drips a body", drip(_ok(b"Content-Length: 99999\r\n\r\n"), b"x"), _LATE),
    Hostile("drips chunks", drip(CHUNKED, b"1\r\nx\r\n"), _LATE),
    Hostile("drips interim answers", drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), _LATE),
    Hostile("flood of 100 Continue", stream(b"", _FOREVER(b"HTTP/1.1 100 C\r\n\r\n")), "interim"),
    Hostile(
        "flood of early hints",
        stream(b"", _FOREVER(b"HTTP/1.1 103 E\r\nLink: x\r\n\r\n")),
        "interim|headers",
    ),
    Hostile(
        "flood of cookies",
        after_request(_ok(b"Set-Cookie: a=b\r\n" * 101 + _EMPTY)),
        "more than 100 headers",
    ),
    Hostile("huge chunk extension", stream(CHUNKED + b"1;a=", _FOREVER(b"x" * 65536)), _LARGER),
)
PACKED = (
    Hostile("gzip bomb", packed(b"gzip", gzip_bomb), _LARGER),
    Hostile("deflate bomb", packed(b"deflate", deflate_bomb), _LARGER),
    Hostile("nested gzip", packed(b"gzip, gzip", nested_bomb), "nobody asked for"),
    Hostile("gzip in gzip, told once", packed(b"gzip", nested_bomb), None),
    Hostile("unknown packing", packed(b"br", lambda: b"\x0b\x02\x80{}\x03"), "packed in br"),
    Hostile("gzip that is none", packed(b"gzip", lambda: b'{"a": 1}'), "not in gzip"),
    Hostile("truncated gzip", packed(b"gzip", truncated_gzip), "ended before its end"),
    Hostile("bytes after gzip", packed(b"gzip", gzip_and_more), "bytes follow"),
)
BODIES = (
    Hostile("deep JSON", after_request(answer(nested(b"[", b"]", 100_000))), "deeper than 200"),
    Hostile("deep objects", after_request(answer(nested(b'{"a":', b"}", 300))), "deeper than 200"),
    Hostile("deep without a type", after_request(answer(b"[" * 90_000, b"")), "deeper than 200"),
    Hostile("deep UTF-16", after_request(answer(("[" * 900).encode("utf-16"))), "deeper than 200"),
    Hostile(
        "deep XML", after_request(answer(nested(b"<a>", b"</a>", 50_000), XML)), "deeper than 200"
    ),
    Hostile("entity bomb", after_request(answer(_ENTITIES, XML)), "entities"),
    Hostile("entity from outside", after_request(answer(_OUTSIDE, XML)), "entities"),
    # More values than a deployment may send, fewer than a stub may.
    Hostile("wide JSON", after_request(answer(_WIDE)), None),
    Hostile("wide XML", after_request(answer(_WIDE_XML, XML)), None),
    Hostile("wide beyond measure", after_request(answer(b"[" + b"[]," * 5_000_000)), _WIDER),
    Hostile(
        "wide and allowed", after_request(answer(b"[" + b"[]," * 50_000 + b"[]]")), None, code=1
    ),
    Hostile("a page called JSON", after_request(answer(b"<html>oops</html>")), None),
    Hostile(
        "JSON called a page",
        after_request(answer(b"{}", b"Content-Type: text/html\r\n")),
        None,
        code=1,
    ),
    Hostile("bytes that are no text", after_request(answer(b'{"a": "\xff\xfe\xc3"}')), None),
    Hostile("a byte order mark", after_request(answer(b"\xef\xbb\xbf{}")), None, code=1),
    Hostile("a number without end", after_request(answer(b"9" * 500_000)), None),
    Hostile("not a number", after_request(answer(b'{"a": NaN, "b": 1e999}')), None, code=1),
)
FRAMING = (
    Hostile("fewer bytes than told", after_request(_ok(b"Content-Length: 9\r\n\r\nab")), _CUT),
    Hostile("truncated chunk", after_request(CHUNKED + b"9\r\nab"), _CUT),
    Hostile("no last chunk", after_request(CHUNKED + b"2\r\nab\r\n"), _CUT),
    Hostile("bad chunk size", after_request(CHUNKED + b"zz\r\nab\r\n0\r\n\r\n"), _NO_HTTP),
    Hostile("negative chunk size", after_request(CHUNKED + b"-2\r\nab\r\n0\r\n\r\n"), _NO_HTTP),
    Hostile("huge chunk size", after_request(CHUNKED + b"f" * 17 + b"\r\nab\r\n"), _NO_HTTP),
    Hostile("chunk longer than told", after_request(CHUNKED + b"1\r\nabc\r\n0\r\n\r\n"), _NO_HTTP),
    Hostile(
        "two lengths",
        after_request(_ok(b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab")),
        _NO_HTTP,
    ),
    Hostile(
        "length and chunks",
        after_request(_ok(b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
        _NO_HTTP,
    ),
    Hostile("negative length", after_request(_ok(b"Content-Length: -1\r\n\r\n")), _NO_HTTP),
    Hostile(
        "length beyond numbers",
        after_request(_ok(b"Content-Length: " + b"9" * 30 + b"\r\n\r\n")),
        _NO_HTTP,
    ),
    Hostile("huge length", after_request(_ok(b"Content-Length: 999999999999\r\n\r\nab")), _CUT),
    Hostile(
        "unknown transfer coding",
        after_request(_ok(b"Transfer-Encoding: gzip\r\n\r\nab")),
        "transfer coding",
    ),
    Hostile("a second answer behind", after_request(answer(b"{}") + NO_CONTENT), None, code=1),
    Hostile("a second answer later", splitting, None, code=1),
    Hostile("answers unasked", hurried, None, code=1),
)
NO_HTTP = (
    Hostile("HTTP/0.9", after_request(b"<html>hello</html>"), _NO_HTTP),
    Hostile("HTTP/2", after_request(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64"), _NO_HTTP),
    Hostile("another protocol", after_request(b"SSH-2.0-OpenSSH_9.2\r\n"), _NO_HTTP),
    Hostile("noise", after_request(bytes(range(256)) * 64), _NO_HTTP),
    Hostile("switching protocols", switched, "switched protocols"),
    Hostile("status 999", after_request(b"HTTP/1.1 999 X\r\n" + _EMPTY), "status 999"),
    Hostile("status 000", after_request(b"HTTP/1.1 000 X\r\n" + _EMPTY), "status 0"),
    Hostile("status of four digits", after_request(b"HTTP/1.1 2000 X\r\n" + _EMPTY), _NO_HTTP),
    Hostile("status in words", after_request(b"HTTP/1.1 OK OK\r\n" + _EMPTY), _NO_HTTP),
    Hostile("only an interim answer", after_request(b"HTTP/1.1 100 Continue\r\n\r\n"), _CUT),
    Hostile("NUL in a header", after_request(_ok(b"X-A: a\0b\r\n" + _EMPTY)), _NO_HTTP),
    Hostile("header without a colon", after_request(_ok(b"nonsense\r\n" + _EMPTY)), _NO_HTTP),
    Hostile("folded header", after_request(_ok(b"X-A: a\r\n b\r\n" + _EMPTY)), _NO_HTTP),
)
TLS = (
    Hostile("TLS on a plain port", silent, _NO_HTTP + "|no answer", tls="on a plain port"),
    Hostile("no TLS on a TLS port", after_request(NO_CONTENT), "no answer", tls="none"),
    Hostile("TLS greeting that never ends", silent, "no answer within", tls="silent"),
    Hostile(
        "certificate of nobody known",
        after_request(NO_CONTENT),
        "certificate verify failed",
        tls="unknown",
    ),
    Hostile(
        "certificate of another host",
        after_request(NO_CONTENT),
        "certificate verify failed",
        tls="other",
    ),
    Hostile(
        "certificate that expired",
        after_request(NO_CONTENT),
        "certificate verify failed",
        tls="expired",
    ),
)


def redirects(elsewhere: str) -> tuple[Hostile, ...]:
    """Targets that send the caller on: to another host, and to themselves for ever."""
    there = f"Location: {elsewhere}\r\n".encode()
    loop = after_request(b"HTTP/1.1 307 Again\r\nLocation: /again\r\n" + _EMPTY)
    return (
        Hostile(
            "redirect to another host",
            after_request(b"HTTP/1.1 307 There\r\n" + there + _EMPTY),
            None,
        ),
        Hostile("redirect loop", loop, None),
    )


HOSTILE = (*SILENCE, *ENDLESS, *PACKED, *BODIES, *FRAMING, *NO_HTTP, *TLS)

"""HTTP framing: requests that say two things at once, or that are no HTTP."""

# A case a line reads better than one cut to the width of a page.
# ruff: noqa: E501

from __future__ import annotations

from hostile_stub.case import (
    CLOSE,
    EITHER,
    ENDED,
    HOST,
    JSON,
    OBJECT,
    PICK,
    PICKED,
    SEARCH,
    V3,
    V12,
    Case,
    ask,
    chunked,
    pick,
    raw,
    search,
    whole_chunk,
)

LINE = f"PATCH {PICK} HTTP/1.1"
LENGTH = f"Content-Length: {len(PICKED)}"
GOOD = whole_chunk(PICKED)
END = b"0\r\n\r\n"


def _pick(*lines: str, body: bytes = PICKED, line: str = LINE) -> tuple[bytes]:
    return raw(line, HOST, CLOSE, *V3, JSON, *lines, body=body)


def _line(line: str) -> tuple[bytes]:
    return raw(line, HOST, CLOSE, *V12)


LENGTHS = tuple(
    Case(f"length-{name}", f"A body whose length is {said} is not guessed at.", _pick(*lines), 400)
    for name, said, lines in (
        ("twice", "said twice", (LENGTH, LENGTH)),
        ("two", "said to be two numbers", (LENGTH, "Content-Length: 3")),
        ("list", "a list of two numbers", (f"{LENGTH}, 3",)),
        ("sign", "a number with a sign", (f"Content-Length: +{len(PICKED)}",)),
        ("negative", "negative", ("Content-Length: -1",)),
        ("hex", "hexadecimal", ("Content-Length: 0x10",)),
        ("underscore", "a number only to Python", ("Content-Length: 7_8",)),
        ("wide-digits", "in digits beyond ASCII", ("Content-Length: \xb2",)),
        ("words", "a word", ("Content-Length: many",)),
        ("empty", "left empty", ("Content-Length:",)),
        ("fraction", "a fraction", ("Content-Length: 78.0",)),
        ("beyond-64-bits", "beyond 64 bits", ("Content-Length: 99999999999999999999999",)),
        ("ten-thousand-digits", "of ten thousand digits", ("Content-Length: " + "9" * 10_000,)),
        ("and-chunks", "said beside chunks", (LENGTH, "Transfer-Encoding: chunked")),
        ("and-chunks-first", "said behind chunks", ("Transfer-Encoding: chunked", LENGTH)),
    )
)
CODINGS = tuple(
    Case(
        f"coding-{name}",
        f"Transfer coding {value!r} is refused: read otherwise it hides a second request.",
        _pick(*(f"Transfer-Encoding: {each}" for each in value.split("|")), body=GOOD + END),
        400,
    )
    for name, value in (
        ("gzip", "gzip, chunked"),
        ("identity", "identity"),
        ("twice", "chunked, chunked"),
        ("two-lines", "chunked|chunked"),
        ("not-last", "chunked, identity"),
        ("unknown", "xchunked"),
        ("quoted", '"chunked"'),
        ("vertical-tab", "\x0bchunked"),
        ("cut", "chunke"),
    )
)
CHUNKS = (
    Case("chunk-no-size", "A chunk whose size is no number is refused.", chunked(b"zz\r\n"), 400),
    Case("chunk-negative", "A chunk of negative size is refused.", chunked(b"-1\r\nx\r\n"), 400),
    Case(
        "chunk-beyond-64-bits",
        "A chunk whose size overflows 64 bits is refused.",
        chunked(b"fffffffffffffffff\r\n" + PICKED),
        400,
    ),
    Case(
        "chunk-longer-than-said",
        "A chunk that goes on behind its size is refused.",
        chunked(b"3\r\n" + PICKED + b"\r\n" + END),
        400,
    ),
    Case(
        "chunk-prefix-0x",
        "A chunk size written as 0x4e is refused.",
        chunked(b"0x4e\r\n" + PICKED + b"\r\n" + END),
        400,
    ),
    Case(
        "chunk-many-sized-one",
        "Three thousand chunks of a byte are one body.",
        chunked(whole_chunk(b" ") * 3000, GOOD, END),
        204,
        changes=True,
    ),
    Case(
        "chunk-extension-long",
        "An extension of 100 KB on a chunk is passed over or refused, never kept.",
        chunked(b"4e;a=" + b"b" * 100_000 + b"\r\n" + PICKED + b"\r\n" + END),
        (204, 400),
        changes=True,
    ),
    Case(
        "chunk-trailer",
        "A trailer that names another actor is not taken for a header.",
        chunked(GOOD, b"0\r\nAuthorization: Bearer token-bob\r\n\r\n"),
        (204, 400),
        changes=True,
    ),
    Case(
        "chunk-trailers-endless",
        "Trailers of 1 MB are not gathered.",
        chunked(GOOD, b"0\r\n", b"X-T: " + b"t" * 1000 + b"\r\n", b"X-T: a\r\n" * 120_000, b"\r\n"),
        (204, 400),
        changes=True,
    ),
    Case(
        "chunks-in-http-1.0",
        "HTTP/1.0 knows no chunks.",
        _pick("Transfer-Encoding: chunked", body=GOOD + END, line=f"PATCH {PICK} HTTP/1.0"),
        400,
    ),
)
FIELDS = tuple(
    Case(f"field-{name}", promise, _pick(LENGTH, *lines), 400)
    for name, promise, lines in (
        ("no-colon", "A header without a colon is refused.", ("Nonsense",)),
        ("no-name", "A header without a name is refused.", (": x",)),
        ("blank-before-colon", "A blank before the colon is refused.", ("X-A : b",)),
        ("folded", "A header that goes on in the next line is refused.", ("X-A: b", " c")),
        ("name-with-blank", "A name of two words is no name.", ("Bad Name: x",)),
        ("name-beyond-ascii", "A name beyond ASCII is no name.", ("X-\xe9: x",)),
        ("zero-byte", "A zero byte in a value is refused.", ("X-A: a\x00b",)),
        ("carriage-return", "A lone carriage return in a value is refused.", ("X-A: a\rX-B: b",)),
        ("bell", "A control character in a value is refused.", ("X-A: a\x07b",)),
        ("long", "A header of 100 KB is refused.", ("X-A: " + "a" * 100_000,)),
        ("name-long", "A header's name of 100 KB is refused.", ("a" * 100_000 + ": x",)),
        ("many", "Five thousand headers are refused.", ("X-A: b",) * 5000),
        ("megabytes", "Headers of 5 MB are refused.", ("X-A: " + "a" * 1000,) * 5000),
    )
)
HOSTS = (
    Case(
        "host-none", "HTTP/1.1 needs a Host.", raw(LINE, CLOSE, *V3, JSON, LENGTH, body=PICKED), 400
    ),
    Case(
        "host-long",
        "A Host of 5,000 letters is refused, or no name the stub cares about.",
        raw(LINE, "Host: " + "a" * 5000, CLOSE, *V3, JSON, LENGTH, body=PICKED),
        (204, 400),
        changes=True,
    ),
    *(
        Case(
            f"host-{name}",
            f"A Host {said} is refused.",
            raw(LINE, *lines, CLOSE, *V3, JSON, LENGTH, body=PICKED),
            400,
        )
        for name, said, lines in (
            ("twice", "given twice", (HOST, HOST)),
            ("two", "of two names", (HOST, "Host: evil.example.com")),
            ("blank", "with a blank", ("Host: a b",)),
            ("user", "with a user", ("Host: me@127.0.0.1",)),
            ("path", "with a path", ("Host: 127.0.0.1/x",)),
            ("list", "that is a list", ("Host: 127.0.0.1, evil.example.com",)),
            ("port-word", "whose port is no number", ("Host: 127.0.0.1:http",)),
            ("bracket", "with half a bracket", ("Host: [::1",)),
            ("zero", "with a zero byte", ("Host: 127.0.0.1\x00.evil",)),
        )
    ),
)
LINES = tuple(
    Case(f"line-{name}", f"{said} is no request.", _line(line), statuses, OBJECT)
    for name, said, line, statuses in (
        ("no-version", "A line without a version", "GET /", (400, ENDED)),
        ("version-2", "HTTP/2.0 in clear text", "GET / HTTP/2.0", 400),
        ("version-9", "Version 9.9", "GET / HTTP/9.9", 400),
        ("version-low", "A version in small letters", "GET / http/1.1", 400),
        ("version-words", "A version that is a word", "GET / HTTP/one", 400),
        ("preface", "The preface of HTTP/2", "PRI * HTTP/2.0", (400, 404, 405)),
        ("two-blanks", "A line with two blanks", f"GET  {SEARCH}  HTTP/1.1", (400, 404)),
        ("tab", "A line with tabs", f"GET\t{SEARCH}\tHTTP/1.1", 400),
        ("method-zero", "A method with a zero byte", "G\x00T / HTTP/1.1", 400),
        ("method-long", "A method of 100 KB", "G" * 100_000 + " / HTTP/1.1", (400, 405)),
        ("target-blank", "A target with a blank", "GET /a b HTTP/1.1", 400),
        ("target-relative", "A target without a slash", "GET ws/v12 HTTP/1.1", (400, 404)),
        (
            "target-high-bytes",
            "A target in raw bytes beyond ASCII",
            "GET /\xff\xfe HTTP/1.1",
            (400, 404),
        ),
        ("empty", "An empty line with headers", "", 400),
        ("words", "Words", "how do you do", 400),
    )
)
ODD = (
    Case("tls", "A TLS hello in clear text is no request.", (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n",), (400, ENDED), OBJECT),
    Case("noise", "Four kilobytes of noise are no request.", (bytes(i * 7 % 251 for i in range(4096)) + b"\r\n\r\n",), (400, ENDED), OBJECT),
    Case("target-long", "A target of 100 KB is refused.", _line("GET /" + "a" * 100_000 + " HTTP/1.1"), (400, 414), OBJECT),
    Case("query-long", "A query of 100 KB is refused.", _line(f"GET {SEARCH}?customer={'1' * 100_000} HTTP/1.1"), (400, 414), EITHER),
    Case("connect", "The stub is no proxy.", raw("CONNECT evil.example.com:443 HTTP/1.1", "Host: evil.example.com:443", CLOSE), (400, 404, 405), OBJECT),
    Case("absolute-elsewhere", "A request for another host goes nowhere.", raw("GET http://evil.example.com/ HTTP/1.1", HOST, CLOSE), (400, 403, 404, 421), OBJECT),
    Case("absolute-here", "A target with scheme and host is the same target.", raw(f"GET http://127.0.0.1{SEARCH}?customer=1080 HTTP/1.1", HOST, CLOSE, *V12), 200),
    Case("trace", "TRACE shows nobody a credential.", ask(f"TRACE {PICK}", *V3), (400, 404, 405)),
    Case("options-star", "OPTIONS * is answered.", ask("OPTIONS *"), (200, 204, 400, 404, 405), OBJECT),
    Case("method-unknown", "An unknown method of a path is refused.", ask(f"BREW {PICK}", *V3), (400, 405)),
    Case("method-low", "Methods have capital letters.", ask(f"patch {PICK}", *V3, JSON, body=PICKED), (400, 405)),
    Case("method-override", "No header makes a GET another method.", ask(f"GET {PICK}", *V3, "X-HTTP-Method-Override: PATCH", JSON, body=PICKED), 405),
    Case("upgrade-websocket", "Who asks for a web socket gets an answer of HTTP.", search("customer=1080", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"), (200, 400)),
    Case("upgrade-h2c", "Who asks for HTTP/2 gets an answer of HTTP/1.1.", search("customer=1080", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), (200, 400)),
    Case("expect-unknown", "An expectation nobody knows is refused or passed over.", pick("Expect: miracles"), (204, 400, 417), changes=True),
    Case("hop-by-hop", "A header named in Connection is not lost on the way.", search("customer=1080", "Connection: X-egain-session, close"), (200, 400)),
    Case("body-of-a-get", "A search with a body is a search, or refused.", ask(f"GET {SEARCH}?customer=1080", *V12, JSON, body=b'{"a": 1}'), (200, 400)),
    Case("empty-lines", "Empty lines before a request are passed over or refused.", (b"\r\n\r\n" + search("customer=1080")[0],), (200, 400), EITHER),
    Case("ten-thousand-empty-lines", "Ten thousand empty lines are not waited out.", (b"\r\n" * 10_000 + search("customer=1080")[0],), (200, 400, ENDED), EITHER),
    Case("bare-line-feeds", "Lines that end in a line feed alone are read as HTTP allows, or refused.", (search("customer=1080")[0].replace(b"\r\n", b"\n"),), (200, 400, ENDED), EITHER),
    Case("bare-returns", "Lines that end in a carriage return alone are no request.", (search("customer=1080")[0].replace(b"\r\n", b"\r") + b"\r\n\r\n",), (400, ENDED), EITHER),
    Case("fifty-at-once", "Fifty requests sent without waiting get fifty answers.", (search("customer=1080")[0].replace(CLOSE.encode(), b"X-A: b") * 49 + search("customer=1080")[0],), 200, answers=50),
    Case("smuggled", "What stands behind a doubtful body is never a request.", (_pick(LENGTH, "Transfer-Encoding: chunked", body=END)[0] + pick()[0],), 400),
    Case("smuggled-behind-chunks", "What stands behind a broken chunk is never a request.", (chunked(b"1\r\nxx\r\n")[0] + pick()[0],), 400),
    Case("smuggled-behind-a-large-body", "What stands behind a body too large is never a request.", (_pick("Content-Length: 6000000", body=b" " * 100)[0], b" " * 5_999_900, pick()[0]), 400),
)  # fmt: skip
MIB = 1024 * 1024
EDGES = (
    Case("edge-headers-100", "A hundred headers are read.", search("customer=1080", *(f"X-A{i}: b" for i in range(98 - len(V12)))), 200),
    Case("edge-headers-101", "One header more than a hundred is refused.", search("customer=1080", *(f"X-A{i}: b" for i in range(99 - len(V12)))), 400),
    Case("edge-proxies", "What two proxies add, a line each (lists, by RFC 7239 and 9110), is no contradiction.", search("customer=1080", *("Via: 1.1 a", "Forwarded: for=a", "X-Forwarded-For: 10.0.0.1") * 2), 200),
    Case("edge-header-bytes-below", "Headers of 31 KB are read.", search("customer=1080", "X-A: " + "a" * 31_000), 200),
    Case("edge-header-bytes-beyond", "Headers of 33 KB are refused.", search("customer=1080", "X-A: " + "a" * 33_000), 400),
    Case("edge-body-4-mib", "A body of 4 MiB is read.", pick(body=PICKED.ljust(4 * MIB)), 204, changes=True),
    Case("edge-body-beyond", "A body of a byte more is refused.", pick(body=PICKED.ljust(4 * MIB + 1)), 400),
)  # fmt: skip
FOREIGN = tuple(
    Case(f"foreign-{name}", f"A request to the stub under the name {host!r} is misdirected.", raw(LINE, f"Host: {host}", CLOSE, *V3, JSON, LENGTH, body=PICKED), 421)
    for name, host in (
        ("evil", "evil.example.com"),
        ("like-here", "localhost.evil.example.com"),
        ("like-number", "127.0.0.1.nip.io"),
        ("private", "192.168.0.1"),
        ("number", "2130706433"),
        ("short", "127.1"),
        ("octal", "0177.0.0.1"),
        ("dot", "evil.localhost.example."),
        ("wide", "xn--127-0-0-1.example"),
    )
)  # fmt: skip
CASES = (*EDGES, *FOREIGN, *LENGTHS, *CODINGS, *CHUNKS, *FIELDS, *HOSTS, *LINES, *ODD)

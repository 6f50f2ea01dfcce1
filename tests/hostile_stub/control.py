"""The control plane and the console: odd wishes, and callers who ought not to wish anything."""

# A case a line reads better than one cut to the width of a page.
# ruff: noqa: E501

from __future__ import annotations

import json
from typing import Any

from hostile_stub.case import (
    CLOSE,
    CONSOLE,
    CONTROL,
    FORM,
    FREE,
    JSON,
    OBJECT,
    PAGE,
    PICK,
    STUB,
    Case,
    ask,
    raw,
    search,
)

WORLD = f"{CONTROL}/worlds/default"


def _wish(line: str, value: Any, *lines: str) -> tuple[bytes]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    method, _, path = line.partition(" ")
    return ask(f"{method} {CONTROL}{path}", JSON, *lines, body=body)


def _made(name: str, said: str, value: Any, status: int | tuple[int, ...] = 400) -> Case:
    return Case(
        f"make-{name}", f"A world {said} is not made.", _wish("POST /worlds", value), status, STUB
    )


def _clock(name: str, said: str, value: Any) -> Case:
    sent = _wish("PUT /worlds/default/clock", value)
    return Case(f"clock-{name}", f"A clock {said} is not set.", sent, 400, STUB)


def _rule(name: str, said: str, require: Any) -> Case:
    sent = _wish("PUT /worlds/default/rules/pick.at-least-one", {"require": require})
    return Case(f"rule-{name}", f"A condition {said} is not taken.", sent, 400, STUB)


def _fault(name: str, said: str, value: Any) -> Case:
    sent = _wish("POST /worlds/default/faults", value)
    return Case(f"fault-{name}", f"A fault {said} is not set.", sent, 400, STUB)


def _get(name: str, promise: str, path: str, status: int | tuple[int, ...]) -> Case:
    return Case(f"control-{name}", promise, ask(f"GET {CONTROL}{path}"), status, STUB)


WORLDS = (
    _made("unknown-key", "with a key nobody knows", {"wings": 2}),
    _made("list", "from a list", []),
    _made("text", "from a text", "default"),
    _made("from-number", "forked from a number", {"from": 12}),
    _made("from-nobody", "forked from nothing", {"from": "nobody"}, 404),
    _made("from-path", "forked from a path", {"from": "../../etc/passwd"}, (400, 404)),
    _made("settings-list", "whose settings are a list", {"settings": []}),
    _made("settings-seed", "with settings of a seed nobody has", {"settings": {"__class__": {}}}, (400, 404)),
    _made("settings-value", "with a setting of another type", {"settings": {"egain": {"departmentalization": "yes"}}}),
    _made("settings-deep", "with depth in a setting", {"settings": {"egain": json.loads("[" * 900 + "]" * 900)}}),
    _made("off-text", "whose rules off are a text", {"off": "pick.at-least-one"}),
    _made("off-nobody", "without a rule that nobody has", {"off": ["no.such-rule"]}, (400, 404)),
    _made("deep", "from depth", b'{"settings":' * 50_000),
    _made("nan", "from NaN", b'{"clock": {"advance": NaN}}'),
    _made("twice", "from a name given twice", b'{"off": [], "off": []}'),
    _made("digits", "from an integer of 10,000 digits", b'{"clock": {"advance": ' + b"9" * 10_000 + b"}}"),
    _made("broken", "from broken UTF-8", b'{"from": "\xff"}'),
    _made("large", "from 6 MB", b" " * 6_000_000),
    _clock("year", "beyond the calendar", {"freeze": "99999-01-01T00:00:00Z"}),
    _clock("tongue", "in a tongue of its own", {"freeze": "22.11.2026 10 Uhr"}),
    _clock("noise", "of noise", {"freeze": {"$gt": ""}}),
    _clock("last-hour", "that would overflow", {"advance": 1e18}),
    _clock("infinite", "that would never come back", b'{"advance": 1e999}'),
    _clock("three-ways", "in three ways", {"freeze": "2026-11-22T00:00:00Z", "advance": 1, "run": True}),
    _clock("word", "moved on by a word", {"advance": "ten"}),
    _clock("true", "moved on by true", {"advance": True}),
)  # fmt: skip
RULES = (
    _rule("import", "that would import", "__import__('os').system('id')"),
    _rule("dunder", "that reaches into Python", "__builtins__.x == 1"),
    _rule("call", "that calls what is no function", "open('/etc/passwd') == ''"),
    _rule("lambda", "that is a program", "(lambda: 1)() == 1"),
    _rule("walrus", "that sets a name", "(x := 1) == 1"),
    _rule("format", "that is a format", "'{0.__class__}'.format(body) == ''"),
    _rule("power", "that takes long", "9 ** 9 ** 9 ** 9 == 1"),
    _rule("repeat", "that takes much memory", "'a' * 10000000000 == ''"),
    _rule("deep", "nested 5,000 deep", "(" * 5000 + "true" + ")" * 5000),
    _rule("nots", "with 5,000 negations", "!" * 5000 + "true"),
    _rule("long", "of 100,000 parts", " && ".join(["true"] * 100_000)),
    _rule("digits", "with a number of 10,000 digits", "1 == " + "9" * 10_000),
    _rule("zero", "with a zero byte", "true\x00"),
    _rule("surrogate", "with half a surrogate pair", "'\ud800' == ''"),
    _rule("open-text", "whose text does not end", "'" + "\\" * 9999),
    _rule("number", "that is a number", 7),
    _rule("empty", "that is empty", ""),
    _rule("noise", "of noise", "&& || ]) ?:"),
    Case("rule-nobody", "A rule that nobody has is not switched.", _wish("PUT /worlds/default/rules/no.such", {"on": False}), 404, STUB),
    Case("rule-markup", "The name of a rule is not given back as markup.", _wish("PUT /worlds/default/rules/%3Cscript%3E", {"on": False}), 404, STUB),
)  # fmt: skip
FAULTS = (
    _fault("kind", "of a kind nobody knows", {"kind": "flood"}),
    _fault("late", "of a day", {"kind": "latency", "milliseconds": 86_400_000}),
    _fault("negative", "of less than no time", {"kind": "latency", "milliseconds": -1}),
    _fault("status", "that is a success", {"kind": "status", "status": 200}),
    _fault("calls", "for 10^30 calls", {"kind": "500", "calls": 10**30}),
    _fault("key", "with a key nobody knows", {"kind": "500", "exec": "id"}),
    _fault("header", "that would write a header", {"kind": "429", "seconds": "1\r\nX: y"}),
    Case("fault-many", "A thousand faults at once are refused.", _wish("PUT /worlds/default/faults", {"faults": [{"kind": "500"}] * 1000}), 400, STUB),
    Case("fault-number", "A fault whose number is none is not taken off.", ask(f"DELETE {WORLD}/faults/1e9"), 404, STUB),
)  # fmt: skip
READING = (
    _get("world", "A world nobody made has no digest.", "/worlds/nobody/digest", 404),
    _get("world-markup", "The name of a world is not given back as markup.", "/worlds/%3Cscript%3Ealert(1)%3C/digest", 404),
    _get("world-zero", "A world whose name holds a zero byte is none.", "/worlds/%00/digest", 404),
    _get("table", "A table nobody has is not read.", "/worlds/default/egain/__dict__", (400, 404)),
    _get("seed", "A seed nobody has is not read.", "/worlds/default/__class__/activity", 404),
    _get("field", "A field nobody has selects nothing.", "/worlds/default/egain/activity?__class__=x", (200, 400)),
    _get("last-negative", "Less than no entries are not read.", "/worlds/default/journal?last=-1", 400),
    _get("last-digits", "5,000 digits of entries are all there are, or refused.", "/worlds/default/journal?last=" + "9" * 5000, (200, 400)),
    _get("after-word", "Entries after a word are not read.", "/worlds/default/journal?after=NaN", 400),
    _get("status-noise", "A status that is none is not looked for.", "/worlds/default/journal?status=%00(a%2B)%2B", 400),
    _get("number", "An entry whose number is none is not told.", "/worlds/default/journal/-1", 404),
    _get("number-digits", "An entry of 5,000 digits is not told.", "/worlds/default/journal/" + "9" * 5000, (400, 404)),
    _get("document", "A document that is a path is not read.", "/documents/..%2F..%2Fpyproject.toml", 404),
    _get("document-dots", "A document of dots is not read.", "/documents/..", 404),
    _get("asset", "What the pages load is no way to other files.", "/docs/..%2f..%2f..%2fetc%2fpasswd", (400, 404)),
    _get("asset-dots", "What the pages load is no way up.", "/docs/../../../../etc/passwd", (400, 404)),
    _get("nothing", "An address of nothing is told to be one.", "/" + "a/" * 2000, 404),
    Case("change-of-nothing", "What would have passed is not told of no request.", ask(f"POST {WORLD}/journal/99999999/change"), 404, STUB),
    Case("settings-noise", "Settings of noise are not taken.", _wish("PATCH /worlds/default/egain/settings", {"__class__": 1, "wings": []}), 400, STUB),
    Case("settings-list", "Settings that are a list are not taken.", _wish("PATCH /worlds/default/egain/settings", []), 400, STUB),
    Case("default-dropped", "The default world is not dropped.", ask(f"DELETE {WORLD}"), 409, STUB),
    Case("control-method", "A method nobody knows is refused.", ask(f"BREW {CONTROL}/worlds"), (400, 405), STUB),
)  # fmt: skip


def _grant(name: str, said: str, body: bytes, *lines: str) -> Case:
    sent = ask(f"POST {CONTROL}/oauth2/token", *(lines or (FORM,)), body=body)
    return Case(f"grant-{name}", f"{said} gets no token.", sent, (400, 401), FREE)


GRANTS = (
    _grant("empty", "An empty form", b""),
    _grant("unknown", "A grant nobody knows", b"grant_type=__class__"),
    _grant("twice", "A grant given twice", b"grant_type=password&grant_type=client_credentials"),
    _grant("broken", "A form of broken escapes", b"grant_type=%ff%zz&client_id=%00"),
    _grant("many", "A form of a hundred thousand fields", b"a=b&" * 100_000),
    _grant("json", "A grant in JSON", b'{"grant_type": ["password"]}', JSON),
    _grant("parts", "A form in parts without an end", b"--x\r\n" + b"a" * 100_000, "Content-Type: multipart/form-data; boundary=x"),
    _grant("basic", "A broken basic credential", b"grant_type=client_credentials", FORM, "Authorization: Basic %%%"),
)  # fmt: skip


def _from(host: str, *lines: str, line: str = f"POST {WORLD}/reset") -> tuple[bytes]:
    return raw(f"{line} HTTP/1.1", f"Host: {host}", CLOSE, *lines, "Content-Length: 0")


STRANGERS = (
    *(
        Case(f"host-{name}", f"A page under the name {host!r} is kept out (DNS rebinding).", _from(host), 403, STUB)
        for name, host in (
            ("evil", "evil.example.com"),
            ("like-here", "localhost.evil.example.com"),
            ("like-number", "127.0.0.1.nip.io"),
            ("private", "192.168.0.1"),
            ("any", "0.0.0.0.example.com"),
            ("number", "2130706433.example.com"),
        )
    ),
    *(
        Case(f"origin-{name}", f"A page of {origin!r} changes nothing.", _from("127.0.0.1", f"Origin: {origin}"), 403, STUB)
        for name, origin in (
            ("evil", "https://evil.example.com"),
            ("null", "null"),
            ("like-here", "http://127.0.0.1.evil.example.com"),
            ("user", "http://127.0.0.1@evil.example.com"),
            ("file", "file://"),
            ("noise", "http://["),
            ("port", "http://127.0.0.1:port"),
            ("long", "http://" + "a" * 5000),
        )
    ),
    Case("cors-vendor", "A page elsewhere is not given a vendor's answer to read.", search("customer=1080", "Origin: https://evil.example.com"), (200, 403)),
    Case("cors-null", "A page of no origin is not given a vendor's answer to read.", search("customer=1080", "Origin: null"), (200, 403)),
    Case("cors-preflight", "A page elsewhere is not told that it may ask.", ask(f"OPTIONS {PICK}", "Origin: https://evil.example.com", "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization"), (200, 204, 400, 403, 404, 405)),
    Case("cors-preflight-noise", "A question that makes no sense is answered as one.", ask(f"OPTIONS {PICK}", "Origin: http://127.0.0.1", "Access-Control-Request-Method: " + "P" * 9000, "Access-Control-Request-Headers: " + "a," * 9000), (200, 204, 400, 403, 405), OBJECT),
    Case("cors-control", "A page elsewhere is not told that it may ask the control plane.", ask(f"OPTIONS {WORLD}/reset", "Origin: https://evil.example.com", "Access-Control-Request-Method: POST"), (200, 204, 400, 403, 405), FREE),
    Case("origin-reads", "A page elsewhere reads nothing.", _from("127.0.0.1", "Origin: https://evil.example.com", line=f"GET {CONTROL}/worlds"), 403, STUB),
    Case("site-cross", "A form sent from elsewhere changes nothing.", ask(f"POST {CONSOLE}/world/clock", FORM, "Sec-Fetch-Site: cross-site", "Origin: https://evil.example.com", body=b"way=advance&seconds=9"), 403, FREE),
    Case("site-form-null", "A form of no origin changes nothing.", ask(f"POST {CONSOLE}/world/clock", FORM, "Origin: null", body=b"way=advance&seconds=9"), 403, FREE),
)  # fmt: skip


def _page(name: str, promise: str, path: str, status: int | tuple[int, ...]) -> Case:
    return Case(
        f"console-{name}",
        promise,
        ask(f"GET {CONTROL}/console/{path}", "Accept: text/html"),
        status,
        PAGE,
    )


def _form(name: str, promise: str, path: str, body: bytes) -> Case:
    return Case(
        f"console-{name}",
        promise,
        ask(f"POST {CONSOLE}/{path}", FORM, "Accept: text/html", body=body),
        400,
        PAGE,
    )


CONSOLES = (
    _page("world", "A world nobody made has no page.", "nobody/requests", 404),
    _page("world-markup", "Markup in a name is shown as text.", "%3Cscript%3Ealert(1)%3C%2Fscript%3E/requests", 404),
    _page("world-template", "A template in a name is shown as text.", "%7B%7B7*7%7D%7D/requests", 404),
    _page("world-zero", "A zero byte names no world.", "%00/requests", 404),
    _page("number", "A request whose number is none has no page.", "default/requests/1e9", 404),
    _page("number-digits", "A number of 5,000 digits has no page.", "default/requests/" + "9" * 5000, 404),
    _page("rule", "A rule nobody has has no page.", "default/rules/%3Cimg%20src=x%3E", 404),
    _page("table", "A table nobody has has no page.", "default/tables/egain/__class__", 404),
    _page("path", "A page that is a path leads nowhere.", "default/..%2f..%2f..%2fetc%2fpasswd", 404),
    _page("filter", "A filter of markup is shown as text.", "default/requests?status=%22%3E%3Cscript%3E&rule=%27%7B%7B7*7%7D%7D", (200, 400)),
    _form("clock", "A clock of noise is not set by a form.", "world/clock", b"way=freeze&at=99999-01-01T00:00:00Z"),
    _form("clock-way", "A way nobody knows is not gone.", "world/clock", b"way=__class__"),
    _form("setting", "A setting of broken UTF-8 is not set.", "world/settings/egain", b"name=departmentalization&value=%ff%fe"),
    _form("setting-deep", "A setting of depth is not set.", "world/settings/egain", b"name=licences&value=" + b"[" * 50_000),
    _form("fields", "A form of fifty thousand fields is refused.", "world/clock", b"way=freeze&" * 50_000),
)  # fmt: skip
CASES = (*WORLDS, *RULES, *FAULTS, *READING, *GRANTS, *STRANGERS, *CONSOLES)

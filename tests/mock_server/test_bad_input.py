"""Whatever comes over the wire gets the vendor's error body: never a 500, a hang or a change."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from stub_calls import (
    A_TASK,
    AN_APPOINTMENT,
    CREATE,
    KEYS,
    LOGIN,
    PICK,
    PICKED,
    SEARCH,
    TASK,
    Caller,
    as_user,
    in_console,
)

GOOD = json.dumps(PICKED).encode()
XML = {"Content-Type": "application/xml"}
TWICE = f"{CREATE}?accessKey=access-liam&accessKey=&secretKey=secret-liam"
IN_JSON = {"Accept": "application/json"}

JSON_BODIES = {
    "cut off": b'{"activity":',
    "empty": b"",
    "blank": b"   ",
    "two values": b"{} {}",
    "a comment": b'{"activity": [] /* all */}',
    "a trailing comma": b'{"activity": [],}',
    "single quotes": b"{'activity': []}",
    "NaN": b'{"activity": NaN}',
    "infinity": b'{"activity": -Infinity}',
    "a number beyond doubles": b'{"activity": 1e999}',
    "a number of 5000 digits": b'{"activity": ' + b"9" * 5000 + b"}",
    "a fraction of 5000 digits": b'{"activity": 0.' + b"9" * 5000 + b"}",
    "a name twice": b'{"activity": [], "activity": []}',
    "a name twice within": b'{"activity": [{"id": "1", "id": "2"}]}',
    "broken UTF-8": b'{"activity": "\xff"}',
    "overlong UTF-8": b'{"activity": "\xc0\xaf"}',
    "UTF-16": json.dumps(PICKED).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "half a surrogate pair": rb'{"activity": [{"id": "\ud800", "lastModified": "x"}]}',
    "a name of half a pair": rb'{"\udfff": []}',
    "lists nested deeply": b"[" * 100_000 + b"]" * 100_000,
    "lists opened only": b"[" * 100_000,
    "maps nested deeply": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "null": b"null",
    "a text": b'"activity"',
    "a number": b"12",
    "a list": b"[]",
    "zero bytes": b"\x00" * 100,
    "five megabytes": b'{"activity": "' + b"x" * 5_000_000 + b'"}',
    "many members": b"{" + b",".join(b'"m%d": 1' % i for i in range(50_000)) + b"}",
    "many activities": json.dumps({"activity": PICKED["activity"] * 20_000}).encode(),
}

XML_BODIES = {
    "cut off": b"<activity><type>",
    "badly nested": b"<activity><a></b></activity>",
    "no element": b"   ",
    "two roots": b"<activity/><activity/>",
    "a bomb of entities": b"<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;'>]><a>&c;</a>",
    "a file as entity": b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hosts'>]><a>&b;</a>",
    "a remote DTD": b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><activity/>",
    "nested deeply": b"<a>" * 20_000 + b"</a>" * 20_000,
    "opened only": b"<a>" * 100_000,
    "an unknown entity": b"<activity>&nothing;</activity>",
    "broken UTF-8": b"<activity>\xff</activity>",
    "another encoding": '<?xml version="1.0" encoding="iso-8859-1"?><activity>é</activity>'.encode(
        "iso-8859-1"
    ),
    "UTF-16": "<activity/>".encode("utf-16"),
    "text beside elements": b"<activity>text<subject>x</subject></activity>",
    "a zero byte": b"<activity>\x00</activity>",
}

HEADERS: Mapping[str, tuple[Mapping[str, str], int]] = {
    "no type": ({"Content-Type": ""}, 400),
    "parameters of no type": ({"Content-Type": ";;;"}, 400),
    "a type that is none": ({"Content-Type": "application/"}, 400),
    "another charset": ({"Content-Type": "application/json; charset=iso-8859-1"}, 400),
    "another type": ({"Content-Type": "text/plain"}, 400),
    "a form": ({"Content-Type": "multipart/form-data"}, 400),
    "compressed": ({"Content-Encoding": "gzip"}, 400),
    "an unknown coding": ({"Content-Encoding": "zstd, br"}, 400),
    "an odd Accept": ({"Accept": "a/b/c;;q=x,,"}, 406),
    "a long Accept": ({"Accept": "a/b," * 5000}, 406),
    "an Accept too long": ({"Accept": "a/b," * 9000}, 400),
    "an odd language": ({"Accept-Language": ";;q=zz,"}, 406),
    "no credential": ({"Authorization": ""}, 401),
    "another scheme": ({"Authorization": "Basic YTpi"}, 401),
    "a bare word": ({"Authorization": "Bearer"}, 401),
    "a token beyond ASCII": ({"Authorization": "Bearer \xe9\xff"}, 401),
    "a huge token": ({"Authorization": "Bearer " + "x" * 20_000}, 401),
}

TARGETS: Mapping[str, int] = {
    f"/{PICK}": 404,
    f"{PICK}/": 404,
    PICK.replace("/pick", "//pick"): 404,
    PICK.replace("/pick", "%2Fpick"): 404,
    PICK.replace("/pick", "/./pick"): 404,
    PICK.replace("/pick", "/../activity/pick"): 404,
    PICK.replace("/pick", "\\pick").replace("\\", "%5C"): 404,
    f"{PICK}%00": 404,
    f"{PICK}%0A": 404,
    f"{PICK}%": 404,
    f"{PICK};v=1": 404,
    f"{PICK}%ff": 404,
    f"{PICK}/{'a' * 9000}": 404,
    "/core/casemgr/v3": 404,
    "/core/casemgr/v3/": 404,
    f"{PICK}?unpin=%ff": 400,
    f"{PICK}?unpin=%00": 400,
    f"{PICK}?unpin=": 400,
    f"{PICK}?unpin=yes&unpin=yes": 400,
    f"{PICK}?=": 400,
    f"{PICK}?{'a=1&' * 2000}": 400,
    f"{PICK}?unpin={'y' * 9000}": 400,
}


@pytest.mark.parametrize("title", JSON_BODIES)
def test_no_json_body_is_taken_for_another(call: Caller, title: str) -> None:
    """A body that is not plainly a good one is refused with 400, and changes nothing."""
    before = call.digest()

    told = call("PATCH", PICK, JSON_BODIES[title], as_user())

    assert told.status == 400
    assert told.json.keys() == {"code", "developerMessage"}
    assert told.rule is not None
    assert call.digest() == before


@pytest.mark.parametrize("title", XML_BODIES)
def test_no_xml_body_reaches_beyond_itself(call: Caller, title: str) -> None:
    """XML with entities, DTDs, depth or broken text is refused with 400, and changes nothing."""
    before = call.digest()

    told = call("POST", TASK, XML_BODIES[title], as_user(**XML))

    assert told.status == 400
    assert told.json.keys() == {"code", "developerMessage"}
    assert call.digest() == before


@pytest.mark.parametrize("title", HEADERS)
def test_odd_headers_are_refused_in_the_vendors_form(call: Caller, title: str) -> None:
    """A header nobody can serve gets the status of its rule, and changes nothing."""
    more, status = HEADERS[title]
    before = call.digest()

    told = call("PATCH", PICK, GOOD, as_user(**more))

    assert told.status == status
    assert told.json.keys() == {"code", "developerMessage"}
    assert call.digest() == before


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target[:60])
def test_odd_addresses_are_refused_in_the_vendors_form(call: Caller, target: str) -> None:
    """An address that is nearly that of an operation names none; its query is judged."""
    before = call.digest()

    told = call("PATCH", target, GOOD, as_user())

    assert told.status == TARGETS[target]
    assert told.json.keys() == {"code", "developerMessage"}
    assert call.digest() == before


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("GET", f"{SEARCH}?customer=%00", None, in_console()),
        ("GET", f"{SEARCH}?customer=1080&$pagesize={'9' * 4000}", None, in_console()),
        ("GET", f"{SEARCH}?customer=1080&$pagenum=%D9%A3", None, in_console()),
        ("GET", f"{SEARCH}?createdDate=[,]", None, in_console()),
        ("GET", f"{SEARCH}?custom.=x", None, in_console()),
        ("POST", LOGIN, {"userName": ["anna"], "password": {}}, IN_JSON),
        ("POST", LOGIN, {"userName": "\x00", "password": "\x00"}, IN_JSON),
        ("POST", CREATE, {**AN_APPOINTMENT, "Reminder": 1.5}, KEYS),
        ("POST", CREATE, {**AN_APPOINTMENT, "Reminder": -1}, KEYS),
        ("POST", f"{CREATE}?accessKey=a&accessKey=b&secretKey=c", {"Name": "x"}, {}),
        ("POST", TWICE, AN_APPOINTMENT, {}),
        ("POST", TASK, {**A_TASK, "dueDate": "9999-12-31T23:59:59.999-23:59"}, as_user()),
        ("POST", TASK, {**A_TASK, "subject": None}, as_user()),
    ],
    ids=lambda value: str(value)[:40],
)
def test_odd_values_are_refused_everywhere(
    call: Caller, method: str, path: str, body: Any, headers: Mapping[str, str]
) -> None:
    """Each operation answers odd values with a 4xx of its vendor's form."""
    told = call(method, path, body, headers)

    assert 400 <= told.status < 500
    assert told.json.keys() in (
        {"code", "developerMessage"},
        {"Status", "ExceptionType", "ExceptionMessage"},
    )


def test_compressed_bytes_are_never_unpacked(call: Caller) -> None:
    """A body in a content coding is refused before anybody looks into it."""
    bomb = base64.b64decode("H4sIAAAAAAAAA+3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA")

    told = call("PATCH", PICK, bomb, as_user(**{"Content-Encoding": "gzip"}))

    assert told.rule == "pick.content-type"

"""Bodies: JSON and XML that two readers would take differently, or that cost more than they say."""

# A case a line reads better than one cut to the width of a page.
# ruff: noqa: E501

from __future__ import annotations

import gzip
import json
from typing import Any

from hostile_stub.case import (
    ACCEPT,
    CREATE,
    EGAIN,
    EMAIL,
    JSON,
    LANGUAGE,
    LEADSQUARED,
    LOGIN,
    LSQ,
    PICKED,
    TASK,
    TASKED,
    TOKEN,
    V3,
    XML,
    Case,
    ask,
    pick,
)

ENTRY = PICKED[14:-2]
JSON_TEXTS = (
    ("cut", "JSON that stops in the middle", b'{"activity":'),
    ("nothing", "An empty body", b""),
    ("blanks", "A body of blanks", b" \n\t "),
    ("two-values", "Two values behind each other", PICKED + b" {}"),
    ("comment", "JSON with a comment", b"/* */" + PICKED),
    ("comma", "JSON with a comma too many", PICKED[:-1] + b",}"),
    ("single-quotes", "JSON in single quotes", PICKED.replace(b'"', b"'")),
    ("bare-name", "JSON whose names stand bare", PICKED.replace(b'"activity"', b"activity")),
    ("nan", "NaN", b'{"activity": NaN}'),
    ("infinity", "Infinity", b'{"activity": [-Infinity]}'),
    ("exponent", "A number beyond doubles", b'{"activity": 1e999}'),
    ("digits", "An integer of 10,000 digits", b'{"activity": ' + b"9" * 10_000 + b"}"),
    ("digits-many", "A hundred integers of 4,000 digits", b"[" + b",".join([b"9" * 4000] * 100) + b"]"),
    ("fraction", "A fraction of 1 MB", b'{"activity": 0.' + b"1" * 1_000_000 + b"}"),
    ("leading-zero", "A number with a leading zero", b'{"activity": 01}'),
    ("plus", "A number with a plus", b'{"activity": +1}'),
    ("hex", "A hexadecimal number", b'{"activity": 0x1F}'),
    ("name-twice", "A name given twice", b'{"activity": [], "activity": [' + ENTRY + b"]}"),
    ("name-twice-escaped", "A name given twice, once escaped", PICKED[:-1] + b', "\\u0061ctivity": []}'),
    ("proto", "A name that is special to scripts", PICKED[:-1] + b', "__proto__": {"admin": true}}'),
    ("dunder", "A name that is special to Python", PICKED[:-1] + b', "__class__": {"x": 1}}'),
    ("utf-8-broken", "Broken UTF-8", b'{"activity": "\xff"}'),
    ("utf-8-overlong", "UTF-8 longer than needed", b'{"activity": "\xc0\xaf"}'),
    ("utf-8-surrogate", "A surrogate in UTF-8", b'{"activity": "\xed\xa0\x80"}'),
    ("utf-16", "UTF-16", PICKED.decode().encode("utf-16")),
    ("utf-32", "UTF-32", PICKED.decode().encode("utf-32")),
    ("mark", "A byte order mark", b"\xef\xbb\xbf" + PICKED),
    ("surrogate", "Half a surrogate pair", b'{"activity": [{"id": "\\ud800", "lastModified": "x"}]}'),
    ("control", "A raw control character in a text", b'{"activity": "a\x01b"}'),
    ("zero-bytes", "Zero bytes", b"\x00" * 1000),
    ("deep-lists", "Lists in lists, 100,000 deep", b"[" * 100_000 + b"]" * 100_000),
    ("deep-open", "A million lists that are opened only", b"[" * 1_000_000),
    ("deep-maps", "Maps in maps, 50,000 deep", b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    ("deep-mixed", "Depth of 200 in a right place", b'{"activity": ' + b'[{"id": ' * 100 + b"1" + b"}]" * 100 + b"}"),
    ("null", "Null", b"null"),
    ("text", "A text", b'"activity"'),
    ("list", "A list", b"[]"),
    ("wide", "A map of 100,000 names", b"{" + b",".join(b'"m%d":1' % i for i in range(100_000)) + b"}"),
    ("entries", "Forty thousand entries", b'{"activity": [' + b",".join([ENTRY] * 40_000) + b"]}"),
    ("wide-twice", "The last of 19,000 names given twice", b"{" + b"".join(b'"m%d":1,' % i for i in range(19_000)) + b'"m18999":1}'),
    ("zeros", "A list of two million numbers", b"[" + b"0," * 2_000_000 + b"0]"),
    ("lists", "A million empty lists in a right place", b'{"activity": [' + b"[]," * 1_300_000 + b"[]]}"),
    ("maps", "A million empty maps in a right place", b'{"activity": [' + b"{}," * 1_300_000 + b"{}]}"),
    ("megabytes", "A body of 6 MB", b'{"activity": "' + b"x" * 6_000_000 + b'"}'),
    ("escapes", "A text of 600,000 escapes", b'{"activity": "' + b"\\u0041" * 600_000 + b'"}'),
    ("backslashes", "A text of 3 MB of backslashes, not closed", b'{"activity": "' + b"\\" * 3_000_001),
    ("quotes", "Three megabytes of quotes", b'"' * 3_000_001),
)  # fmt: skip
JSON_CASES = tuple(
    Case(f"json-{name}", f"{said} is refused.", pick(body=body), 400)
    for name, said, body in JSON_TEXTS
)


def _bomb(levels: int) -> bytes:
    lines = b"".join(b'<!ENTITY e%d "%s">' % (i, b"&e%d;" % (i - 1) * 10) for i in range(1, levels))
    return b'<!DOCTYPE a [<!ENTITY e0 "lol">%s]><activity>&e%d;</activity>' % (lines, levels - 1)


XML_TEXTS = (
    ("cut", "XML that stops in the middle", b"<activity><type>"),
    ("crossed", "Elements that cross", b"<activity><a></b></activity>"),
    ("none", "Text without an element", b"activity"),
    ("two-roots", "Two roots", b"<activity/><activity/>"),
    ("laughs", "A billion laughs", _bomb(10)),
    ("blow-up", "An entity of 100 KB used a thousand times", b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100_000 + b'">]><activity>' + b"&b;" * 1000 + b"</activity>"),
    ("file", "A file as entity", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><activity><subject>&b;</subject></activity>"),
    ("remote-dtd", "A DTD from elsewhere", b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><activity/>"),
    ("parameter-entity", "A parameter entity from elsewhere", b"<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://127.0.0.1:1/b'> %b;]><activity/>"),
    ("doctype", "A document type, however plain", b"<!DOCTYPE activity><activity/>"),
    ("unknown-entity", "An unknown entity", b"<activity>&nothing;</activity>"),
    ("zero-reference", "A reference to the zero character", b"<activity>&#0;</activity>"),
    ("surrogate-reference", "A reference to a surrogate", b"<activity>&#xD800;</activity>"),
    ("deep", "Elements in elements, 100,000 deep", b"<a>" * 100_000 + b"</a>" * 100_000),
    ("open", "A million elements opened only", b"<a>" * 1_000_000),
    ("attributes", "Fifty thousand attributes", b"<activity " + b" ".join(b'a%d="b"' % i for i in range(50_000)) + b"/>"),
    ("attribute-twice", "An attribute given twice", b'<activity a="1" a="2"/>'),
    ("names", "Fifty thousand different elements", b"<activity>" + b"".join(b"<e%d/>" % i for i in range(50_000)) + b"</activity>"),
    ("elements", "A million elements of a name", b"<activity>" + b"<a/>" * 1_000_000 + b"</activity>"),
    ("name-long", "An element's name of 1 MB", b"<" + b"a" * 1_000_000 + b"/>"),
    ("prefixes", "A prefix that is bound to nothing", b"<x:activity/>"),
    ("utf-7", "An encoding that readers differ on", b'<?xml version="1.0" encoding="utf-7"?><activity/>'),
    ("encoding-lies", "An encoding that is not the one of the bytes", b'<?xml version="1.0" encoding="utf-16"?><activity/>'),
    ("version", "XML of another version", b'<?xml version="9.9"?><activity/>'),
    ("include", "An inclusion of a file", b'<activity xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></activity>'),
    ("comment-open", "A comment of 1 MB that does not end", b"<activity><!-- " + b"-" * 1_000_000),
    ("cdata-open", "A CDATA section that does not end", b"<activity><![CDATA[" + b"]" * 1_000_000),
    ("json", "JSON called XML", TASKED),
)  # fmt: skip
XML_CASES = tuple(
    Case(f"xml-{name}", f"{said} is refused.", ask(f"POST {TASK}", *V3, XML, body=body), 400)
    for name, said, body in XML_TEXTS
)


def _mailed(name: str, said: str, **changes: Any) -> Case:
    addresses = {"from": "carol@example.com", "receiver": "help@service.example.com"}
    kept = {key: value for key, value in changes.items() if key not in addresses}
    addresses |= {key: value for key, value in changes.items() if key in addresses}
    email = {
        "department": {"name": "Service"},
        "type": {"value": "email", "subtype": {"value": "general"}},
        "subject": "It stays dark",
        "payload": {"email": {"emailAddresses": addresses}},
        **kept,
    }
    body = json.dumps(email).encode()
    return Case(
        f"email-{name}",
        f"An e-mail {said} is refused.",
        ask(f"POST {EMAIL}", *V3, JSON, body=body),
        400,
    )


EMAILS = (
    _mailed("from-long", "from an address of 1 MB", **{"from": "a" * 1_000_000}),
    _mailed("from-ats", "from half a million at signs", **{"from": "@" * 500_000}),
    _mailed("from-backtracking", "from an address that makes patterns slow", **{"from": "a@" * 400_000 + "!"}),
    _mailed("from-lines", "from an address that would begin a header", **{"from": "a@b.example\r\nBcc: c@d.example"}),
    _mailed("from-list", "from a list", **{"from": ["carol@example.com"]}),
    _mailed("attachments-many", "with ten thousand attachments", attachments={"attachment": [{}] * 9000}),
    _mailed("attachments-text", "whose attachments are a text", attachments="x" * 3_000_000),
    _mailed("subject-map", "whose subject is a map", subject={"$gt": ""}),
)  # fmt: skip


def _task(*lines: str, body: bytes = TASKED) -> tuple[bytes]:
    return ask(f"POST {TASK}", *V3, *lines, body=body)


def _bare(*lines: str) -> tuple[bytes]:
    return ask(f"POST {TASK}", TOKEN, *lines, body=TASKED)


PACKED = gzip.compress(b" " * 20_000_000 + TASKED)
TYPES = (
    Case("type-none", "A body without a type is refused.", _task(), 400),
    Case("type-twice", "Two types are refused.", _task(JSON, XML), 400),
    Case("type-list", "A list of types is refused.", _task(f"{JSON}, application/xml"), 400),
    Case("type-charset", "Another charset is refused.", _task(f"{JSON}; charset=utf-7"), 400),
    Case("type-charset-twice", "Two charsets are refused.", _task(f"{JSON}; charset=utf-8; charset=utf-16"), 400),
    Case("type-parameters", "A type with a thousand parameters is refused or read.", _task(JSON + "; a=b" * 1000), (400, 201), changes=True),
    Case("type-quotes", "A type whose quotes do not end is refused.", _task(f'{JSON}; charset="utf-8'), (400, 201), changes=True),
    Case("type-multipart", "A form in parts is refused.", _task("Content-Type: multipart/form-data; boundary=x"), 400),
    Case("type-multipart-endless", "A form in parts without a boundary is refused.", _task("Content-Type: multipart/form-data"), 400),
    Case("type-pickle", "A Python pickle is not unpacked.", _task("Content-Type: application/x-python-pickle", body=b"cos\nsystem\n(S'id'\ntR."), 400),
    Case("type-yaml", "YAML is not read.", _task("Content-Type: application/yaml", body=b"!!python/object/apply:os.system [id]"), 400),
    Case("coded-gzip-bomb", "A packed body of 20 MB is not unpacked.", _task(JSON, "Content-Encoding: gzip", body=PACKED), 400),
    Case("coded-gzip-broken", "A body that is said to be packed and is not, is refused.", _task(JSON, "Content-Encoding: gzip"), 400),
    Case("coded-twice", "A body packed three times is not unpacked.", _task(JSON, "Content-Encoding: gzip, gzip, br"), 400),
    Case("coded-unknown", "An unknown coding is refused.", _task(JSON, "Content-Encoding: rot13"), 400),
    Case("accept-noise", "An Accept that is none is refused in a form of the vendor's.", _bare(JSON, LANGUAGE, "Accept: ;;,,q=/"), (400, 406)),
    Case("accept-many", "An Accept of five thousand types is refused quickly.", _bare(JSON, LANGUAGE, "Accept: " + "a/b;q=0.1," * 3000), (400, 406)),
    Case("accept-quality", "A quality that is no number is refused or passed over.", _bare(JSON, LANGUAGE, "Accept: application/json;q=NaN"), (201, 400, 406), changes=True),
    Case("accept-zero", "Who accepts nothing is told so.", _bare(JSON, LANGUAGE, "Accept: */*;q=0"), (400, 406)),
    Case("language-noise", "A language that is none is not acceptable.", _bare(JSON, ACCEPT, "Accept-Language: ../../etc/passwd"), (400, 406)),
    Case("language-many", "A list of three thousand languages is refused quickly.", _bare(JSON, ACCEPT, "Accept-Language: " + "x-y;q=0.3, " * 2500), (400, 406)),
    Case("language-twice", "Two lists of languages are refused, or joined as HTTP joins them.", _bare(JSON, ACCEPT, LANGUAGE, "Accept-Language: fr-FR"), (201, 400), changes=True),
)  # fmt: skip
OTHERS = (
    Case("login-deep", "The log-in reads depth as carefully.", ask(f"POST {LOGIN}", ACCEPT, JSON, body=b"[" * 90_000), 400),
    Case("login-long", "A password of 2 MB is refused.", ask(f"POST {LOGIN}", ACCEPT, JSON, body=b'{"userName":"anna","password":"' + b"x" * 2_000_000 + b'"}'), (400, 401)),
    Case("appointment-deep", "LeadSquared's refusal of depth has its own form.", ask(f"POST {CREATE}", *LSQ, JSON, body=b'{"a":' * 50_000), 400, LEADSQUARED),
    Case("appointment-twice", "LeadSquared's refusal of a doubled name has its own form.", ask(f"POST {CREATE}", *LSQ, JSON, body=b'{"Name":"a","Name":"b"}'), 400, LEADSQUARED),
    Case("appointment-large", "LeadSquared's refusal of a large body has its own form.", ask(f"POST {CREATE}", *LSQ, JSON, body=b" " * 5_000_000), 400, LEADSQUARED),
    Case("appointment-nan", "LeadSquared's refusal of NaN has its own form.", ask(f"POST {CREATE}", *LSQ, JSON, body=b'{"Name": NaN}'), 400, LEADSQUARED),
    Case("text-of-markup", "Markup in a subject is a text, in the answer as in the world.", ask(f"POST {TASK}", *V3, JSON, body=TASKED.replace(b"Call back", b"<script>alert(1)</script>{{7*7}}${7*7}")), 201, EGAIN, changes=True),
)  # fmt: skip
CASES = (*JSON_CASES, *XML_CASES, *EMAILS, *TYPES, *OTHERS)

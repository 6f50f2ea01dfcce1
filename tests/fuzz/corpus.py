"""Texts to begin with: those the kit holds, and a few that are near a limit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

HOUSE = Path(__file__).resolve().parent.parent.parent
NOTES = HOUSE / "tests" / "toy" / "notes"
APIS = ("egain-v3", "ece-v12", "leadsquared-v2")


def corpus(name: str) -> Iterator[bytes]:
    """The texts that a target begins with."""
    return iter(_MADE[name]())


def _found(value: Any, wanted: frozenset[str]) -> Iterator[Any]:
    """The values of these keys, anywhere in a value."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in wanted:
                yield item
            yield from _found(item, wanted)
    elif isinstance(value, list):
        for item in value:
            yield from _found(item, wanted)


def _yaml(pattern: str) -> Iterator[Any]:
    for path in sorted(HOUSE.glob(pattern)):
        yield yaml.safe_load(path.read_text(encoding="utf-8"))


def _bodies() -> list[Any]:
    found = [
        body
        for value in _yaml("contract_tests/witnesses/*/*.yaml")
        for body in _found(value, frozenset(("body",)))
        if isinstance(body, dict)
    ]
    return found[:200]


def _json() -> list[bytes]:
    odd = [b'{"a":1,"a":2}', b"[1e999,-0.0,1E5]", b'"\\ud83d\\ude00\\u0000"', b"[[[[]]]]", b"-0"]
    long = [b'{"a": ' + b"9" * 25 + b"}", b'{"a": 0.' + b"1" * 30 + b"}"]
    return [*odd, *long, *(json.dumps(each).encode() for each in _bodies())]


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        inner = "".join(_element(str(key).strip("$") or "a", item) for key, item in value.items())
    elif isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    else:
        inner = "" if value is None else str(value).replace("&", "&amp;").replace("<", "&lt;")
    return f"<{name}>{inner}</{name}>"


def _xml() -> list[bytes]:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    plain = [f"{head}{_element('activity', each)}".encode() for each in _bodies()]
    return [
        bytes([number % 8]) + text
        for number, text in enumerate(
            [*plain, b"<a b='c' xmlns='d'>&#65;<![CDATA[x]]><!-- y --></a>"]
        )
    ]


def _operations() -> list[bytes]:
    plain = [json.dumps(each).encode() for each in _bodies()]
    found = [bytes([number % 5]) + text for number, text in enumerate(plain)]
    return [*found, *(bytes([130 + number % 5]) + text[1:] for number, text in enumerate(_xml()))]


def _query() -> list[bytes]:
    ranges = (
        b"createdDate=%5B2026-10-02T10:15:30.123Z,2026-10-03T10:15:30.123Z%5D",
        b"customer=1080&$pagenum=1&$pagesize=10&$sort=id&$order=desc",
        b"$rangestart=0&$rangesize=10&status=new&mode=inbound&$attribute=id,customer",
        b"custom.x=y&assignedUserName=anna&type=email,task&queue=6080&case=7080&assignedTo=1110",
    )
    return [*ranges, b"customer=%ff", b"&=&&a", b"customer=1080;customer=1"]


def _values() -> list[bytes]:
    texts = ("-12", "1.5e-3", "true", "a,b,c", "application/json;q=0.5, text/*;q=x", "en-US,fr;q=0")
    dates = ("2026-10-02T10:15:30.123Z", "2026-10-02 10:15:30", "2026-10-02T10:15:30+02:00")
    return [bytes([number]) + text.encode() for number, text in enumerate((*texts, *dates))]


def _expressions() -> list[bytes]:
    wanted = frozenset(("when", "require", "ensure"))
    texts = {
        str(each) for api in APIS for value in _yaml(f"openapi/{api}/**/*.yaml")
        for each in _found(value, wanted)
    }  # fmt: skip
    return [each.encode() for each in sorted(texts)]


def _files(pattern: str, most: int) -> list[bytes]:
    return [path.read_bytes()[:most] for path in sorted(HOUSE.glob(pattern))]


def _profiles() -> list[bytes]:
    from tests.profiles.text import WHOLE  # noqa: PLC0415

    return [WHOLE.encode(), *(part.encode() for part in WHOLE.split("\n"))]


def _seeds() -> list[bytes]:
    names = ("records", "actors", "tables", "settings")
    texts = [(NOTES / "seed" / f"{name}.yaml").read_bytes() for name in names]
    return [bytes([number]) + text for number, text in enumerate(texts)]


def _documents() -> list[bytes]:
    return [(NOTES / "openapi.yaml").read_bytes()]


_MADE: Mapping[str, Callable[[], list[bytes]]] = {
    "json": _json,
    "xml": _xml,
    "bodies": _operations,
    "query": _query,
    "values": _values,
    "expressions": _expressions,
    "yaml": lambda: _files("fixtures/seeds/*/*.yaml", 3000),
    "profiles": _profiles,
    "seeds": _seeds,
    "documents": _documents,
}

"""What is odd about a request: predicates for the table of differences, and makers of examples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from oracle.calling import Asked

Make = Callable[[Asked], Asked]
_LANGUAGE = re.compile(r"[a-z]{2}-[A-Z]{2}")


def media(asked: Asked) -> str:
    """The media type of the body as written, without parameters."""
    return (asked.header("content-type") or "").partition(";")[0].strip()


def language_negotiated(asked: Asked) -> bool:
    """Another Accept-Language than one language in its usual spelling."""
    value = asked.header("accept-language")
    return value is not None and _LANGUAGE.fullmatch(value) is None


def query_twice(asked: Asked) -> bool:
    """A query parameter that is given more than once."""
    names = [name for name, _ in asked.query]
    return len(names) > len(set(names))


def oddly_written(value: str) -> bool:
    """A text that Python reads as an integer, and JSON does not."""
    try:
        return str(int(value)) != value
    except ValueError:
        return False


def query_custom(asked: Asked) -> bool:
    """A query parameter of a custom attribute."""
    return any(name.startswith("custom.") and len(name) > 7 for name, _ in asked.query)


def says_twice(asked: Asked) -> bool:
    """JSON in which an object has a name twice."""
    found = []

    def seen(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found.append(len(pairs) > len(dict(pairs)))
        return dict(pairs)

    try:
        json.loads(asked.body or b"", object_pairs_hook=seen)
    except ValueError:
        return False
    return any(found)


def no_utf8(asked: Asked) -> bool:
    """A body that is no UTF-8."""
    try:
        (asked.body or b"").decode()
    except UnicodeDecodeError:
        return True
    return False


def whole_float(asked: Asked) -> bool:
    """A number written with a point in the body that is a whole one."""
    return any(isinstance(each, float) and each.is_integer() for each in leaves(asked.body or b""))


def line_end(asked: Asked) -> bool:
    """A text that ends with the end of a line."""
    texts = [*(value for _, value in asked.query), *leaves(asked.body or b"")]
    return any(isinstance(each, str) and each.endswith("\n") for each in texts)


def leaves(body: bytes) -> Iterator[Any]:
    """The values in a body that hold no others; none where it is no JSON."""
    try:
        waiting = [json.loads(body or b"null")]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value
        else:
            yield value


def query(name: str, value: str) -> Make:
    """A query parameter more."""
    return lambda asked: replace(asked, query=(*asked.query, (name, value)))


def header(name: str, value: str | None) -> Make:
    """Another value of a header, or none."""
    return lambda asked: asked.having(name, value)


def body(old: bytes, new: bytes) -> Make:
    """Something else in place of a part of the body."""

    def changed(asked: Asked) -> Asked:
        assert asked.body is not None
        assert old in asked.body, asked.body
        return replace(asked, body=asked.body.replace(old, new, 1))

    return changed


def empty(asked: Asked) -> Asked:
    """No body."""
    return replace(asked, body=None)


def both(first: Make, second: Make) -> Make:
    """One after the other."""
    return lambda asked: second(first(asked))


def xml(asked: Asked) -> Asked:
    """A body in XML that fits no schema."""
    return replace(asked, body=b"<activity><priority>9</priority></activity>")


def without_custom(asked: Asked) -> Asked:
    """No query parameter of a custom attribute."""
    rest = tuple(pair for pair in asked.query if not pair[0].startswith("custom."))
    return replace(asked, query=rest)


def without_query(asked: Asked) -> Asked:
    """No query but what a caller is known by."""
    keys = ("accessKey", "secretKey")
    return replace(asked, query=tuple(pair for pair in asked.query if pair[0] in keys))


def without_points(asked: Asked) -> Asked:
    """Whole numbers in the body without a point."""

    def number(text: str) -> float | int:
        value = float(text)
        return int(value) if value.is_integer() else value

    value = json.loads(asked.body or b"", parse_float=number)
    return replace(asked, body=json.dumps(value, ensure_ascii=False).encode())

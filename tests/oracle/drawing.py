"""Requests drawn around the known ones: each a valid one with up to three things changed in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from oracle import oddities as odd
from oracle.bounds import Bounds
from oracle.calling import Asked
from oracle.known import Known

Draw = Callable[[Any], Any]
Place = tuple[str | int, ...]


def requests(known: Known, bounds: Bounds) -> st.SearchStrategy[Asked]:
    """Requests of one operation, near its valid ones and near what its schemas just allow."""
    bodies = known.bodies

    @st.composite
    def drawn(draw: Draw) -> Asked:
        asked: Asked = draw(st.sampled_from(known.valid))
        for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2, 3)))):
            asked = draw(st.sampled_from(parts))(draw, asked)
        return asked

    def body(draw: Draw, asked: Asked) -> Asked:
        value = _read(asked)
        if not isinstance(value, (dict, list)):
            return asked
        return replace(asked, body=_written(changed(draw, value, bodies, bounds)))

    def query(draw: Draw, asked: Asked) -> Asked:
        return replace(asked, query=_query(draw, asked.query, bounds))

    parts = [query, query, _header]
    if bodies:
        parts += [body] * 8 + [_kind, _raw]
    return drawn()


def changed(draw: Draw, value: Any, bodies: list[Any], bounds: Bounds) -> Any:
    """The value with one thing changed, at a place drawn among all there are."""
    place = draw(st.sampled_from(list(_places(value))))
    found = _at(value, place)
    kinds = [_wrong, _grafted]
    if isinstance(found, dict):
        kinds = [_without, _without, _extra, _grafted, _grafted, _wrong]
    elif isinstance(found, list):
        kinds = [_resized, _resized, _wrong]
    elif isinstance(found, str):
        kinds = [_texted, _texted, _texted, _wrong]
    elif isinstance(found, int):
        kinds = [_numbered, _numbered, _wrong]
    change = draw(st.sampled_from(kinds))
    other = _at(draw(st.sampled_from(bodies)), place)
    return _put(value, place, change(draw, found, other, bounds))


def _wrong(draw: Draw, found: Any, other: Any, bounds: Bounds) -> Any:
    return draw(st.sampled_from(odd.WRONG))


def _without(draw: Draw, found: Any, other: Any, bounds: Bounds) -> Any:
    gone = draw(st.sampled_from(sorted(found) or [""]))
    return {name: value for name, value in found.items() if name != gone}


def _extra(draw: Draw, found: Any, other: Any, bounds: Bounds) -> Any:
    name = draw(st.sampled_from([*odd.NAMES, *bounds.names]))
    return {**found, name: draw(st.sampled_from([*odd.WRONG, *bounds.values]))}


def _grafted(draw: Draw, found: Any, other: Any, bounds: Bounds) -> Any:
    """What stands at the same place in another request, one name of it or the whole."""
    if not isinstance(found, dict) or not isinstance(other, dict) or not other:
        return found if other is None else other
    name = draw(st.sampled_from(sorted(other)))
    return {**found, name: other[name]}


def _resized(draw: Draw, found: Any, other: Any, bounds: Bounds) -> Any:
    size = draw(st.sampled_from([0, 1, 2, *bounds.sizes]))
    return (
        [found[number % len(found)] for number in range(size)] if found else [None] * min(size, 2)
    )


def _texted(draw: Draw, found: str, other: Any, bounds: Bounds) -> str:
    if found[:4].isdigit() and found[4:5] == "-" and draw(st.booleans()):
        return str(draw(st.sampled_from(odd.DATES)))
    length = draw(st.sampled_from([0, 1, *bounds.lengths]))
    made: str = draw(
        st.one_of(
            st.sampled_from([found + "\n", found.upper(), found + "x", found[:-1], " " + found]),
            st.sampled_from(["x" * length, "\U0001f600" * length, ("e\u0301" * length)[:length]]),
            st.sampled_from([*odd.TEXTS, *odd.DATES, *bounds.words]),
            st.text(max_size=12),
        )
    )
    return made


def _numbered(draw: Draw, found: int, other: Any, bounds: Bounds) -> Any:
    near = [found + 1, found - 1, -found, float(found), found + 0.5, str(found)]
    return draw(st.sampled_from([*near, *bounds.numbers, 10**20]))


def _query(draw: Draw, query: Any, bounds: Bounds) -> Any:
    pairs = list(query)
    kind = draw(st.sampled_from(("without", "twice", "value", "value", "value", "more")))
    if kind == "more" or not pairs:
        name = draw(st.sampled_from([*bounds.query, *odd.NAMES]))
        return (*pairs, (name, _value(draw, "", bounds)))
    number = draw(st.integers(0, len(pairs) - 1))
    name, value = pairs[number]
    if name.lower().endswith("key"):  # a credential; this is not about who calls
        return query
    if kind == "without":
        del pairs[number]
    elif kind == "twice":
        pairs.append((name, draw(st.sampled_from((value, _value(draw, value, bounds))))))
    else:
        pairs[number] = name, _value(draw, value, bounds)
    return tuple(pairs)


def _value(draw: Draw, value: str, bounds: Bounds) -> str:
    made: str = draw(
        st.one_of(
            st.sampled_from([value, value + "\n", value.upper(), value + "x", value[:-1]]),
            st.sampled_from([*bounds.words, *odd.NUMBERS]),
            st.sampled_from([*odd.TEXTS, *odd.DATES]),
            st.text(max_size=8),
        )
    )
    return made


def _header(draw: Draw, asked: Asked) -> Asked:
    name = draw(st.sampled_from(("Accept-Language", "Accept")))
    values = odd.LANGUAGES if name == "Accept-Language" else odd.ACCEPTED
    return asked.having(name, draw(st.sampled_from((None, *values))))


def _kind(draw: Draw, asked: Asked) -> Asked:
    return asked.having("Content-Type", draw(st.sampled_from((None, *odd.KINDS))))


def _raw(draw: Draw, asked: Asked) -> Asked:
    """The bytes of a body changed: cut, a name twice, a mark in front, or others altogether."""
    body = asked.body or b""
    twice = b'{"subject":"a",' + body[1:]
    made = (body[:-1], body + b" ", body + b"}", twice, b"\xef\xbb\xbf" + body, None, *odd.BODIES)
    more = (body.replace(b'"', b"'"), b"[" * 70 + b"]" * 70, body.replace(b"a", b"\xe9", 1))
    return replace(asked, body=draw(st.sampled_from((*made, *more))))


def _read(asked: Asked) -> Any:
    try:
        return json.loads(asked.body or b"")
    except ValueError:
        return None


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    yield place
    parts = value.items() if isinstance(value, dict) else ()
    parts = enumerate(value[:3]) if isinstance(value, list) else parts
    for key, part in parts:
        yield from _places(part, (*place, key))


def _at(value: Any, place: Place) -> Any:
    """What stands at a place; None where there is nothing."""
    for key in place:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _put(value: Any, place: Place, part: Any) -> Any:
    if not place:
        return part
    key, rest = place[0], place[1:]
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[key] = _put(value[key], rest, part)
    return copied

"""Reads queries and bodies: strictly, as plain data."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tenant.wire import Call, refuse


class Unreadable(ValueError):
    """The bytes are not what they say they are."""


def query(call: Call, known: Collection[str], *, wrong: str = "400-244") -> dict[str, str]:
    """The query's parameters; refuses unknown ones (400-101) and repeated ones (`wrong`).
    Empty values are left to the caller."""
    strange = sorted({name for name, _ in call.query if name not in known})
    if strange:
        raise refuse(400, "400-101", ", ".join(strange))
    for name, _ in call.query:
        if len(call.given(name)) > 1:
            raise refuse(400, wrong, name)
    return dict(call.query)


def media_type(call: Call) -> str | None:
    """json or xml; None for an absent, foreign, differently coded or compressed body."""
    if call.header("content-encoding") not in (None, "", "identity"):
        return None
    name, *parameters = (call.header("content-type") or "").split(";")
    for parameter in parameters:
        key, _, value = parameter.strip().partition("=")
        if key.lower() == "charset" and value.strip('"').lower() not in ("utf-8", "utf8"):
            return None
    return {"application/json": "json", "application/xml": "xml"}.get(name.strip().lower())


def body(
    call: Call,
    *,
    forms: Collection[str] = ("json", "xml"),
    unread: str = "400-100",
    lists: Collection[str] = (),
    objects: Collection[str] = (),
    booleans: Collection[str] = (),
) -> Any:
    """The body as plain data. Refuses: no body (400-264), another type (400-100), unreadable
    (`unread`). For XML, `lists` are elements that are always lists, `objects` those that are
    always objects, `booleans` those whose text true or false is a truth value."""
    if not call.body:
        raise refuse(400, "400-264")
    if call.header("content-type") is None:
        raise refuse(400, "400-100", "Content-Type is missing")
    form = media_type(call)
    if call.has("protocol-any-content-type"):
        form = form or "json"
    if form is None or form not in forms:
        raise refuse(400, "400-100", "Content-Type is not supported")
    try:
        return (
            from_json(call.body, twice=call.has("protocol-name-twice"))
            if form == "json"
            else from_xml(call.body, lists=lists, objects=objects, booleans=booleans)
        )
    except Unreadable as fault:
        raise refuse(400, unread, fault) from fault


def from_json(data: bytes, *, twice: bool = False) -> Any:
    """One JSON document: no name twice (unless `twice`), no NaN, no halves of surrogate pairs."""
    try:
        read = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=dict if twice else _unique,
            parse_constant=_no_number,
        )
        json.dumps(read, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as fault:
        raise Unreadable("the JSON is not well-formed") from fault
    return read


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise Unreadable("a name stands twice")
    return dict(pairs)


def _no_number(text: str) -> None:
    raise Unreadable(f"{text} is no number")


def from_xml(
    data: bytes,
    *,
    lists: Collection[str] = (),
    objects: Collection[str] = (),
    booleans: Collection[str] = (),
) -> Any:
    """Children become members, repeated children lists, leaves texts; the root's name and all
    namespaces are dropped."""
    try:
        root = fromstring(data, forbid_dtd=True)
        return _plain(root, frozenset(lists), frozenset(objects) | {root.tag}, frozenset(booleans))
    except (ParseError, DefusedXmlException, ValueError, RecursionError, LookupError) as fault:
        raise Unreadable("the XML is not well-formed") from fault


def _plain(
    element: Element, lists: frozenset[str], objects: frozenset[str], booleans: frozenset[str]
) -> Any:
    if not len(element) and not element.attrib and element.tag not in objects:
        text = element.text or ""
        truth = {"true": True, "false": False}
        return truth.get(text, text) if _local(element.tag) in booleans else text
    read: dict[str, Any] = dict(element.attrib)
    for child in element:
        name, value = _local(child.tag), _plain(child, lists, objects, booleans)
        if name in lists or name in read:
            before = read.get(name, [])
            read[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            read[name] = value
    return read


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]

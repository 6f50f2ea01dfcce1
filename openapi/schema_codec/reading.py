"""XML as a JSON value, by a schema. Namespaces are ignored; DTDs and entities are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from rulebound.openapi.query_values import typed
from rulebound.openapi.schema_codec.names import from_name
from rulebound.openapi.schema_codec.shapes import Property, shape

MOST_DEPTH = 64
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class XmlFault(Exception):
    """A text that is no XML, or none that is read here."""


class _Tree(TreeBuilder):
    """Builds the tree, but not beyond limits."""

    def __init__(self, most: int, most_values: int | None) -> None:
        super().__init__()
        self._most = most
        self._most_values = most_values
        self._depth = 0
        self._values = 0

    def start(self, tag: str, attrs: Mapping[str, str], /) -> Element:
        self._depth += 1
        self._values += 1 + len(attrs)
        if self._most_values is not None and self._values > self._most_values:
            raise XmlFault(f"the XML text holds more than {self._most_values} values")
        if self._depth > self._most:
            raise XmlFault(f"the XML text is nested deeper than {self._most}")
        return super().start(tag, dict(attrs))

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_xml(
    raw: bytes,
    schema: Any,
    root: str | None = None,
    most_depth: int = MOST_DEPTH,
    most_values: int | None = None,
) -> Any:
    """The JSON value that `raw` says under `schema`.

    The root element has to be called `root`, or as `xml.name` of the schema says; without either
    its name is free. Texts become numbers and booleans where the schema has such a type; an
    element that comes several times is a list. What the schema does not know is kept, as text
    or map, for the schema to judge. Raises XmlFault for what is not well-formed UTF-8 XML, holds
    a DTD or entities, is nested too deeply, has more elements and attributes than `most_values`, or
    has another root.
    """
    top = _parse(raw, _Tree(most_depth, most_values))
    wanted = root or shape(schema).xml.get("name")
    name = _local(top.tag)
    if wanted and name != wanted:
        raise XmlFault(f"the root element is {name[:60]!r}, not {wanted!r}")
    return _value(top, schema)


def _parse(raw: bytes, tree: _Tree) -> Element:
    declared = _DECLARED.match(raw.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise XmlFault("the XML text is not UTF-8")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise XmlFault(f"the XML text is not UTF-8 at byte {error.start}") from None
    parser = DefusedXMLParser(target=tree, forbid_dtd=True)
    try:
        parser.feed(raw)
        top: Element = parser.close()
    except ParseError as error:
        line, column = error.position
        raise XmlFault(f"the XML text cannot be read at line {line}, column {column}") from None
    except DefusedXmlException:
        raise XmlFault("the XML text holds a DTD or entities") from None
    except ValueError:
        raise XmlFault("the XML text cannot be read") from None
    return top


def _local(tag: str) -> str:
    return from_name(tag.rpartition("}")[2])


def _value(element: Element, schema: Any) -> Any:
    if element.get(_NIL) == "true":
        return None
    wanted = shape(schema)
    has_parts = len(element) > 0 or any(not name.startswith("{") for name in element.attrib)
    if wanted.type == "array" and not wanted.bare_list:
        return [_value(child, wanted.items) for child in element]
    if has_parts or (wanted.type == "object" and not (element.text or "").strip()):
        return _object(element, schema)
    text = element.text or ""
    if wanted.type in ("integer", "number", "boolean"):
        return typed(text.strip(), {"type": wanted.type})
    return text


def _object(element: Element, schema: Any) -> dict[str, Any]:
    beside = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in beside):
        raise XmlFault(f"text stands beside elements in {_local(element.tag)[:60]!r}")
    wanted = shape(schema)
    value: dict[str, Any] = {}
    for name, text in element.attrib.items():
        if not name.startswith("{"):
            plain = from_name(name)
            known = wanted.by_name.get(plain) or Property(plain, plain, True)
            value[known.key] = typed(text, known.schema)
    several: set[str] = set()
    for child in element:
        name = _local(child.tag)
        known = wanted.by_name.get(name) or Property(name, name, wanted.further)
        _put(value, known, child, several)
    return value


def _put(value: dict[str, Any], known: Property, child: Element, several: set[str]) -> None:
    """Puts a child into the map. Several where one is wanted: a list, which the schema refuses."""
    key, part = known.key, shape(known.schema)
    if part.bare_list:
        value.setdefault(key, []).append(_value(child, part.items))
    elif key not in value:
        value[key] = _value(child, known.schema)
    else:
        if key not in several:
            value[key] = [value[key]]
            several.add(key)
        value[key].append(_value(child, known.schema))

"""A JSON value as XML, by a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.openapi.schema_codec.names import to_name
from rulebound.openapi.schema_codec.shapes import Property, shape

# Characters that no XML 1.0 document can hold, not even as a reference (XML 1.0, section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_xml(value: Any, schema: Any, root: str | None = None) -> bytes:
    """`value` as an XML document in UTF-8.

    The root element is called `root`, or as `xml.name` of the schema says (else `root`), and has
    the namespace of `xml.namespace`. Members that are null are left out. A character that XML
    cannot hold becomes U+FFFD.
    """
    naming = shape(schema).xml
    name = to_name(root or str(naming.get("name", "root")))
    space = naming.get("namespace")
    declared = f' xmlns="{_attribute(str(space))}"' if space else ""
    if isinstance(value, list) and not naming.get("wrapped"):
        inner = shape(schema).items
        item = to_name(str(shape(inner).xml.get("name", "item")))
        body = "".join(part for one in value for part in _element(item, one, inner))
        text = f"<{name}{declared}>{body}</{name}>"
    else:
        text = "".join(_element(name, value, schema, declared))
    return (_HEAD + text).encode("utf-8")


def _element(name: str, value: Any, schema: Any, extra: str = "") -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, Mapping):
        attributes, children = _parts(value, schema)
        inner = "".join(children)
        yield (
            f"<{name}{extra}{attributes}>{inner}</{name}>"
            if inner
            else (f"<{name}{extra}{attributes}/>")
        )
    elif isinstance(value, (list, tuple)):
        inner_schema = shape(schema).items
        item = to_name(str(shape(inner_schema).xml.get("name", name)))
        inner = "".join(part for one in value for part in _element(item, one, inner_schema))
        yield f"<{name}{extra}>{inner}</{name}>"
    else:
        text = _text(_words(value))
        yield f"<{name}{extra}>{text}</{name}>" if text else f"<{name}{extra}/>"


def _parts(value: Mapping[str, Any], schema: Any) -> tuple[str, list[str]]:
    """The attributes, and the child elements, of a map."""
    wanted = shape(schema)
    attributes = ""
    children: list[str] = []
    for key, part in value.items():
        if part is None:
            continue
        known = wanted.properties.get(key) or Property(key, key, wanted.further)
        name, inner = to_name(known.name), shape(known.schema)
        if inner.xml.get("attribute") and not isinstance(part, (Mapping, list)):
            attributes += f' {name}="{_attribute(_words(part))}"'
        elif isinstance(part, (list, tuple)) and not inner.xml.get("wrapped"):
            children.extend(text for one in part for text in _element(name, one, inner.items))
        else:
            children.extend(_element(name, part, known.schema))
    return attributes, children


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    clean = _FORBIDDEN.sub("\ufffd", text)
    clean = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return clean.replace("\r", "&#13;")


def _attribute(text: str) -> str:
    clean = _text(text).replace('"', "&quot;")
    return clean.replace("\n", "&#10;").replace("\t", "&#9;")

"""A JSON value as XML, by a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rulebound.openapi.schema_codec import shapes
from rulebound.openapi.schema_codec.names import to_name

# Characters that no XML 1.0 document can hold, not even as a reference (XML 1.0, section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_xml(value: Any, schema: Any, root: str | None = None) -> bytes:
    """`value` as an XML document in UTF-8.

    The root element is called `root`, or as `xml.name` of the schema says (else `root`), and has
    the namespace of `xml.namespace`. Members that are null are left out. A character that XML
    cannot hold becomes U+FFFD.
    """
    naming = shapes.xml(schema)
    name = to_name(root or str(naming.get("name", "root")))
    space = naming.get("namespace")
    declared = f' xmlns="{_attribute(str(space))}"' if space else ""
    if isinstance(value, list) and not naming.get("wrapped"):
        inner = shapes.items(schema)
        item = to_name(str(shapes.xml(inner).get("name", "item")))
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
        inner_schema = shapes.items(schema)
        item = to_name(str(shapes.xml(inner_schema).get("name", name)))
        inner = "".join(part for one in value for part in _element(item, one, inner_schema))
        yield f"<{name}{extra}>{inner}</{name}>"
    else:
        text = _text(_words(value))
        yield f"<{name}{extra}>{text}</{name}>" if text else f"<{name}{extra}/>"


def _parts(value: Mapping[str, Any], schema: Any) -> tuple[str, list[str]]:
    """The attributes, and the child elements, of a map."""
    known = shapes.properties(schema)
    attributes = ""
    children: list[str] = []
    for key, part in value.items():
        inner = known.get(key, shapes.further(schema))
        name = to_name(shapes.element_name(key, inner))
        if part is None:
            continue
        if shapes.xml(inner).get("attribute") and not isinstance(part, (Mapping, list)):
            attributes += f' {name}="{_attribute(_words(part))}"'
        elif isinstance(part, (list, tuple)) and not shapes.xml(inner).get("wrapped"):
            item = shapes.items(inner)
            children.extend(text for one in part for text in _element(name, one, item))
        else:
            children.extend(_element(name, part, inner))
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

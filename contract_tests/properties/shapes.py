"""Values drawn for one place of a request, by what its schema allows there."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from rulebound.contract_tests.properties.draft import Path
from rulebound.contract_tests.properties.texts import moments, rfc3339, texts

Schema = Mapping[str, Any]
_NONE: Schema = {}


def schema_at(schema: Any, path: Path) -> Schema:
    """The schema of a place; an empty one where none is declared."""
    for part in path:
        if not isinstance(schema, Mapping):
            return _NONE
        if isinstance(part, int):
            schema = schema.get("items", _NONE)
        else:
            schema = schema.get("properties", _NONE).get(part, _NONE)
    return schema if isinstance(schema, Mapping) else _NONE


def absent_scalars(schema: Any, value: Any, path: Path = ()) -> Iterator[Path]:
    """Places for a text, number or flag that are declared, and empty, in the objects given."""
    here = schema_at(schema, path)
    if not isinstance(value, Mapping):
        return
    for name, inner in here.get("properties", _NONE).items():
        place = (*path, name)
        if name in value:
            yield from absent_scalars(schema, value[name], place)
        elif isinstance(inner, Mapping) and inner.get("type") in ("string", "boolean", "integer"):
            yield place


def is_free_text(schema: Schema) -> bool:
    """Whether any text will do."""
    narrow = ("enum", "const", "pattern", "format")
    return schema.get("type") == "string" and not any(word in schema for word in narrow)


def free_texts(schema: Schema) -> st.SearchStrategy[Any]:
    """Any text within the lengths."""
    least = int(schema.get("minLength", 1))
    drawn = texts(int(schema.get("maxLength", 80)))
    return drawn if least <= 1 else drawn.map(lambda text: text.ljust(least, "x"))


def narrow_values(schema: Schema, now: datetime) -> st.SearchStrategy[Any] | None:
    """A value of a place that takes only some: one of a list, a flag, a number, a date.

    None for a place of which the schema does not say enough.
    """
    if "enum" in schema:
        return st.sampled_from(list(schema["enum"]))
    if schema.get("type") == "boolean":
        return st.booleans()
    if schema.get("type") == "integer":
        least = int(schema.get("minimum", 0))
        return st.integers(least, int(schema.get("maximum", least + 1000)))
    if schema.get("format") == "date-time":
        return moments(now).map(rfc3339)
    return None

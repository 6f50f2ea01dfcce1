"""A bundle written short again: a schema that several references named stands in it once.

Whoever reads a bundle without noticing what is shared would read references that multiply for ever.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from rulebound.openapi.pointers import escape
from rulebound.openapi.positions import DATA

_SCHEMAS = frozenset(("properties", "patternProperties", "$defs", "dependentSchemas", "schemas"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_WITHIN = frozenset(
    ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
)


def folded(bundle: Any) -> Any:
    """The bundle with `$ref` to the first place of each schema that stands in more than one."""
    return _Folding().value(bundle, "", is_schema=False)


class _Folding:
    def __init__(self) -> None:
        self._first: dict[int, str] = {}

    def value(self, value: Any, pointer: str, *, is_schema: bool) -> Any:
        """A part of the bundle."""
        if isinstance(value, list):
            return [
                self.value(item, f"{pointer}/{index}", is_schema=is_schema)
                for index, item in enumerate(value)
            ]
        if not isinstance(value, dict):
            return value
        if is_schema and value:
            first = self._first.setdefault(id(value), pointer)
            if first != pointer:
                return {"$ref": "#" + quote(first, safe="/~")}
        return {
            key: self._entry(key, item, f"{pointer}/{escape(key)}", within=is_schema)
            for key, item in value.items()
        }

    def _entry(self, key: str, value: Any, pointer: str, *, within: bool) -> Any:
        if key in DATA or key.startswith("x-"):
            return value
        if key in _SCHEMAS and isinstance(value, dict):
            return {
                name: self.value(item, f"{pointer}/{escape(name)}", is_schema=True)
                for name, item in value.items()
            }
        is_schema = key == "schema" or (within and key in _LISTS | _WITHIN)
        return self.value(value, pointer, is_schema=is_schema)

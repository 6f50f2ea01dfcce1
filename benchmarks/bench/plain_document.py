"""A document of the house as plain OpenAPI 3.0, for tools that know no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rulebound.openapi.loader import load

_LATER = ("if", "then", "else", "dependentRequired", "unevaluatedProperties", "propertyNames")
_XML = ("application/xml", "xml")
_LEFT_OUT = {*_LATER, *_XML}
"""Keywords that 3.0 has not, without which a schema admits somewhat more; and the second
representation, which not every tool can read."""


def plain(folder: Path, under: str = "") -> dict[str, Any]:
    """The document of an API folder in 3.0: no `x-` keys, whole addresses as paths, no servers.

    In: `under` is the path that the folder's server has. Raises DocumentError.
    """
    bundle = load(folder).bundle
    paths = {f"{under}{path}": _plain(item) for path, item in bundle["paths"].items()}
    kept = {key: _plain(bundle[key]) for key in ("security", "components") if key in bundle}
    info = {key: bundle["info"][key] for key in ("title", "version")}
    return {"openapi": "3.0.3", "info": info, "servers": [{"url": "/"}], "paths": paths, **kept}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, part in value.items():
        if str(key).startswith("x-") or key in _LEFT_OUT:
            continue
        if key == "const" and not isinstance(part, dict):
            found["enum"] = [part]
        elif key == "examples" and isinstance(part, list):
            found["example"] = part[0]
        elif key == "type" and isinstance(part, list):
            found["type"] = next(each for each in part if each != "null")
            found |= {"nullable": True} if "null" in part else {}
        else:
            found[key] = _plain(part)
    return found
